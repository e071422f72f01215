package nextechsaas

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// good is a Config for the documented addresses.
func good() Config {
	return Config{ClientID: "app-4711", PracticeID: testPractice, Resource: "https://resource.example.test/x", RefreshToken: auth.NewSecret("kit-refresh-0001")}
}

func TestFault_C1_C3_badConfigurationIsRefusedByField(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edit  func(*Config)
		field string
	}{
		"no client":               {func(c *Config) { c.ClientID = "" }, "ClientID"},
		"no practice":             {func(c *Config) { c.PracticeID = "" }, "PracticeID"},
		"no resource":             {func(c *Config) { c.Resource = "" }, "Resource"},
		"no refresh token":        {func(c *Config) { c.RefreshToken = auth.Secret{} }, "RefreshToken"},
		"plain http":              {func(c *Config) { c.BaseURL = "http://saas.example.com/ehr/api" }, "BaseURL"},
		"a query":                 {func(c *Config) { c.BaseURL = "https://saas.example.com/ehr/api?x=1" }, "BaseURL"},
		"plain token URL":         {func(c *Config) { c.TokenURL = "http://login.example.com/token" }, "TokenURL"},
		"tenant with a path":      {func(c *Config) { c.Tenant = "a/b" }, "Tenant"},
		"practice with a newline": {func(c *Config) { c.PracticeID = "a\r\nb: c" }, "PracticeID"},
		"machine's zone":          {func(c *Config) { c.Zone = time.Local }, "Zone"},
		"path without an id":      {func(c *Config) { c.EncounterPath = "/encounters/search" }, "EncounterPath"},
		"path with two":           {func(c *Config) { c.EncounterPath = "/{patientId}/{patientId}" }, "EncounterPath"},
		"path that climbs":        {func(c *Config) { c.EncounterPath = "/{patientId}/../x" }, "EncounterPath"},
		"path with a query":       {func(c *Config) { c.EncounterPath = "/{patientId}/x?a=b" }, "EncounterPath"},
		"layout without a year":   {func(c *Config) { c.DateLayout = "1-2" }, "DateLayout"},
		"layout in letters":       {func(c *Config) { c.DateLayout = "dd/mm/yyyy" }, "DateLayout"},
		"sections":                {func(c *Config) { c.Sections = "piped" }, "Sections"},
		"bytes":                   {func(c *Config) { c.MostBytes = -1 }, "MostBytes"},
		"rate":                    {func(c *Config) { c.PerSecond = -1 }, "PerSecond"},
		"two sources":             {func(c *Config) { c.Tokens = auth.Static(auth.NewSecret("x")) }, "Tokens"},
	} {
		cfg := good()
		c.edit(&cfg)
		_, err := New(cfg, nil)
		e, ok := errors.AsType[*emr.Error](err)
		if !ok || e.Kind != emr.KindConfig || !slices.Contains(e.Fields, c.field) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, value := range []string{"app-4711", testPractice, "kit-refresh", "resource.example", "saas.example", "b: c"} {
			if strings.Contains(e.Error(), value) {
				t.Errorf("%s: the error holds %q", name, value)
			}
		}
	}
}

func TestASignInNeedsTheAddressItComesBackTo(t *testing.T) {
	t.Parallel()
	cfg := good()
	_, err := SignIn(cfg, nil)
	if e := wantKind(t, err, emr.KindConfig); !slices.Contains(e.Fields, "RedirectURL") || !strings.Contains(e.Hint, "NEXTECHSAAS_REDIRECT_URL") {
		t.Error(e)
	}
	cfg.RedirectURL = "http://localhost:8000/callback/"
	for _, param := range []string{"", "redirect_url"} {
		cfg.RedirectParam, cfg.Tenant = param, "clinic.example.com"
		flow, err := SignIn(cfg, nil)
		if err != nil {
			t.Fatal(err)
		}
		a, err := flow.Begin()
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(a.URL())
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		if u.Host+u.Path != "login.microsoftonline.com/clinic.example.com/oauth2/authorize" || q.Get(or(param, "redirect_uri")) != cfg.RedirectURL ||
			q.Get("resource") != cfg.Resource || q.Get("client_id") != cfg.ClientID || q.Get("response_type") != "code" || q.Get("state") == "" || q.Has("scope") ||
			q.Has("redirect_uri") == (param == "redirect_url") {
			t.Errorf("%v", q)
		}
	}
	for _, plain := range []bool{false, true} {
		cfg.NoPKCE = plain
		flow, err := SignIn(cfg, nil)
		if err != nil {
			t.Fatal(err)
		}
		a, err := flow.Begin()
		if err != nil || strings.Contains(a.URL(), "code_challenge_method=S256") == plain {
			t.Errorf("NoPKCE %v: %v", plain, err)
		}
	}
	if _, err := NewSignedIn(cfg, nil, nil); emr.KindOf(err) != emr.KindConfig {
		t.Error(err)
	}
}

