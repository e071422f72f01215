package emr

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// formatHidden writes text for any verb, quoted for %q so that output stays parseable.
func formatHidden(s fmt.State, verb rune, text string) {
	if verb == 'q' {
		text = `"` + text + `"`
	}
	_, _ = io.WriteString(s, text)
}

// The errors of these two never contain what was read.
var (
	errWantText = errors.New("emr: want a JSON string")
	errScan     = errors.New("emr: cannot scan this type, want text")
)

// scanJSONText reads a JSON string, number or null as text.
func scanJSONText(data []byte) (string, error) {
	if string(data) == "null" {
		return "", nil
	}
	if len(data) > 0 && data[0] != '"' {
		var n json.Number
		if json.Unmarshal(data, &n) != nil {
			return "", errWantText
		}
		return n.String(), nil
	}
	var s string
	if json.Unmarshal(data, &s) != nil {
		return "", errWantText
	}
	return s, nil
}

// scanText reads a database value as text.
func scanText(src any) (string, error) {
	switch v := src.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	case int64:
		return fmt.Sprint(v), nil
	}
	return "", errScan
}
