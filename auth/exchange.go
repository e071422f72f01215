package auth

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

// Exchange buys tokens at an endpoint that speaks no OAuth: one POST to Config.TokenURL
// without a body, with a key in a header.
//
// Its functions are the vendor package's and must be safe for many goroutines. Header is
// called for each fetch of a token, Answer for each answer. A panic in one is an error of
// Token, and what it panicked with is not shown.
type Exchange struct {
	// Key is the credential. It tells connections apart, for [emr.Shared] and in
	// [Secret.Fingerprint] for limiters, and is taken out of what Answer says. Connections
	// whose key comes from functions share a token only if it is from one SecretFunc.
	Key Secret
	// Header makes the headers of the POST, the key among them. Accept is
	// application/json and User-Agent emrkit where it does not say otherwise.
	Header func(key string) http.Header
	// Answer reads an answer of up to 64 KiB that is no redirect, no 429 and no 5xx. An
	// *emr.Error says what is wrong with it: its kind, code, fields, hint, detail and wait
	// are kept. Any other error, a missing one for a status that is not 2xx, and an error
	// without a kind mean what the status says.
	Answer func(status int, body []byte) (Granted, error)
}

// Granted is a token as the endpoint gave it.
type Granted struct {
	Access string        // goes into the header of each request: visible ASCII
	Life   time.Duration // from now; 0: unknown, five minutes; below: use it once; at most 24 hours
}

// resolveExchange is resolve for a Config with an Exchange.
func (c Config) resolveExchange() (Config, *emr.Error) {
	for _, f := range []struct {
		name string
		has  bool
	}{
		{"Grant", c.Grant != ""}, {"ClientID", c.ClientID != ""}, {"ClientSecret", !c.ClientSecret.IsZero()},
		{"Username", c.Username != ""}, {"Password", !c.Password.IsZero()}, {"RefreshToken", !c.RefreshToken.IsZero()},
		{"Initial", c.Initial != nil},
		{"Scopes", len(c.Scopes) > 0}, {"Resource", c.Resource != ""},
		{"Extra", len(c.Extra) > 0}, {"Style", c.Style != InParams},
	} {
		if f.has {
			return c, configError(f.name, "this is for OAuth and does not go with Exchange: leave it empty")
		}
	}
	e := *c.Exchange // later changes of the caller's do not count
	c.Exchange = &e
	switch {
	case e.Key.IsZero():
		return c, configError(fieldKey, "set the key")
	case e.Header == nil:
		return c, configError("Exchange.Header", "set the function that makes the headers")
	case e.Answer == nil:
		return c, configError("Exchange.Answer", "set the function that reads the answer")
	}
	if !e.Key.dynamic {
		if hint := oddKey(e.Key.static()); hint != "" {
			return c, configError(fieldKey, hint)
		}
	}
	return c, c.checkURL()
}

const fieldKey = "Exchange.Key"

// oddKey says what is wrong with a key, "" for nothing.
func oddKey(key string) string {
	if hint := oddText(key); hint != "" {
		return hint
	}
	if !peer.IsHeaderValue(key) {
		return "the key goes into a header: printable ASCII only"
	}
	return ""
}

// revealKey reads the key and makes the headers with it.
func (w *wire) revealKey(ctx context.Context) (credential, *emr.Error) {
	x := w.cfg.Exchange
	key, bad := w.secret(ctx, fieldKey, x.Key)
	if bad != nil {
		return credential{}, bad
	}
	if hint := oddKey(key); hint != "" {
		return credential{}, configError(fieldKey, "from the function: "+hint)
	}
	k := credential{key: key}
	made, err := callOut(ctx, func(context.Context) (http.Header, error) { return x.Header(key).Clone(), nil })
	switch {
	case errors.Is(err, errPanic):
		return k, configError("Exchange.Header", "the function for the headers panicked")
	case err != nil:
		return k, outside(err, "the function for the headers of the token request took too long")
	}
	k.header, bad = dressed(made)
	return k, bad
}

// unsettable are headers of the connection, and those that make net/http repeat a request.
var unsettable = []string{
	"Host", "Connection", "Content-Length", "Transfer-Encoding", "Te", "Trailer", "Upgrade", "Expect", "Cookie",
	"Proxy-Authorization", "Idempotency-Key", "X-Idempotency-Key",
}

// dressed is the whole header of the request, made of what the vendor package gave.
func dressed(made http.Header) (http.Header, *emr.Error) {
	h := http.Header{}
	for name, values := range made {
		name = http.CanonicalHeaderKey(name)
		if slices.Contains(unsettable, name) || !peer.IsToken(name) || slices.ContainsFunc(values, func(v string) bool { return !peer.IsHeaderValue(v) }) {
			return nil, configError("Exchange.Header", "a header of the token request cannot be sent: its name or its value is of the connection, or no printable ASCII")
		}
		h[name] = append(h[name], values...)
	}
	for name, usual := range map[string]string{"Accept": "application/json", "User-Agent": "emrkit"} {
		if h[name] == nil {
			h.Set(name, usual)
		}
	}
	return h, nil
}

// sentIn lists the forms in which the key went out: as it is, and encoded by Header.
func (k credential) sentIn() []string {
	if k.key == "" {
		return nil
	}
	sent := k.header.Values("Authorization")
	for _, v := range slices.Clone(sent) {
		if _, rest, ok := strings.Cut(v, " "); ok {
			sent = append(sent, strings.TrimSpace(rest))
		}
	}
	return append(sent, k.key)
}
