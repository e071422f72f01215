package signin_test

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
)

func key(b byte) []byte { return append(bytes.Repeat([]byte{b}, 31), 'x') }

func TestCookieIsForTheCallbackOnly(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		redirect, path, prefix string
		secure                 bool
	}{
		"https":       {"https://app.example.test/signin/callback?tenant=1", "/signin/callback", "__Secure-emrkit-signin-", true},
		"no path":     {"https://app.example.test", "/", "__Secure-emrkit-signin-", true},
		"development": {"http://localhost:8000/callback/", "/callback/", "emrkit-signin-", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
				cfg.RedirectURL = tt.redirect
				f, b := newFlow(t, cfg), newBrowser()
				authorize, c := b.start(t, f)
				if c.Path != tt.path || c.Secure != tt.secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.MaxAge != 600 || c.Domain != "" ||
					!strings.HasPrefix(c.Name, tt.prefix) || c.Valid() != nil {
					t.Errorf("cookie %v", c)
				}
				u, _ := url.Parse(authorize)
				wantWithout(t, c.String(), u.Query().Get("state"), u.Query().Get("code_challenge"))
				w := httptest.NewRecorder()
				g, err := f.Callback(w, b.request(http.MethodGet, "/?"+agreed(t, srv, authorize).Encode()))
				wantSignedIn(t, srv, g, err)
				gone := w.Result().Cookies()
				if len(gone) != 1 || gone[0].Name != c.Name || gone[0].Path != c.Path || gone[0].MaxAge >= 0 || gone[0].Secure != c.Secure {
					t.Errorf("the cookie is not taken away: %v", gone)
				}
			})
		})
	}
}

func TestAnswersStayOutOfCachesAndReferrers(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, _ *authtest.Server, cfg signin.Config) {
		f, b := newFlow(t, cfg), newBrowser()
		start, callback := httptest.NewRecorder(), httptest.NewRecorder()
		if err := f.Start(start, b.request(http.MethodPost, "/signin")); err != nil {
			t.Fatal(err)
		}
		_, err := f.Callback(callback, b.request(http.MethodGet, "/signin/callback"))
		failure(t, err, emr.KindAuth, "state")
		for _, w := range []*httptest.ResponseRecorder{start, callback} {
			if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Referrer-Policy") != "no-referrer" || w.Body.Len() > 0 {
				t.Errorf("headers %v", w.Header())
			}
		}
	})
}

func TestFault_A15_aTamperedOrForeignCookieIsRefused(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		f, b := newFlow(t, cfg), newBrowser()
		authorize, c := b.start(t, f)
		back := agreed(t, srv, authorize)
		box, err := base64.RawURLEncoding.DecodeString(c.Value)
		if err != nil {
			t.Fatal(err)
		}
		for i := range box {
			bad := bytes.Clone(box)
			bad[i] ^= 1
			b.cookies[c.Name] = base64.RawURLEncoding.EncodeToString(bad)
			_, err := b.callback(f, back)
			failure(t, err, emr.KindAuth, "state")
			if len(b.cookies) > 0 {
				t.Fatal("a cookie that does not open stays")
			}
		}
		for _, text := range []string{"", "x", "not base64!", c.Value[:20], c.Value + "A", strings.Repeat("A", 5000)} {
			b.cookies[c.Name] = text
			_, err := b.callback(f, back)
			failure(t, err, emr.KindAuth, "state")
		}
		_, other := newBrowser().start(t, f)
		b.cookies[c.Name] = other.Value // opens, but is of another sign-in
		_, err = b.callback(f, back)
		failure(t, err, emr.KindAuth, "state")
		wantCount(t, srv, 0)
	})
}

func TestFault_A15_aCookieOfAnotherConfigurationIsRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*signin.Config){
		"client":       func(c *signin.Config) { c.ClientID = "client-2" },
		"redirect URL": func(c *signin.Config) { c.RedirectURL += "/2" },
		"server":       func(c *signin.Config) { c.TokenURL = "https://other.example.test/token" },
		"key":          func(c *signin.Config) { c.Keys = [][]byte{key(9)} },
		"without PKCE": func(c *signin.Config) { c.NoPKCE = true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
				b := newBrowser()
				authorize, _ := b.start(t, newFlow(t, cfg))
				change(&cfg)
				_, err := b.callback(newFlow(t, cfg), agreed(t, srv, authorize))
				failure(t, err, emr.KindAuth, "state")
				wantCount(t, srv, 0)
			})
		})
	}
}

func TestFault_A15_aPlantedCookieDoesNotStopTheSignIn(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		f, b := newFlow(t, cfg), newBrowser()
		authorize, c := b.start(t, f)
		r := httptest.NewRequest(http.MethodGet, redirectURL+"?"+agreed(t, srv, authorize).Encode(), nil)
		r.AddCookie(&http.Cookie{Name: c.Name, Value: "planted"})
		_, own := newBrowser().start(t, f) // of the one who planted it: it opens
		r.AddCookie(&http.Cookie{Name: c.Name, Value: own.Value})
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		g, err := f.Callback(httptest.NewRecorder(), r)
		wantSignedIn(t, srv, g, err)
	})
}

