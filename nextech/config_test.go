package nextech

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// lookup serves values the way os.Getenv does.
func lookup(values map[string]string) func(string) string {
	return func(key string) string { return values[key] }
}

type access struct {
	BaseURL, TokenURL, Resource string
	Grant                       auth.Grant
	Scopes                      []string
}

func TestConfigFromFillsTheDocumentedDefaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		values map[string]string
		want   access
	}{
		{"Select on its documented host: Azure AD v1 with a password and the resource",
			map[string]string{"NEXTECH_CLIENT_ID": "id", "NEXTECH_USERNAME": "u@nextech-api.com.test", "NEXTECH_PASSWORD": "p-word", "NEXTECH_PRACTICE_ID": "7"},
			access{"https://select.nextech-api.com/api", azureTokenURL, selectResource, auth.Password, nil}},
		{"Practice+ on its documented host: Azure AD v1 with client credentials",
			map[string]string{"NEXTECH_PRODUCT": "practiceplus", "NEXTECH_CLIENT_ID": "id", "NEXTECH_CLIENT_SECRET": "s3cret", "NEXTECH_PRACTICE_ID": "7", "NEXTECH_RESOURCE": "partner-api"},
			access{"https://api.pm.nextech.com/api", azureTokenURL, "partner-api", auth.ClientCredentials, nil}},
		{"another base URL with id and secret only: its own token endpoint with scopes",
			map[string]string{"NEXTECH_BASE_URL": "https://sandbox.example.com/api/", "NEXTECH_CLIENT_ID": "id", "NEXTECH_CLIENT_SECRET": "s3cret"},
			access{"https://sandbox.example.com/api", "https://sandbox.example.com/api/connect/token", "", auth.ClientCredentials, DefaultScopes()}},
		{"a loopback base URL over http",
			map[string]string{"NEXTECH_BASE_URL": "http://127.0.0.1:8099", "NEXTECH_CLIENT_ID": "id", "NEXTECH_CLIENT_SECRET": "s3cret"},
			access{"http://127.0.0.1:8099", "http://127.0.0.1:8099/connect/token", "", auth.ClientCredentials, DefaultScopes()}},
		{"scopes of one's own",
			map[string]string{"NEXTECH_BASE_URL": "https://sandbox.example.com", "NEXTECH_CLIENT_ID": "id", "NEXTECH_CLIENT_SECRET": "s3cret", "NEXTECH_SCOPES": " patient/*.read  slot/*.read "},
			access{"https://sandbox.example.com", "https://sandbox.example.com/connect/token", "", auth.ClientCredentials, []string{"patient/*.read", "slot/*.read"}}},
		{"Azure with a password against another base URL",
			map[string]string{"NEXTECH_BASE_URL": "https://sandbox.example.com", "NEXTECH_CLIENT_ID": "id", "NEXTECH_GRANT_TYPE": "password",
				"NEXTECH_USERNAME": "u", "NEXTECH_PASSWORD": "p-word", "NEXTECH_RESOURCE": "r", "NEXTECH_PRACTICE_ID": "7"},
			access{"https://sandbox.example.com", azureTokenURL, "r", auth.Password, nil}},
		{"a refresh token and a token URL",
			map[string]string{"NEXTECH_BASE_URL": "http://localhost:1", "NEXTECH_TOKEN_URL": "http://localhost:2/oauth2/token", "NEXTECH_CLIENT_ID": "id",
				"NEXTECH_REFRESH_TOKEN": "refresh-me", "NEXTECH_PRACTICE_ID": "7"},
			access{"http://localhost:1", "http://localhost:2/oauth2/token", "", auth.RefreshToken, nil}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cfg, err := ConfigFrom(lookup(c.values))
			if err != nil {
				t.Fatal(err)
			}
			full, bad := cfg.resolve()
			if bad != nil {
				t.Fatal(bad)
			}
			got := access{full.BaseURL, full.TokenURL, full.Resource, full.Grant, full.Scopes}
			if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			nx, err := New(cfg, nil)
			if err != nil {
				t.Fatal(err)
			}
			_ = nx.Close()
		})
	}
}

