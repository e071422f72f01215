package fhir

import "testing"

func TestOfficialR4ExamplesRoundTripUnchanged(t *testing.T) {
	t.Parallel()
	opts := &Options{Version: R4}
	seen := map[string]int{}
	check := func(name string, r Resource, original []byte) {
		seen[r.ResourceType()]++
		out, err := Encode(r, opts)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		sameJSON(t, name+" as encoded", out, original)
		w := &writer{typed: true, names: namesR4}
		w.object(r)
		if w.err != nil {
			t.Errorf("%s: %v", name, w.err)
			return
		}
		sameJSON(t, name+" from the typed fields", w.buf, original)
	}
	for name, data := range fixtures(t, "fhir/r4") {
		if b, err := ParseBundle(data, opts); err == nil {
			for _, e := range b.Entries() {
				if e.Raw().Len() == 0 {
					continue
				}
				r, err := e.Resource()
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				check(name+" "+r.ResourceType(), r, e.Raw().Bytes())
			}
			continue
		}
		r, err := DecodeAny(data, opts)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		check(name, r, data)
	}
	for _, name := range []string{"Patient", "Appointment", "Slot", "Schedule", "Location", "Practitioner", "DocumentReference",
		"Encounter", "OperationOutcome", "Media", "Communication", "Task"} {
		if seen[name] == 0 {
			t.Errorf("no example of %s was read", name)
		}
	}
}

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
