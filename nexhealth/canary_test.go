package nexhealth

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// canaries are what no log line, error, span or audit record may hold: list Z of the
// fault matrix, as our fixtures have it. The people are invented.
var canaries = []string{
	"Marlow", "Tessa", "1988-11-23", "2075550142", "207-555-0142", "tessa@example.com", "Kestrel Lane",
	testKey, testSubdomain, "subdomain=", "eyJ", "c2lnbmF0dXJl", "canary text",
}

// numbers are the short ids among them: not as a part of a time or duration.
var numbers = regexp.MustCompile(`(?:^|[^0-9a-f.-])(?:70011|88001|9001)(?:[^0-9a-f-]|$)`)

// leak returns what text must not hold, "" if it holds nothing of it.
func leak(text string) string {
	for _, c := range canaries {
		if strings.Contains(text, c) {
			return c
		}
	}
	return numbers.FindString(text)
}

// canaryTexts are vendor texts full of what must not get out.
const canaryTexts = `["Tessa Marlow 1988-11-23 tessa@example.com 2075550142 canary text"]`

// TestCanary runs operations into every kind of failure and looks through all that is
// said about it.
func TestCanary_nothingPersonalInErrorsLogsSpansAndAudits(t *testing.T) {
	t.Parallel()
	failed := `{"code":false,"description":` + canaryTexts + `,"error":` + canaryTexts + `,"data":null}`
	record := `{"code":true,"description":` + canaryTexts + `,"error":` + canaryTexts + `,"data":{"id":"Tessa Marlow"}}`
	answers := []step{
		{status: 400, body: failed}, {status: 200, body: failed}, {status: 403, body: failed}, {status: 404, body: failed},
		{status: 409, body: failed}, {status: 415, body: "Tessa Marlow"}, {status: 422, body: failed}, {status: 500, body: failed},
		{status: 429, header: http.Header{"Retry-After": {"86400"}}, body: failed}, {status: 200, body: record}, {status: 200, body: record[:60]},
		{status: 200, body: `{"code":true,"description":"parameters are ignored: Tessa Marlow, location_id, lids","data":["Tessa Marlow"]}`},
		{status: 200, body: "<html>Tessa Marlow</html>", header: http.Header{"Content-Type": {"text/html"}}},
		{status: 302, header: http.Header{"Location": {"https://evil.example.com/?name=Marlow"}}},
	}
	for i, a := range answers {
		for name, do := range operations() {
			t.Run(fmt.Sprintf("%d %d %s", i, a.status, name), func(t *testing.T) {
				t.Parallel()
				var steps []step
				for range 8 {
					steps = append(steps, a)
				}
				c, r := connect(t, nil, steps...)
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				err := do(ctx, parts{c})
				r.mu.Lock()
				r.steps = nil
				r.mu.Unlock()
				vendortest.CheckError(t, err, leak)
			})
		}
	}
}

// operations are calls for tests that are about all of them.
func operations() map[string]func(context.Context, parts) error {
	week := emr.SlotQuery{From: emr.Date{Year: 2031, Month: 3, Day: 3}, To: emr.Date{Year: 2031, Month: 3, Day: 10}, Practitioners: []emr.PractitionerID{"501"}}
	all := map[string]func(context.Context, parts) error{
		opLocations:     func(ctx context.Context, p parts) error { _, err := p.ListLocations(ctx, ""); return err },
		opPractitioners: func(ctx context.Context, p parts) error { _, err := p.ListPractitioners(ctx, ""); return err },
		opTypes:         func(ctx context.Context, p parts) error { _, err := p.ListAppointmentTypes(ctx, ""); return err },
		opOperatories:   func(ctx context.Context, p parts) error { _, err := p.Operatories(ctx, ""); return err },
		opFindSlots:     func(ctx context.Context, p parts) error { _, err := p.FindSlots(ctx, week, ""); return err },
		opDescriptors:   func(ctx context.Context, p parts) error { _, err := p.Descriptors(ctx, "", ""); return err },
		opWorkingHours: func(ctx context.Context, p parts) error {
			_, err := p.WorkingHours(ctx, WorkingHourQuery{})
			return err
		},
		opSetWorkingHours: func(ctx context.Context, p parts) error {
			active := false
			_, err := p.UpdateWorkingHour(ctx, "12", &WorkingHourUpdate{Active: &active})
			return err
		},
		opCheck: func(ctx context.Context, p parts) error { _, err := p.Check(ctx); return err },
		opRaw: func(ctx context.Context, p parts) error {
			_, err := p.Raw(ctx, &emr.RawRequest{Path: "/payments", Route: "/payments"})
			return err
		},
	}
	maps.Copy(all, recordOperations())
	return all
}

func TestFault_C7_printingAConfigOrClientShowsNothingOfIt(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, func(c *Config) { c.Environment = Production })
	for _, v := range []any{testConfig(), c, c.cfg, c.tokens, parts{c}} {
		if c := leak(fmt.Sprintf("%v %+v %#v %s", v, v, v, slog.AnyValue(v).Resolve())); c != "" {
			t.Errorf("%T prints %q", v, c)
		}
	}
}