func TestConfigErrorsNameTheVariableAndSendNothing(t *testing.T) {
	t.Parallel()
	plain := map[string]string{"NEXTECH_BASE_URL": "https://sandbox.example.com", "NEXTECH_CLIENT_ID": "id", "NEXTECH_CLIENT_SECRET": "s3cret"}
	with := func(pairs ...string) map[string]string {
		m := map[string]string{}
		for k, v := range plain {
			m[k] = v
		}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return m
	}
	for _, c := range []struct {
		name   string
		values map[string]string
		fields string
		hint   string
	}{
		{"nothing set", nil, "NEXTECH_CLIENT_ID NEXTECH_USERNAME NEXTECH_PASSWORD NEXTECH_PRACTICE_ID", "client id"},
		{"id and secret only, without saying where", map[string]string{"NEXTECH_CLIENT_ID": "id", "NEXTECH_CLIENT_SECRET": "s3cret"},
			"NEXTECH_USERNAME NEXTECH_PASSWORD NEXTECH_PRACTICE_ID", "base URL"},
		{"a base URL only", map[string]string{"NEXTECH_BASE_URL": "https://sandbox.example.com"}, "NEXTECH_CLIENT_ID NEXTECH_CLIENT_SECRET", "partner secret"},
		{"Practice+ and nothing else", map[string]string{"NEXTECH_PRODUCT": "practiceplus"}, "NEXTECH_CLIENT_ID NEXTECH_CLIENT_SECRET NEXTECH_PRACTICE_ID", "practice id"},
		{"a grant only", map[string]string{"NEXTECH_BASE_URL": "https://sandbox.example.com", "NEXTECH_GRANT_TYPE": "refresh_token"},
			"NEXTECH_CLIENT_ID NEXTECH_REFRESH_TOKEN NEXTECH_PRACTICE_ID", "store"},
		{"no secret", with("NEXTECH_CLIENT_SECRET", ""), "NEXTECH_CLIENT_SECRET", "secret"},
		{"no client id", with("NEXTECH_CLIENT_ID", ""), "NEXTECH_CLIENT_ID", "client id"},
		{"an unknown product", with("NEXTECH_PRODUCT", "intellechart"), "NEXTECH_PRODUCT", "practiceplus"},
		{"an unknown grant", with("NEXTECH_GRANT_TYPE", "implicit"), "NEXTECH_GRANT_TYPE", "password"},
		{"an unknown zone", with("NEXTECH_TIME_ZONE", "Mars/Olympus"), "NEXTECH_TIME_ZONE", "IANA"},
		{"C1 http to another machine", with("NEXTECH_BASE_URL", "http://sandbox.example.com"), "NEXTECH_BASE_URL", "https"},
		{"C2 a query in the base URL", with("NEXTECH_BASE_URL", "https://sandbox.example.com/?a=1"), "NEXTECH_BASE_URL", ""},
		{"a password grant without the practice id", with("NEXTECH_GRANT_TYPE", "password", "NEXTECH_USERNAME", "u", "NEXTECH_PASSWORD", "p-word"), "NEXTECH_PRACTICE_ID", "practice id"},
		{"a resource without the practice id", with("NEXTECH_RESOURCE", "r"), "NEXTECH_PRACTICE_ID", "practice id"},
		{"a refresh grant without the practice id", with("NEXTECH_GRANT_TYPE", "refresh_token", "NEXTECH_REFRESH_TOKEN", "r"), "NEXTECH_PRACTICE_ID", "practice id"},
		{"a documented host without the practice id",
			map[string]string{"NEXTECH_PRODUCT": "practiceplus", "NEXTECH_CLIENT_ID": "id", "NEXTECH_CLIENT_SECRET": "s3cret"}, "NEXTECH_PRACTICE_ID", "practice id"},
		{"a password grant without a password", with("NEXTECH_GRANT_TYPE", "password", "NEXTECH_USERNAME", "u", "NEXTECH_PRACTICE_ID", "7"), "NEXTECH_PASSWORD", "password"},
		{"A6 a scope of the wrong form", with("NEXTECH_SCOPES", "patient:read"), "NEXTECH_SCOPES", "patient/*.read"},
		{"scopes with commas", with("NEXTECH_SCOPES", "patient/*.read,slot/*.read"), "NEXTECH_SCOPES", "commas"},
		{"the other product's host", with("NEXTECH_BASE_URL", "https://api.pm.nextech.com/api", "NEXTECH_PRACTICE_ID", "7"), "NEXTECH_PRODUCT", "practiceplus"},
		{"the R4 address", with("NEXTECH_BASE_URL", "https://select.nextech-api.com/api/r4", "NEXTECH_PRACTICE_ID", "7"), "NEXTECH_BASE_URL", "R4"},
		{"C3 a practice id that is no header value", with("NEXTECH_PRACTICE_ID", "7\u00e9"), "NEXTECH_PRACTICE_ID", "ASCII"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := ConfigFrom(lookup(c.values))
			var e *emr.Error
			if !errors.As(err, &e) || e.Kind != emr.KindConfig {
				t.Fatalf("got %v, want kind config", err)
			}
			if got := strings.Join(e.Fields, " "); got != c.fields {
				t.Errorf("fields %s, want %s", got, c.fields)
			}
			for _, f := range e.Fields {
				if !strings.Contains(err.Error(), f) {
					t.Errorf("%s is not in the text %s", f, err)
				}
			}
			if !strings.Contains(e.Hint, c.hint) {
				t.Errorf("hint %q does not say %q", e.Hint, c.hint)
			}
		})
	}
}

