package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
)

func TestThePrintedLinesOfNexHealthAreEnoughToBook(t *testing.T) {
	t.Parallel()
	for _, product := range []string{"production", "sandbox"} {
		p := start(t, "-vendor", "nexhealth", "-product", product)
		if step, err := mainJob(t, p.connect(t), emrtest.Invent(814)); err != nil {
			t.Fatalf("%s: %s: %v", product, step, err)
		}
		if code := p.stop(); code != 0 {
			t.Errorf("exit code %d", code)
		}
		out := p.stderr.String()
		for _, line := range []string{"POST (token) for a key 201\n", "POST patients 201\n", "POST appointments 201\n", "PATCH appointments/... 200\n", "live bookings: 0; broken rules: 0"} {
			if strings.Count(out, line) != 1 {
				t.Errorf("not once %q in\n%s", line, out)
			}
		}
		if key := p.env["NEXHEALTH_API_KEY"]; key == "" || strings.Contains(out, key) {
			t.Error("the key is in the journal, or empty")
		}
	}
}

func TestAFaultOfNexHealthIsMetInItsStepAndToldInTheJournal(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fault string
		step  string   // where the job ends; "": it comes through
		kind  emr.Kind // of the error
		line  string   // of the journal
	}{
		{"lost-reply", "", "", "POST appointments 201, answer lost (fault lost-reply)\n"},
		{"lost-reply@cancel", "", "", "PATCH appointments/... 200, answer lost (fault lost-reply)\n"},
		{"write-never-completed", "", "", "POST appointments 201 (fault write-never-completed)\n"},
		{"slot-taken", "book", emr.KindConflict, "POST appointments 400 (fault slot-taken)\n"},
		{"500@book", "book", emr.KindAmbiguous, "POST appointments 500 (fault 500)\n"},
		{"500@slots", "slots", emr.KindUnavailable, "GET available_slots 500 (fault 500)\n"},
		{"429@slots=1", "", "", "GET available_slots 429 (fault 429)\n"},
		{"next-loop", "patient", emr.KindProtocol, "GET patients 200 (fault next-loop)\n"},
		{"duplicate-patient", "", "", "POST patients 200 (fault duplicate-patient)\n"},
		{"revoked-token@book", "", "", "POST appointments 401 (fault revoked-token)\n"},
	} {
		t.Run(tc.fault, func(t *testing.T) {
			t.Parallel()
			person := emrtest.Invent(815)
			if tc.fault == "next-loop" {
				person = emrtest.Invent(3) // somebody is found: an empty list has no next page
			}
			p := start(t, "-vendor", "nexhealth", "-fault", tc.fault)
			step, err := mainJob(t, p.connect(t), person)
			p.stop()
			var e *emr.Error
			if step != tc.step || tc.kind != "" && (!errors.As(err, &e) || e.Kind != tc.kind) {
				t.Errorf("ended in %q with %v", step, err)
			}
			if out := p.stderr.String(); !strings.Contains(out, tc.line) {
				t.Errorf("no %q in\n%s", tc.line, out)
			}
		})
	}
}
