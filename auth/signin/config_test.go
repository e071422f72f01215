package signin_test

import (
	"errors"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
)

func goodConfig() signin.Config {
	return signin.Config{
		Vendor: "vendor", Name: "main", ClientID: "client-1", ClientSecret: auth.NewSecret("secret-canary"),
		AuthorizeURL: "https://login.example.test/tenant/authorize?p=policy", TokenURL: "https://login.example.test/tenant/token",
		RedirectURL: "https://app.example.test/cb", Keys: [][]byte{key(1)},
	}
}

func TestNewNamesTheFieldAtFault(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*signin.Config)
		field  string
	}{
		"no authorize URL":           {func(c *signin.Config) { c.AuthorizeURL = "" }, "AuthorizeURL"},
		"authorize URL in the clear": {func(c *signin.Config) { c.AuthorizeURL = "http://login.example.test/canary" }, "AuthorizeURL"},
		"authorize URL with state":   {func(c *signin.Config) { c.AuthorizeURL = "https://login.example.test/?state=canary" }, "AuthorizeURL"},
		"authorize URL, odd query":   {func(c *signin.Config) { c.AuthorizeURL = "https://login.example.test/?x=%zz" }, "AuthorizeURL"},
		"no token URL":               {func(c *signin.Config) { c.TokenURL = "" }, "TokenURL"},
		"token URL in the clear":     {func(c *signin.Config) { c.TokenURL = "http://login.example.test/canary" }, "TokenURL"},
		"no client id":               {func(c *signin.Config) { c.ClientID = "" }, "ClientID"},
		"placeholder":                {func(c *signin.Config) { c.ClientID = "<client id>" }, "ClientID"},
		"secret with a line break":   {func(c *signin.Config) { c.ClientSecret = auth.NewSecret("canary\n") }, "ClientSecret"},
		"no such style":              {func(c *signin.Config) { c.Style = 7 }, "Style"},
		"no redirect URL":            {func(c *signin.Config) { c.RedirectURL = "" }, "RedirectURL"},
		"relative":                   {func(c *signin.Config) { c.RedirectURL = "/canary" }, "RedirectURL"},
		"redirect in the clear":      {func(c *signin.Config) { c.RedirectURL = "http://app.example.test/cb" }, "RedirectURL"},
		"redirect to a name":         {func(c *signin.Config) { c.RedirectURL = "http://localhost.example.test/cb" }, "RedirectURL"},
		"redirect with a fragment":   {func(c *signin.Config) { c.RedirectURL = "https://app.example.test/cb#canary" }, "RedirectURL"},
		"redirect with a user":       {func(c *signin.Config) { c.RedirectURL = "https://canary@app.example.test/cb" }, "RedirectURL"},
		"redirect with a semicolon":  {func(c *signin.Config) { c.RedirectURL = "https://app.example.test/cb;x" }, "RedirectURL"},
		"redirect with a state":      {func(c *signin.Config) { c.RedirectURL = "https://app.example.test/cb?state=canary" }, "RedirectURL"},
		"redirect with a code":       {func(c *signin.Config) { c.RedirectURL = "https://app.example.test/cb?x=1&code=canary" }, "RedirectURL"},
		"issuer that is no URL":      {func(c *signin.Config) { c.Issuer = "canary" }, "Issuer"},
		"reserved parameter":         {func(c *signin.Config) { c.Extra = url.Values{"state": {"canary"}} }, "Extra"},
		"secret in the URL":          {func(c *signin.Config) { c.Extra = url.Values{"client_secret": {"canary"}} }, "Extra"},
		"posted callback":            {func(c *signin.Config) { c.Extra = url.Values{"response_mode": {"form_post"}} }, "Extra"},
		"redirect parameter":         {func(c *signin.Config) { c.RedirectParam = "state" }, "RedirectParam"},
		"odd redirect parameter":     {func(c *signin.Config) { c.RedirectParam = "a b" }, "RedirectParam"},
		"audience with blanks":       {func(c *signin.Config) { c.Audience = " canary" }, "Audience"},
		"short key":                  {func(c *signin.Config) { c.Keys = [][]byte{key(1), key(1)[:31]} }, "Keys"},
		"empty key":                  {func(c *signin.Config) { c.Keys = [][]byte{make([]byte, 32)} }, "Keys"},
		"lifetime without a unit":    {func(c *signin.Config) { c.Lifetime = 600 }, "Lifetime"},
		"lifetime of a day":          {func(c *signin.Config) { c.Lifetime = 24 * time.Hour }, "Lifetime"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := goodConfig()
			tt.change(&c)
			_, err := signin.New(c)
			e := failure(t, err, emr.KindConfig, tt.field)
			if e.Vendor != "vendor" || e.Name != "main" {
				t.Errorf("vendor %q, name %q", e.Vendor, e.Name)
			}
			wantWithout(t, err.Error(), "canary")
		})
	}
}

