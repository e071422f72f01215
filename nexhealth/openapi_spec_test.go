package nexhealth

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// openapi is what the checks need of the vendor's OpenAPI document.
type openapi struct {
	Paths      map[string]map[string]*operation `json:"paths"`
	Components struct {
		Schemas map[string]*schema `json:"schemas"`
	} `json:"components"`
}

type operation struct {
	Parameters []struct {
		In       string  `json:"in"`
		Name     string  `json:"name"`
		Required bool    `json:"required"`
		Schema   *schema `json:"schema"`
	} `json:"parameters"`
	Body *struct {
		Required bool             `json:"required"`
		Content  map[string]media `json:"content"`
	} `json:"requestBody"`
	Responses map[string]struct {
		Content map[string]media `json:"content"`
	} `json:"responses"`
}

type media struct {
	Schema *schema `json:"schema"`
}

type schema struct {
	Ref        string             `json:"$ref"`
	Type       string             `json:"type"`
	Format     string             `json:"format"`
	Enum       []any              `json:"enum"`
	Minimum    *float64           `json:"minimum"`
	Maximum    *float64           `json:"maximum"`
	Items      *schema            `json:"items"`
	Properties map[string]*schema `json:"properties"`
	Required   []string           `json:"required"`
	Nullable   bool               `json:"nullable"`
	Example    json.RawMessage    `json:"example"`
}

// vendorDocument reads the document once for all tests. It is not in this repository.
var vendorDocument = sync.OnceValues(func() (*openapi, error) {
	data, err := os.ReadFile(filepath.Join(os.Getenv("EMRKIT_FIXTURES"), "nexhealth", "openapi.json"))
	if err != nil {
		return nil, err
	}
	d := new(openapi)
	return d, json.Unmarshal(data, d)
})

// officialDocument is the document, or the test is skipped and says so.
func officialDocument(t *testing.T) *openapi {
	t.Helper()
	if os.Getenv("EMRKIT_FIXTURES") == "" {
		t.Skip("EMRKIT_FIXTURES is not set: the vendor's OpenAPI document was not read")
	}
	d, err := vendorDocument()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// resolve follows references.
func (d *openapi) resolve(s *schema) *schema {
	for s != nil && s.Ref != "" {
		s = d.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	}
	if s == nil {
		return &schema{}
	}
	return s
}

// find returns the operation for a path as it was sent, with the values of its
// placeholders; of several templates that with the most fixed segments.
func (d *openapi) find(method, path string) (template string, op *operation, values map[string]string) {
	sent := strings.Split(path, "/")
	fixed := -1
	for t, methods := range d.Paths {
		parts := strings.Split(t, "/")
		if len(parts) != len(sent) {
			continue
		}
		vars, same := map[string]string{}, 0
		for i, p := range parts {
			switch {
			case strings.HasPrefix(p, "{") && sent[i] != "":
				vars[strings.Trim(p, "{}")] = sent[i]
			case p == sent[i]:
				same++
			default:
				same = -len(parts)
			}
		}
		if same > fixed {
			template, op, values, fixed = t, methods[strings.ToLower(method)], vars, same
		}
	}
	return template, op, values
}

// example builds a value of the schema from the document's example values.
func (d *openapi) example(s *schema, depth int) any {
	s = d.resolve(s)
	if len(s.Example) > 0 {
		var v any
		_ = json.Unmarshal(s.Example, &v)
		return v
	}
	if depth > 12 {
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

// sample is an answer of the operation made of its examples, and its status. The
// envelope of the examples is a placeholder with code false.
func (d *openapi) sample(op *operation) (status int, body string, ok bool) {
	for _, status := range []int{http.StatusCreated, http.StatusOK, http.StatusAccepted} {
		for _, m := range op.Responses[strconv.Itoa(status)].Content {
			v, _ := d.example(m.Schema, 0).(map[string]any)
			v["code"], v["description"], v["error"] = true, nil, []any{}
			if page, ok := v["page_info"].(map[string]any); ok {
				page["has_next_page"] = false
			}
			data, err := json.Marshal(v)
			return status, string(data), err == nil
		}
	}
	return 0, "", false
}

// routes are all operations, "GET /patients", in order.
func (d *openapi) routes() []string {
	var all []string
	for t, methods := range d.Paths {
		for m := range methods {
			all = append(all, strings.ToUpper(m)+" "+t)
		}
	}
	slices.Sort(all)
	return all
}
