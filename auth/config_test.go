package auth_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

func good() auth.Config {
	return auth.Config{
		Vendor: "v", Name: "clinic", TokenURL: "https://login.example.test/oauth2/token",
		ClientID: "id", ClientSecret: auth.NewSecret("s3cret"),
	}
}

func keyed() auth.Config {
	return auth.Config{
		Vendor: "v", Name: "clinic", TokenURL: "https://api.example.test/authenticates",
		Exchange: &auth.Exchange{
			Key:    auth.NewSecret("s3cret"),
			Header: func(key string) http.Header { return http.Header{"Authorization": {key}} },
			Answer: authtest.ReadGranted,
		},
	}
}

func TestFault_C1_C3_badConfigurationIsRefusedByField(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		field  string
		change func(*auth.Config)
	}{
		{"TokenURL", func(c *auth.Config) { c.TokenURL = "" }},
		{"TokenURL", func(c *auth.Config) { c.TokenURL = "http://login.example.test/token" }},
		{"TokenURL", func(c *auth.Config) { c.TokenURL = "http://localhost.example.test/token" }},
		{"TokenURL", func(c *auth.Config) { c.TokenURL = "https://user:s3cret@login.example.test/token" }},
		{"TokenURL", func(c *auth.Config) { c.TokenURL = "https://login.example.test/token#s3cret" }},
		{"TokenURL", func(c *auth.Config) { c.TokenURL = "login.example.test/token" }},
		{"TokenURL", func(c *auth.Config) { c.TokenURL = "https:///token" }},
		{"TokenURL", func(c *auth.Config) { c.TokenURL = "https://login.example.test/\n" }},
		{"ClientID", func(c *auth.Config) { c.ClientID = "" }},
		{"ClientID", func(c *auth.Config) { c.ClientID = " id" }},
		{"ClientID", func(c *auth.Config) { c.ClientID = "your-client-id" }},
		{"ClientSecret", func(c *auth.Config) { c.ClientSecret = auth.Secret{} }},
		{"ClientSecret", func(c *auth.Config) { c.ClientSecret = auth.NewSecret("s3cret\n") }},
		{"ClientSecret", func(c *auth.Config) { c.ClientSecret = auth.NewSecret("s3\r\ncret") }},
		{"ClientSecret", func(c *auth.Config) { c.ClientSecret = auth.NewSecret("   ") }},
		{"ClientSecret", func(c *auth.Config) { c.ClientSecret = auth.NewSecret("${CLIENT_SECRET}") }},
		{"ClientSecret", func(c *auth.Config) { c.ClientSecret = auth.NewSecret("[redacted]") }},
		{"Grant", func(c *auth.Config) { c.Grant = "implicit" }},
		{"Username", func(c *auth.Config) { c.Grant = auth.Password }},
		{"Password", func(c *auth.Config) { c.Grant = auth.Password; c.Username = "u" }},
		{"Password", func(c *auth.Config) {
			c.Grant, c.Username, c.Password = auth.Password, "u", auth.NewSecret("changeme")
		}},
		{"RefreshToken", func(c *auth.Config) { c.Grant = auth.RefreshToken }},
		{"StoreKey", func(c *auth.Config) { c.Grant, c.Store = auth.RefreshToken, auth.NewMemoryStore() }},
		{"Style", func(c *auth.Config) { c.Style = 7 }},
		{"Extra", func(c *auth.Config) { c.Extra = map[string][]string{"client_secret": {"s3cret"}} }},
		{"Resource", func(c *auth.Config) { c.Resource = "a\nb" }},
		{"HTTPClient", func(c *auth.Config) { c.HTTPClient = &http.Client{Timeout: -time.Second} }},
		{"MaxAge", func(c *auth.Config) { c.MaxAge = -time.Hour }},
		{"MaxAge", func(c *auth.Config) { c.MaxAge = 55 }}, // forgotten unit

		{"TokenURL", func(c *auth.Config) { *c = keyed(); c.TokenURL = "" }},
		{"TokenURL", func(c *auth.Config) { *c = keyed(); c.TokenURL = "http://login.example.test/authenticates" }},
		{"Exchange.Key", func(c *auth.Config) { *c = keyed(); c.Exchange.Key = auth.Secret{} }},
		{"Exchange.Key", func(c *auth.Config) { *c = keyed(); c.Exchange.Key = auth.NewSecret("s3cret\n") }},
		{"Exchange.Key", func(c *auth.Config) { *c = keyed(); c.Exchange.Key = auth.NewSecret("s3cret-ä") }},
		{"Exchange.Key", func(c *auth.Config) { *c = keyed(); c.Exchange.Key = auth.NewSecret("[redacted]") }},
		{"Exchange.Key", func(c *auth.Config) { *c = keyed(); c.Exchange.Key = auth.NewSecret("<your key s3cret>") }},
		{"Exchange.Header", func(c *auth.Config) { *c = keyed(); c.Exchange.Header = nil }},
		{"Exchange.Answer", func(c *auth.Config) { *c = keyed(); c.Exchange.Answer = nil }},
		{"Grant", func(c *auth.Config) { *c = keyed(); c.Grant = auth.ClientCredentials }},
		{"ClientID", func(c *auth.Config) { *c = keyed(); c.ClientID = "id" }},
		{"ClientSecret", func(c *auth.Config) { *c = keyed(); c.ClientSecret = auth.NewSecret("s3cret") }},
		{"Username", func(c *auth.Config) { *c = keyed(); c.Username = "u" }},
		{"Password", func(c *auth.Config) { *c = keyed(); c.Password = auth.NewSecret("s3cret") }},
		{"RefreshToken", func(c *auth.Config) { *c = keyed(); c.RefreshToken = auth.NewSecret("s3cret") }},
		{"Scopes", func(c *auth.Config) { *c = keyed(); c.Scopes = []string{"s3cret"} }},
		{"Resource", func(c *auth.Config) { *c = keyed(); c.Resource = "s3cret" }},
		{"Extra", func(c *auth.Config) { *c = keyed(); c.Extra = map[string][]string{"site_id": {"s3cret"}} }},
		{"Style", func(c *auth.Config) { *c = keyed(); c.Style = auth.InHeader }},
		{"HTTPClient", func(c *auth.Config) { *c = keyed(); c.HTTPClient = &http.Client{Timeout: -time.Second} }},
	} {
		cfg := good()
		tt.change(&cfg)
		_, err := auth.New(cfg)
		var e *emr.Error
		if !errors.As(err, &e) || e.Kind != emr.KindConfig || len(e.Fields) != 1 || e.Fields[0] != tt.field || e.Hint == "" {
			t.Errorf("%s: got %v", tt.field, err)
			continue
		}
		if e.Vendor != "v" || e.Name != "clinic" || strings.Contains(e.Error(), "s3cret") {
			t.Errorf("%s: %v", tt.field, e)
		}
	}
}

