package fhir

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// typedIn counts the resources of Go types of their own that were read.
func typedIn(r Resource) bool {
	_, generic := r.(*Generic)
	return !generic
}

// clinical are the types of which every release of the official examples has some.
var clinical = []string{"Patient", "Appointment", "Slot", "Schedule", "Location", "Practitioner", "DocumentReference", "Encounter", "OperationOutcome"}

func TestOfficialExamplesOfAllReleasesRoundTripUnchanged(t *testing.T) {
	t.Parallel()
	for _, release := range []struct {
		folder  string
		version Version
		files   int
		types   []string // besides clinical
	}{
		{"fhir/dstu2", DSTU2, 80, []string{"AppointmentResponse", "Media", "Communication"}},
		{"fhir/stu3", STU3, 79, []string{"AppointmentResponse", "Media", "Communication", "Task"}},
		{"fhir/r4", R4, 99, []string{"AppointmentResponse", "Media", "Communication", "Task"}},
	} {
		t.Run(release.version.String(), func(t *testing.T) {
			t.Parallel()
			files := fixtures(t, release.folder)
			if len(files) != release.files {
				t.Errorf("%d files, want %d", len(files), release.files)
			}
			seen := map[string]int{}
			for name, data := range files {
				officialFile(t, name, data, release.version, seen)
			}
			for _, name := range append(release.types, clinical...) {
				if seen[name] == 0 {
					t.Errorf("no example of %s was read", name)
				}
			}
		})
	}
}

// officialFile reads a file as a resource and, if it is a Bundle, also as one with
// all resources in it, and counts those of Go types of their own in seen.
func officialFile(t *testing.T, name string, data []byte, version Version, seen map[string]int) {
	t.Helper()
	opts := &Options{Version: version}
	check := func(name string, r Resource, original []byte) {
		if typedIn(r) {
			seen[r.ResourceType()]++
		}
		out, err := Encode(r, opts)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		sameJSON(t, name+" as encoded", out, original)
		w := &writer{typed: true, names: renamed(version)}
		if w.object(r); w.err != nil {
			t.Errorf("%s: %v", name, w.err)
			return
		}
		got, want := tree(t, w.buf), tree(t, original)
		if version == DSTU2 { // one field holds all family names, and the code alone of a status
			got, want = joined(got), joined(want)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s from the typed fields: JSON differs\n got: %s\nwant: %s", name, w.buf, original)
		}
	}
	r, err := DecodeAny(data, opts)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	check(name, r, data)
	if r.ResourceType() != "Bundle" {
		return
	}
	bundle, err := ParseBundle(data, opts)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
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
		check(name+" "+r.ResourceType(), r, e.Raw().Bytes())
	}
}

// joined puts what the Go fields of DSTU2 join into one into one: the family names
// of a person, and the first code of a document's status.
func joined(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			v[key] = joined(value)
		}
		if list, ok := v["family"].([]any); ok {
			v["family"] = strings.TrimSuffix(fmt.Sprintln(list...), "\n")
		}
		if status, ok := v["docStatus"].(map[string]any); ok {
			v["docStatus"] = status["coding"].([]any)[0].(map[string]any)["code"]
		}
	case []any:
		for i := range v {
			v[i] = joined(v[i])
		}
	}
	return v
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
