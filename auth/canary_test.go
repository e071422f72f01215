package auth_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
)

// Every grant, every refusal, every cut: no line of the log and no error shows anything
// of list Z, and lines have the allowed fields only.
func TestFault_Z_logsAndErrorsShowNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, rotating, func(t *testing.T, srv *authtest.Server) {
		var book logBook
		log := slog.New(slog.NewJSONHandler(&book, &slog.HandlerOptions{Level: slog.LevelDebug}))
		for _, cfg := range []auth.Config{srv.Config(), srv.PasswordConfig(), srv.RefreshConfig(), srv.ExchangeConfig()} {
			cfg.Logger = log
			if cfg.Exchange == nil {
				cfg.Resource, cfg.Style = "urn:resource-canary", auth.InHeader
			}
			c := newCache(t, cfg)
			token(t, c)
			for _, f := range []authtest.Fault{
				authtest.Echo(400), authtest.Echo(500), authtest.Echo(200), authtest.Refuse(401, "invalid_client"),
				authtest.Refuse(400, "invalid_grant"), authtest.Redirect(307, "https://elsewhere.example.test/?code=code-canary"),
				authtest.Cut(), authtest.LoseAnswer(), authtest.Member("access_token", `"access-token-\nx"`), authtest.Hang(),
			} {
				time.Sleep(3 * time.Hour)
				srv.FailAll(f)
				noSecrets(t, srv, failure(t, c))
				srv.Heal()
			}
		}
		checkText(t, srv, book.String())
		allowed := []string{"time", "level", "msg", "vendor", "op", "method", "host", "attempt", "status", "kind", "duration"}
		lines := strings.Split(strings.TrimSpace(book.String()), "\n")
		if len(lines) < srv.Count() {
			t.Errorf("%d lines for %d requests", len(lines), srv.Count())
		}
		for _, line := range lines {
			var fields map[string]any
			if err := json.Unmarshal([]byte(line), &fields); err != nil {
				t.Fatal(err)
			}
			for name := range fields {
				if !slices.Contains(allowed, name) {
					t.Errorf("field %q in a log line", name)
				}
			}
		}
	})
}

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
		canaries = append(canaries, r.Header["Authorization"]...)
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
