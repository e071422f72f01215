package medtech

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// Of each write one request leaves, whatever the answer: more only after 401, 425 and 429, which
// say that nothing was done.
func TestWrites_areSentOnceWhateverTheAnswer(t *testing.T) {
	t.Parallel()
	all := map[string]func(context.Context, *Client) error{
		"/Appointment": func(ctx context.Context, c *Client) error { return second(parts{c}.Book(ctx, booking())) },
		"/Media":       func(ctx context.Context, c *Client) error { return second(c.StoreImage(ctx, inboxImage())) },
		"/DocumentReference": func(ctx context.Context, c *Client) error {
			return second(parts{c}.UploadDocument(ctx, &emr.NewDocument{Patient: inboxPatient(), Content: strings.NewReader("%PDF-1.7"), ContentType: typePDF,
				Vendor: DocumentOptions{Author: "p1", Identifier: "img-0001"}}))
		},
		"/Communication": func(ctx context.Context, c *Client) error { return second(c.SendMessage(ctx, inboxMessage())) },
		"/Task":          func(ctx context.Context, c *Client) error { return second(c.CreateTask(ctx, inboxTask())) },
	}
	for path, do := range all {
		for _, answer := range []reply{
			{status: 401}, {status: 429}, {status: 500}, {status: 502}, {status: 503}, {status: 504}, {status: 408}, {status: 425}, {status: 409}, {status: 302, location: "/FHIR/Other"},
			{status: 307, location: "https://alexapiuat.medtechglobal.com/FHIR/Other"}, {status: 200, body: "<html>login"}, {status: 201, body: `{"resourceType":"Med`}, {status: 201},
			{status: 200, body: bundle(outcome("error", "timeout", "PMS did not respond to request or has timed out."))},
			{status: 400, body: outcome("error", "exception", "PMS unreachable or unavailable.")}, {status: 429, body: outcome("error", "throttled", "x")},
		} {
			c, w := connect(t, nil)
			w.fixed = map[string]reply{"POST": answer, "GET": {body: bundle()}}
			err := do(t.Context(), c)
			n, most := w.posts(), 1
			switch answer.status {
			case 401:
				most = 2
			case 425, 429:
				most = 3
			}
			if n < 1 || n > most {
				t.Errorf("%s, %d %.30s: %d posts, %v", path, answer.status, answer.body, n, err)
			}
			ids := map[string]bool{}
			for _, r := range w.seen {
				id := r.Header.Get(correlationHeader)
				if !isUUID4(id) || ids[id] && (path != "/Media" || r.Method != http.MethodPost) {
					t.Errorf("%s, %d: %s with the id %q again", path, answer.status, r.Method, id)
				}
				ids[id] = true
				if r.URL.Path == "/FHIR/Other" {
					t.Errorf("%s: a write follows a redirect", path)
				}
			}
			if err == nil && answer.status != 201 {
				t.Errorf("%s, %d %.30s: no error", path, answer.status, answer.body)
			}
		}
	}
}
