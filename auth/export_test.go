package auth

import (
	"net/url"
	"time"
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

// ExtraOf returns the form fields that c adds.
func ExtraOf(c *Cache) url.Values { return c.core.cfg.Extra }