func TestAuthorizeURLHasWhatWasConfigured(t *testing.T) {
	t.Parallel()
	c := goodConfig()
	c.Scopes, c.Audience, c.Resource = []string{"openid", "launch/patient patient/*.read"}, "https://fhir.example.test/r4", "urn:api"
	c.Extra = url.Values{"prompt": {"login"}}
	c.RedirectParam = "redirect_url"
	f := newFlow(t, c)
	c.Extra.Set("prompt", "later")
	u, err := url.Parse(begin(t, f).URL())
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	for name, want := range map[string]string{
		"p": "policy", "response_type": "code", "client_id": "client-1", "redirect_url": "https://app.example.test/cb", "scope": "openid launch/patient patient/*.read",
		"aud": "https://fhir.example.test/r4", "resource": "urn:api", "prompt": "login", "code_challenge_method": "S256",
	} {
		if got := q[name]; !slices.Equal(got, []string{want}) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if q.Has("redirect_uri") || q.Has("client_secret") || u.Host != "login.example.test" || u.Path != "/tenant/authorize" {
		t.Errorf("%s%s, %d parameters", u.Host, u.Path, len(q))
	}
	wantWithout(t, u.RawQuery, "+", "secret")
}

func TestNoPKCEIsASwitch(t *testing.T) {
	t.Parallel()
	c := goodConfig()
	c.NoPKCE = true
	u, _ := url.Parse(begin(t, newFlow(t, c)).URL())
	if u.Query().Has("code_challenge") || u.Query().Has("code_challenge_method") || u.Query().Get("state") == "" {
		t.Error("there is a challenge, or no state")
	}
}

func TestTokenConfigKeepsTheClient(t *testing.T) {
	t.Parallel()
	c := goodConfig()
	c.Resource, c.Style = "urn:api", auth.InHeader
	f := newFlow(t, c)
	got := f.TokenConfig(&signin.Grant{Token: &auth.Token{Access: auth.NewSecret("a")}})
	if got.Vendor != "vendor" || got.TokenURL != c.TokenURL || got.Grant != auth.RefreshToken || got.ClientID != "client-1" || !got.ClientSecret.Equal(c.ClientSecret) ||
		got.Style != auth.InHeader || got.Resource != "urn:api" || got.Initial == nil || len(got.Scopes) > 0 {
		t.Errorf("%v", got)
	}
	_, err := auth.New(f.TokenConfig(nil))
	if e, ok := errors.AsType[*emr.Error](err); !ok || e.Kind != emr.KindConfig {
		t.Errorf("without a token, refresh token or store: %v", err)
	}
}

func TestPortZeroIsForLocalOnly(t *testing.T) {
	t.Parallel()
	c := goodConfig()
	c.RedirectURL = "http://127.0.0.1:0/cb"
	_, err := newFlow(t, c).Begin()
	failure(t, err, emr.KindConfig, "RedirectURL")
}
