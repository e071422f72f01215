package signin_test

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
)

// bothWays runs check with a callback that Finish refuses and one that Callback does.
func bothWays(t *testing.T, change func(signin.Config) signin.Config, forge func(url.Values) url.Values, check func(t *testing.T, err error)) {
	t.Helper()
	if change == nil {
		change = func(c signin.Config) signin.Config { return c }
	}
	t.Run("Finish", func(t *testing.T) {
		t.Parallel()
		inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
			f := newFlow(t, change(cfg))
			a := begin(t, f)
			_, err := f.Finish(t.Context(), a, forge(agreed(t, srv, a.URL())))
			check(t, err)
			wantCount(t, srv, 0)
		})
	})
	t.Run("Callback", func(t *testing.T) {
		t.Parallel()
		inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
			f, b := newFlow(t, change(cfg)), newBrowser()
			authorize, _ := b.start(t, f)
			_, err := b.callback(f, forge(agreed(t, srv, authorize)))
			check(t, err)
			wantCount(t, srv, 0)
		})
	})
}

func TestFault_A15_wrongOrMissingStateIsRefused(t *testing.T) {
	t.Parallel()
	for name, forge := range map[string]func(url.Values) url.Values{
		"wrong":          func(q url.Values) url.Values { return with(q, "state", "AAAAAAAAAAAAAAAAAAAAAAAAAA") },
		"missing":        func(q url.Values) url.Values { return with(q, "state") },
		"empty":          func(q url.Values) url.Values { return with(q, "state", "") },
		"twice":          func(q url.Values) url.Values { return with(q, "state", q.Get("state"), q.Get("state")) },
		"wrong, then it": func(q url.Values) url.Values { return with(q, "state", "x", q.Get("state")) },
		"cut short":      func(q url.Values) url.Values { return with(q, "state", q.Get("state")[:25]) },
		"error without":  func(url.Values) url.Values { return url.Values{"error": {"access_denied"}} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bothWays(t, nil, forge, func(t *testing.T, err error) {
				if failure(t, err, emr.KindAuth, "state"); !errors.Is(err, emr.ErrLoginRequired) {
					t.Error("it does not say to sign in again")
				}
			})
		})
	}
}

func TestFault_A15_aWrongStateDoesNotEndTheSignIn(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		f := newFlow(t, cfg)
		a := begin(t, f)
		back := agreed(t, srv, a.URL())
		_, err := f.Finish(t.Context(), a, with(back, "state", "another"))
		failure(t, err, emr.KindAuth, "state")
		g, err := f.Finish(t.Context(), a, back)
		wantSignedIn(t, srv, g, err)
	})
}

func TestFault_A15_issOfAnotherServerIsRefused(t *testing.T) {
	t.Parallel()
	named := func(c signin.Config) signin.Config { c.Issuer = "https://issuer.example.test"; return c }
	for name, tt := range map[string]struct {
		change func(signin.Config) signin.Config
		iss    []string
		kind   emr.Kind
	}{
		"another host":               {nil, []string{"https://evil.example.test"}, emr.KindAuth},
		"another port":               {nil, []string{"http://localhost:81"}, emr.KindAuth},
		"another scheme":             {nil, []string{"https://localhost"}, emr.KindAuth},
		"no URL":                     {nil, []string{"localhost"}, emr.KindAuth},
		"empty":                      {nil, []string{""}, emr.KindAuth},
		"host of the server, as id":  {named, []string{"http://localhost"}, emr.KindAuth},
		"nearly the issuer":          {named, []string{"https://issuer.example.test/"}, emr.KindAuth},
		"the issuer and another one": {named, []string{"https://issuer.example.test", "https://evil.example.test"}, emr.KindProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bothWays(t, tt.change, func(q url.Values) url.Values { return with(q, "iss", tt.iss...) },
				func(t *testing.T, err error) { failure(t, err, tt.kind, "iss") })
		})
	}
	for name, tt := range map[string]struct {
		change func(signin.Config) signin.Config
		iss    []string
	}{
		"on the server's host": {nil, []string{"http://LOCALHOST/tenant"}},
		"the issuer":           {named, []string{"https://issuer.example.test"}},
		"an old server":        {named, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
				if tt.change != nil {
					cfg = tt.change(cfg)
				}
				f := newFlow(t, cfg)
				a := begin(t, f)
				g, err := f.Finish(t.Context(), a, with(agreed(t, srv, a.URL()), "iss", tt.iss...))
				wantSignedIn(t, srv, g, err)
			})
		})
	}
}

func TestFault_A15_issIsLookedAtBeforeTheError(t *testing.T) {
	t.Parallel()
	bothWays(t, nil, func(q url.Values) url.Values {
		return with(with(with(q, "code"), "error", "access_denied"), "iss", "https://evil.example.test")
	}, func(t *testing.T, err error) {
		if e := failure(t, err, emr.KindAuth, "iss"); e.Code != "" {
			t.Errorf("code %q of somebody else's", e.Code)
		}
	})
}

