package patientaccess_test

import (
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
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextgen/patientaccess"
)

// TestOIDC_aSignInAtARealServerIsKeptFresh: code and PKCE, one data call, the token refused,
// the refresh token replaced and stored, a restart from the store, the family revoked.
// EMRKIT_OIDC_URL is the base URL of the server that .ci/oidc starts.
func TestOIDC_aSignInAtARealServerIsKeptFresh(t *testing.T) {
	t.Parallel()
	base := strings.TrimRight(os.Getenv("EMRKIT_OIDC_URL"), "/")
	if base == "" {
		t.Skip("EMRKIT_OIDC_URL is not set: no real OpenID Connect server to test against")
	}
	var mu sync.Mutex
	tokens, refuse := map[string]bool{}, ""
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		token := r.Header.Get("Authorization")
		tokens[token] = true
		if token == refuse || token == "" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/fhir+json")
		_, _ = w.Write([]byte(`{"resourceType":"Condition","id":"c1"}`))
	}))
	t.Cleanup(api.Close)
	cfg := patientaccess.Config{
		ClientID: "sdk-code", ClientSecret: auth.NewSecret("sdk-secret"), RedirectURL: "http://127.0.0.1/callback", BaseURL: api.URL + "/fhir/r4",
		AuthorizeURL: base + "/auth", TokenURL: base + "/token", Scopes: []string{"openid", "patient/*.read"},
		TokenStore: auth.NewMemoryStore(), TokenKey: "person 1",
	}
	flow, err := patientaccess.NewSignIn(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	attempt, err := flow.Begin()
	if err != nil {
		t.Fatal(err)
	}
	grant, err := flow.Finish(t.Context(), attempt, browse(t, attempt.URL()))
	if err != nil {
		t.Fatal(err)
	}
	c, err := patientaccess.NewSignedIn(cfg, grant, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(t.Context(), "Condition", "c1"); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	for token := range tokens {
		refuse = token
	}
	mu.Unlock()
	if _, err := c.Read(t.Context(), "Condition", "c1"); err != nil {
		t.Fatalf("after a refusal: %v", err)
	}
	if len(tokens) != 2 {
		t.Errorf("%d tokens were seen", len(tokens))
	}
	_ = c.Close()
	again := connect(t, cfg, nil) // from the store
	if _, err := again.Read(t.Context(), "Condition", "c1"); err != nil {
		t.Fatalf("after a restart: %v", err)
	}
	old := cfg
	old.TokenStore, old.TokenKey, old.RefreshToken = nil, "", grant.Token.Refresh // somebody kept the first one
	_, err = connect(t, old, nil).Read(t.Context(), "Condition", "c1")
	if e, ok := errors.AsType[*emr.Error](err); !ok || !errors.Is(err, emr.ErrLoginRequired) || !strings.Contains(e.Hint, "48 hours") {
		t.Errorf("a used refresh token: %v", err)
	}
}

// browse follows the URL of a sign-in through the server's pages to the callback.
func browse(t testing.TB, authorize string) url.Values {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var back url.Values
	browser := http.Client{Jar: jar, Timeout: 10 * time.Second, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/callback" {
			back = r.URL.Query()
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
	if back == nil {
		t.Fatalf("the server shows a page of its own: status %d", resp.StatusCode)
	}
	return back
}
