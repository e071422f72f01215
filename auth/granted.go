package auth

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
)

const hintCheckKey = "the key was refused: check that it is complete, not revoked, and of the right environment"

// verdict is what Answer made of an answer. The error is read where a panic in its
// methods does no harm.
type verdict struct {
	granted Granted
	failed  bool
	err     *emr.Error // nil: no *emr.Error
}

// readGranted reads the answer of an endpoint that speaks no OAuth.
func (w *wire) readGranted(ctx context.Context, raw *received, k credential, began time.Time) (*Token, *emr.Error) {
	good := raw.status >= 200 && raw.status < 300
	if raw.long || raw.status < 200 || raw.status >= 300 && raw.status < 400 || raw.status == http.StatusTooManyRequests || raw.status >= 500 {
		e := refusedKey(raw.status)
		if raw.long && good {
			e.Hint = hintLong
		}
		return nil, e
	}
	v, err := callOut(ctx, func(context.Context) (verdict, error) {
		g, err := w.cfg.Exchange.Answer(raw.status, raw.body)
		v := verdict{granted: g, failed: err != nil}
		if e, ok := errors.AsType[*emr.Error](err); ok && e != nil {
			c := *e
			v.err = &c
		}
		return v, nil
	})
	switch {
	case errors.Is(err, errPanic):
		return nil, failed(emr.KindProtocol, "the function that reads the answer of the token endpoint panicked: the answer is not of the kind it knows", err)
	case err != nil:
		return nil, outside(err, "the function that reads the answer of the token endpoint took too long")
	case v.err != nil:
		return nil, w.repeated(v, refusedKey(raw.status), k)
	case v.failed || !good:
		return nil, refusedKey(raw.status)
	}
	return tokenOf(answer{access: v.granted.Access, life: grantedLife(v.granted.Life)}, began)
}

// refusedKey makes the error for an answer that says no more than its status.
func refusedKey(status int) *emr.Error {
	e := refusedBy(status, "", "")
	if e.Kind == emr.KindAuth && status != http.StatusForbidden {
		e.Hint = hintCheckKey
	}
	return e
}

// repeated makes the error of what the vendor package said. Nothing of its error is kept
// that was not looked through: it may repeat what was sent.
func (w *wire) repeated(v verdict, usual *emr.Error, k credential) *emr.Error {
	said := v.err
	clean := func(text string) string {
		if a := v.granted.Access; a != "" {
			text = strings.ReplaceAll(text, a, redacted)
		}
		return w.scrub(text, k)
	}
	e := failed(said.Kind, clean(said.Hint), nil)
	if e.Kind == "" || clean(string(e.Kind)) != string(e.Kind) {
		e.Kind = usual.Kind
	}
	if e.Hint == "" {
		e.Hint = usual.Hint
	}
	if clean(said.Code) == said.Code {
		e.Code = said.Code
	}
	for _, f := range said.Fields {
		e.Fields = append(e.Fields, clean(f))
	}
	if said.Err != nil {
		e.Err = foreign{said.Err}
	}
	e.RetryAfter = max(said.RetryAfter, 0)
	return e.WithDetail(clean(said.Detail()))
}

// grantedLife applies the rules for expires_in: unknown is five minutes and not for ever.
func grantedLife(d time.Duration) time.Duration {
	if d == 0 {
		return unknownLife
	}
	return min(max(d, 0), longestLife)
}
