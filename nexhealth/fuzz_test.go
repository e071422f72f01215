package nexhealth

import (
	"net/http"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

// offline is a connection whose every answer is the same body.
func offline(t testing.TB, body []byte) parts {
	t.Helper()
	mock := httpmock.NewMockTransport()
	mock.RegisterNoResponder(func(req *http.Request) (*http.Response, error) {
		switch req.URL.Path {
		case "/authenticates":
			return reply(req, 201, tokenAnswer(jwt(1, time.Now(), time.Hour))), nil
		case "/locations":
			return reply(req, 200, office), nil
		}
		return reply(req, 200, string(body)), nil
	})
	c, err := New(testConfig(), &emr.Options{HTTPClient: &http.Client{Transport: mock}, Retry: &emr.Retry{Attempts: 1}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return parts{c}
}

// FuzzSlots looks for answers that panic, or give slots nobody could book.
func FuzzSlots(f *testing.F) {
	f.Add(readFixture(f, "slot/available_slots.response.json"))
	f.Add([]byte(good(`[{"lid":"9001","pid":null,"slots":{"time":"2031-03-08T09:00-05:00"}}]`)))
	f.Fuzz(func(t *testing.T, body []byte) {
		q := march(8, 11)
		q.Practitioners, q.Type = []emr.PractitionerID{"501"}, "77"
		page, err := offline(t, body).FindSlots(t.Context(), q, "")
		if err != nil {
			if emr.KindOf(err) == "" || leak(err.Error()) != "" {
				t.Errorf("got %v", err)
			}
			return
		}
		seen := map[emr.SlotKey]bool{}
		for _, s := range page.Items {
			if s.Start.IsZero() || !s.End.After(s.Start) || s.Key != s.MakeKey() || seen[s.Key] || s.Location == "" {
				t.Errorf("slot %+v", s)
			}
			seen[s.Key] = true
		}
	})
}

// FuzzDirectory does the same for locations, practitioners, types, rooms and hours.
func FuzzDirectory(f *testing.F) {
	for _, name := range []string{"locations", "providers", "types", "operatories", "descriptors", "working_hour_create"} {
		f.Add(readFixture(f, "directory/"+name+".response.json"))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		p := offline(t, body)
		for name, do := range operations() {
			if name == opFindSlots || name == opRaw {
				continue
			}
			if err := do(t.Context(), p); err != nil && (emr.KindOf(err) == "" || leak(err.Error()) != "") {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// FuzzToken: no answer to the key panics, gives a token that cannot be sent, or says what
// was in it.
func FuzzToken(f *testing.F) {
	f.Add(201, []byte(tokenAnswer(jwt(1, time.Unix(1_900_000_000, 0), time.Hour))))
	f.Add(401, readFixture(f, "token/refused.response.json"))
	f.Add(200, []byte(`{"code":true,"data":{"token":"a.b.c"}}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		got, err := granted(status, body, time.Minute)
		if err != nil {
			if leak(err.Error()) != "" || emr.KindOf(err) == "" {
				t.Errorf("got %v", err)
			}
			return
		}
		if got.Access == "" || !peer.FitsHeader(got.Access) || got.Life <= 0 {
			t.Errorf("life %v", got.Life)
		}
	})
}
