package fhir

import (
	"reflect"
	"testing"
)

func TestExtensionValuesOfEveryType(t *testing.T) {
	t.Parallel()
	doc := `{"resourceType":"appointment-type","id":"12","extension":[
		{"url":"https://clinic.example/api/structuredefinition/appointment-type#name","valueString":"Consult"},
		{"url":"a","valueInteger":"30"},{"url":"a","valueBoolean":"true"},{"url":"a","valueCode":"VV"},
		{"url":"a","valueUri":"urn:x"},{"url":"a","valueDate":"2026-03"},{"url":"a","valueDateTime":"2026-03-02"},
		{"url":"a","valueInstant":"2026-03-02T14:00:00Z"},{"url":"a","valueDecimal":1.50},
		{"url":"a","valueReference":{"reference":"location/7"}},{"url":"a","valueIdentifier":{"id":"modifiedBy","value":"x"}},
		{"url":"a","valueCodeableConcept":{"text":"t"}},{"url":"a","valueCoding":{"code":"c"}},
		{"url":"a","valuePeriod":{"start":"2026"}},{"url":"a","valueHumanName":{"family":"Roy"}},
		{"url":"a","extension":[{"url":"nested","valueString":"in"}]},{"url":"a"}]}`
	g, err := Decode[Generic]([]byte(doc), nil)
	if err != nil {
		t.Fatal(err)
	}
	if g.ResourceType() != "appointment-type" || g.ResourceID() != "12" {
		t.Error("type or id")
	}
	name, part := g.Extension[0].LocalName()
	if name != "appointment-type" || part != "name" {
		t.Errorf("local name %q, %q", name, part)
	}
	if name, part := g.Extension[1].LocalName(); name != "a" || part != "" {
		t.Errorf("local name %q, %q", name, part)
	}
	x := g.Extension
	got := []any{}
	add := func(v any, ok bool) {
		if !ok {
			t.Errorf("value %d was not read", len(got))
		}
		got = append(got, v)
	}
	add(x[0].ValueString())
	add(x[1].ValueInteger())
	add(x[2].ValueBoolean())
	add(x[3].ValueCode())
	add(x[4].ValueURI())
	add(x[5].ValueDate())
	add(x[6].ValueDateTime())
	add(x[7].ValueInstant())
	add(x[8].ValueDecimal())
	ref, ok := x[9].ValueReference()
	add(ref.Reference, ok)
	id, ok := x[10].ValueIdentifier()
	add(id.ID+" "+id.Value, ok)
	cc, ok := x[11].ValueCodeableConcept()
	add(cc.Text, ok)
	coding, ok := x[12].ValueCoding()
	add(coding.Code, ok)
	period, ok := x[13].ValuePeriod()
	add(string(period.Start), ok)
	human, ok := x[14].ValueHumanName()
	add(human.Family, ok)
	add(x[15].Extension[0].ValueString())
	want := []any{"Consult", int64(30), true, "VV", "urn:x", Date("2026-03"), DateTime("2026-03-02"), Instant("2026-03-02T14:00:00Z"),
		Decimal("1.50"), "location/7", "modifiedBy x", "t", "c", "2026", "Roy", "in"}
	if !reflect.DeepEqual(got, want) {
		t.Error("values differ")
	}
	if x[16].ValueType() != "" || x[9].ValueType() != "Reference" {
		t.Error("value type")
	}
	if _, ok := x[9].ValueString(); ok {
		t.Error("a reference read as a string")
	}
	sameJSON(t, "generic", []byte(encode(t, g)), []byte(doc))
}

func TestExtensionValuesOfTheWrongShapeAreNotRead(t *testing.T) {
	t.Parallel()
	g, err := Decode[Generic]([]byte(`{"resourceType":"x","extension":[{"url":"a","valueBoolean":"maybe"},{"url":"a","valueReference":"location/7"},{"url":"a","valueInteger":1.5},{"url":"a","valueBoolean":null}]}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := g.Extension[0].ValueBoolean(); ok {
		t.Error("boolean")
	}
	if _, ok := g.Extension[1].ValueReference(); ok {
		t.Error("reference")
	}
	if _, ok := g.Extension[2].ValueInteger(); ok {
		t.Error("integer")
	}
	if _, ok := g.Extension[3].ValueBoolean(); ok {
		t.Error("null")
	}
}

func TestNewExtensionsReadBackAndEncode(t *testing.T) {
	t.Parallel()
	g := &Generic{Type: "x", Extension: []Extension{
		NewExtension("a", "text \"quoted\""), NewExtension("a", Code("c")), NewExtension("a", true), NewExtension("a", 30),
		NewExtension("a", Decimal("1.50")), NewExtension("a", Date("2026")), NewExtension("a", DateTime("2026")), NewExtension("a", Instant("2026-03-02T14:00:00Z")),
		NewExtension("a", Reference{Reference: "location/7"}), NewExtension("a", Identifier{ID: "modifiedBy", Value: "x"}),
		NewExtension("a", CodeableConcept{Text: "t"}), NewExtension("a", Coding{Code: "c"}), NewExtension("a", Period{Start: "2026"}),
		{URL: "a", Extension: []Extension{NewExtension("b", "")}},
	}}
	want := `{"resourceType":"x","extension":[{"url":"a","valueString":"text \"quoted\""},{"url":"a","valueCode":"c"},{"url":"a","valueBoolean":true},{"url":"a","valueInteger":30},` +
		`{"url":"a","valueDecimal":1.50},{"url":"a","valueDate":"2026"},{"url":"a","valueDateTime":"2026"},{"url":"a","valueInstant":"2026-03-02T14:00:00Z"},` +
		`{"url":"a","valueReference":{"reference":"location/7"}},{"url":"a","valueIdentifier":{"id":"modifiedBy","value":"x"}},` +
		`{"url":"a","valueCodeableConcept":{"text":"t"}},{"url":"a","valueCoding":{"code":"c"}},{"url":"a","valuePeriod":{"start":"2026"}},` +
		`{"url":"a","extension":[{"url":"b","valueString":""}]}]}`
	if got := encode(t, g); got != want {
		t.Errorf("written as\n%s", got)
	}
	if s, ok := g.Extension[0].ValueString(); !ok || s != `text "quoted"` {
		t.Errorf("read back as %q", s)
	}
	if d, ok := g.Extension[4].ValueDecimal(); !ok || d != "1.50" {
		t.Errorf("read back as %q", d)
	}
}
