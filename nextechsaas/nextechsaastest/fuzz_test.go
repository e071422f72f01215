package nextechsaastest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// FuzzPractice: whatever arrives is answered, and never by a mistake of the simulator's.
func FuzzPractice(f *testing.F) {
	for _, s := range []struct{ method, target, body string }{
		{"GET", "/ehr/api/search?term=%25", ""},
		{"GET", "/ehr/api/search?term=a;b", ""},
		{"GET", "/ehr/api/1044/encounters/search?start=0000-00-00&end=99999999999&section=,", ""},
		{"GET", "/ehr/api/99999999999999999999/encounters/search", ""},
		{"GET", "/ehr/api/%2e%2e/encounters/search?section=history&section=history", ""},
		{"PUT", "/ehr/api/1044/encounters/search", "{}"},
		{"GET", "/ehr/api", ""},
		{"GET", authorizePath + "?client_id=" + clientID + "&redirect_uri=http://localhost:8000/callback/&state=a&response_type=code&resource=" + url.QueryEscape(resource), ""},
		{"GET", authorizePath + "?client_id=" + clientID + "&redirect_uri=http%3A%2F%2F%5B%3A%3A1", ""},
		{"POST", decidePath, "transaction=X&decision=agree"},
		{"POST", tokenPath, "grant_type=authorization_code&code=%00&redirect_uri=&resource=&client_id=" + clientID},
		{"POST", tokenPath, "grant_type=refresh_token&refresh_token=;&client_secret="},
	} {
		f.Add(s.method, s.target, s.body)
	}
	usual := signedIn(f, func(o *Options) { o.PerSecond = -1 })
	other := signedIn(f, func(o *Options) {
		o.PerSecond, o.AnyPort, o.OneObject, o.KeepRefresh, o.DocumentFirst, o.Sections, o.LargeDocument = -1, true, true, true, true, SectionsJoined, 10
	})
	usual.sim.opts.SignIn = SignInPage
	f.Cleanup(func() { // the requests break rules on purpose
		for _, b := range []*bare{usual, other} {
			for _, v := range b.sim.Violations() {
				b.sim.ExpectViolation(v)
			}
		}
	})
	f.Fuzz(func(t *testing.T, method, target, body string) {
		for _, b := range []*bare{usual, other} {
			origin := b.sim.directory
			if strings.HasPrefix(target, basePath) {
				origin = b.sim.origin
			}
			req, err := http.NewRequestWithContext(t.Context(), method, origin+"/"+strings.TrimPrefix(target, "/"), strings.NewReader(body))
			if err != nil {
				t.Skip()
			}
			if origin == b.sim.origin {
				req.Header.Set("Authorization", "Bearer "+b.token)
				req.Header.Set(practiceHeader, practiceID)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			client := http.Client{Transport: b.sim.HTTPClient().Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
			resp, err := client.Do(req)
			if err != nil {
				t.Skip() // the client refuses to send it
			}
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusInternalServerError {
				t.Errorf("%s %s: %d", method, target, resp.StatusCode)
			}
			if to, err := url.Parse(resp.Header.Get("Location")); err == nil && to.Host != "" && to.Hostname() != "localhost" {
				t.Errorf("the browser is sent to %s", to.Host)
			}
		}
	})
}
