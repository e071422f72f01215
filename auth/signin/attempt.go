package signin

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"
)

// Attempt is one sign-in on its way, see [Flow.Begin]. It prints nothing.
type Attempt struct {
	flow     *Flow
	state    hidden
	verifier hidden // of "": no PKCE
	redirect string
	expires  time.Time
}

// hidden is a text in a function: printers of structs show an address.
type hidden func() string

func hide(text string) hidden { return func() string { return text } }

// Begin makes a new sign-in: send the person to [Attempt.URL], and give the parameters that
// they come back with to [Flow.Finish], which must be the one of this Flow.
//
// It fails with kind config when the port of the redirect URL is 0, which only Local fills in.
func (f *Flow) Begin() (*Attempt, error) {
	if f.redirect.Port() == "0" {
		return nil, f.told(configError("RedirectURL", "port 0 is for Local only: set the port that is listened at"))
	}
	return f.begin(f.cfg.RedirectURL), nil
}

func (f *Flow) begin(redirect string) *Attempt {
	a := &Attempt{flow: f, state: hide(rand.Text()), verifier: hide(""), redirect: redirect, expires: time.Now().Add(f.cfg.Lifetime)}
	if !f.cfg.NoPKCE {
		random := make([]byte, 32)
		_, _ = rand.Read(random) // it never fails: see its documentation
		a.verifier = hide(base64.RawURLEncoding.EncodeToString(random))
	}
	return a
}

// URL is where the person signs in. It holds the state: show it to that person only, and
// write it into no log.
func (a *Attempt) URL() string {
	c, u := a.flow.cfg, *a.flow.authorize
	q := u.Query()
	for name, values := range c.Extra {
		q[name] = values
	}
	q.Set("response_type", "code")
	q.Set("client_id", c.ClientID)
	q.Set(c.RedirectParam, a.redirect)
	q.Set("state", a.state())
	for name, v := range map[string]string{"scope": strings.Join(c.Scopes, " "), "resource": c.Resource, "aud": c.Audience} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if verifier := a.verifier(); verifier != "" {
		q.Set("code_challenge", challenge(verifier))
		q.Set("code_challenge_method", "S256")
	}
	u.RawQuery = encode(q)
	return u.String()
}

// challenge is S256 of RFC 7636.
func challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// encode writes blanks as %20: some servers read + as a plus.
func encode(q url.Values) string { return strings.ReplaceAll(q.Encode(), "+", "%20") }

const hiddenAttempt = "signin.Attempt{[redacted]}"

// Format prints nothing of the attempt, for every verb.
func (Attempt) Format(s fmt.State, verb rune) { formatHidden(s, verb, hiddenAttempt) }

// LogValue is the text of Format.
func (Attempt) LogValue() slog.Value { return slog.StringValue(hiddenAttempt) }

// MarshalJSON writes the text of Format.
func (Attempt) MarshalJSON() ([]byte, error) { return []byte(`"` + hiddenAttempt + `"`), nil }