func TestAllThatIsMissingIsOneErrorOfNewToo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cfg  Config
		want []string
	}{
		{Config{}, []string{"ClientID", "Username", "Password", "PracticeID"}},
		{Config{BaseURL: "https://sandbox.example.com", Username: "u"}, []string{"ClientID", "Password", "PracticeID"}},
		{Config{StaticToken: auth.NewSecret("tok")}, []string{"PracticeID"}},
		{Config{Grant: auth.RefreshToken, TokenStore: auth.NewMemoryStore()}, []string{"ClientID", "PracticeID"}},
	} {
		_, err := New(c.cfg, nil)
		var e *emr.Error
		if !errors.As(err, &e) || e.Kind != emr.KindConfig || !slices.Equal(e.Fields, c.want) || e.Hint == "" {
			t.Errorf("got %v, want the fields %v", err, c.want)
		}
	}
}

func TestConfigGuardsAgainstMixingEnvironments(t *testing.T) {
	t.Parallel()
	base := Config{ClientID: "id", ClientSecret: auth.NewSecret("s3cret"), PracticeID: "7", Grant: auth.ClientCredentials}
	production := base
	production.Environment = "sandbox"
	loopback := base
	loopback.BaseURL, loopback.Environment = "http://127.0.0.1:1", "production"
	for _, cfg := range []Config{production, loopback} {
		if _, err := New(cfg, nil); emr.KindOf(err) != emr.KindConfig {
			t.Errorf("%s with environment %q: got %v", cfg.BaseURL, cfg.Environment, err)
		}
	}
	rate := base
	for _, r := range []float64{-1, 1e-9, 1e10, math.NaN(), math.Inf(1)} {
		rate.RequestsPerSecond = r
		if _, err := New(rate, nil); emr.KindOf(err) != emr.KindConfig {
			t.Errorf("%v requests a second: got %v", r, err)
		}
	}
}

func TestFault_C7_configAndClientPrintNoSecrets(t *testing.T) {
	t.Parallel()
	cfg := Config{
		BaseURL: "https://sandbox.example.com", ClientID: "id-canary", ClientSecret: auth.NewSecret("secret-canary"),
		Username: "user-canary", Password: auth.NewSecret("password-canary"), PracticeID: "practice-canary",
		RefreshToken: auth.NewSecret("refresh-canary"), Grant: auth.ClientCredentials,
	}
	c, err := New(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	holder := struct {
		Config Config
		client *Client
	}{cfg, c}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, v := range []any{cfg, &cfg, c, holder.Config, parts{c}} {
			if out := fmt.Sprintf(verb, v); strings.Contains(out, "canary") {
				t.Errorf("%s of %T prints %s", verb, v, out)
			}
		}
	}
}

func TestFault_C7_configInJSONHasNoSecrets(t *testing.T) {
	t.Parallel()
	cfg := Config{ClientSecret: auth.NewSecret("secret-canary"), Password: auth.NewSecret("password-canary"), StaticToken: auth.NewSecret("token-canary"), RefreshToken: auth.NewSecret("refresh-canary"), TokenStore: auth.NewMemoryStore()}
	out, _ := json.Marshal(cfg)
	if strings.Contains(string(out), "canary") {
		t.Errorf("JSON holds %s", out)
	}
}

func TestTheTokenEndpointBelowTheBaseCanBeChosen(t *testing.T) {
	t.Parallel()
	cfg := Config{ClientID: "id", ClientSecret: auth.NewSecret("s3cret"), PracticeID: "7", Grant: auth.ClientCredentials, TokenURLFromBase: true}
	full, err := cfg.resolve()
	if err != nil || full.TokenURL != "https://select.nextech-api.com/api/connect/token" || full.Resource != "" || len(full.Scopes) != 6 {
		t.Errorf("%s with resource %q and scopes %v, %v", full.TokenURL, full.Resource, full.Scopes, err)
	}
}

