package fhir

import "testing"

func TestR4_NamesAndListsDifferFromSTU3(t *testing.T) {
	t.Parallel()
	opts := &Options{Version: R4}
	for name, tt := range map[string]struct {
		r    Resource
		want string
	}{
		"appointment": {
			&Appointment{Reason: []CodeableConcept{{Text: "x"}}, ServiceCategory: CodeableConcept{Text: "y"}},
			`{"resourceType":"Appointment","serviceCategory":[{"text":"y"}],"reasonCode":[{"text":"x"}]}`,
		},
		"document": {
			&DocumentReference{Class: CodeableConcept{Text: "x"}, Indexed: "2030-03-04T09:05:00+13:00", Context: DocumentContext{Encounter: Reference{Reference: "Encounter/1"}}},
			`{"resourceType":"DocumentReference","category":[{"text":"x"}],"date":"2030-03-04T09:05:00+13:00","context":{"encounter":[{"reference":"Encounter/1"}]}}`,
		},
		"binary": {&Binary{ContentType: "text/plain", Content: "eA=="}, `{"resourceType":"Binary","contentType":"text/plain","data":"eA=="}`},
	} {
		out, err := Encode(tt.r, opts)
		if err != nil || string(out) != tt.want {
			t.Errorf("%s: %s, want %s (%v)", name, out, tt.want, err)
		}
		again, err := DecodeAny(out, opts)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if back, err := Encode(again, opts); err != nil || string(back) != tt.want {
			t.Errorf("%s read and written: %s (%v)", name, back, err)
		}
	}
}

func TestR4_AMemberNamedAsInSTU3IsAnotherThing(t *testing.T) {
	t.Parallel()
	doc := `{"resourceType":"Appointment","reason":"free text","reasonCode":[{"text":"x"}]}`
	a, err := Decode[Appointment]([]byte(doc), &Options{Version: R4})
	if err != nil || len(a.Reason) != 1 || a.Reason[0].Text != "x" {
		t.Fatal(err)
	}
	if out, err := Encode(a, &Options{Version: R4}); err != nil || string(out) != doc {
		t.Errorf("%s (%v)", out, err)
	}
}
