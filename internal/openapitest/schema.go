package openapitest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

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

// understoodWords are the keywords that are checked, and those that say nothing to check.
var understoodWords = []string{
	"$ref", "type", "format", "enum", "minimum", "maximum", "items", "properties", "required", "nullable", "example",
	"title", "description", "default", "deprecated", "externalDocs", "readOnly", "writeOnly",
}

// UnmarshalJSON refuses keywords that the checks do not know.
func (s *schema) UnmarshalJSON(data []byte) error {
	var words map[string]json.RawMessage
	if err := json.Unmarshal(data, &words); err != nil {
		return err
	}
	for w := range words {
		if !slices.Contains(understoodWords, w) && !strings.HasPrefix(w, "x-") {
			return fmt.Errorf("the schema keyword %q is not understood", w)
		}
	}
	type plain schema
	return json.Unmarshal(data, (*plain)(s))
}

// mostNested bounds references that lead in a circle.
const mostNested = 32

// known reports references that lead nowhere, or in a circle, and types that do not exist.
func (d *Document) known(s *schema, depth int) error {
	switch {
	case s == nil:
		return nil
	case depth > mostNested:
		return fmt.Errorf("schemas lead in a circle")
	case s.Ref != "":
		name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/")
		if !ok || d.schemas[name] == nil {
			return fmt.Errorf("the reference %q leads nowhere", s.Ref)
		}
		if to := d.schemas[name]; to.Ref != "" {
			return d.known(to, depth+1)
		}
		return nil // it is looked at where it stands
	case !slices.Contains([]string{"", "object", "array", "string", "integer", "number", "boolean"}, s.Type):
		return fmt.Errorf("the type %q is not understood", s.Type)
	}
	if err := d.known(s.Items, depth+1); err != nil {
		return err
	}
	for _, p := range s.Properties {
		if err := d.known(p, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// resolve follows references. No schema is one that takes anything.
func (d *Document) resolve(s *schema) *schema {
	for s != nil && s.Ref != "" {
		s = d.schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	}
	if s == nil {
		return &schema{}
	}
	return s
}
