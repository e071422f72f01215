package openapitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Document is an OpenAPI document, and what it does not say.
type Document struct {
	rules   Rules
	paths   map[string]map[string]*operation
	schemas map[string]*schema
}

// Rules are what a document does not say of its API.
type Rules struct {
	// Undocumented are routes that the document does not have: "GET /files/*/content",
	// where * is any text. Requests for them are not checked.
	Undocumented []string
	// Headers reports what is wrong with the headers of a request beyond the parameters of
	// its operation, for instance with its credentials. route is "GET /patients/{id}". nil:
	// nothing.
	Headers func(route string, h http.Header, report func(where, what string))
	// Excused reports whether a parameter that the document requires may be left out of
	// this request, because the document's own text says so. nil: none.
	Excused func(route, parameter string, body []byte) bool
}

type operation struct {
	Parameters []parameter `json:"parameters"`
	Body       *struct {
		Required bool             `json:"required"`
		Content  map[string]media `json:"content"`
		Ref      string           `json:"$ref"`
	} `json:"requestBody"`
	Responses map[string]struct {
		Content map[string]media `json:"content"`
		Ref     string           `json:"$ref"`
	} `json:"responses"`
}

type parameter struct {
	In       string  `json:"in"`
	Name     string  `json:"name"`
	Required bool    `json:"required"`
	Schema   *schema `json:"schema"`
	Ref      string  `json:"$ref"`
}

type media struct {
	Schema *schema `json:"schema"`
}

// Parse reads a document in JSON. Its error names what the checks do not understand.
func Parse(data []byte, rules Rules) (*Document, error) {
	var in struct {
		Version string                                `json:"openapi"`
		Paths   map[string]map[string]json.RawMessage `json:"paths"`
		Parts   struct {
			Schemas map[string]*schema `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, fmt.Errorf("openapitest: %w", err)
	}
	if !strings.HasPrefix(in.Version, "3.0.") {
		return nil, fmt.Errorf("openapitest: the document is not OpenAPI 3.0 but %q", in.Version)
	}
	d := &Document{rules: rules, paths: map[string]map[string]*operation{}, schemas: in.Parts.Schemas}
	for path, methods := range in.Paths {
		d.paths[path] = map[string]*operation{}
		for method, raw := range methods {
			if !slices.Contains([]string{"get", "put", "post", "delete", "patch", "head", "options"}, method) {
				return nil, fmt.Errorf("openapitest: %s: %q is not understood", path, method)
			}
			op := new(operation)
			err := json.Unmarshal(raw, op)
			if err == nil {
				err = d.understood(op)
			}
			if err != nil {
				return nil, fmt.Errorf("openapitest: %s %s: %w", method, path, err)
			}
			d.paths[path][method] = op
		}
	}
	for name, s := range d.schemas {
		if err := d.known(s, 0); err != nil {
			return nil, fmt.Errorf("openapitest: schema %s: %w", name, err)
		}
	}
	return d, nil
}

// understood reports what of an operation the checks would pass over.
func (d *Document) understood(op *operation) error {
	for _, p := range op.Parameters {
		if p.Ref != "" || p.Schema == nil || !slices.Contains([]string{"query", "path", "header"}, p.In) {
			return fmt.Errorf("the parameter %q is a reference, has no schema, or is in %q", p.Name, p.In)
		}
		if err := d.known(p.Schema, 0); err != nil {
			return err
		}
	}
	contents := []map[string]media{}
	if op.Body != nil {
		if op.Body.Ref != "" {
			return fmt.Errorf("the body is a reference")
		}
		contents = append(contents, op.Body.Content)
	}
	for status, r := range op.Responses {
		if r.Ref != "" {
			return fmt.Errorf("the response %s is a reference", status)
		}
		contents = append(contents, r.Content)
	}
	for _, c := range contents {
		for _, m := range c {
			if err := d.known(m.Schema, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// find returns the operation for a path as it was sent, with the values of its
// placeholders; of several templates that with the most fixed segments.
func (d *Document) find(method, path string) (template string, op *operation, values map[string]string) {
	sent := strings.Split(path, "/")
	fixed := -1
	for t, methods := range d.paths {
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

// of returns the operation of a route as Routes gives it, nil when there is none.
func (d *Document) of(route string) *operation {
	method, template, _ := strings.Cut(route, " ")
	return d.paths[template][strings.ToLower(method)]
}

// Route returns the route of a request: "GET /patients/{id}". ok is false when the
// document has none; a template without this method is still named. path is escaped as
// it is sent.
func (d *Document) Route(method, path string) (route string, ok bool) {
	template, op, _ := d.find(method, path)
	return method + " " + template, op != nil
}

// Routes are all operations, "GET /patients", in order.
func (d *Document) Routes() []string {
	var all []string
	for t, methods := range d.paths {
		for m := range methods {
			all = append(all, strings.ToUpper(m)+" "+t)
		}
	}
	slices.Sort(all)
	return all
}
