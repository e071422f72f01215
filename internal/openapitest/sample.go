package openapitest

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// Sample returns an answer of a route ("GET /patients"), made of the document's example
// values, with its status. ok is false when the document has no content for it.
func (d *Document) Sample(route string) (status int, answer any, ok bool) {
	op := d.of(route)
	if op == nil {
		return 0, nil, false
	}
	for _, status := range []int{http.StatusCreated, http.StatusOK, http.StatusAccepted} {
		for _, m := range op.Responses[strconv.Itoa(status)].Content {
			return status, d.example(m.Schema, 0), true
		}
	}
	return 0, nil, false
}

// example builds a value of the schema from the document's example values; null where
// there is none.
func (d *Document) example(s *schema, depth int) any {
	s = d.resolve(s)
	if len(s.Example) > 0 {
		var v any
		_ = json.Unmarshal(s.Example, &v)
		return v
	}
	if depth > mostNested {
		return nil
	}
	switch s.Type {
	case "object":
		o := map[string]any{}
		for name, p := range s.Properties {
			o[name] = d.example(p, depth+1)
		}
		return o
	case "array":
		return []any{d.example(s.Items, depth+1)}
	}
	return nil
}
