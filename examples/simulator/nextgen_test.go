package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
)

func TestThePrintedLinesOfNextGenAreEnoughToBook(t *testing.T) {
	t.Parallel()
	p := start(t, "-vendor", "nextgen")
	if step, err := mainJob(t, p.connect(t), emrtest.Invent(816)); err != nil {
		t.Fatalf("%s: %v", step, err)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	out := p.stderr.String()
	for _, line := range []string{"POST (token) client_credentials 200\n", "PUT users/... 200\n", "POST persons 201\n", "POST appointments 201\n", "POST appointments/... 200\n", "live bookings: 0; broken rules: 0"} {
		if strings.Count(out, line) != 1 {
			t.Errorf("not once %q in\n%s", line, out)
		}
	}
	for _, name := range []string{"NEXTGEN_CLIENT_SECRET", "NEXTGEN_SITE_ID"} {
		if v := p.env[name]; v == "" || strings.Contains(out, v) {
			t.Errorf("%s is in the journal, or there is none", name)
		}
	}
}

func TestAFaultOfNextGenIsMetInItsStepAndToldInTheJournal(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fault string
		step  string   // where the job ends; "": it comes through
		kind  emr.Kind // of the error
		line  string   // of the journal
	}{
		{"lost-reply", "", "", "POST appointments 201, answer lost (fault lost-reply)\n"},
		{"lost-reply@cancel", "", "", "POST appointments/... 200, answer lost (fault lost-reply)\n"},
		{"write-never-completed", "book", emr.KindAmbiguous, "POST appointments not done, connection cut (fault write-never-completed)\n"},
		{"slot-taken", "book", emr.KindConflict, "POST appointments 400 (fault slot-taken)\n"},
		{"500@book", "book", emr.KindAmbiguous, "POST appointments 500 (fault 500)\n"},
		{"500@slots", "slots", emr.KindUnavailable, "GET appointments/... 500 (fault 500)\n"},
		{"429@slots=1", "", "", "GET appointments/... 429 (fault 429)\n"},
		{"next-loop", "slots", emr.KindProtocol, "GET appointments/... 200 (fault next-loop)\n"},
		{"duplicate-patient", "", "", "POST persons 409 (fault duplicate-patient)\n"},
		{"revoked-token@book", "", "", "POST appointments 401 (fault revoked-token)\n"},
	} {
		t.Run(tc.fault, func(t *testing.T) {
			t.Parallel()
			p := start(t, "-vendor", "nextgen", "-fault", tc.fault)
			step, err := mainJob(t, p.connect(t), emrtest.Invent(817))
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
