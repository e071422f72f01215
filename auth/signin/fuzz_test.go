package signin_test

import (
	"bytes"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/auth/signin"
)

// deadEnd is a server that refuses every code.
type deadEnd struct{ sent []string }

func (d *deadEnd) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	d.sent = append(d.sent, form["code"]...)
	return &http.Response{StatusCode: http.StatusBadRequest, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"error":"invalid_grant"}`))}, err
}

// FuzzCallback: whatever comes back, the code goes out only with the right state and
// nothing that speaks against it, and nothing of the query is in the error.
func FuzzCallback(f *testing.F) {
	f.Add("", "", "code=abc", true)
	f.Add("&iss=https%3A%2F%2Flogin.example.test", "", "code=abc", true)
	f.Add("&error=access_denied&error_description=words", "", "", true)
	f.Add("&code=one&code=two", "&state=another", "", true)
	f.Add("&iss=https://evil.example.test&code=x", "%zz", ";", false)
	f.Fuzz(func(t *testing.T, tail, middle, head string, right bool) {
		end := &deadEnd{}
		cfg := goodConfig()
		cfg.HTTPClient = &http.Client{Transport: end}
		flow, err := signin.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		a := begin(t, flow)
		state, _ := signin.Secrets(a)
		if !right {
			state = "AAAAAAAAAAAAAAAAAAAAAAAAAA"
		}
		query, err := url.ParseQuery(head + "&state=" + state + middle + tail)
		if err != nil {
			return
		}
		g, err := flow.Finish(t.Context(), a, query)
		if err == nil || g != nil {
			t.Fatal("signed in by a server that refuses")
		}
		allowed := right && len(query["state"]) == 1 && len(query["code"]) == 1 && query.Get("code") != "" && !query.Has("error") &&
			(!query.Has("iss") || len(query["iss"]) == 1 && strings.HasPrefix(strings.ToLower(query.Get("iss")), "https://login.example.test"))
		if len(end.sent) > 0 && (!allowed || len(end.sent) != 1 || end.sent[0] != query.Get("code")) {
			t.Errorf("the code went out: %q", query.Encode())
		}
		for _, v := range query["error_description"] {
			if len(v) > 12 && strings.Contains(err.Error(), v) {
				t.Errorf("%q repeats the query", err)
			}
		}
	})
}

// FuzzCookie: no text but a sealed one opens, and none panics.
func FuzzCookie(f *testing.F) {
	cfg := goodConfig()
	cfg.Keys = [][]byte{make([]byte, 32)} // of this process: what another one sealed does not open
	_, _ = rand.Read(cfg.Keys[0])
	flow, err := signin.New(cfg)
	if err != nil {
		f.Fatal(err)
	}
	w := httptest.NewRecorder()
	if err := flow.Start(w, httptest.NewRequest(http.MethodGet, "/", nil)); err != nil {
		f.Fatal(err)
	}
	good := w.Result().Cookies()[0].Value
	f.Add([]byte(good))
	f.Add([]byte(""))
	f.Add([]byte(good[:40]))
	f.Add([]byte(good + "AAAA"))
	f.Add(bytes.Repeat([]byte("A"), 2000))
	f.Fuzz(func(t *testing.T, text []byte) {
		if state, err := signin.Open(flow, string(text)); err == nil && string(text) != good {
			t.Errorf("%q opens: state of %d characters", text, len(state))
		}
	})
}
