package signin_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"testing"

	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
)

// everyWay prints v in all the ways that values get into logs by accident.
func everyWay(t *testing.T, values ...any) string {
	t.Helper()
	var b bytes.Buffer
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			_, _ = fmt.Fprintf(&b, verb+"\n", v)
		}
		_, _ = fmt.Fprintln(&b, v)
		data, err := json.Marshal(v)
		if err != nil {
			t.Error(err)
		}
		b.Write(data)
		slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&b, nil)).Info("x", "v", v)
	}
	return b.String()
}

func TestNothingSecretIsPrinted(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		var lines bytes.Buffer
		cfg.Logger = slog.New(slog.NewTextHandler(&lines, &slog.HandlerOptions{Level: slog.LevelDebug}))
		f := newFlow(t, cfg)
		a := begin(t, f)
		state, verifier := signin.Secrets(a)
		back := agreed(t, srv, a.URL())
		srv.Fail(1, authtest.Member("patient", `"patient-canary"`))
		g, err := f.Finish(t.Context(), a, back)
		wantSignedIn(t, srv, g, err)
		access, _ := g.Token.Access.Reveal(t.Context())
		refresh, _ := g.Token.Refresh.Reveal(t.Context())
		secrets := []string{state, verifier, back.Get("code"), access, refresh, "patient-canary", "secret-of-client-1", string(cfg.Keys[0]), fmt.Sprintf("%d", cfg.Keys[0])}

		text := everyWay(t, cfg, &cfg, f, a, *a, g, *g, *g.Token, g.Token)
		text += fmt.Sprintf("%v %+v %#v", struct {
			a signin.Attempt
			p *signin.Attempt
			g signin.Grant
			f *signin.Flow
		}{*a, a, *g, f}, struct{ a *signin.Attempt }{a}, []signin.Attempt{*a})
		all := []error{}
		for _, fault := range []authtest.Fault{
			authtest.Refuse(400, "invalid_grant"), authtest.Refuse(401, "invalid_client"), authtest.Refuse(400, "canary_code"), authtest.Echo(400),
			authtest.Echo(200), authtest.Echo(500), authtest.LoseAnswer(), authtest.Redirect(302, "https://evil.example.test/?code=canary"),
		} {
			b := begin(t, f)
			s, v := signin.Secrets(b)
			query := agreed(t, srv, b.URL())
			secrets = append(secrets, s, v, query.Get("code"))
			srv.Fail(1, fault)
			_, err := f.Finish(t.Context(), b, query)
			if err == nil {
				t.Error("no error")
			}
			all = append(all, err)
		}
		for _, query := range []url.Values{
			{"state": {"wrong-canary"}}, {"state": {state}}, {"state": {state}, "error": {"error-canary"}, "error_description": {"words-canary"}},
			{"state": {state}, "iss": {"https://iss-canary.example.test"}}, {"state": {state}, "code": {"code-canary-1", "code-canary-2"}},
		} {
			b := newBrowser()
			_, err := b.callback(f, query)
			all = append(all, err)
			c := begin(t, f)
			s, _ := signin.Secrets(c)
			if query.Get("state") == state {
				query.Set("state", s)
			}
			_, err = f.Finish(t.Context(), c, query)
			all = append(all, err)
		}
		for _, err := range all {
			text += everyWay(t, err)
			if e, ok := errors.AsType[*emr.Error](err); ok { // the server's words repeat the request
				wantWithout(t, e.Detail(), secrets...)
			}
		}
		wantWithout(t, text+lines.String(), append(secrets, "canary")...)
	})
}
