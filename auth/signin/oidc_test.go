package signin_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
)

// realServer is the configuration for a real OpenID Connect server: EMRKIT_OIDC_URL is the
// base URL of the one that .ci/oidc starts, where a person agrees at once.
func realServer(t *testing.T) signin.Config {
	t.Helper()
	base := strings.TrimRight(os.Getenv("EMRKIT_OIDC_URL"), "/")
	if base == "" {
		t.Skip("EMRKIT_OIDC_URL is not set: no real OpenID Connect server to test against")
	}
	return signin.Config{
		Vendor: "oidc", AuthorizeURL: base + "/auth", TokenURL: base + "/token", Issuer: base,
		ClientID: "sdk-code", ClientSecret: auth.NewSecret("sdk-secret"), RedirectURL: "http://127.0.0.1/callback",
		Scopes: []string{"openid", "patient/*.read", "slot/*.read"}, Keys: [][]byte{key(1)},
	}
}

// person follows the authorize URL through the server's pages, and returns where it sends
// the browser in the end.
func person(t testing.TB, authorize string) *url.URL {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var last *url.URL
	browser := http.Client{Jar: jar, Timeout: 10 * time.Second, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/callback" {
			last = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, authorize, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := browser.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if last == nil {
		t.Fatalf("the server shows a page of its own: status %d", resp.StatusCode)
	}
	return last
}

// signedIn is a grant of the real server.
func signedIn(t *testing.T, f *signin.Flow) *signin.Grant {
	t.Helper()
	a := begin(t, f)
	g, err := f.Finish(t.Context(), a, person(t, a.URL()).Query())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// source keeps the token of g fresh.
func source(t *testing.T, cfg auth.Config) *auth.Cache {
	t.Helper()
	c, err := auth.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func tokenOf(t testing.TB, c *auth.Cache) *auth.Token {
	t.Helper()
	tok, err := c.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

func TestOIDC_codeAndPKCE(t *testing.T) {
	t.Parallel()
	cfg := realServer(t)
	for name, change := range map[string]func(*signin.Config){
		"with a secret":   func(*signin.Config) {},
		"a public client": func(c *signin.Config) { c.ClientID, c.ClientSecret = "sdk-public", auth.Secret{} },
		"iss by its host": func(c *signin.Config) { c.Issuer = "" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := cfg
			change(&c)
			g := signedIn(t, newFlow(t, c))
			if g.Token.Refresh.IsZero() || g.IDToken.IsZero() || len(g.Withheld) > 0 || !slices.Contains(g.Scopes, "patient/*.read") || time.Until(g.Token.Expires) < 50*time.Minute {
				t.Errorf("scopes %v, withheld %v, ends in %v", g.Scopes, g.Withheld, time.Until(g.Token.Expires))
			}
		})
	}
}

func TestOIDC_onThisMachine(t *testing.T) {
	t.Parallel()
	cfg := realServer(t)
	cfg.ClientID, cfg.ClientSecret, cfg.RedirectURL = "sdk-public", auth.Secret{}, "http://127.0.0.1:0/callback"
	g, err := newFlow(t, cfg).Local(t.Context(), func(authorize string) {
		if status, _, page := visit(t, http.MethodGet, person(t, authorize).String(), ""); status != http.StatusOK {
			t.Errorf("status %d, %q", status, page)
		}
	}, nil)
	if err != nil || g.Token.Access.IsZero() {
		t.Fatal(err)
	}
}

func TestOIDC_refusals(t *testing.T) {
	t.Parallel()
	cfg := realServer(t)
	f := newFlow(t, cfg)
	t.Run("wrong verifier", func(t *testing.T) {
		t.Parallel()
		one, two := begin(t, f), begin(t, f)
		state, _ := signin.Secrets(two)
		_, err := f.Finish(t.Context(), two, with(person(t, one.URL()).Query(), "state", state))
		if e := failure(t, err, emr.KindAuth); e.Code != "invalid_grant" || !errors.Is(err, emr.ErrLoginRequired) {
			t.Errorf("%v", err)
		}
	})
	t.Run("another server", func(t *testing.T) {
		t.Parallel()
		c := cfg
		c.Issuer = "https://issuer.example.test"
		other := newFlow(t, c)
		a := begin(t, other)
		_, err := other.Finish(t.Context(), a, person(t, a.URL()).Query())
		failure(t, err, emr.KindAuth, "iss")
	})
	t.Run("the person says no", func(t *testing.T) {
		t.Parallel()
		c := cfg
		c.Extra = url.Values{"login_hint": {"deny"}}
		deny := newFlow(t, c)
		a := begin(t, deny)
		_, err := deny.Finish(t.Context(), a, person(t, a.URL()).Query())
		if e := failure(t, err, emr.KindPermission, "error"); e.Code != "access_denied" {
			t.Errorf("%v", err)
		}
	})
	t.Run("wrong secret", func(t *testing.T) {
		t.Parallel()
		c := cfg
		c.ClientSecret = auth.NewSecret("wrong")
		wrong := newFlow(t, c)
		a := begin(t, wrong)
		_, err := wrong.Finish(t.Context(), a, person(t, a.URL()).Query())
		if e := failure(t, err, emr.KindAuth); e.Code != "invalid_client" {
			t.Errorf("%v", err)
		}
	})
	t.Run("unknown scope", func(t *testing.T) {
		t.Parallel()
		c := cfg
		c.Scopes = []string{"openid", "patient/*.read", "nobody/*.read"}
		g := signedIn(t, newFlow(t, c))
		if !slices.Equal(g.Withheld, []string{"nobody/*.read"}) {
			t.Errorf("withheld %v", g.Withheld)
		}
	})
}

// A code that is used again, by another replica say, ends what the first use gave.
func TestOIDC_reusedCode(t *testing.T) {
	t.Parallel()
	cfg := realServer(t)
	one, two, b := newFlow(t, cfg), newFlow(t, cfg), newBrowser()
	authorize, cookie := b.start(t, one)
	query := person(t, authorize).Query()
	g, err := b.callback(one, query)
	if err != nil {
		t.Fatal(err)
	}
	b.cookies[cookie.Name] = cookie.Value
	if _, err = b.callback(one, query); failure(t, err, emr.KindAuth, "state").Code != "" { // without a request
		t.Errorf("%v", err)
	}
	b.cookies[cookie.Name] = cookie.Value
	if _, err = b.callback(two, query); failure(t, err, emr.KindAuth).Code != "invalid_grant" {
		t.Errorf("%v", err)
	}
	c := source(t, one.TokenConfig(g))
	c.Invalidate(tokenOf(t, c))
	if _, err := c.Token(t.Context()); !errors.Is(err, emr.ErrLoginRequired) {
		t.Errorf("the server did not revoke the sign-in: %v", err)
	}
}

func TestOIDC_rotationAndFamilyRevocation(t *testing.T) {
	t.Parallel()
	f := newFlow(t, realServer(t))
	g := signedIn(t, f)
	c := source(t, f.TokenConfig(g))
	seen := map[string]bool{}
	last := tokenOf(t, c)
	for range 3 {
		refresh, _ := last.Refresh.Reveal(t.Context())
		if seen[refresh] {
			t.Error("the refresh token is not a new one")
		}
		seen[refresh] = true
		c.Invalidate(last)
		last = tokenOf(t, c)
	}
	replay := f.TokenConfig(nil)
	replay.RefreshToken = g.Token.Refresh // somebody kept the first one
	_, err := source(t, replay).Token(t.Context())
	if e, ok := errors.AsType[*emr.Error](err); !ok || e.Code != "invalid_grant" || !errors.Is(err, emr.ErrLoginRequired) {
		t.Errorf("replay: %v", err)
	}
	c.Invalidate(last)
	if _, err := c.Token(t.Context()); !errors.Is(err, emr.ErrLoginRequired) {
		t.Errorf("the family lives on: %v", err)
	}
}

// Two processes share a store; both lose their token at the same time, again and again. One
// refresh token used twice would end the family.
func TestOIDC_twoProcessesShareAStore(t *testing.T) {
	t.Parallel()
	f := newFlow(t, realServer(t))
	cfg := f.TokenConfig(signedIn(t, f))
	cfg.Store, cfg.StoreKey = &plainStore{MemoryStore: auth.NewMemoryStore(), t: t}, "person-1"
	processes := []*auth.Cache{source(t, cfg), source(t, cfg)}
	for range 4 {
		var wg sync.WaitGroup
		for _, c := range processes {
			wg.Go(func() {
				tok, err := c.Token(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				c.Invalidate(tok)
				if _, err := c.Token(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	restarted := cfg
	restarted.Initial = nil
	tokenOf(t, source(t, restarted))
}

// plainStore keeps tokens as text, as a database does.
type plainStore struct {
	*auth.MemoryStore
	t *testing.T
}

func (p *plainStore) Update(ctx context.Context, key string, f func(context.Context, *auth.Token) (*auth.Token, error)) error {
	return p.MemoryStore.Update(ctx, key, func(ctx context.Context, t *auth.Token) (*auth.Token, error) {
		next, err := f(ctx, t)
		if err != nil || next == nil || next == t {
			return next, err
		}
		data, err := json.Marshal(auth.StoredToken{Token: next})
		if err != nil {
			return nil, err
		}
		var back auth.StoredToken
		err = json.Unmarshal(data, &back)
		return back.Token, err
	})
}
