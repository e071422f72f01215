package openapitest

import (
	"encoding/json"
	"math"
	"slices"
	"time"
)

// checkText checks a value that is sent as text: in a query, a path, a form.
func (d *Document) checkText(v *violations, where string, s *schema, text string) {
	switch s.Type {
	case "integer", "number":
		d.checkValue(v, where, s, json.Number(text))
	case "boolean":
		if text != "true" && text != "false" {
			v.add(where, "no boolean")
		}
	default:
		if text == "" {
			v.add(where, "empty")
		}
		d.checkValue(v, where, s, text)
	}
}

// checkValue checks a JSON value against a schema.
func (d *Document) checkValue(v *violations, where string, s *schema, value any) {
	s = d.resolve(s)
	if value == nil {
		if !s.Nullable {
			v.add(where, "null")
		}
		return
	}
	if s.Enum != nil && !slices.ContainsFunc(s.Enum, func(e any) bool { return sameScalar(e, value) }) {
		v.add(where, "not one of the words of the document")
	}
	switch s.Type {
	case "object":
		d.checkObject(v, where, s, value)
	case "array":
		all, ok := value.([]any)
		if !ok {
			v.add(where, "no array")
		}
		for _, e := range all {
			d.checkValue(v, where+"[]", s.Items, e)
		}
	case "boolean":
		if _, ok := value.(bool); !ok {
			v.add(where, "no boolean")
		}
	case "integer", "number":
		checkNumber(v, where, s, value)
	case "string":
		text, ok := value.(string)
		if !ok {
			v.add(where, "no string")
		} else if !fitsFormat(s.Format, text) {
			v.add(where, "no "+s.Format)
		}
	}
}

// sameScalar compares a word of an enum with what was sent, where numbers are json.Number.
func sameScalar(e, value any) bool {
	switch e := e.(type) {
	case string:
		text, ok := value.(string)
		return ok && text == e
	case float64:
		n, ok := value.(json.Number)
		f, err := n.Float64()
		return ok && err == nil && f == e
	case bool:
		b, ok := value.(bool)
		return ok && b == e
	}
	return false
}

func (d *Document) checkObject(v *violations, where string, s *schema, value any) {
	o, ok := value.(map[string]any)
	if !ok {
		v.add(where, "no object")
		return
	}
	for _, name := range s.Required {
		if _, ok := o[name]; !ok {
			v.add(where+"."+name, "required and missing")
		}
	}
	for name, member := range o {
		p, ok := s.Properties[name]
		switch {
		case ok:
			d.checkValue(v, where+"."+name, p, member)
		case s.Properties != nil: // an object without properties is free
			v.add(where+"."+name, "not in the document")
		}
	}
}

// checkNumber does not look at int32: ids outgrow what their document says.
func checkNumber(v *violations, where string, s *schema, value any) {
	n, ok := value.(json.Number)
	f, err := n.Float64()
	if _, intErr := n.Int64(); !ok || err != nil || s.Type == "integer" && intErr != nil || math.IsInf(f, 0) {
		v.add(where, "no "+s.Type)
		return
	}
	if s.Minimum != nil && f < *s.Minimum || s.Maximum != nil && f > *s.Maximum {
		v.add(where, "out of range")
	}
}

func fitsFormat(format, text string) bool {
	var err error
	switch format {
	case "date":
		_, err = time.Parse(time.DateOnly, text)
	case "date-time":
		_, err = time.Parse(time.RFC3339, text)
	}
	return err == nil
}
