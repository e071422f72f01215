package nexhealth

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"

	"github.com/emrkit/emrkit/emr"
)

// TestEachCallAboutAPersonIsAuditedWithThatPerson: once a call, writes as writes, and
// nothing about reference data.
func TestEachCallAboutAPersonIsAuditedWithThatPerson(t *testing.T) {
	t.Parallel()
	about := map[string]bool{
		opGetPatient: true, opAlerts: true, opListAppointments: true, opBook: true, opConfirm: true, opArrive: true, opCancel: true,
		opReschedule: true, opListDocuments: true, opOpenDocument: true, opUpload: true, opRecalls: true, opProcedures: true, opCoverages: true,
	}
	nobody := map[string]bool{opFindPatients: true, opCreatePatient: true, opGetAppointment: true, opListChanges: true, opCoverage: true, opRaw: true}
	writes := map[string]bool{opCreatePatient: true, opBook: true, opConfirm: true, opArrive: true, opCancel: true, opReschedule: true, opUpload: true}
	for op, do := range operations() {
		mock := httpmock.NewMockTransport()
		mock.RegisterNoResponder(func(req *http.Request) (*http.Response, error) {
			switch req.Method + " " + req.URL.Path {
			case "POST /authenticates":
				return reply(req, 201, tokenAnswer(jwt(1, time.Now(), time.Hour))), nil
			case "GET /locations":
				return reply(req, 200, office), nil
			}
			return reply(req, 403, `{"code":false,"error":["You don't have access to perform this action."]}`), nil
		})
		var events []emr.AuditEvent
		c, err := New(testConfig(), &emr.Options{
			HTTPClient: &http.Client{Transport: mock}, Name: "pier",
			Audit: func(_ context.Context, e emr.AuditEvent) { events = append(events, e) },
		})
		if err != nil {
			t.Fatal(err)
		}
		_ = do(t.Context(), quiet(c))
		_ = c.Close()
		if !about[op] && !nobody[op] {
			if len(events) != 0 {
				t.Errorf("%s is about nobody and was audited: %v", op, events)
			}
			continue
		}
		if len(events) != 1 {
			t.Errorf("%s: %d events", op, len(events))
			continue
		}
		e := events[0]
		if (e.Patient == tessaID) != about[op] || e.Patient.IsZero() == about[op] {
			t.Errorf("%s: of another person, or of nobody", op)
		}
		if e.Op != op || e.Write != writes[op] || e.Kind != emr.KindPermission || e.Vendor != vendor || e.Name != "pier" || strings.ContainsAny(e.Route, "0123456789?") {
			t.Errorf("%s: %+v", op, e)
		}
	}
}

// TestABookingThatMayWaitIsLogged with no word about whose it is, and one that need not is not.
func TestABookingThatMayWaitIsLogged(t *testing.T) {
	t.Parallel()
	for _, warnings := range [][]string{nil, {"the sync is down"}} {
		c, _ := connect(t, nil, step{status: 201, body: good(`{"appt":` + visitRecord() + `}`)})
		var said bytes.Buffer
		c.log = slog.New(slog.NewTextHandler(&said, nil))
		c.standings.put(testLocation, standing{at: time.Now(), known: true, warnings: warnings})
		if _, err := (parts{c}).Book(t.Context(), visitBooking(t)); err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(said.String(), "level=WARN"); lines != len(warnings) || leak(said.String()) != "" {
			t.Errorf("%d lines: %s", lines, said.String())
		}
	}
}

// TestFault_X1_aCancelledContextSendsNothing, not even for a token.
func TestFault_X1_aCancelledContextSendsNothing(t *testing.T) {
	t.Parallel()
	for op, do := range operations() {
		c, r := connect(t, nil)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := do(ctx, parts{c}); emr.KindOf(err) != emr.KindCanceled || len(r.seen) != 0 || r.tokens != 0 {
			t.Errorf("%s: %v after %d requests and %d tokens", op, err, len(r.seen), r.tokens)
		}
	}
}
