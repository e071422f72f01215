package auth_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/auth/authtest"
)

// noSecrets checks that v shows nothing of what was sent or answered: not printed, not
// encoded, not in the chain of an error.
func noSecrets(t testing.TB, srv *authtest.Server, v any) {
	t.Helper()
	texts := []string{fmt.Sprint(v), fmt.Sprintf("%v|%+v|%#v|%s|%q|%x|%d", v, v, v, v, v, v, v)}
	if b, err := json.Marshal(v); err == nil {
		texts = append(texts, string(b))
	}
	if err, ok := v.(error); ok {
		for e := errors.Unwrap(err); e != nil; e = errors.Unwrap(e) {
			texts = append(texts, fmt.Sprintf("%v|%+v", e, e))
		}
	}
	for _, text := range texts {
		checkText(t, srv, text)
	}
}

// checkText looks for canaries in plain, escaped and as hexadecimals.
func checkText(t testing.TB, srv *authtest.Server, text string) {
	t.Helper()
	canaries := []string{"secret-of-", "password-of-", "user-1", ".canary", "access-token-", "refresh-token-", "AADSTS", "/token", "?", "grant_type="}
	for _, r := range srv.Requests() {
		for name, values := range r.Form {
			if name == "grant_type" || name == "client_id" {
				continue
			}
			for _, v := range values {
				if v != "" {
					canaries = append(canaries, v, url.QueryEscape(v), fmt.Sprintf("%x", v))
				}
			}
		}
	}
	for _, c := range canaries {
		if strings.Contains(text, c) {
			t.Errorf("%q shows in %q", c, text)
		}
	}
}