func TestConfigFromReadsTheVariablesAndNamesThemInErrors(t *testing.T) {
	t.Parallel()
	env := map[string]string{
		"NEXTECHSAAS_CLIENT_ID": "app", "NEXTECHSAAS_PRACTICE_ID": "p1", "NEXTECHSAAS_RESOURCE": "https://r.example.test", "NEXTECHSAAS_TENANT": "clinic.example.com",
		"NEXTECHSAAS_CLIENT_SECRET": "kit-secret-0001", "NEXTECHSAAS_REFRESH_TOKEN": "kit-refresh-0001", "NEXTECHSAAS_REDIRECT_URL": "http://localhost:8000/callback/",
		"NEXTECHSAAS_TIME_ZONE": "America/Chicago",
	}
	get := func(name string) string { return env[name] }
	cfg, err := ConfigFrom(get)
	if err != nil || cfg.ClientID != "app" || cfg.PracticeID != "p1" || cfg.Tenant != "clinic.example.com" || cfg.Zone.String() != "America/Chicago" || cfg.ClientSecret.IsZero() || cfg.RefreshToken.IsZero() {
		t.Fatal(err)
	}
	if r := cfg.resolved(); r.BaseURL != "https://saas.nextech-api.com/ehr/api" || r.TokenURL != "https://login.microsoftonline.com/clinic.example.com/oauth2/token" {
		t.Error(r.BaseURL, r.TokenURL)
	}
	if r := (Config{}).resolved(); r.AuthURL != "https://login.microsoftonline.com/nextechapibeta.onmicrosoft.com/oauth2/authorize" || r.EncounterPath != "/{patientId}/encounters/search" {
		t.Error(r.AuthURL)
	}
	for name, value := range map[string]string{
		"NEXTECHSAAS_CLIENT_ID": "", "NEXTECHSAAS_PRACTICE_ID": "", "NEXTECHSAAS_RESOURCE": "", "NEXTECHSAAS_BASE_URL": "ftp://x", "NEXTECHSAAS_TIME_ZONE": "Mars/Base", "NEXTECHSAAS_TENANT": "a b",
	} {
		before := env[name]
		env[name] = value
		_, err := ConfigFrom(get)
		if e, ok := errors.AsType[*emr.Error](err); !ok || e.Kind != emr.KindConfig || !slices.Contains(e.Fields, name) {
			t.Errorf("%s: %v", name, err)
		}
		env[name] = before
	}
}

func TestFault_C7_printingAConfigOrClientShowsNothingOfIt(t *testing.T) {
	t.Parallel()
	cfg := good()
	cfg.ClientSecret = auth.NewSecret("kit-secret-0001")
	c, err := New(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	for _, v := range []any{cfg, &cfg, c, struct{ C Config }{cfg}, VisitOf(nil)} {
		data, _ := json.Marshal(v)
		text := fmt.Sprintf("%v %+v %#v %s %s", v, v, v, v, data)
		for _, secret := range []string{"app-4711", testPractice, "kit-", "resource.example"} {
			if strings.Contains(text, secret) {
				t.Errorf("%T prints %q", v, secret)
			}
		}
	}
}

// A source of the caller's own, and a client that is closed.
func TestATokenOfTheCallersIsSentAndAClosedClientSendsNothing(t *testing.T) {
	t.Parallel()
	c, w := dial(t, nil, reply{body: `["history"]`})
	nx, _ := emr.As[*Client](c)
	if _, err := nx.EncounterSections(t.Context()); err != nil || w.seen[0].Header.Get("Authorization") != "Bearer "+testToken {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	_, err := nx.EncounterSections(t.Context())
	wantKind(t, err, emr.KindConfig)
	if len(w.seen) != 1 {
		t.Error("sent")
	}
}
