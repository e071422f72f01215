package nextech_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nextech"
	"github.com/emrkit/emrkit/nextech/nextechtest"
)

// TestFault_F8_requestBodiesHaveWhatSTU3Demands looks at every recorded request; CI also
// runs a validator written by others over them (.ci/bodies).
func TestFault_F8_requestBodiesHaveWhatSTU3Demands(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../testdata/nextech/*/*.request.http")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, body, _ := bytes.Cut(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), []byte("\n\n"))
		var r map[string]any
		if len(bytes.TrimSpace(body)) == 0 || json.Unmarshal(body, &r) != nil {
			continue
		}
		kind, _ := r["resourceType"].(string)
		if kind == "Appointment" && r["start"] == nil {
			continue // a change of status is a part of a resource
		}
		seen[kind]++
		for _, member := range map[string][]string{
			"Appointment":       {"status", "participant"},
			"DocumentReference": {"status", "type", "indexed", "content"},
		}[kind] {
			if r[member] == nil {
				t.Errorf("%s: no %s, which STU3 demands", name, member)
			}
		}
		participants, _ := r["participant"].([]any)
		for _, p := range participants {
			if p, _ := p.(map[string]any); p["status"] == nil {
				t.Errorf("%s: a participant without status, which STU3 demands", name)
			}
		}
		for _, r4 := range []string{"reasonCode", "cancelationReason", "basedOn"} {
			if r[r4] != nil {
				t.Errorf("%s: %s is a member of R4", name, r4)
			}
		}
	}
	if seen["Appointment"] == 0 || seen["DocumentReference"] == 0 || seen["Patient"] == 0 {
		t.Errorf("looked at %v: a kind is missing", seen)
	}
}

// TestFault_B4_ifNoneExistIsNeverSent: Nextech documents no conditional create, and no key
// that would make a repeated one safe.
func TestFault_B4_ifNoneExistIsNeverSent(t *testing.T) {
	t.Parallel()
	sim := nextechtest.New(t, nil)
	nx, err := nextech.New(sim.Config(), &emr.Options{HTTPClient: sim.HTTPClient()})
	if err != nil {
		t.Fatal(err)
	}
	c := emr.NewClient(nx, nil)
	t.Cleanup(func() { _ = c.Close() })
	person := emrtest.Invent(40_001)
	found, err := c.FindOrCreatePatient(t.Context(), &person)
	if err != nil || !found.Created {
		t.Fatalf("%v, created %v", err, found)
	}
	slot, err := emr.First(c.FindSlots(t.Context(), emr.SlotQuery{}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Book(t.Context(), &emr.Booking{Patient: found.Patient, Slot: slot}); err != nil {
		t.Fatal(err)
	}
	writes := 0
	for _, r := range sim.Requests() {
		if r.Write {
			writes++
		}
		for _, name := range []string{"If-None-Exist", "If-Match", "If-None-Match", "Idempotency-Key", "X-Idempotency-Key"} {
			if r.Header.Get(name) != "" {
				t.Errorf("%s %s carries %s", r.Method, r.Path, name)
			}
		}
	}
	if writes != 2 {
		t.Errorf("%d writes, want the patient and the booking", writes)
	}
}