func TestPartsFollowTheProduct(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		product Product
		opt     bool
		lacks   []emr.Capability
	}{
		{Select, false, []emr.Capability{emr.CanReschedule, emr.CanReadDocuments, emr.CanWatchWrites, emr.CanCheck}},
		{PracticePlus, false, []emr.Capability{emr.CanReschedule, emr.CanReadDocuments, emr.CanWatchWrites, emr.CanCheck, emr.CanCancel, emr.CanHold, emr.CanReadSummaries}},
		{PracticePlus, true, []emr.Capability{emr.CanReschedule, emr.CanReadDocuments, emr.CanWatchWrites, emr.CanCheck, emr.CanReadSummaries}},
	} {
		nx, _ := connect(t, c.product, func(cfg *Config) { cfg.AllowUndocumentedCancel = c.opt })
		info, p := nx.Info(), nx.Parts()
		var lacks []emr.Capability
		for _, can := range emr.Capabilities() {
			if !p.Has(can) {
				lacks = append(lacks, can)
				if info.Caveats[can] == "" {
					t.Errorf("%s does not say why it lacks %q", c.product, can)
				}
			}
		}
		in := func(all []emr.Capability) map[emr.Capability]bool {
			m := map[emr.Capability]bool{}
			for _, a := range all {
				m[a] = true
			}
			return m
		}
		if diff := cmp.Diff(in(c.lacks), in(lacks)); diff != "" {
			t.Errorf("%s opt-in %v lacks (-want +got)\n%s", c.product, c.opt, diff)
		}
	}
}

func TestFault_C3_aStaticTokenOrPracticeIDThatIsNoHeaderValueIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"tok\r\nX-Evil: 1", " tok", "tok ", "t ok", "tok\n", "t\u00f6k", "[redacted]", "\xff"} {
		for field, cfg := range map[string]Config{
			"StaticToken": {StaticToken: auth.NewSecret(text), PracticeID: "7"},
			"PracticeID":  {StaticToken: auth.NewSecret("tok"), PracticeID: text},
		} {
			_, err := New(cfg, nil)
			var e *emr.Error
			if !errors.As(err, &e) || e.Kind != emr.KindConfig || !slices.Equal(e.Fields, []string{field}) || strings.Contains(err.Error(), "tok\r") {
				t.Errorf("%s %q: %v", field, text, err)
			}
		}
	}
	if nx, err := New(Config{StaticToken: auth.NewSecret("eyJ.a-b_c~+/="), PracticeID: "7"}, nil); err != nil {
		t.Error(err)
	} else if err := nx.Close(); err != nil {
		t.Error(err)
	}
}

func TestAccessFollowsWhatIsGiven(t *testing.T) {
	t.Parallel()
	secret := auth.NewSecret("s3cret")
	for _, c := range []struct {
		name string
		cfg  Config
		want access
	}{
		{"a documented host in capitals is the documented host", Config{BaseURL: "https://SELECT.Nextech-API.com/api", ClientID: "id", Username: "u", Password: secret, PracticeID: "7"},
			access{"https://SELECT.Nextech-API.com/api", azureTokenURL, selectResource, auth.Password, nil}},
		{"a user with a refresh token signs in with the password", Config{BaseURL: "https://sandbox.example.com", ClientID: "id", Username: "u", Password: secret, RefreshToken: auth.NewSecret("r"), PracticeID: "7"},
			access{"https://sandbox.example.com", azureTokenURL, "", auth.Password, nil}},
		{"a resource and the token endpoint below the base want no scopes", Config{BaseURL: "https://sandbox.example.com", ClientID: "id", ClientSecret: secret, Resource: "r", PracticeID: "7", TokenURLFromBase: true},
			access{"https://sandbox.example.com", "https://sandbox.example.com/connect/token", "r", auth.ClientCredentials, nil}},
		{"another server with a resource is asked at Azure", Config{BaseURL: "https://sandbox.example.com", ClientID: "id", ClientSecret: secret, Resource: "r", PracticeID: "7"},
			access{"https://sandbox.example.com", azureTokenURL, "r", auth.ClientCredentials, nil}},
		{"a loopback server with a resource is asked itself", Config{BaseURL: "http://127.0.0.1:1", ClientID: "id", ClientSecret: secret, Resource: "r", PracticeID: "7"},
			access{"http://127.0.0.1:1", "http://127.0.0.1:1/connect/token", "r", auth.ClientCredentials, nil}},
		{"another token URL on the documented host gets no resource by itself", Config{TokenURL: "https://login.example.com/token", ClientID: "id", Username: "u", Password: secret, PracticeID: "7"},
			access{"https://select.nextech-api.com/api", "https://login.example.com/token", "", auth.Password, nil}},
	} {
		full, bad := c.cfg.resolve()
		if bad != nil {
			t.Errorf("%s: %v", c.name, bad)
			continue
		}
		got := access{full.BaseURL, full.TokenURL, full.Resource, full.Grant, full.Scopes}
		if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", c.name, diff)
		}
	}
}

func TestExtensionURLsHaveOneSlashBeforeTheName(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"https://ext.example.com/api", "https://ext.example.com/api/"} {
		nx, _ := connect(t, Select, func(c *Config) { c.ExtensionBase = base })
		if got := nx.extensionURL(extReferral); got != "https://ext.example.com/api/structuredefinition/referral-source" {
			t.Errorf("%s: %s", base, got)
		}
	}
}
