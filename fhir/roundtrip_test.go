package fhir

import (
	"strings"
	"testing"
)

// typedIn counts the resources of Go types of their own that were read.
func typedIn(r Resource) bool {
	_, generic := r.(*Generic)
	return !generic
}

func roundTrip(t *testing.T, name string, r Resource, original []byte) {
	t.Helper()
	sameJSON(t, name+" as encoded", []byte(encode(t, r)), original)
	sameJSON(t, name+" from the typed fields", encodeTyped(t, r), original)
}

func TestOfficialSTU3ExamplesRoundTripUnchanged(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for name, data := range fixtures(t, "fhir/stu3") {
		if strings.HasPrefix(name, "Bundle-") {
			bundle, err := ParseBundle(data, nil)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			for _, e := range bundle.Entries() {
				if e.Raw().Len() == 0 {
					continue
				}
				r, err := e.Resource()
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				seen[r.ResourceType()]++
				roundTrip(t, name+" "+r.ResourceType(), r, e.Raw().Bytes())
			}
			continue
		}
		r, err := DecodeAny(data, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if typedIn(r) {
			seen[r.ResourceType()]++
		}
		roundTrip(t, name, r, data)
	}
	for _, name := range []string{"Patient", "Appointment", "AppointmentResponse", "Slot", "Schedule", "Location",
		"Practitioner", "DocumentReference", "Encounter", "OperationOutcome"} {
		if seen[name] == 0 {
			t.Errorf("no example of %s was read", name)
		}
	}
}

// Other releases come later; what is there must already survive. Two members
// of DSTU2 have another type and wait for its adapter.
func TestOfficialR4AndDSTU2ExamplesAreNotDamaged(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"fhir/r4", "fhir/dstu2"} {
		for name, data := range fixtures(t, folder) {
			r, err := DecodeAny(data, nil)
			if at := elementOf(err); folder == "fhir/dstu2" && KindOf(err) == WrongType &&
				(at == "Encounter.class" || at == "DocumentReference.docStatus") {
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			sameJSON(t, name, []byte(encode(t, r)), data)
		}
	}
}

func TestNextechSamplesDecodeAndRoundTrip(t *testing.T) {
	t.Parallel()
	opts := &Options{JoinArrays: []string{"identifier"}}
	for name, data := range fixtures(t, "nextech") {
		if strings.HasPrefix(name, "aad_") || strings.Contains(name, "_token_") ||
			name == "select_r4_export_manifest.json" || name == "select_coverage_entry.json" {
			if err := Check(data, nil); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue // no resource
		}
		if !strings.Contains(string(data), `"Bundle"`) {
			r, err := DecodeAny(data, opts)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if p, ok := r.(*Practitioner); ok && !strings.Contains(name, "r4") {
				if len(p.Identifier) != 2 {
					t.Errorf("%s: %d identifiers, want the two members joined", name, len(p.Identifier))
				}
				continue // encoding/json cannot tell what was there
			}
			sameJSON(t, name, []byte(encode(t, r)), data)
			continue
		}
		bundle, err := ParseBundle(data, opts)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		n := 0
		for e := range bundle.Matches() {
			n++
			r, err := e.Resource()
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			sameJSON(t, name, []byte(encode(t, r)), e.Raw().Bytes())
		}
		if n == 0 {
			t.Errorf("%s: no entries", name)
		}
	}
}
