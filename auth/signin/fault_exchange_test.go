package signin_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
)

func TestFault_A15_pkceS256IsAlwaysSent(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		f := newFlow(t, cfg)
		a := begin(t, f)
		u, _ := url.Parse(a.URL())
		q := u.Query()
		g, err := f.Finish(t.Context(), a, agreed(t, srv, a.URL()))
		wantSignedIn(t, srv, g, err)
		form := srv.Requests()[0].Form
		sum := sha256.Sum256([]byte(form.Get("code_verifier")))
		if q.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) || q.Get("code_challenge_method") != "S256" ||
			!regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`).MatchString(form.Get("code_verifier")) {
			t.Errorf("challenge %q", q.Get("code_challenge"))
		}
		if len(q.Get("state")) < 26 {
			t.Errorf("the state has %d characters of base32: not 128 bits", len(q.Get("state")))
		}
		other := begin(t, f)
		o, _ := url.Parse(other.URL())
		if o.Query().Get("state") == q.Get("state") || o.Query().Get("code_challenge") == q.Get("code_challenge") {
			t.Error("two sign-ins share their secrets")
		}
	})
}

func TestFault_A15_aWrongVerifierIsRefusedByTheServer(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		f := newFlow(t, cfg)
		mine, stolen := begin(t, f), begin(t, f)
		back := with(agreed(t, srv, stolen.URL()), "state", agreed(t, srv, mine.URL()).Get("state"))
		_, err := f.Finish(t.Context(), mine, back) // an injected code
		if e := failure(t, err, emr.KindAuth); e.Code != "invalid_grant" || !errors.Is(err, emr.ErrLoginRequired) {
			t.Errorf("%v", err)
		}
		wantCount(t, srv, 1)
	})
}

func TestFault_A15_aReusedCodeIsRefusedByTheServer(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		one, two, b := newFlow(t, cfg), newFlow(t, cfg), newBrowser()
		authorize, cookie := b.start(t, one)
		back := agreed(t, srv, authorize)
		g, err := b.callback(one, back)
		wantSignedIn(t, srv, g, err)
		b.cookies[cookie.Name] = cookie.Value // somebody kept it, and another replica cannot know
		_, err = b.callback(two, back)
		if e := failure(t, err, emr.KindAuth); e.Code != "invalid_grant" || !errors.Is(err, emr.ErrLoginRequired) {
			t.Errorf("%v", err)
		}
		wantCount(t, srv, 2)
	})
}

func TestFault_A15_ofManyCallbacksAtOnceOneSendsTheCode(t *testing.T) {
	t.Parallel()
	for name, finish := range map[string]func(*testing.T, *authtest.Server, *signin.Flow) func() error{
		"Finish": func(t *testing.T, srv *authtest.Server, f *signin.Flow) func() error {
			a := begin(t, f)
			back := agreed(t, srv, a.URL())
			return func() error { _, err := f.Finish(t.Context(), a, back); return err }
		},
		"Callback": func(t *testing.T, srv *authtest.Server, f *signin.Flow) func() error {
			b := newBrowser()
			authorize, _ := b.start(t, f)
			back := agreed(t, srv, authorize)
			return func() error { c := browser{cookies: maps.Clone(b.cookies)}; _, err := c.callback(f, back); return err }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
				call := finish(t, srv, newFlow(t, cfg))
				errs := make([]error, 20)
				var wg sync.WaitGroup
				for i := range errs {
					wg.Go(func() { errs[i] = call() })
				}
				wg.Wait()
				good := 0
				for _, err := range errs {
					if err == nil {
						good++
					} else {
						failure(t, err, emr.KindAuth, "state")
					}
				}
				if good != 1 {
					t.Errorf("%d callbacks succeeded", good)
				}
				wantCount(t, srv, 1)
			})
		})
	}
}

func TestFault_A13_theCodeIsSentOnceWhateverHappens(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault authtest.Fault
		kind  emr.Kind
	}{
		"the answer is lost":          {authtest.LoseAnswer(), emr.KindUnavailable},
		"the connection breaks":       {authtest.Cut(), emr.KindUnavailable},
		"no answer":                   {authtest.Hang(), emr.KindTimeout},
		"an answer without end":       {authtest.Drip(time.Second), emr.KindTimeout},
		"down":                        {authtest.Answer(503, "text/plain", "down", "Retry-After", "1"), emr.KindUnavailable},
		"too many requests":           {authtest.Answer(429, "text/plain", "slow down"), emr.KindRateLimited},
		"a page":                      {authtest.Echo(200), emr.KindProtocol},
		"a token that is not Bearer":  {authtest.Member("token_type", `"mac"`), emr.KindProtocol},
		"a token that no header fits": {authtest.Member("access_token", `"a\r\nb"`), emr.KindProtocol},
		"no token":                    {authtest.Member("access_token", ""), emr.KindProtocol},
		"an odd patient":              {authtest.Member("patient", `{"id":1}`), emr.KindProtocol},
		"a fraction of a patient":     {authtest.Member("patient", `1.5`), emr.KindProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
				f := newFlow(t, cfg)
				a := begin(t, f)
				back := agreed(t, srv, a.URL())
				srv.FailAll(tt.fault)
				_, err := f.Finish(t.Context(), a, back)
				e := failure(t, err, tt.kind)
				if !errors.Is(err, emr.ErrLoginRequired) || !regexp.MustCompile("sign in again").MatchString(e.Hint) || e.Attempts != 1 {
					t.Errorf("attempts %d, %v", e.Attempts, err)
				}
				srv.Heal()
				_, err = f.Finish(t.Context(), a, back)
				failure(t, err, emr.KindAuth, "state")
				wantCount(t, srv, 1)
			})
		})
	}
}

func TestFault_A6_theTokenRequestIsNotRedirected(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		f := newFlow(t, cfg)
		a := begin(t, f)
		back := agreed(t, srv, a.URL())
		srv.Fail(1, authtest.Redirect(307, "http://localhost/token"))
		_, err := f.Finish(t.Context(), a, back)
		failure(t, err, emr.KindUntrustedURL)
		wantCount(t, srv, 1)
	})
}

func TestACallerWhoLeavesEndsTheTokenRequest(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		f := newFlow(t, cfg)
		a := begin(t, f)
		back := agreed(t, srv, a.URL())
		srv.FailAll(authtest.Hang())
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, err := f.Finish(ctx, a, back)
		failure(t, err, emr.KindCanceled)
		if !errors.Is(err, context.Canceled) || !errors.Is(err, emr.ErrLoginRequired) {
			t.Errorf("%v", err)
		}
	})
}

func TestFault_A7_azureAnswersWithTextsForNumbers(t *testing.T) {
	t.Parallel()
	inBubble(t, &authtest.Options{AzureV1: true}, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		cfg.Resource, cfg.Scopes = "https://api.example.test/icp", nil
		f := newFlow(t, cfg)
		a := begin(t, f)
		srv.Fail(1, authtest.ExpiresIn(`"3599"`))
		g, err := f.Finish(t.Context(), a, agreed(t, srv, a.URL()))
		wantSignedIn(t, srv, g, err)
		if life := g.Token.Expires.Sub(g.Token.Issued); life != 3599*time.Second {
			t.Errorf("life %v", life)
		}
		if form := srv.Requests()[0].Form; form.Get("resource") != cfg.Resource || form.Get("redirect_uri") != redirectURL || form.Has("scope") {
			t.Error("resource or redirect URL are missing from the token request, or there is a scope")
		}
	})
}

func TestWhatTheServerGrantedIsVisible(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		member, raw      string
		patient          string
		scopes, withheld []string
		noRefresh        bool
	}{
		"shown by tokens":  {"scope", `"patient/*.read"`, "", []string{"patient/*.read"}, []string{"openid"}, false},
		"as asked":         {"scope", `"openid patient/*.read"`, "", []string{"openid", "patient/*.read"}, nil, false},
		"not said":         {"scope", "", "", []string{"openid", "patient/*.read"}, nil, false},
		"less":             {"scope", `"openid"`, "", []string{"openid"}, []string{"patient/*.read"}, false},
		"patient":          {"patient", `"pat-1"`, "pat-1", []string{"openid", "patient/*.read"}, nil, false},
		"patient as digit": {"patient", `90071992547409931`, "90071992547409931", []string{"openid", "patient/*.read"}, nil, false},
		"no patient":       {"patient", `null`, "", []string{"openid", "patient/*.read"}, nil, false},
		"no refresh token": {"refresh_token", "", "", []string{"openid", "patient/*.read"}, nil, true},
		"an odd id token":  {"id_token", `[1]`, "", []string{"openid", "patient/*.read"}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
				f := newFlow(t, cfg)
				a := begin(t, f)
				srv.Fail(1, authtest.Member(tt.member, tt.raw))
				g, err := f.Finish(t.Context(), a, agreed(t, srv, a.URL()))
				wantSignedIn(t, srv, g, err)
				if !slices.Equal(g.Scopes, tt.scopes) || !slices.Equal(g.Withheld, tt.withheld) || g.Patient.Reveal() != tt.patient || g.Token.Refresh.IsZero() != tt.noRefresh {
					t.Errorf("scopes %v, withheld %v, refresh token %v", g.Scopes, g.Withheld, !g.Token.Refresh.IsZero())
				}
			})
		})
	}
	t.Run("id token", func(t *testing.T) {
		t.Parallel()
		inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
			f := newFlow(t, cfg)
			a := begin(t, f)
			srv.Fail(1, authtest.Member("id_token", `"e30.e30.sig"`))
			g, err := f.Finish(t.Context(), a, agreed(t, srv, a.URL()))
			wantSignedIn(t, srv, g, err)
			if !g.IDToken.Equal(auth.NewSecret("e30.e30.sig")) {
				t.Error("the id token is not there")
			}
		})
	})
}
