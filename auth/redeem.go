package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// authorizationCode is the grant of a [Redeemer]. No Cache has it: a code buys one token.
const authorizationCode Grant = "authorization_code"

// Redeemer trades the code of a sign-in for a token. It is what package auth/signin ends
// with; use that one, which checks the callback the code came with.
type Redeemer struct {
	wire *wire
	cfg  Config
}

// Code is the authorization code of one sign-in.
type Code struct {
	Text        Secret
	Verifier    Secret // of PKCE; none: without
	RedirectURL string // the one the code was sent to
}

// Redeemed is what the token endpoint gave for a code.
type Redeemed struct {
	Token   *Token
	Patient emr.PatientID // SMART: whose records were opened; "" when the endpoint did not say
	IDToken Secret        // OpenID Connect; not checked
}

// NewRedeemer checks c and makes a Redeemer. It sends nothing. Of c it uses Vendor, Name,
// TokenURL, ClientID, ClientSecret (absent: a public client), Style, Resource, Extra,
// HTTPClient and Logger. It fails with kind config, naming the field.
func NewRedeemer(c Config) (*Redeemer, error) {
	c = Config{
		Vendor: c.Vendor, Name: c.Name, TokenURL: c.TokenURL, ClientID: c.ClientID, ClientSecret: c.ClientSecret,
		Style: c.Style, Resource: c.Resource, Extra: cloneValues(c.Extra), HTTPClient: c.HTTPClient, Logger: c.Logger,
	}
	for _, check := range []func() *emr.Error{c.checkURL, c.checkClient, c.checkTexts, c.checkSecrets, c.checkExtra} {
		if bad := check(); bad != nil {
			bad.Vendor, bad.Name = c.Vendor, c.Name
			return nil, bad
		}
	}
	return &Redeemer{wire: newWire(c, usualTiming), cfg: c}, nil
}

// Redeem makes one token request and never repeats it: a vendor who sees a code twice may
// revoke what the first use gave. It is bound by ctx and by 20 seconds.
//
// It fails with an *emr.Error of the kinds of [Cache.Token]. It matches
// emr.ErrLoginRequired, whatever its kind, when the code may be used up: begin a new
// sign-in.
func (r *Redeemer) Redeem(ctx context.Context, code Code) (*Redeemed, error) {
	got, err := r.redeem(ctx, code)
	if err != nil {
		e := *err
		e.Vendor, e.Name, e.RequestID = r.cfg.Vendor, r.cfg.Name, emr.CorrelationID(ctx)
		return nil, &e
	}
	return got, nil
}

const hintNewSignIn = "a code works once: sign in again"

func (r *Redeemer) redeem(ctx context.Context, code Code) (*Redeemed, *emr.Error) {
	ctx, cancel := context.WithTimeout(ctx, r.wire.life.attempt)
	defer cancel()
	k, bad := r.wire.reveal(ctx, authorizationCode, "")
	if bad != nil {
		return nil, bad
	}
	k.redirect = code.RedirectURL
	for _, f := range []struct {
		to   *string
		from Secret
	}{{&k.code, code.Text}, {&k.verifier, code.Verifier}} {
		text, err := callOut(ctx, f.from.Reveal)
		if err != nil {
			return nil, outside(err, "the code cannot be read: "+hintNewSignIn)
		}
		*f.to = text
	}
	reply := r.wire.try(ctx, authorizationCode, k, 1)
	if reply.err == nil {
		return &Redeemed{Token: reply.token, Patient: emr.NewPatientID(reply.launch.patient), IDToken: NewSecret(reply.launch.idToken)}, nil
	}
	e := reply.err
	e.Attempts = 1
	switch e.Kind {
	case emr.KindCanceled:
		e.Hint = "the caller gave up while the code was on its way; " + hintNewSignIn
	case emr.KindTimeout, emr.KindUnavailable, emr.KindRateLimited, emr.KindProtocol:
		e.Hint += "; " + hintNewSignIn
	default:
		return nil, e
	}
	e.Err = errors.Join(e.Err, emr.ErrLoginRequired)
	return nil, e
}

// launch is what an answer to a code has beside the token.
type launch struct{ patient, idToken string }

// readLaunch reads the members of SMART and OpenID Connect. A patient that is no text and
// no whole number is refused: guessing whose records these are is not for us.
func readLaunch(body []byte) (launch, *emr.Error) {
	members, err := readObject(body)
	if err != nil {
		return launch{}, failed(emr.KindProtocol, "the answer cannot be read", nil)
	}
	var l launch
	l.idToken, _ = readText(members["id_token"])
	patient, ok := readText(members["patient"])
	if !ok {
		var n json.Number
		if json.Unmarshal(members["patient"], &n) != nil || strings.ContainsAny(n.String(), ".eE+-") {
			return launch{}, failed(emr.KindProtocol, "the patient of the token answer is neither a text nor a whole number", nil)
		}
		patient = n.String()
	}
	l.patient = patient
	return l, nil
}

// readRedeemed reads the answer to a code.
func (w *wire) readRedeemed(raw *received, k credential, began time.Time) (*Token, launch, *emr.Error) {
	t, bad := w.read(raw, authorizationCode, k, began)
	if bad != nil {
		return nil, launch{}, bad
	}
	l, bad := readLaunch(raw.body)
	if bad != nil {
		return nil, launch{}, bad
	}
	return t, l, nil
}

// Format prints the vendor only, for every verb.
func (r *Redeemer) Format(s fmt.State, verb rune) {
	formatHidden(s, verb, "auth.Redeemer{"+r.cfg.Vendor+"}")
}

// LogValue is the text of Format.
func (r *Redeemer) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(r)) }
