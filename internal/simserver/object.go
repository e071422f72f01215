package simserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// Object reads a body that is one JSON object and nothing else. Numbers stay as written.
func Object(data []byte) (map[string]any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var body map[string]any
	if err := dec.Decode(&body); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) || body == nil {
		return nil, errors.New("simserver: not one object")
	}
	return body, nil
}
