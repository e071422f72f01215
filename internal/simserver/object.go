package simserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
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

// StringIn reads a member that should be text; blank ends are cut.
func StringIn(o map[string]any, name string) string {
	s, _ := o[name].(string)
	return strings.TrimSpace(s)
}

// ObjectIn reads a member that should be an object; nil reads as empty.
func ObjectIn(o map[string]any, name string) map[string]any {
	c, _ := o[name].(map[string]any)
	return c
}

// StringsIn reads a member that should be a list of text. Blank ones are left out.
func StringsIn(o map[string]any, name string) []string {
	var all []string
	list, _ := o[name].([]any)
	for _, e := range list {
		if s, ok := e.(string); ok && strings.TrimSpace(s) != "" {
			all = append(all, strings.TrimSpace(s))
		}
	}
	return all
}
