package nexhealth

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// environment is a complete one.
func environment() map[string]string {
	return map[string]string{"NEXHEALTH_API_KEY": testKey, "NEXHEALTH_SUBDOMAIN": testSubdomain, "NEXHEALTH_LOCATION_ID": testLocation}
}

func TestThreeVariablesAreEnough(t *testing.T) {
	t.Parallel()
	values := environment()
	asked := map[string]bool{}
	cfg, err := ConfigFrom(func(key string) string { asked[key] = true; return values[key] })
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Subdomain != testSubdomain || cfg.Location != testLocation || !cfg.APIKey.Equal(auth.NewSecret(testKey)) || cfg.Zone != nil {
		t.Errorf("%+v", cfg)
	}
	want := map[string]bool{
		"NEXHEALTH_API_KEY": true, "NEXHEALTH_SUBDOMAIN": true, "NEXHEALTH_LOCATION_ID": true, "NEXHEALTH_BASE_URL": true,
		"NEXHEALTH_ENVIRONMENT": true, "NEXHEALTH_API_VERSION": true, "NEXHEALTH_TIME_ZONE": true,
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("variables (-want +got)\n%s", diff)
	}
	full, bad := cfg.resolve()
	if bad != nil || full.BaseURL != "https://nexhealth.info" || full.Version != "v3.0.0" || full.PageSize != 100 || full.TokenLife != 55*time.Minute || full.StaleSync != 30*time.Minute {
		t.Errorf("defaults %+v, %v", full, bad)
	}
}

func TestAVariableThatCannotWorkIsNamedAndNotShown(t *testing.T) {
	t.Parallel()
	const secret = "shown-by-mistake"
	for name, values := range map[string][]string{
		"NEXHEALTH_API_KEY":     {"", " " + secret, secret + "\n", "Bearer " + secret, "[redacted]", "schlüssel-" + secret},
		"NEXHEALTH_SUBDOMAIN":   {"", secret + ".nexhealth.info/x", "https://" + secret, secret + " dental", secret + "&a=b"},
		"NEXHEALTH_LOCATION_ID": {"", secret, "-1", "0", "9001.5", "9001 9002", "009001"},
		"NEXHEALTH_BASE_URL":    {"http://" + secret + ".example.com", "https://u:p@" + secret + ".example.com", "ftp://" + secret, "https://" + secret + ".example.com/?a=b", secret},
		"NEXHEALTH_ENVIRONMENT": {secret, "live"},
		"NEXHEALTH_API_VERSION": {"v2", "v2.2.2", "2", "2.2.2", "V2.0.0", secret, "v1.0.0", "v20200101"},
		"NEXHEALTH_TIME_ZONE":   {secret, "Local", "EST5:" + secret},
	} {
		for _, value := range values {
			env := environment()
			env[name] = value
			_, err := ConfigFrom(func(key string) string { return env[key] })
			var e *emr.Error
			if !errors.As(err, &e) || e.Kind != emr.KindConfig || len(e.Fields) != 1 || e.Fields[0] != name {
				t.Errorf("%s=%q: %v", name, value, err)
				continue
			}
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error shows the value: %v", name, err)
			}
		}
	}
}

func TestVersionTwoIsRefusedWithAWordAboutIt(t *testing.T) {
	t.Parallel()
	for version, ok := range map[string]bool{"": true, "v3.0.0": true, "v3.1.0": true, "v20240412": true, "20240412": true, "v3": true, "v2": false, "v2.2.2": false, "v20230101": false, "v4.0.0": false} {
		cfg := testConfig()
		cfg.Version = version
		_, err := New(cfg, nil)
		if (err == nil) != ok {
			t.Errorf("%q: %v", version, err)
		}
		if version == "v2" && (!errors.Is(err, emr.ErrConfig) || !strings.Contains(err.Error(), "not supported")) {
			t.Errorf("%v", err)
		}
	}
}

func TestAConfigThatCannotWorkIsRefusedBeforeAnyTraffic(t *testing.T) {
	t.Parallel()
	for field, edit := range map[string]func(*Config){
		"APIKey":       func(c *Config) { c.APIKey = auth.Secret{} },
		"Subdomain":    func(c *Config) { c.Subdomain = "" },
		"Location":     func(c *Config) { c.Location = "" },
		"Environment":  func(c *Config) { c.Environment, c.BaseURL = Production, "http://127.0.0.1:1" },
		"Zone":         func(c *Config) { c.Zone = time.Local },
		"TokenLife":    func(c *Config) { c.TokenLife = -time.Minute },
		"StaleSync":    func(c *Config) { c.StaleSync = time.Second },
		"PageSize":     func(c *Config) { c.PageSize = 1001 },
		"GenderUnsaid": func(c *Config) { c.GenderUnsaid = "X" },
		"Limits":       func(c *Config) { c.Limits.PerSecond = -1 },
		"Window":       func(c *Config) { c.Window.PastDays = -1 },
	} {
		cfg := testConfig()
		edit(&cfg)
		_, err := New(cfg, nil)
		var e *emr.Error
		if !errors.As(err, &e) || e.Kind != emr.KindConfig || len(e.Fields) != 1 || e.Fields[0] != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestBothFormsOfTheBaseURLAskTheSamePlace(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"https://proxy.example.com/nex", "https://proxy.example.com/nex/"} {
		nx, r := connect(t, func(c *Config) { c.BaseURL = base }, step{body: good(`[]`)})
		r.mu.Lock()
		r.asideToken("POST /nex/authenticates")
		r.mu.Unlock()
		if _, err := nx.readTypes(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := r.seen[len(r.seen)-1].URL.Path; got != "/nex/appointment_types" {
			t.Errorf("%s asks %s", base, got)
		}
	}
}

// asideToken lets the sign-in lie elsewhere.
func (r *replay) asideToken(line string) { r.aside[line] = tokenAnswer(jwt(1, time.Now(), time.Hour)) }

func TestACallAfterCloseIsAConfigError(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, nil)
	if err := nx.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := nx.readTypes(t.Context())
	wantKind(t, err, emr.KindConfig)
	if len(r.requests()) != 0 || r.tokens != 0 {
		t.Error("a request went out after Close")
	}
}

func TestTheVersionHeaderIsTheConfiguredOneEverywhere(t *testing.T) {
	t.Parallel()
	s := &signIn{answer: func(int) (int, string) { return 201, tokenAnswer(jwt(1, time.Now(), time.Hour)) }}
	c := s.connect(t, func(c *Config) { c.Version = "v20240412" }, emr.Options{})
	if err := readOffice(t, c); err != nil {
		t.Fatal(err)
	}
	for _, req := range append([]*http.Request{s.tokens[0]}, s.data...) {
		if got := req.Header.Values("Nex-Api-Version"); len(got) != 1 || got[0] != "v20240412" {
			t.Errorf("%s: version %q", req.URL.Path, got)
		}
	}
}
