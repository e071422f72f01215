package transport

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// vendorHeaders are what must never reach another host.
func vendorHeaders(c *Config) {
	c.Tokens = &tokens{}
	c.Headers = func(_ context.Context, h http.Header) { h.Set("Nx-Practice-Id", "practice-canary") }
}

func TestFault_H6_redirectOnOurOriginIsFollowedWithItsHeaders(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		srv := serve(t, func(w http.ResponseWriter, r *http.Request, n int64) {
			if r.Header.Get("Authorization") != "Bearer token-1" || r.Header.Get("Nx-Practice-Id") == "" || r.Header.Get("Referer") != "" || r.Method != http.MethodGet {
				t.Errorf("request %d has the wrong headers: %v", n, r.Header)
			}
			if n <= 3 {
				http.Redirect(w, r, fmt.Sprintf("/hop%d?family=canary", n), status)
				return
			}
			writeAnswer(w, 200, `{"path":"`+r.URL.RequestURI()+`"}`)
		})
		a := noError(t)(connect(t, srv.URL+"/api", vendorHeaders).Do(t.Context(), get("/Patient")))
		if string(a.Body) != `{"path":"/hop3?family=canary"}` || a.Attempts != 4 {
			t.Error(string(a.Body), a.Attempts)
		}
	}
}

func TestFault_H6_fourthRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	srv := serve(t, func(w http.ResponseWriter, r *http.Request, n int64) {
		http.Redirect(w, r, fmt.Sprintf("/hop%d?family=canary", n), http.StatusFound)
	})
	e := wantKind(t, errOf(connect(t, srv.URL).Do(t.Context(), get("/Patient"))), emr.KindProtocol)
	wantHits(t, &srv.hits, 4)
	if strings.Contains(e.Error(), "canary") || strings.Contains(e.Error(), "hop") {
		t.Error(e)
	}
}

func TestFault_H6_searchByPostIsRepeatedAsItIsOrNotAtAll(t *testing.T) {
	t.Parallel()
	for status, kind := range map[int]emr.Kind{302: emr.KindProtocol, 303: emr.KindProtocol, 307: "", 308: ""} {
		srv := serve(t, func(w http.ResponseWriter, r *http.Request, n int64) {
			if err := r.ParseForm(); err != nil || r.Method != http.MethodPost || r.PostForm.Get("family") != "x" {
				t.Errorf("request %d: %s %v", n, r.Method, r.PostForm)
			}
			if n == 1 {
				http.Redirect(w, r, "/other", status)
				return
			}
			writeAnswer(w, 200, "{}")
		})
		call := post("/Patient/_search", "family=x")
		call.Safe, call.ContentType = true, "application/x-www-form-urlencoded"
		_, err := connect(t, srv.URL).Do(t.Context(), call)
		if kind != "" {
			wantKind(t, err, kind)
			wantHits(t, &srv.hits, 1)
		} else if err != nil {
			t.Error(err)
		}
	}
}

func TestFault_H6_redirectWithoutUsableTargetIsProtocol(t *testing.T) {
	t.Parallel()
	for _, location := range []string{"", "http://[canary", "/%2e%2e/canary"} {
		srv := serve(t, answerWith(302, "", "Location", location))
		e := wantKind(t, errOf(connect(t, srv.URL).Do(t.Context(), get("/Patient"))), emr.KindProtocol)
		wantHits(t, &srv.hits, 1)
		if strings.Contains(e.Error(), "canary") {
			t.Error(e)
		}
	}
}

func TestFault_H7_redirectToAnotherOriginIsNotFollowed(t *testing.T) {
	t.Parallel()
	other := serve(t, answerWith(200, "{}"))
	for _, location := range []string{
		other.URL + "/Patient?family=canary",             // same address, other port
		"//" + strings.TrimPrefix(other.URL, "http://"),  // without scheme
		"http://emr.invalid/canary",                      // other host
		"https://127.0.0.1/canary",                       // other scheme
		"http://user:canary@127.0.0.1/",                  // userinfo
		"javascript:canary", "file:///etc/canary", "x:y", // no host at all
	} {
		for _, call := range []*Call{get("/Patient"), post("/Patient", "{}")} {
			srv := serve(t, answerWith(302, "", "Location", location))
			e := wantKind(t, errOf(connect(t, srv.URL, vendorHeaders).Do(t.Context(), call)), emr.KindUntrustedURL)
			wantHits(t, &srv.hits, 1)
			if strings.Contains(e.Error(), "canary") || strings.Contains(e.Error(), "invalid") {
				t.Error(e)
			}
		}
	}
	wantHits(t, &other.hits, 0)
}

func TestFault_H7_redirectFromHTTPSToHTTPIsNotFollowed(t *testing.T) {
	t.Parallel()
	hits := 0
	c := connect(t, "https://emr.example", vendorHeaders, through(roundTripper(func(r *http.Request) (*http.Response, error) {
		hits++
		return &http.Response{StatusCode: http.StatusFound, Header: http.Header{"Location": {"http://emr.example/Patient"}}, Body: http.NoBody, Request: r}, nil
	})))
	wantKind(t, errOf(c.Do(t.Context(), get("/Patient"))), emr.KindUntrustedURL)
	if hits != 1 {
		t.Error(hits)
	}
}

func TestFault_H8_redirectOfAWriteIsNeverFollowed(t *testing.T) {
	t.Parallel()
	other := serve(t, answerWith(200, "{}"))
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
			for location, kind := range map[string]emr.Kind{"/elsewhere": emr.KindProtocol, other.URL: emr.KindUntrustedURL} {
				srv := serve(t, answerWith(status, "", "Location", location))
				e := wantKind(t, errOf(connect(t, srv.URL).Do(t.Context(), write(method, "/Appointment", "{}"))), kind)
				wantHits(t, &srv.hits, 1)
				if e.Status != status {
					t.Error(e.Status)
				}
			}
		}
	}
	wantHits(t, &other.hits, 0)
}

func TestFault_C5_callersClientIsNotModifiedAndItsRulesAreNotUsed(t *testing.T) {
	t.Parallel()
	other := serve(t, answerWith(200, "{}"))
	var cookies int
	srv := serve(t, func(w http.ResponseWriter, r *http.Request, _ int64) {
		cookies += len(r.Cookies())
		writeAnswer(w, 302, "", "Location", other.URL, "Set-Cookie", "session=canary")
	})
	jar, _ := cookiejar.New(nil)
	hc := &http.Client{Transport: &http.Transport{}, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}
	before := *hc
	defaultTransport, defaultClient := http.DefaultTransport, *http.DefaultClient
	c := connect(t, srv.URL, func(c *Config) { c.Options.HTTPClient = hc })
	for range 2 {
		wantKind(t, errOf(c.Do(t.Context(), get("/Patient"))), emr.KindUntrustedURL)
	}
	wantHits(t, &other.hits, 0)
	if cookies != 0 {
		t.Error("the cookie jar was used")
	}
	if hc.Transport != before.Transport || hc.Jar != before.Jar || hc.CheckRedirect == nil || hc.Timeout != 0 {
		t.Error("the caller's client was modified")
	}
	if http.DefaultTransport != defaultTransport || http.DefaultClient.Transport != defaultClient.Transport {
		t.Error("the default client was touched")
	}
	// A client without a transport gets our own connections, not http.DefaultTransport.
	plain := connect(t, srv.URL, func(c *Config) { c.Options.HTTPClient = &http.Client{} })
	if plain.carrier == http.DefaultTransport || plain.carrier != http.RoundTripper(plain.pool.conns) {
		t.Error("http.DefaultTransport is used")
	}
}
