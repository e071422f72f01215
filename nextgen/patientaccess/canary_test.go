package patientaccess

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// leak returns what text must not hold of the fixtures and the configuration, "" if it
// holds nothing of it.
func leak(text string) string {
	for _, c := range []string{
		"Zelda", "Quillfeather", "1991-05-17", "2065550142", "zelda@", "Lantern Row", zelda, letter, "000000004711", "legacy-7", "V2VsbC4K", "Visit summary",
		testSecret, testRefresh, "kit-token", "kit-refresh", "kit-app", "patient=", "evil.example", "Mole review",
	} {
		if strings.Contains(text, c) {
			return c
		}
	}
	return ""
}

// everyCall is each operation that sends something.
func everyCall(c *Client) map[string]func(context.Context) error {
	p := parts{c}
	q := func() *fhir.Query { return new(fhir.Query).Add("patient", zelda).Add("code", "Zelda Quillfeather") }
	return map[string]func(context.Context) error{
		"search": func(ctx context.Context) error {
			for _, err := range c.Search(ctx, "Condition", q()) {
				if err != nil {
					return err
				}
			}
			return nil
		},
		"read":        func(ctx context.Context) error { _, err := c.Read(ctx, "Condition", zelda); return err },
		"patients":    func(ctx context.Context) error { _, err := c.Patients(ctx); return err },
		"patient":     func(ctx context.Context) error { _, err := c.Patient(ctx); return err },
		"get patient": func(ctx context.Context) error { _, err := p.GetPatient(ctx, emr.NewPatientID(zelda)); return err },
		"encounters": func(ctx context.Context) error {
			_, err := p.ListEncounters(ctx, emr.EncounterQuery{Patient: person()}, "")
			return err
		},
		"documents": func(ctx context.Context) error {
			_, err := p.ListDocuments(ctx, emr.DocumentQuery{Patient: person()}, "")
			return err
		},
		"document": func(ctx context.Context) error {
			_, err := p.OpenDocument(ctx, &emr.Document{ID: emr.NewDocumentID(letter), Patient: person().ID})
			return err
		},
		"locations":     func(ctx context.Context) error { _, err := p.ListLocations(ctx, ""); return err },
		"practitioners": func(ctx context.Context) error { _, err := p.ListPractitioners(ctx, ""); return err },
		"check":         func(ctx context.Context) error { _, err := p.Check(ctx); return err },
		"raw": func(ctx context.Context) error {
			_, err := p.Raw(ctx, &emr.RawRequest{Path: "/Condition/" + zelda, Query: url.Values{"patient": {zelda}}})
			return err
		},
	}
}

// TestCanary runs every operation into every kind of failure and looks through all that
// is said about it.
func TestCanary_nothingPersonalInErrorsLogsSpansAndAudits(t *testing.T) {
	t.Parallel()
	page := own(t, "encounters.r4.json") + own(t, "patient.r4.json")
	refusal := `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid Zelda","details":{"text":"Zelda Quillfeather"},"diagnostics":"Zelda 1991-05-17 ` + zelda + `"}]}`
	answers := map[string]reply{
		"400": {status: 400, body: refusal}, "200 with an outcome": {body: refusal}, "401": {status: 401, kind: "text/plain", body: "Zelda Quillfeather"},
		"403": {status: 403, body: `["Access denied for Zelda Quillfeather"]`}, "404": {status: 404, body: page}, "405": {status: 405, body: page},
		"406": {status: 406, body: page}, "429": {status: 429, body: page}, "500": {status: 500, body: page}, "quota": {},
		"two documents": {body: page}, "half a document": {body: page[:300]}, "a page": {kind: "text/html", body: "<html>Zelda</html>"},
		"a foreign link": {body: searchset("https://evil.example/?patient="+zelda, -1)}, "another's": {body: strings.ReplaceAll(own(t, "encounters.r4.json"), "Patient/"+zelda, "Patient/Zelda")},
		"a foreign address": {body: attached("https://evil.example/Zelda", "")}, "another resource": {body: own(t, "patient.r4.json")}, "cut off": {cut: true},
	}
	for name, answer := range answers {
		c, _ := open(t, R4, nil)
		for call := range everyCall(c) {
			t.Run(name+" "+call, func(t *testing.T) {
				t.Parallel()
				outputs := new(vendortest.Outputs)
				c, g := openWith(t, testConfig(R4), outputs.Watch(&emr.Options{}), func(*http.Request) reply { return answer })
				err := everyCall(c)[call](t.Context())
				vendortest.CheckError(t, err, leak)
				outputs.Check(t, len(g.seen), leak)
				if text := fmt.Sprintf("%v %+v %#v", c, c, c.cfg); leak(text) != "" {
					t.Errorf("printed: %s", text)
				}
			})
		}
	}
}

// TestFault_N3_aReadThatBrokeOffIsRepeated: everything here is a read.
func TestFault_N3_aReadThatBrokeOffIsRepeated(t *testing.T) {
	t.Parallel()
	n := 0
	g := &fakeServer{t: t, answer: func(*http.Request) reply {
		if n++; n < 3 {
			return reply{cut: true}
		}
		return reply{body: own(t, "patient.r4.json")}
	}}
	c, err := New(testConfig(R4), &emr.Options{HTTPClient: &http.Client{Transport: g}, Retry: &emr.Retry{BaseDelay: 1}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := (parts{c}).GetPatient(t.Context(), emr.NewPatientID(zelda)); err != nil || len(g.seen) != 3 {
		t.Errorf("%d requests (%v)", len(g.seen), err)
	}
}

// TestFault_A9_aTokenThatIsRefusedIsReplacedOnce: 401 is before processing.
func TestFault_A9_aTokenThatIsRefusedIsReplacedOnce(t *testing.T) {
	t.Parallel()
	c, g := open(t, R4, func(*http.Request) reply { return reply{status: 401, kind: "text/plain", body: "Unauthorized"} })
	_, err := parts{c}.GetPatient(t.Context(), emr.NewPatientID(zelda))
	if wantKind(t, err, emr.KindAuth); len(g.requests()) != 2 || len(g.tokens) != 2 || g.tokens[1].Get("refresh_token") != "kit-refresh-0002" {
		t.Errorf("%d requests, %d token requests", len(g.requests()), len(g.tokens))
	}
}

func TestFault_A11_aDenialIsNotRepeated(t *testing.T) {
	t.Parallel()
	c, g := open(t, R4, func(*http.Request) reply { return reply{status: 403, body: `["Access denied"]`} })
	_, err := ofZelda(t, c)
	if wantKind(t, err, emr.KindPermission); len(g.requests()) != 1 || len(g.tokens) != 1 {
		t.Errorf("%d requests, %d token requests", len(g.requests()), len(g.tokens))
	}
}
