package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/medtech"
	"github.com/emrkit/emrkit/medtech/medtechtest"
)

// enrolled is somebody of the seeded practice, with the NHI.
func enrolled(n int) emr.NewPatient {
	p := emrtest.People()[n]
	p.Identifiers = []emr.Identifier{medtech.NHI(medtechtest.NHI(n))}
	return p
}

func TestThePrintedLinesOfMedtechAreEnoughToBook(t *testing.T) {
	t.Parallel()
	p := start(t, "-vendor", "medtech")
	if step, err := mainJob(t, p.connect(t), enrolled(2)); err != nil {
		t.Fatalf("%s: %v", step, err)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	out := p.stderr.String()
	for _, line := range []string{"POST (token) client_credentials 200\n", "GET Patient 200\n", "POST Appointment 201\n", "PUT Appointment 200\n", "live bookings: 0; broken rules: 0"} {
		if strings.Count(out, line) != 1 {
			t.Errorf("not once %q in\n%s", line, out)
		}
	}
	if secret := p.env["MEDTECH_CLIENT_SECRET"]; secret == "" || strings.Contains(out, secret) || strings.Contains(out, medtechtest.NHI(2)) {
		t.Error("the secret or the NHI is in the journal, or there is none")
	}
}

func TestAFaultOfMedtechIsMetInItsStepAndToldInTheJournal(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fault string
		step  string   // where the job ends; "": it comes through
		kind  emr.Kind // of the error
		line  string   // of the journal
	}{
		{"lost-reply", "", "", "POST Appointment 201, answer lost (fault lost-reply)\n"},
		{"lost-reply@cancel", "", "", "PUT Appointment 200, answer lost (fault lost-reply)\n"},
		{"write-never-completed", "book", emr.KindAmbiguous, "POST Appointment not done, connection cut (fault write-never-completed)\n"},
		{"slot-taken", "book", emr.KindConflict, "POST Appointment 422 (fault slot-taken)\n"},
		{"500@book", "book", emr.KindAmbiguous, "POST Appointment 500 (fault 500)\n"},
		{"500@slots", "slots", emr.KindUnavailable, "GET Slot 500 (fault 500)\n"},
		{"429@slots=1", "", "", "GET Slot 429 (fault 429)\n"},
		{"next-loop@patient", "patient", emr.KindProtocol, "GET Patient 200 (fault next-loop)\n"},
		{"next-foreign-host@patient", "", "", "GET Patient 200 (fault next-foreign-host)\n"},
		{"revoked-token@book", "", "", "POST Appointment 401 (fault revoked-token)\n"},
	} {
		t.Run(tc.fault, func(t *testing.T) {
			t.Parallel()
			p := start(t, "-vendor", "medtech", "-fault", tc.fault)
			step, err := mainJob(t, p.connect(t), enrolled(2))
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
