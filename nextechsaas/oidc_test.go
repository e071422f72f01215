package nextechsaas_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextechsaas"
)

// api is a practice that takes any token and counts those it sees.
type api struct {
	*httptest.Server
	mu    sync.Mutex
	drop  map[string]bool // tokens that are refused
	seen  map[string]int
	order []string
}

func newAPI(t *testing.T) *api {
	t.Helper()
	a := &api{drop: map[string]bool{}, seen: map[string]int{}}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		a.mu.Lock()
		refused := a.drop[token]
		if a.seen[token]++; a.seen[token] == 1 {
			a.order = append(a.order, token)
		}
		a.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		if refused {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = w.Write([]byte(`["history"]`))
	}))
	t.Cleanup(a.Close)
	return a
}

// dropAll refuses the tokens that were seen so far.
func (a *api) dropAll() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for token := range a.seen {
		a.drop[token] = true
	}
}

func (a *api) tokens() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.order)
}

// realServer is the configuration for a real OpenID Connect server: EMRKIT_OIDC_URL is the
// base URL of the one that .ci/oidc starts, where a person agrees at once.
func realServer(t *testing.T) (nextechsaas.Config, *api) {
	t.Helper()
	base := strings.TrimRight(os.Getenv("EMRKIT_OIDC_URL"), "/")
	if base == "" {
		t.Skip("EMRKIT_OIDC_URL is not set: no real OpenID Connect server to test against")
	}
	a := newAPI(t)
	return nextechsaas.Config{
		ClientID: "sdk-code", ClientSecret: auth.NewSecret("sdk-secret"), PracticeID: "p1", BaseURL: a.URL, Resource: "urn:fhir-api",
		AuthURL: base + "/auth", TokenURL: base + "/token", RedirectURL: "http://127.0.0.1/callback", Keys: [][]byte{[]byte("a key for tests, thirty-two bytes")[:32]},
	}, a
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
	req, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, authorize, nil)
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

func flow(t *testing.T, cfg nextechsaas.Config) *signin.Flow {
	t.Helper()
	f, err := nextechsaas.SignIn(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func grantOf(t *testing.T, cfg nextechsaas.Config) *signin.Grant {
	t.Helper()
	f := flow(t, cfg)
	a := begun(t, f)
	g, err := f.Finish(t.Context(), a, person(t, a.URL()).Query())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestOIDC_signInOnThisMachineAndRotation(t *testing.T) {
	t.Parallel()
	cfg, a := realServer(t)
	cfg.ClientID, cfg.ClientSecret, cfg.RedirectURL = "sdk-public", auth.Secret{}, "http://127.0.0.1:0/callback"
	g, err := flow(t, cfg).Local(t.Context(), func(authorize string) {
		if status := get(t, person(t, authorize).String()); status != http.StatusOK {
			t.Errorf("the page at the end: %d", status)
		}
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	nx, err := nextechsaas.NewSignedIn(cfg, g, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nx.Close() })
	for want := 1; want <= 4; want++ {
		if all, err := nx.EncounterSections(t.Context()); err != nil || len(all) != 1 || a.tokens() != want {
			t.Fatalf("%v, %v after %d tokens, want %d", all, err, a.tokens(), want)
		}
		a.dropAll()
	}
}

func TestOIDC_aReusedCodeAndAnOldRefreshTokenEndTheSignIn(t *testing.T) {
	t.Parallel()
	cfg, a := realServer(t)
	start := httptest.NewRecorder() // one replica sends the user off, and two get the callback
	if err := flow(t, cfg).Start(start, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/sign-in", nil)); err != nil {
		t.Fatal(err)
	}
	back := person(t, start.Header().Get("Location"))
	callback := func() (*signin.Grant, error) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/callback?"+back.RawQuery, nil)
		for _, c := range start.Result().Cookies() {
			r.AddCookie(c)
		}
		return flow(t, cfg).Callback(httptest.NewRecorder(), r)
	}
	g, err := callback()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := callback(); !errors.Is(err, emr.ErrLoginRequired) {
		t.Errorf("%v", err)
	}
	nx, err := nextechsaas.NewSignedIn(cfg, g, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nx.Close() })
	_, _ = nx.EncounterSections(t.Context()) // our API asks nobody whether the token is good
	a.dropAll()
	if _, err := nx.EncounterSections(t.Context()); !errors.Is(err, emr.ErrLoginRequired) {
		t.Errorf("the server did not end the sign-in: %v", err)
	}

	g = grantOf(t, cfg)
	fresh, err := nextechsaas.NewSignedIn(cfg, g, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = fresh.Close() })
	for range 2 {
		if _, err := fresh.EncounterSections(t.Context()); err != nil {
			t.Fatal(err)
		}
		a.dropAll()
	}
	cfg.RefreshToken = g.Token.Refresh // somebody kept the first one
	kept := connect(t, cfg, nil)
	if _, err := kept.EncounterSections(t.Context()); !errors.Is(err, emr.ErrLoginRequired) {
		t.Errorf("an old refresh token is taken: %v", err)
	}
}

func TestOIDC_twoProcessesShareAStore(t *testing.T) {
	t.Parallel()
	cfg, a := realServer(t)
	cfg.TokenStore, cfg.TokenKey = auth.NewMemoryStore(), "user-1"
	first, err := nextechsaas.NewSignedIn(cfg, grantOf(t, cfg), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = first.Close() })
	if _, err := first.EncounterSections(t.Context()); err != nil {
		t.Fatal(err)
	}
	processes := []*nextechsaas.Client{first, connect(t, cfg, nil)}
	for range 3 {
		a.dropAll()
		var all sync.WaitGroup
		for _, nx := range processes {
			all.Go(func() {
				for range 3 {
					if _, err := nx.EncounterSections(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
	}
	if n := a.tokens(); n != 4 {
		t.Errorf("%d tokens", n)
	}
}