func TestFault_A15_errorSetIsRefused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		code  string
		kind  emr.Kind
		known bool
		again bool
	}{
		"the person said no":    {"access_denied", emr.KindPermission, true, true},
		"not approved":          {"unauthorized_client", emr.KindConfig, true, false},
		"wrong request":         {"invalid_request", emr.KindConfig, true, false},
		"wrong scope":           {"invalid_scope", emr.KindConfig, true, false},
		"wrong resource":        {"invalid_resource", emr.KindConfig, true, false},
		"down":                  {"server_error", emr.KindUnavailable, true, true},
		"busy":                  {"temporarily_unavailable", emr.KindUnavailable, true, true},
		"wants the person":      {"interaction_required", emr.KindAuth, true, true},
		"unknown":               {"AADSTS-canary-code", emr.KindAuth, false, true},
		"empty":                 {"", emr.KindAuth, false, true},
		"with a code all right": {"access_denied", emr.KindPermission, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bothWays(t, nil, func(q url.Values) url.Values {
				q = with(with(q, "error", tt.code), "error_description", "canary-words about Ines")
				if name != "with a code all right" {
					q = with(q, "code")
				}
				return q
			}, func(t *testing.T, err error) {
				e := failure(t, err, tt.kind, "error")
				if e.Code != tt.code && tt.known || e.Code != "" && !tt.known || errors.Is(err, emr.ErrLoginRequired) != tt.again {
					t.Errorf("code %q, again %v", e.Code, errors.Is(err, emr.ErrLoginRequired))
				}
				wantWithout(t, err.Error()+e.Detail(), "canary")
			})
		})
	}
}

func TestFault_A15_aMissingOrDoubledCodeIsRefused(t *testing.T) {
	t.Parallel()
	for name, forge := range map[string]func(url.Values) url.Values{
		"missing": func(q url.Values) url.Values { return with(q, "code") },
		"empty":   func(q url.Values) url.Values { return with(q, "code", "") },
		"twice":   func(q url.Values) url.Values { return with(q, "code", q.Get("code"), "injected") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bothWays(t, nil, forge, func(t *testing.T, err error) { failure(t, err, emr.KindProtocol, "code") })
		})
	}
	t.Run("error twice", func(t *testing.T) {
		t.Parallel()
		bothWays(t, nil, func(q url.Values) url.Values { return with(q, "error", "access_denied", "server_error") },
			func(t *testing.T, err error) { failure(t, err, emr.KindProtocol, "error") })
	})
}

func TestFault_A15_aSecondCallbackIsRefused(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		f := newFlow(t, cfg)
		a := begin(t, f)
		back := agreed(t, srv, a.URL())
		g, err := f.Finish(t.Context(), a, back)
		wantSignedIn(t, srv, g, err)
		_, err = f.Finish(t.Context(), a, back)
		failure(t, err, emr.KindAuth, "state")
		wantCount(t, srv, 1)
		wantSignedIn(t, srv, g, nil) // nothing was revoked
	})
}

func TestFault_A15_aRefusedSignInIsOver(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		f := newFlow(t, cfg)
		a := begin(t, f)
		back := agreed(t, srv, a.URL())
		_, err := f.Finish(t.Context(), a, with(back, "iss", "https://evil.example.test"))
		failure(t, err, emr.KindAuth, "iss")
		_, err = f.Finish(t.Context(), a, back)
		failure(t, err, emr.KindAuth, "state")
		wantCount(t, srv, 0)
	})
}

func TestFault_A15_tooLateIsRefused(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		cfg.Lifetime = time.Minute
		f, b := newFlow(t, cfg), newBrowser()
		a := begin(t, f)
		authorize, _ := b.start(t, f)
		back, webBack := agreed(t, srv, a.URL()), agreed(t, srv, authorize)
		after(t, time.Minute)
		_, err := f.Finish(t.Context(), a, back)
		failure(t, err, emr.KindAuth, "state")
		_, err = b.callback(f, webBack) // a browser that does not mind Max-Age
		failure(t, err, emr.KindAuth, "state")
		wantCount(t, srv, 0)
	})
}

func TestFault_A15_theAttemptOfAnotherFlowIsRefused(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		one, two := newFlow(t, cfg), newFlow(t, cfg)
		a := begin(t, one)
		_, err := two.Finish(t.Context(), a, agreed(t, srv, a.URL()))
		failure(t, err, emr.KindConfig, "Attempt")
		_, err = one.Finish(t.Context(), nil, nil)
		failure(t, err, emr.KindConfig, "Attempt")
		wantCount(t, srv, 0)
	})
}

// after lets d pass, in a bubble.
func after(t *testing.T, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	<-ctx.Done()
}
