package patientaccess

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
)

func TestConfigFromReadsItsVariablesOnly(t *testing.T) {
	t.Parallel()
	values := map[string]string{
		"NEXTGEN_FHIR_CLIENT_ID": " id ", "NEXTGEN_FHIR_CLIENT_SECRET": "s3cret", "NEXTGEN_FHIR_REDIRECT_URL": "http://127.0.0.1:8765/callback",
		"NEXTGEN_FHIR_BASE_URL": "", "NEXTGEN_FHIR_VERSION": "dstu2", "NEXTGEN_FHIR_REFRESH_TOKEN": "r1",
	}
	asked := map[string]bool{}
	cfg, err := ConfigFrom(func(name string) string { asked[name] = true; return values[name] })
	if err != nil {
		t.Fatal(err)
	}
	if cfg.ClientID != "id" || cfg.Version != DSTU2 || cfg.RedirectURL != values["NEXTGEN_FHIR_REDIRECT_URL"] || !cfg.RefreshToken.Equal(auth.NewSecret("r1")) {
		t.Errorf("read %+v", cfg)
	}
	for name := range asked {
		if _, known := values[name]; !known {
			t.Errorf("asked for %s", name)
		}
	}
	if len(asked) != len(values) {
		t.Errorf("asked for %d names, want %d", len(asked), len(values))
	}
}

func TestConfigMistakesAreToldApart(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		edit  func(*Config)
		field string
		hint  string
	}{
		"no callback":             {func(c *Config) { c.RedirectURL = "" }, "RedirectURL", "Enterprise app"},
		"no client":               {func(c *Config) { c.ClientID = "" }, "ClientID", "client id"},
		"callback in plain http":  {func(c *Config) { c.RedirectURL = "http://app.example.com/cb" }, "RedirectURL", "registered callback"},
		"callback with fragment":  {func(c *Config) { c.RedirectURL = "https://app.example.com/cb#x" }, "RedirectURL", "fragment"},
		"callback that is none":   {func(c *Config) { c.RedirectURL = "/cb" }, "RedirectURL", "https"},
		"another version":         {func(c *Config) { c.Version = "STU3" }, "Version", "R4 and DSTU2"},
		"version of the other":    {func(c *Config) { c.Version, c.BaseURL = R4, baseDSTU2+"/" }, "Version", "other version"},
		"base URL in plain http":  {func(c *Config) { c.BaseURL = "http://clinic.example.com/fhir/r4" }, "BaseURL", "https"},
		"base URL with a query":   {func(c *Config) { c.BaseURL = "https://clinic.example.com/r4?x=1" }, "BaseURL", "query"},
		"secret with a line end":  {func(c *Config) { c.ClientSecret = auth.NewSecret("s3cret\n") }, "ClientSecret", "line ends"},
		"refresh token redacted":  {func(c *Config) { c.RefreshToken = auth.NewSecret("[red acted]") }, "RefreshToken", "blanks"},
		"token URL in plain http": {func(c *Config) { c.TokenURL = "http://login.example.com/token" }, "TokenURL", "https"},
		"page too large":          {func(c *Config) { c.PageSize = 1001 }, "PageSize", "1000"},
		"patient that is none":    {func(c *Config) { c.Patient = emr.NewPatientID("../x") }, "Patient", "id"},
		"nobody signed in":        {func(c *Config) { c.RefreshToken = auth.Secret{} }, "RefreshToken", "sign"},
		"a server of its own":     {func(c *Config) { c.BaseURL = "https://clinic.example.com/fhir/r4" }, "TokenURL", "Discover"},
		"a store without a place": {func(c *Config) { c.RefreshToken, c.TokenStore = auth.Secret{}, auth.NewMemoryStore() }, "TokenKey", "store"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := testConfig(R4)
			cfg.Version = ""
			row.edit(&cfg)
			_, err := New(cfg, nil)
			e := wantKind(t, err, emr.KindConfig)
			if !slices.Contains(e.Fields, row.field) || !strings.Contains(e.Hint, row.hint) {
				t.Errorf("fields %v, hint %q", e.Fields, e.Hint)
			}
			if text := fmt.Sprintf("%v %+v", err, err); strings.Contains(text, "s3cret") || strings.Contains(text, "example.com") {
				t.Errorf("the error holds a value: %s", text)
			}
		})
	}
}

func TestConfigFromNamesTheVariable(t *testing.T) {
	t.Parallel()
	_, err := ConfigFrom(func(name string) string { return map[string]string{"NEXTGEN_FHIR_CLIENT_ID": "id"}[name] })
	e := wantKind(t, err, emr.KindConfig)
	if !slices.Equal(e.Fields, []string{"NEXTGEN_FHIR_REDIRECT_URL"}) {
		t.Errorf("fields %v", e.Fields)
	}
}

func TestTheVersionFollowsTheBaseURL(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]Version{"": R4, baseR4 + "/": R4, baseDSTU2 + "/": DSTU2, "https://fhir.nextgen.com/nge/prod/fhir-api/fhir/DSTU2": DSTU2} {
		cfg := testConfig("")
		cfg.BaseURL = base
		full, bad := cfg.resolve()
		if bad != nil || full.Version != want || strings.HasSuffix(full.BaseURL, "/") || full.TokenURL != tokenURL {
			t.Errorf("%q: %s at %s (%v)", base, full.Version, full.BaseURL, bad)
		}
	}
}

func TestConfigPrintsItsVersionOnly(t *testing.T) {
	t.Parallel()
	cfg := testConfig(R4)
	c, _ := open(t, R4, always("{}"))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
		if text := fmt.Sprintf(verb+verb, cfg, c); strings.Contains(text, "kit-") || !strings.Contains(text, "R4") {
			t.Errorf("%s prints %s", verb, text)
		}
	}
}

func TestAGrantWithoutATokenIsRefused(t *testing.T) {
	t.Parallel()
	for _, g := range []*signin.Grant{nil, {}} {
		_, err := NewSignedIn(testConfig(R4), g, nil)
		wantKind(t, err, emr.KindConfig)
	}
}
