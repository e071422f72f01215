package nextech

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// canaries are what no log line, error, span or audit record may hold: list Z of the
// fault matrix, as our fixtures have it.
var canaries = []string{
	"Ines", "Roy", "1991-05-17", "555-0142", "ines@example.com", "Lantern Row", ines, strings.ToUpper(ines),
	"Lindqvist", "1955-07-04", "tomas@example.com", tomas, "web booking", "test-token", testPractice, "family=",
	"no longer available", "superbill", "c2FtcGxl",
}

// numbers are the short ids among them: not as a part of a time or duration.
var numbers = regexp.MustCompile(`(?:^|[^0-9a-f.-])(?:112711|31115)(?:[^0-9a-f-]|$)`)

// leak returns what text must not hold, "" if it holds nothing of it.
func leak(text string) string {
	for _, c := range canaries {
		if strings.Contains(text, c) {
			return c
		}
	}
	return numbers.FindString(text)
}

// outputs collects everything a client says about its calls. Every replayed test ends
// with a look through it.
type outputs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *outputs) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *outputs) Start(ctx context.Context, c emr.CallInfo) (context.Context, func(emr.CallResult)) {
	_, _ = fmt.Fprintf(o, "%+v\n", c)
	return ctx, func(r emr.CallResult) { _, _ = fmt.Fprintf(o, "%+v\n", r) }
}

func (o *outputs) watch(options *emr.Options) *emr.Options {
	options.Logger = slog.New(slog.NewJSONHandler(o, &slog.HandlerOptions{Level: slog.LevelDebug}))
	options.Observer = o
	options.Audit = func(_ context.Context, e emr.AuditEvent) { _, _ = fmt.Fprintf(o, "%+v\n", e) }
	return options
}

func (o *outputs) check(t *testing.T, requests int) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if said := o.buf.String(); requests > 0 && (!strings.Contains(said, `"msg"`) || !strings.Contains(said, "Route:")) {
		t.Error("nothing was said about the requests: there is nothing to look through")
	}
	for line := range strings.Lines(o.buf.String()) {
		if c := leak(line); c != "" {
			t.Errorf("the output holds %q: %s", c, line)
		}
	}
}

// TestCanary runs every operation into every kind of failure and looks through all that
// is said about it.
func TestCanary_nothingPersonalInErrorsLogsSpansAndAudits(t *testing.T) {
	t.Parallel()
	page := string(readFixture(t, "select/appointment_get.response.json")) + string(readFixture(t, "select/patient_get.response.json"))
	outcome := `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid Ines Roy","diagnostics":"Ines Roy 1991-05-17 ` + ines + `"}]}`
	answers := []step{
		{status: 400, body: outcome}, {status: 200, body: outcome}, {status: 401, body: `{"error":"Ines Roy"}`}, {status: 403, body: outcome},
		{status: 404, body: page}, {status: 409, body: `{"resourceType":"AppointmentResponse","comment":"Ines Roy 1991-05-17"}`},
		{status: 422, body: "Ines Roy"}, {status: 429, header: map[string][]string{"Retry-After": {"86400"}}, body: page}, {status: 500, body: page},
		{status: 200, body: page}, {status: 200, body: page[:200]}, {status: 200, body: "<html>Ines Roy</html>", header: map[string][]string{"Content-Type": {"text/html"}}},
		{status: 302, header: map[string][]string{"Location": {"https://evil.example.com/?family=Roy"}}}, {status: 201, header: map[string][]string{"Location": {"Appointment/31115?x=Roy"}}},
	}
	for i, a := range answers {
		for _, m := range selectMappings(func(string) []step { return nil }) {
			t.Run(fmt.Sprintf("%d %d %s", i, a.status, m.name), func(t *testing.T) {
				t.Parallel()
				var steps []step
				for range 8 {
					steps = append(steps, a)
				}
				nx, r := connect(t, Select, nil, steps...)
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				_, err := m.do(ctx, parts{nx})
				r.mu.Lock()
				r.steps = nil
				r.mu.Unlock()
				for e := err; e != nil; e = errors.Unwrap(e) {
					text := fmt.Sprintf("%v %+v %#v %q %s", e, e, e, e, slog.AnyValue(e).Resolve())
					if c := leak(text); c != "" {
						t.Errorf("the error holds %q: %s", c, text)
					}
				}
			})
		}
	}
}
