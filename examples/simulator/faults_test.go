package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
)

// mainJob finds a patient whom the simulator has, or creates one, books the first time
// and cancels it; it ends at the first error and tells in which step.
func mainJob(t *testing.T, c *emr.Client, person emr.NewPatient) (step string, err error) {
	t.Helper()
	found, err := c.FindOrCreatePatient(t.Context(), &person)
	if err != nil {
		return "patient", err
	}
	slot, err := emr.First(c.FindSlots(t.Context(), emr.SlotQuery{From: emr.Today(nil).AddDays(1)}))
	if err != nil {
		return "slots", err
	}
	a, err := c.Book(t.Context(), &emr.Booking{Patient: found.Patient, Slot: slot})
	if err != nil {
		return "book", err
	}
	if _, err = c.Cancel(t.Context(), a.ID, nil); err != nil {
		return "cancel", err
	}
	return "", nil
}

func TestAFaultIsMetInItsStepAndToldInTheJournal(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fault string
		step  string   // where the job ends; "": it comes through
		kind  emr.Kind // of the error
		line  string   // of the journal
	}{
		{"lost-reply", "", "", "POST Appointment 201, answer lost (fault lost-reply)\n"},
		{"lost-reply@patient", "", "", "POST Patient 201, answer lost (fault lost-reply)\n"},
		{"lost-reply@cancel", "", "", "PUT Appointment/... 200, answer lost (fault lost-reply)\n"},
		{"write-never-completed", "book", emr.KindAmbiguous, "POST Appointment not done, connection cut (fault write-never-completed)\n"},
		{"slot-taken", "book", emr.KindConflict, "POST Appointment 409 (fault slot-taken)\n"},
		{"500@book", "book", emr.KindAmbiguous, "POST Appointment 500 (fault 500)\n"},
		{"500@slots", "slots", emr.KindUnavailable, "GET Slot 500 (fault 500)\n"},
		{"500", "patient", emr.KindUnavailable, "GET Patient 500 (fault 500)\n"},
		{"truncated-json@book", "", "", "POST Appointment 201 (fault truncated-json)\n"},
		{"429@slots=1", "", "", "GET Slot 429 (fault 429)\n"},
		{"duplicate-patient", "", "", "POST Patient 409 (fault duplicate-patient)\n"},
		{"revoked-token@book", "", "", "POST Appointment 401 (fault revoked-token)\n"},
		{"html-200@cancel", "cancel", emr.KindAmbiguous, "PUT Appointment/... 200 (fault html-200)\n"},
	} {
		t.Run(tc.fault, func(t *testing.T) {
			t.Parallel()
			p := start(t, "-vendor", "nextech", "-fault", tc.fault)
			step, err := mainJob(t, p.connect(t), emrtest.Invent(812))
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

func TestARevokedPasswordTokenIsRefreshedAndTheJournalTellsTheGrants(t *testing.T) {
	t.Parallel()
	p := start(t, "-vendor", "nextech", "-auth", "azure", "-fault", "revoked-token", "-fault", "slow-token=1")
	if step, err := mainJob(t, p.connect(t), emrtest.Invent(813)); err != nil {
		t.Fatalf("%s: %v", step, err)
	}
	p.stop()
	out := p.stderr.String()
	for _, line := range []string{"POST (token) password 200 (fault slow-token)\n", "401 (fault revoked-token)\n", "POST (token) refresh_token 200\n"} {
		if strings.Count(out, line) != 1 {
			t.Errorf("not once %q in\n%s", line, out)
		}
	}
	for _, name := range []string{"NEXTECH_PASSWORD", "NEXTECH_USERNAME", "NEXTECH_CLIENT_SECRET"} {
		if p.env[name] == "" || strings.Contains(out, p.env[name]) {
			t.Errorf("%s is in the journal, or empty", name)
		}
	}
}

func TestEveryFaultHasAUsualStepAndTakesEachOfItsSteps(t *testing.T) {
	t.Parallel()
	for _, v := range vendors() {
		for _, f := range emrtest.Faults() {
			usual, err := v.parseFault(string(f))
			if len(v.steps(f)) == 0 {
				if err == nil || !v.readOnly {
					t.Errorf("%s: a fault that cannot happen at %s is taken", f, v.name)
				}
				continue
			}
			if err != nil || usual != (failure{f, v.steps(f)[0], often(f)}) {
				t.Errorf("%s: %+v %v", f, usual, err)
			}
			for _, s := range v.steps(f) {
				if got, err := v.parseFault(string(f) + "@" + string(s) + "=7"); err != nil || got != (failure{f, s, 7}) {
					t.Errorf("%s@%s: %+v %v", f, s, got, err)
				}
			}
		}
	}
}

func TestHelpListsEveryFaultWithItsStepAndMeaning(t *testing.T) {
	t.Parallel()
	var out, problems bytes.Buffer
	if code := run(t.Context(), []string{"-h"}, &out, &problems); code != 0 || problems.Len() > 0 {
		t.Errorf("%d %s", code, problems.String())
	}
	for _, f := range emrtest.Faults() {
		line := fmt.Sprintf("  %-18s @%-8s =%-4d %s\n", f, f.Steps()[0], often(f), meaning(f))
		if meaning(f) == "" || !strings.Contains(out.String(), line) {
			t.Errorf("%s is not explained", f)
		}
		for _, s := range f.Steps() {
			if !strings.Contains(out.String(), fmt.Sprintf("\n  %-8s ", s)) {
				t.Errorf("step %s is not explained", s)
			}
		}
	}
}
