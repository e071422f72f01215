package nexhealthtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// schema is what is read of a schema of the vendor's OpenAPI document.
type schema struct {
	Ref        string            `json:"$ref"`
	Type       string            `json:"type"`
	Format     string            `json:"format"`
	Nullable   bool              `json:"nullable"`
	Enum       []any             `json:"enum"`
	Items      *schema           `json:"items"`
	Properties map[string]schema `json:"properties"`
}

// vendorDoc is the vendor's OpenAPI document, which is not in this repository.
type vendorDoc struct {
	Paths map[string]map[string]struct {
		Parameters []struct {
			Name, In string
			Required bool
			Schema   schema
		}
		Responses map[string]struct {
			Content map[string]struct{ Schema schema }
		}
	}
	Components struct{ Schemas map[string]schema }
}

func readDoc(t *testing.T) *vendorDoc {
	t.Helper()
	dir := os.Getenv("EMRKIT_FIXTURES")
	if dir == "" {
		t.Skip("EMRKIT_FIXTURES does not name the directory with the vendors' documents")
	}
	data, err := os.ReadFile(filepath.Join(dir, "nexhealth", "openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	var d vendorDoc
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	return &d
}

func (d *vendorDoc) resolve(s schema) schema {
	for s.Ref != "" {
		s = d.Components.Schemas[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]]
	}
	return s
}

// fault says where v is not as s has it, "" for nowhere.
func (d *vendorDoc) fault(at string, s schema, v any) string {
	s = d.resolve(s)
	if v == nil {
		if s.Nullable || s.Type == "object" || at == ".description" || strings.HasSuffix(at, "_cursor") || neverSaid[at[strings.LastIndexByte(at, '.')+1:]] {
			return ""
		}
		return at + " is null"
	}
	switch s.Type {
	case "array":
		list, ok := v.([]any)
		if !ok {
			return at + " is no array"
		}
		for _, e := range list {
			if why := d.fault(at+"[]", *s.Items, e); why != "" {
				return why
			}
		}
	case "object":
		o, ok := v.(map[string]any)
		if !ok {
			return at + " is no object"
		}
		for name, e := range o {
			p, known := s.Properties[name]
			if !known && len(s.Properties) > 0 {
				return at + "." + name + " is unknown"
			}
			if why := d.fault(at+"."+name, p, e); known && why != "" {
				return why
			}
		}
	case "string":
		if text, ok := v.(string); !ok || len(s.Enum) > 0 && !slices.Contains(s.Enum, any(text)) {
			return fmt.Sprintf("%s is %v", at, v)
		}
	case "integer":
		n, ok := v.(float64)
		if !ok || n != float64(int64(n)) || s.Format == "int32" && n > 1<<31-1 {
			return fmt.Sprintf("%s is %v", at, v)
		}
	case "boolean":
		if _, ok := v.(bool); !ok {
			return at + " is no boolean"
		}
	}
	return ""
}

// neverSaid are null in the simulator although the document does not say that they may
// be: null is what a client must be ready for.
var neverSaid = map[string]bool{
	"street_address_2": true, "specific_date": true, "days": true, "label": true, "custom_recurrence": true, "operatory_id": true,
	"working_hour_label_id": true, "next_available_date": true, "disabled_at": true, "stripe_client_secret": true, "id": true, "name": true,
	"secret_key": true, "pid": true, "guarantor": true, "provider": true, "patient": true, "operatory": true, "appointment_type": true, "fee_schedule": true,
	"last_visited_appointment": true,
}

// TestAnswersHaveTheShapesOfTheVendorsDocument checks each endpoint's answer, and that
// its parameters and media type are those of the document.
func TestAnswersHaveTheShapesOfTheVendorsDocument(t *testing.T) {
	t.Parallel()
	d := readDoc(t)
	b := open(t, func(o *Options) { o.Appointments = 20 })
	for _, c := range everyCall(b) {
		path, _, _ := strings.Cut(c.target, "?")
		r, _, _ := b.sim.find(c.method, path)
		if r == nil {
			t.Errorf("%s %s: no route", c.method, path)
			continue
		}
		got := b.do(c.method, c.target, c.body)
		where := c.method + " " + r.path
		op, known := d.Paths[r.path][strings.ToLower(c.method)]
		content := op.Responses[itoa(got.status)].Content
		if !known || got.status >= 300 {
			t.Errorf("%s: %d %s", where, got.status, got.body)
			continue
		}
		if got.status == http.StatusNoContent {
			continue
		}
		media, ok := content[got.header.Get("Content-Type")]
		if !ok {
			t.Errorf("%s: media type %s", where, got.header.Get("Content-Type"))
		}
		if why := d.fault("", media.Schema, any(got.json)); why != "" {
			t.Errorf("%s: %s", where, why)
		}
	}
}

// TestTheTableIsTheVendorsOwn compares parameters and the version header.
func TestTheTableIsTheVendorsOwn(t *testing.T) {
	t.Parallel()
	d := readDoc(t)
	b := open(t, nil)
	for _, r := range b.sim.routes {
		op, ok := d.Paths[r.path][strings.ToLower(r.method)]
		where := r.method + " " + r.path
		if !ok {
			if r.path != "/documents/{id}/download" {
				t.Errorf("%s is not in the document", where)
			}
			continue
		}
		var want, have []string
		v3 := false
		for _, p := range op.Parameters {
			switch p.In {
			case "header":
				v3 = v3 || p.Name == versionHeader
			case "query":
				want = append(want, p.Name)
			}
		}
		for _, p := range r.all() {
			have = append(have, p.name)
		}
		slices.Sort(want)
		slices.Sort(have)
		if !slices.Equal(want, have) || v3 != r.v3 {
			t.Errorf("%s: %v %v, the document has %v %v", where, r.v3, have, v3, want)
		}
	}
}
