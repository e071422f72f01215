package vendorjson

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Text is a text that may come as a number, as a boolean or as null, which is "".
type Text string

// UnmarshalJSON reads any leaf.
func (t *Text) UnmarshalJSON(data []byte) error {
	text, err := leaf(data)
	if err == nil {
		*t = Text(text)
	}
	return err
}

// ID is the id of a record: a whole number of any size or a text, kept as it was
// written. null, "" and 0, which vendors send for "none", are "".
type ID string

// UnmarshalJSON reads an integer, a text or null.
func (id *ID) UnmarshalJSON(data []byte) error {
	text, err := leaf(data)
	if err != nil {
		return err
	}
	if data[0] != '"' && text != "" && strings.ContainsAny(text, ".eEtf") { // 1.5, 1e3, true
		return &Error{Mistyped}
	}
	if text = strings.TrimSpace(text); text == "0" {
		text = ""
	}
	*id = ID(text)
	return nil
}

// Int is a whole number that may come as a text or as null; Known tells null from 0.
type Int struct {
	Value int64
	Known bool
}

// UnmarshalJSON reads 7, "7", 7.0, "" and null.
func (n *Int) UnmarshalJSON(data []byte) error {
	text, err := leaf(data)
	if err != nil {
		return err
	}
	*n = Int{}
	if text = strings.TrimSpace(text); text == "" {
		return nil
	}
	if whole, zeros, ok := strings.Cut(text, "."); ok && strings.Trim(zeros, "0") == "" {
		text = whole
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return &Error{Mistyped}
	}
	*n = Int{Value: v, Known: true}
	return nil
}

// Bool is a truth value that may come as a text, as 0 or 1, or as null; Known tells null
// from false.
type Bool struct {
	Value bool
	Known bool
}

// UnmarshalJSON reads true, "true", 1, "" and null.
func (b *Bool) UnmarshalJSON(data []byte) error {
	text, err := leaf(data)
	if err != nil {
		return err
	}
	*b = Bool{}
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "1":
		*b = Bool{Value: true, Known: true}
	case "false", "0":
		*b = Bool{Known: true}
	case "":
	default:
		return &Error{Mistyped}
	}
	return nil
}

// Texts are messages in any of the forms vendors use: null, a text, a list, lists in
// lists, an object of lists. Empty ones are left out.
type Texts []string

// UnmarshalJSON reads any value: a form nobody thought of must not hide an error.
func (t *Texts) UnmarshalJSON(data []byte) error {
	*t = nil
	var v any
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if dec.Decode(&v) != nil {
		return &Error{Malformed}
	}
	t.gather(v)
	return nil
}

// mostTexts bounds what is kept of a list of messages.
const mostTexts = 100

func (t *Texts) gather(v any) {
	if len(*t) == mostTexts {
		return
	}
	switch v := v.(type) {
	case string:
		if s := strings.TrimSpace(v); s != "" {
			*t = append(*t, s)
		}
	case json.Number:
		*t = append(*t, v.String())
	case []any:
		for _, e := range v {
			t.gather(e)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			t.gather(v[name])
		}
	}
}

// List is a list that may come as null (empty) or as its single element.
type List[T any] []T

// UnmarshalJSON reads an array, one element or null.
func (l *List[T]) UnmarshalJSON(data []byte) error {
	*l = nil
	switch {
	case IsNull(data):
		return nil
	case data[0] != '[':
		var one T
		if err := json.Unmarshal(data, &one); err != nil {
			return &Error{Mistyped}
		}
		*l = List[T]{one}
		return nil
	}
	var all []T
	if json.Unmarshal(data, &all) != nil {
		return &Error{Mistyped}
	}
	*l = all
	return nil
}

// leaf returns a text, number or boolean as text, null as "".
func leaf(data []byte) (string, error) {
	data = bytes.TrimSpace(data)
	switch {
	case IsNull(data):
		return "", nil
	case data[0] == '"':
		var s string
		if json.Unmarshal(data, &s) != nil {
			return "", &Error{Malformed}
		}
		return s, nil
	case data[0] == '{', data[0] == '[':
		return "", &Error{Mistyped}
	}
	return string(data), nil
}
