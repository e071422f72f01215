package nextgentest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// FuzzPatientAccess: whatever arrives is answered, and never by a mistake of the simulator's.
func FuzzPatientAccess(f *testing.F) {
	for _, s := range []struct{ method, target, body string }{
		{"GET", paR4Path + "/Patient?birthdate=ge1990&_id=%25", ""},
		{"GET", paDSTU2Path + "/Observation?patient=Patient/&_maxresults=9999999999999999999&page=-1", ""},
		{"GET", paR4Path + "/Location?_maxresults=9223372036854775807&page=1", ""},
		{"GET", paR4Path + "/Condition/%2e%2e/x?onset-date=gt", ""},
		{"PUT", strings.ToUpper(paR4Path) + "/Patient/1", "{}"},
		{"GET", paR4Path, ""},
		{"GET", paOAuthPath + "/authorize?client_id=" + paClientID + "&redirect_uri=http://127.0.0.1:8765/callback&state=a&response_type=code&scope=%20openid", ""},
		{"POST", paOAuthPath + "/authorize", "client_id=" + paClientID + "&redirect_uri=http%3A%2F%2F%5B%3A%3A1"},
		{"POST", paOAuthPath + "/sign-in", "transaction=X&who=self&decision=agree"},
		{"POST", paOAuthPath + "/token", "grant_type=authorization_code&code=%00&client_id=" + paClientID},
		{"POST", paOAuthPath + "/token/revoke", "token=;&token=&client_secret=x"},
	} {
		f.Add(s.method, s.target, s.body)
	}
	page := paSignedIn(f, nil)
	other := paSignedIn(f, func(o *PatientAccessOptions) {
		o.AnyPort, o.CapResults, o.BarePatient, o.BinaryDocuments, o.KeepRefresh = true, true, true, true, true
	})
	page.sim.opts.SignIn = PatientAccessPage
	f.Cleanup(func() { // the requests break rules on purpose
		for _, b := range []*paBare{page, other} {
			for _, v := range b.sim.Violations() {
				b.sim.ExpectViolation(v)
			}
		}
	})
	f.Fuzz(func(t *testing.T, method, target, body string) {
		for _, b := range []*paBare{page, other} {
			req, err := http.NewRequestWithContext(t.Context(), method, b.sim.origin+"/"+strings.TrimPrefix(target, "/"), strings.NewReader(body))
			if err != nil {
				t.Skip()
			}
			if !strings.Contains(target, paOAuthPath) {
				req.Header.Set("Authorization", "Bearer "+b.token)
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
			if to, err := url.Parse(resp.Header.Get("Location")); err == nil && to.Host != "" && !strings.HasPrefix(to.Host, "127.0.0.1") {
				t.Errorf("the browser is sent to %s", to.Host)
			}
		}
	})
}
