package auth

import (
	"context"
	"net/url"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// Hasten makes c's second try come at once, for tests over real sockets.
func Hasten(c *Cache) { c.core.wire.life.pause = time.Microsecond }

// The decoder, for the fuzz test.
var ReadAnswer = func(body []byte) (access string, life time.Duration, err error) {
	a, err := readAnswer(body, time.Unix(0, 0))
	if err != nil {
		return "", 0, err
	}
	t, bad := tokenOf(a, time.Unix(0, 0))
	if bad != nil {
		return "", a.life, bad
	}
	return t.Access.static(), a.life, nil
}

// AnswerOf is what an endpoint that speaks no OAuth answered, for the fuzz test.
func AnswerOf(x Exchange, status int, body []byte) (access string, life time.Duration, err *emr.Error) {
	w := newWire(Config{TokenURL: "https://api.example.test/authenticates", Exchange: &x}, usualTiming)
	k, err := w.reveal(context.Background(), "", "")
	if err != nil {
		return "", 0, err
	}
	r := w.understand(context.Background(), &received{status: status, body: body}, "", k, time.Unix(0, 0))
	if r.err != nil {
		return "", 0, r.err
	}
	return r.token.Access.static(), r.token.Expires.Sub(r.token.Issued), nil
}

// ExtraOf returns the form fields that c adds.
func ExtraOf(c *Cache) url.Values { return c.core.cfg.Extra }
