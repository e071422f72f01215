package medtech

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestUserMessage_everyReasonHasWordsAndARowInTheDocumentation(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/medtech.md")
	if err != nil {
		t.Fatal(err)
	}
	known := UserMessages()
	for i := range refusals {
		r := &refusals[i]
		if !slices.ContainsFunc(known, func(w Words) bool { return w.Code == r.code && w.Kind == r.kind }) {
			t.Errorf("%s (%s) has no words", r.code, r.kind)
		}
	}
	for _, w := range known {
		if row := "| `" + w.Code + "` | " + string(w.Kind) + " | " + w.Words + " |\n"; !strings.Contains(string(page), row) {
			t.Errorf("docs/medtech.md lacks %s", row)
		}
		for _, word := range []string{"ALEX", "FHIR", "token", "HTTP", "request id", "PMS"} {
			if strings.Contains(w.Words, word) {
				t.Errorf("%s: %q is no word for a user", w.Code, word)
			}
		}
	}
}

func TestUserMessage(t *testing.T) {
	t.Parallel()
	at := func(kind emr.Kind, code string) error {
		return &emr.Error{Vendor: vendor, Kind: kind, Code: code, Status: 400, RequestID: "6f1f3c1e-8f6a-4c1b-9d2e-0a1b2c3d4e5f"}
	}
	for want, err := range map[string]error{
		"": nil,
		"This practice is not connected to us, or its facility id is wrong. Please tell the support team. (reference 6f1f3c1e-8f6a-4c1b-9d2e-0a1b2c3d4e5f)":   at(emr.KindConfig, codeFacility),
		"We could not confirm whether this went through. Please do not repeat it until it has been checked. (reference 6f1f3c1e-8f6a-4c1b-9d2e-0a1b2c3d4e5f)": at(emr.KindAmbiguous, codeOffline),
		"Something in the details is missing or not right. Please check them.":                                                                                invalid(opBook, "x"),
		"This was stopped before it was done.":                context.Canceled,
		"Something went wrong. Please tell the support team.": errors.New("other"),
	} {
		if got := UserMessage(err); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Without mt-correlationid Medtech knows no reference of ours, whatever failed and how.
func TestUserMessage_hasNoReferenceThatWasNotSent(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]reply{
		"refused": {status: 400, body: outcome("error", "business-rule", "x")}, "in doubt": {cut: true}, "gateway": {status: 404, body: `{"statusCode":404,"message":"Resource not found"}`},
		"unreadable": {body: bundle(`{"resourceType":"Media"`)}, "another's": {body: bundle(media("m1", otherPatient))}, "facility": {status: 403, body: outcome("error", "not-found", "Practice Facility not found.")},
		"failed in 200": {body: outcome("error", "exception", "x")}, "taken": {status: 409, body: outcome("error", "processing", "x")},
	} {
		for _, omit := range []bool{false, true} {
			for op, do := range map[string]func(*Client) error{
				"store": func(c *Client) error { return second(c.StoreImage(t.Context(), inboxImage())) },
				"book":  func(c *Client) error { return second(parts{c}.Book(t.Context(), booking())) },
				"list":  func(c *Client) error { return second(emr.Collect(c.Images(t.Context(), inboxPatient()))) },
				"binary": func(c *Client) error {
					return drain(parts{c}.OpenDocument(t.Context(), &emr.Document{ID: emr.NewDocumentID("d1"), Source: emr.NewSource([]byte(`{"resourceType":"DocumentReference","content":[{"attachment":{"url":"Binary/b1"}}]}`))}))
				},
			} {
				c, w := connect(t, func(cfg *Config) { cfg.OmitCorrelationID = omit }, answer)
				if op == "store" {
					w.fixed = map[string]reply{"GET": {body: bundle()}}
				}
				err := do(c)
				e := asError(err)
				if e == nil || e.RequestID == "" { // still ours, for the log
					t.Fatalf("%s %s: %v", name, op, err)
				}
				if told := strings.Contains(UserMessage(err), "reference"); told == omit {
					t.Errorf("%s %s, omitted %t: %s", name, op, omit, UserMessage(err))
				}
				if errors.Is(err, errUnsent) != omit || strings.Contains(err.Error(), "was not sent") {
					t.Errorf("%s %s: %v", name, op, err)
				}
			}
		}
	}
	c, w := connect(t, func(cfg *Config) { cfg.OmitCorrelationID = true })
	w.fixed = map[string]reply{"POST": {status: 400, body: outcome("error", "business-rule", "x")}, "GET": {body: bundle()}}
	w.routes["POST /Media"] = reply{status: 201, body: media("m1", testPatient)}
	i := inboxImage()
	i.Message = inboxMessage()
	if _, err := c.StoreImage(t.Context(), i); emr.KindOf(err) != emr.KindPartial || strings.Contains(UserMessage(err), "reference") {
		t.Errorf("%v: %s", err, UserMessage(err))
	}
}
