package nextechsaastest

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

// bare talks to a simulator in plain HTTP.
type bare struct {
	t     testing.TB
	sim   *Sim
	token string
}

// verifier is a code verifier of ours; its challenge follows from it.
const verifier = "emrkit-simulator-verifier-0123456789-abcdefghij"

func challenge() string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// open starts a simulator in memory where the user agrees at once. Change may be nil.
func open(t testing.TB, change func(*Options)) *bare {
	t.Helper()
	o := &Options{InMemory: true, SignIn: SignInAgree, Now: time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)}
	if change != nil {
		change(o)
	}
	return &bare{t: t, sim: New(t, o)}
}

// signedIn is open after a sign-in.
func signedIn(t testing.TB, change func(*Options)) *bare {
	t.Helper()
	b := open(t, change)
	b.token = text(b.redeem(b.code(b.ask())), "access_token")
	return b
}

// text is a member of an answer.
func text(r vendortest.Reply, name string) string {
	v, _ := r.JSON[name].(string)
	return v
}

// ask is the query of a sign-in as an application makes it, with changes: name, value, ...;
// a value "-" leaves the parameter out.
func (b *bare) ask(changes ...string) url.Values {
	return changed(url.Values{
		"response_type": {"code"}, "client_id": {clientID}, b.sim.opts.RedirectParam: {b.sim.opts.Redirects[0]}, "state": {"st"}, "resource": {resource},
		"code_challenge": {challenge()}, "code_challenge_method": {"S256"},
	}, changes)
}

func changed(q url.Values, changes []string) url.Values {
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
func (b *bare) authorize(q url.Values) vendortest.Reply {
	b.t.Helper()
	return b.send(b.request(http.MethodGet, b.sim.directory+authorizePath+"?"+q.Encode(), ""))
}

// callback is where the browser is sent to.
func (b *bare) callback(q url.Values) url.Values {
	b.t.Helper()
	r := b.authorize(q)
	to, err := url.Parse(r.Header.Get("Location"))
	if r.Status != http.StatusSeeOther || err != nil || !strings.HasPrefix(to.String(), b.sim.opts.Redirects[0]+"?") {
		b.t.Fatalf("%d %q: the browser is not sent to the application", r.Status, to)
	}
	return to.Query()
}

func (b *bare) code(q url.Values) string {
	b.t.Helper()
	got := b.callback(q)
	if got.Get("code") == "" || got.Get("state") != "st" {
		b.t.Fatalf("no code or state in %v", got)
	}
	return got.Get("code")
}

// redeem is the exchange of a code, with changes.
func (b *bare) redeem(code string, changes ...string) vendortest.Reply {
	b.t.Helper()
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {b.sim.opts.Redirects[0]}, "client_id": {clientID},
		"resource": {resource}, "code_verifier": {verifier},
	}
	if b.sim.opts.Confidential {
		form.Set("client_secret", b.sim.secret)
	}
	return b.post(tokenPath, changed(form, changes))
}

func (b *bare) refresh(token string, changes ...string) vendortest.Reply {
	b.t.Helper()
	return b.post(tokenPath, changed(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {clientID}}, changes))
}

func (b *bare) post(path string, form url.Values) vendortest.Reply {
	b.t.Helper()
	req := b.request(http.MethodPost, b.sim.directory+path, form.Encode())
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.send(req)
}

func (b *bare) request(method, target, body string) *http.Request {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	return req
}

func (b *bare) send(req *http.Request) vendortest.Reply {
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

// call is a request of the API with token and practice, and changes of the headers.
func (b *bare) call(method, target string, headers ...string) vendortest.Reply {
	b.t.Helper()
	req := b.request(method, b.sim.origin+basePath+target, "")
	req.Header.Set("Authorization", "Bearer "+b.token)
	req.Header.Set(practiceHeader, practiceID)
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] == "-" {
			req.Header.Del(headers[i])
			continue
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	return b.send(req)
}

func (b *bare) get(target string, headers ...string) vendortest.Reply {
	b.t.Helper()
	return b.call(http.MethodGet, target, headers...)
}

// expect announces a broken rule.
func (b *bare) expect(texts ...string) *bare {
	for _, text := range texts {
		b.sim.ExpectViolation(text)
	}
	return b
}
