package fhir

import "testing"

// The hook that all releases use, with a table of our own.
func TestAnotherReleaseIsATableOfNames(t *testing.T) {
	t.Parallel()
	names := renames{"Appointment": {"reasonCode": "reason", "note": "comment"}}
	doc := `{"resourceType":"Appointment","reasonCode":[{"text":"Mole Review"}],"note":"web","start":"2026-03-02T14:00:00-05:00"}`
	c := newCursor([]byte(doc), nil)
	c.names = names
	a := new(Appointment)
	a.decode(c)
	if err := c.end(); err != nil {
		t.Fatal(err)
	}
	if len(a.Reason) != 1 || a.Reason[0].Text != "Mole Review" || a.Comment != "web" {
		t.Error("members with other names were not read")
	}
	a.Comment = "phone"
	w := &writer{names: names}
	w.object(a)
	want := `{"resourceType":"Appointment","reasonCode":[{"text":"Mole Review"}],"note":"phone","start":"2026-03-02T14:00:00-05:00"}`
	if string(w.buf) != want {
		t.Errorf("written as %s", w.buf)
	}
	w = &writer{names: names}
	w.object(&Appointment{Reason: []CodeableConcept{{Text: "x"}}})
	if want := `{"resourceType":"Appointment","reasonCode":[{"text":"x"}]}`; string(w.buf) != want {
		t.Errorf("written as %s", w.buf)
	}
}