func TestKeysRotate(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		with := func(keys ...[]byte) *signin.Flow {
			cfg.Keys = keys
			return newFlow(t, cfg)
		}
		old, both, next, last := with(key(1)), with(key(1), key(2)), with(key(2), key(1)), with(key(2))
		for _, tt := range []struct {
			begins, ends *signin.Flow
			opens        bool
		}{{old, both, true}, {both, old, true}, {both, next, true}, {next, both, true}, {next, last, true}, {last, next, true}, {old, last, false}} {
			b := newBrowser()
			authorize, _ := b.start(t, tt.begins)
			g, err := b.callback(tt.ends, agreed(t, srv, authorize))
			if tt.opens {
				wantSignedIn(t, srv, g, err)
			} else {
				failure(t, err, emr.KindAuth, "state")
			}
		}
	})
}

func TestAnyReplicaTakesTheCallback(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		one, two, b := newFlow(t, cfg), newFlow(t, cfg), newBrowser()
		authorize, _ := b.start(t, one)
		after(t, 9*time.Minute)
		g, err := b.callback(two, agreed(t, srv, authorize))
		wantSignedIn(t, srv, g, err)
	})
}

func TestTwoTabsDoNotDisturbEachOther(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		f, b := newFlow(t, cfg), newBrowser()
		first, _ := b.start(t, f)
		second, _ := b.start(t, f)
		if len(b.cookies) != 2 {
			t.Fatalf("%d cookies", len(b.cookies))
		}
		for _, authorize := range []string{second, first} {
			g, err := b.callback(f, agreed(t, srv, authorize))
			wantSignedIn(t, srv, g, err)
		}
		if len(b.cookies) != 0 {
			t.Errorf("%d cookies are left", len(b.cookies))
		}
	})
}

func TestFault_A15_aReloadOfTheCallbackIsRefused(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		f, b := newFlow(t, cfg), newBrowser()
		authorize, _ := b.start(t, f)
		back := agreed(t, srv, authorize)
		g, err := b.callback(f, back)
		wantSignedIn(t, srv, g, err)
		_, err = b.callback(f, back)
		failure(t, err, emr.KindAuth, "state")
		wantCount(t, srv, 1)
	})
}

func TestFinishedSignInsAreForgottenInTime(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		f := newFlow(t, cfg)
		for range 50 {
			b := newBrowser()
			authorize, _ := b.start(t, f)
			if _, err := b.callback(f, agreed(t, srv, authorize)); err != nil {
				t.Fatal(err)
			}
			after(t, time.Minute)
		}
		if n := signin.Remembered(f); n > 15 {
			t.Errorf("%d are remembered after 50 minutes of one a minute", n)
		}
	})
}

func TestOnlyBrowserMethodsAreTaken(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		f, b := newFlow(t, cfg), newBrowser()
		authorize, _ := b.start(t, f)
		for _, method := range []string{http.MethodPost, http.MethodHead, http.MethodOptions} {
			w := httptest.NewRecorder()
			_, err := f.Callback(w, b.request(method, redirectURL+"?"+agreed(t, srv, authorize).Encode()))
			failure(t, err, emr.KindInvalid, "method")
		}
		w := httptest.NewRecorder()
		failure(t, f.Start(w, b.request(http.MethodHead, "/")), emr.KindInvalid, "method")
		if len(w.Result().Cookies()) > 0 {
			t.Error("a cookie for a sign-in that did not begin")
		}
		wantCount(t, srv, 0)
	})
}

func TestFault_A15_aQueryThatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		f, b := newFlow(t, cfg), newBrowser()
		authorize, _ := b.start(t, f)
		for _, odd := range []string{"&x=%zz", ";code=2"} {
			r := b.request(http.MethodGet, redirectURL)
			r.URL.RawQuery = agreed(t, srv, authorize).Encode() + odd
			_, err := f.Callback(httptest.NewRecorder(), r)
			failure(t, err, emr.KindProtocol, "query")
		}
		wantCount(t, srv, 0)
	})
}

func TestWithoutKeysThereIsNoCookie(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server, cfg signin.Config) {
		cfg.Keys = nil
		f := newFlow(t, cfg)
		failure(t, f.Start(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil)), emr.KindConfig, "Keys")
		_, err := f.Callback(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
		failure(t, err, emr.KindConfig, "Keys")
		a := begin(t, f)
		g, err := f.Finish(t.Context(), a, agreed(t, srv, a.URL()))
		wantSignedIn(t, srv, g, err)
	})
}
