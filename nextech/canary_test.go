package nextech

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/internal/vendortest"
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
				vendortest.CheckError(t, err, leak)
			})
		}
	}
}
