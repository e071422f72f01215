package nextgentest

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/internal/vendortest"
)

// paBare talks to a simulator in plain HTTP.
type paBare struct {
	t     testing.TB
	sim   *PatientAccess
	token string
}

// paVerifier is a code verifier of ours; its challenge follows from it.
const paVerifier = "emrkit-simulator-verifier-0123456789-abcdefghij"

func paChallenge() string {
	sum := sha256.Sum256([]byte(paVerifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// paOpen starts a simulator in memory where the patient agrees at once. Change may be nil.
func paOpen(t testing.TB, change func(*PatientAccessOptions)) *paBare {
	t.Helper()
	o := &PatientAccessOptions{InMemory: true, SignIn: PatientAccessApprove, Now: time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)}
	if change != nil {
		change(o)
	}
	return &paBare{t: t, sim: NewPatientAccess(t, o)}
}

// paSignedIn is paOpen after a sign-in.
func paSignedIn(t testing.TB, change func(*PatientAccessOptions)) *paBare {
	t.Helper()
	b := paOpen(t, change)
	b.token = b.redeem(b.code(b.ask())).JSON["access_token"].(string)
	return b
}

// ask is the query of a sign-in as an app makes it, with changes: name, value, ...; a
// value "-" leaves the parameter out.
func (b *paBare) ask(changes ...string) url.Values {
	q := url.Values{
		"response_type": {"code"}, "client_id": {paClientID}, "redirect_uri": {b.sim.opts.Redirects[0]}, "state": {"st"}, "aud": {b.sim.versions[0].base()},
		"scope": {"openid launch/patient offline_access patient/*.read"}, "code_challenge": {paChallenge()}, "code_challenge_method": {"S256"},
	}
	return paChanged(q, changes)
}

func paChanged(q url.Values, changes []string) url.Values {
	for i := 0; i+1 < len(changes); i += 2 {
		if changes[i+1] == "-" {
			q.Del(changes[i])
			continue
		}
		q.Set(changes[i], changes[i+1])
	}
	return q
}

// authorize sends the browser off and does not follow where it is sent.
func (b *paBare) authorize(q url.Values) vendortest.Reply {
	b.t.Helper()
	return b.send(b.request(http.MethodGet, b.sim.origin+paOAuthPath+"/authorize?"+q.Encode(), ""))
}

// callback is where the browser is sent to.
func (b *paBare) callback(q url.Values) url.Values {
	b.t.Helper()
	r := b.authorize(q)
	to, err := url.Parse(r.Header.Get("Location"))
	if r.Status != http.StatusSeeOther || err != nil || !strings.HasPrefix(to.String(), b.sim.opts.Redirects[0]+"?") {
		b.t.Fatalf("%d %q: the browser is not sent to the app", r.Status, to)
	}
	return to.Query()
}

func (b *paBare) code(q url.Values) string {
	b.t.Helper()
	got := b.callback(q)
	if got.Get("code") == "" || got.Get("state") != "st" {
		b.t.Fatalf("no code or state in %v", got)
	}
	return got.Get("code")
}

// redeem is the exchange of a code, with changes.
func (b *paBare) redeem(code string, changes ...string) vendortest.Reply {
	b.t.Helper()
	return b.post("/token", paChanged(url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {b.sim.opts.Redirects[0]}, "client_id": {paClientID},
		"client_secret": {b.sim.secret}, "code_verifier": {paVerifier},
	}, changes))
}

func (b *paBare) refresh(token string, changes ...string) vendortest.Reply {
	b.t.Helper()
	return b.post("/token", paChanged(url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {paClientID}, "client_secret": {b.sim.secret},
	}, changes))
}

func (b *paBare) post(path string, form url.Values) vendortest.Reply {
	b.t.Helper()
	req := b.request(http.MethodPost, b.sim.origin+paOAuthPath+path, form.Encode())
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.send(req)
}

func (b *paBare) request(method, target, body string) *http.Request {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	return req
}

func (b *paBare) send(req *http.Request) vendortest.Reply {
	b.t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if c := b.sim.HTTPClient(); c != nil {
		client.Transport = c.Transport
	}
	r, err := vendortest.Send(&client, req)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// data calls below the R4 base, or a whole URL.
func (b *paBare) data(method, target string) vendortest.Reply {
	b.t.Helper()
	if !strings.HasPrefix(target, "http://") {
		target = b.sim.versions[0].base() + target
	}
	req := b.request(method, target, "")
	if b.token != "" {
		req.Header.Set("Authorization", "Bearer "+b.token)
	}
	return b.send(req)
}

func (b *paBare) get(target string) vendortest.Reply { return b.data(http.MethodGet, target) }

// paEntries are the entries of a bundle.
func paEntries(r vendortest.Reply) []any {
	all, _ := r.JSON["entry"].([]any)
	return all
}

// paLink is a link of a bundle, "" for none.
func paLink(r vendortest.Reply, relation string) string {
	all, _ := r.JSON["link"].([]any)
	for _, l := range all {
		if m, ok := l.(map[string]any); ok && m["relation"] == relation {
			to, _ := m["url"].(string)
			return to
		}
	}
	return ""
}
