package medtech

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/emr"
)

// sameRequest compares the nth write that w saw with testdata/medtech/{name}.request.http,
// whose bodies CI validates as R4 (.ci/bodies). EMRKIT_UPDATE=1 writes the file.
func sameRequest(t *testing.T, w *wire, n int, name string) {
	t.Helper()
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, []byte(w.bodies[n]), "", "  "); err != nil {
		t.Fatal(err)
	}
	req, file := w.seen[n], filepath.Join("..", "testdata", "medtech", name+".request.http")
	got := fmt.Sprintf("%s %s HTTP/1.1\nContent-Type: %s\nmt-facilityid: %s\n\n%s\n",
		req.Method, req.URL.RequestURI(), req.Header.Get("Content-Type"), req.Header.Get("mt-facilityid"), pretty.String())
	if os.Getenv("EMRKIT_UPDATE") != "" {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: %s", name, diff)
	}
}

func TestAppointmentRequestsAreTheFixtures(t *testing.T) {
	t.Parallel()
	start := time.Date(2030, 3, 3, 20, 0, 0, 0, time.UTC)
	booking := &emr.Booking{
		Patient: inboxPatient(), Note: emr.NewPHI("Repeat visit"),
		Slot: &emr.Slot{Start: start, End: start.Add(15 * time.Minute), Practitioner: "p1", Location: "l1"},
	}
	book := func(ctx context.Context, p parts) (*emr.Appointment, error) { return p.Book(ctx, booking) }
	cancel := func(ctx context.Context, p parts) (*emr.Appointment, error) { return p.Cancel(ctx, booked(), nil) }
	for name, c := range map[string]struct {
		edit   func(*Config)
		status string
		do     func(context.Context, parts) (*emr.Appointment, error)
	}{
		"appointment_book": {nil, "booked", book},
		"appointment_proposed": {func(cfg *Config) {
			cfg.BookingStatus = "proposed"
			cfg.AbsoluteReferences, cfg.ReferenceTypes = true, true
		}, "proposed", book},
		"appointment_cancel": {nil, "cancelled", cancel},
		"appointment_arrive": {func(cfg *Config) { cfg.UpdateByID = true }, "arrived",
			func(ctx context.Context, p parts) (*emr.Appointment, error) { return p.Arrive(ctx, booked()) }},
	} {
		client, w := connect(t, c.edit, reply{status: 201, body: strings.Replace(appointmentBody, `"booked"`, `"`+c.status+`"`, 1)})
		w.routes["GET /Patient/"+testPatient] = reply{body: patientBody}
		if _, err := c.do(t.Context(), parts{client}); err != nil || len(w.seen) != 1 {
			t.Fatalf("%s: %v, %d sent", name, err, len(w.seen))
		}
		sameRequest(t, w, 0, name)
	}
}