func TestConfig_whatIsAccepted(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"https://login.example.test/token", "https://login.example.test/token?p=policy", "http://127.0.0.1:9102/token",
		"http://localhost/token", "http://[::1]:80/token", "HTTPS://login.example.test/token",
	} {
		cfg := good()
		cfg.TokenURL = url
		if c, err := auth.New(cfg); err != nil {
			t.Errorf("%s: %v", url, err)
		} else {
			_ = c.Close()
		}
	}
}

func TestConfig_changesAfterNewDoNotCount(t *testing.T) {
	t.Parallel()
	cfg := good()
	cfg.Extra = map[string][]string{"site_id": {"17"}}
	c := newCache(t, cfg)
	cfg.Extra["site_id"][0] = "18"
	if auth.ExtraOf(c).Get("site_id") != "17" {
		t.Error("the map is shared with the caller")
	}
	srv := authtest.New(t, nil)
	cfg = srv.ExchangeConfig()
	c = newCache(t, cfg)
	cfg.Exchange.Key, cfg.Exchange.Answer = auth.NewSecret("another"), nil
	token(t, c)
}

func TestFault_C7_nothingPrintsASecret(t *testing.T) {
	t.Parallel()
	cfg := good()
	cfg.Grant, cfg.Username, cfg.Password = auth.Password, "u-s3cret", auth.NewSecret("p-s3cret")
	cfg.Extra = map[string][]string{"api_key": {"x-s3cret"}}
	cfg.Store = auth.NewMemoryStore()
	c := newCache(t, cfg)
	tok := &auth.Token{Access: auth.NewSecret("a-s3cret"), Refresh: auth.NewSecret("r-s3cret")}
	k := keyed()
	type holder struct {
		exchange *auth.Exchange
		secret   auth.Secret
		token    auth.Token
		source   auth.Source
		stored   auth.StoredToken
	}
	h := holder{k.Exchange, cfg.Password, *tok, auth.Static(auth.NewSecret("k-s3cret")), auth.StoredToken{Token: tok}}
	for _, v := range []any{
		cfg, &cfg, c, tok, *tok, cfg.Password, &cfg.Password, cfg.Store, h, &h, h.source, h.stored, []auth.Secret{cfg.Password},
		map[string]auth.Token{"a": *tok}, k, &k, k.Exchange, *k.Exchange, newCache(t, k),
	} {
		if _, isConfig := v.(auth.Config); !isConfig && strings.Contains(fmt.Sprintf("%p", v), "s3cret") {
			t.Errorf("%%p of %T shows a secret", v) // fmt asks no method for it
		}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
			if text := fmt.Sprintf(verb, v); strings.Contains(text, "s3cret") || strings.Contains(text, fmt.Sprintf("%x", "s3cret")) {
				t.Errorf("%s of %T shows a secret", verb, v)
			}
		}
	}
	for _, v := range []any{cfg, k, c, tok, cfg.Password, map[string]any{"token": tok}} {
		text, err := json.Marshal(v)
		if err != nil || strings.Contains(string(text), "s3cret") {
			t.Errorf("JSON of %T: %s, %v", v, text, err)
		}
	}
	var book logBook
	book.logger().Info("x", "cfg", cfg, "cache", c, "token", tok, "secret", cfg.Password)
	if strings.Contains(book.String(), "s3cret") {
		t.Errorf("the log shows a secret: %s", book.String())
	}
}
