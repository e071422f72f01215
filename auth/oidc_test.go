package auth_test

import (
	"os"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// TestOIDC_realServer talks to a real OpenID Connect server: EMRKIT_OIDC_URL is the base
// URL of one that knows the clients sdk-cc (secret in the form) and sdk-basic (Basic).
func TestOIDC_realServer(t *testing.T) {
	t.Parallel()
	base := strings.TrimRight(os.Getenv("EMRKIT_OIDC_URL"), "/")
	if base == "" {
		t.Skip("EMRKIT_OIDC_URL is not set: no real OpenID Connect server to test against")
	}
	cfg := auth.Config{
		Vendor: "oidc", TokenURL: base + "/token", ClientID: "sdk-cc", ClientSecret: auth.NewSecret("sdk-secret"),
		Scopes: []string{"patient/*.read", "slot/*.read"}, Resource: "urn:fhir-api",
	}
	t.Run("secret in the form", func(t *testing.T) {
		t.Parallel()
		c := newCache(t, cfg)
		first := token(t, c)
		if len(first.Scopes) != 2 || first.Expires.Sub(first.Issued) <= 0 || access(t, first) == "" {
			t.Errorf("scopes %v, life %v", first.Scopes, first.Expires.Sub(first.Issued))
		}
		c.Invalidate(first)
		if access(t, token(t, c)) == access(t, first) {
			t.Error("no new token after a 401")
		}
	})
	t.Run("secret with odd characters in the header", func(t *testing.T) {
		t.Parallel()
		basic := cfg
		basic.ClientID, basic.ClientSecret, basic.Style = "sdk-basic", auth.NewSecret("sdk secret+/%"), auth.InHeader
		token(t, newCache(t, basic))
	})
	for name, tt := range map[string]struct {
		change func(*auth.Config)
		kind   emr.Kind
		code   string
	}{
		"wrong secret":     {func(c *auth.Config) { c.ClientSecret = auth.NewSecret("wrong") }, emr.KindAuth, "invalid_client"},
		"unknown client":   {func(c *auth.Config) { c.ClientID = "nobody" }, emr.KindAuth, "invalid_client"},
		"grant not for it": {func(c *auth.Config) { c.Grant, c.RefreshToken = auth.RefreshToken, auth.NewSecret("x") }, emr.KindAuth, ""},
		"wrong path":       {func(c *auth.Config) { c.TokenURL = base + "/connect/token" }, emr.KindConfig, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bad := cfg
			tt.change(&bad)
			e := failure(t, newCache(t, bad))
			wantKind(t, e, tt.kind)
			if tt.code != "" && e.Code != tt.code {
				t.Errorf("code %q, want %q", e.Code, tt.code)
			}
			t.Log(e)
		})
	}
}
