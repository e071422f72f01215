package nextgen

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// environment is a complete one.
func environment() map[string]string {
	return map[string]string{
		"NEXTGEN_CLIENT_ID": "kit", "NEXTGEN_CLIENT_SECRET": testSecret, "NEXTGEN_SITE_ID": testSite,
		"NEXTGEN_ENTERPRISE_ID": testEnterprise, "NEXTGEN_PRACTICE_ID": testPractice, "NEXTGEN_TIME_ZONE": "America/New_York",
	}
}

func TestSixVariablesAreEnough(t *testing.T) {
	t.Parallel()
	values := environment()
	var asked []string
	cfg, err := ConfigFrom(func(key string) string { asked = append(asked, key); return values[key] })
	if err != nil {
		t.Fatal(err)
	}
	if cfg.PracticeID != "0006" || cfg.EnterpriseID != "00002" || cfg.Zone.String() != "America/New_York" || !cfg.ClientSecret.Equal(auth.NewSecret(testSecret)) {
		t.Error("the values are not those of the environment")
	}
	slices.Sort(asked)
	want := []string{
		"NEXTGEN_BASE_URL", "NEXTGEN_CLIENT_ID", "NEXTGEN_CLIENT_SECRET", "NEXTGEN_ENTERPRISE_ID", "NEXTGEN_PRACTICE_ID",
		"NEXTGEN_REDIRECT_URL", "NEXTGEN_SITE_ID", "NEXTGEN_TIME_ZONE", "NEXTGEN_TOKEN_URL",
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("variables (-want +got)\n%s", diff)
	}
	full, bad := cfg.resolve()
	if bad != nil || full.BaseURL != "https://nativeapi.nextgen.com/nge/prod/nge-api/api" || full.TokenURL != "https://nativeapi.nextgen.com/nge/prod/nge-oauth/token" || full.PageSize != 100 {
		t.Errorf("defaults %s %s %d, %v", full.BaseURL, full.TokenURL, full.PageSize, bad)
	}
}

func TestTheTokenURLIsOnTheHostOfTheBaseURL(t *testing.T) {
	t.Parallel()
	cfg := testConfig(t)
	cfg.BaseURL = "http://127.0.0.1:8080/nge/prod/nge-api/api/"
	full, bad := cfg.resolve()
	if bad != nil || full.TokenURL != "http://127.0.0.1:8080/nge/prod/nge-oauth/token" || strings.HasSuffix(full.BaseURL, "/") {
		t.Errorf("%s, %v", full.TokenURL, bad)
	}
}

func TestAVariableThatCannotWorkIsNamedAndNotShown(t *testing.T) {
	t.Parallel()
	const secret = "shown-by-mistake"
	for name, values := range map[string][]string{
		"NEXTGEN_CLIENT_ID":     {"", secret + " x"},
		"NEXTGEN_CLIENT_SECRET": {"", " " + secret, secret + "\n", "[redacted]"},
		"NEXTGEN_SITE_ID":       {"", secret + " x", zeroGUID},
		"NEXTGEN_ENTERPRISE_ID": {"", secret, "2 " + secret, "-1", "00002x"},
		"NEXTGEN_PRACTICE_ID":   {"", secret, "6.0", "+6"},
		"NEXTGEN_TIME_ZONE":     {"", secret, "Local"},
		"NEXTGEN_BASE_URL":      {"http://" + secret + ".example.com", "https://u:p@" + secret + ".example.com", secret, "https://" + secret + ".example.com/?a=b"},
		"NEXTGEN_TOKEN_URL":     {"http://" + secret + ".example.com/token", "https://" + secret + ".example.com/token?client_secret=" + secret},
		"NEXTGEN_REDIRECT_URL":  {"https://" + secret + ".example.com/callback"},
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

func TestAllThatIsMissingIsToldAtOnce(t *testing.T) {
	t.Parallel()
	_, err := ConfigFrom(func(string) string { return "" })
	if e := wantError(t, err, emr.KindConfig); len(e.Fields) != 6 {
		t.Errorf("%v", e.Fields)
	}
}

// B5: an Enterprise application has no callback, and one of Patient Access has.
func TestB5_aCallbackIsForPatientAccessAndSaidSo(t *testing.T) {
	t.Parallel()
	cfg := testConfig(t)
	cfg.RedirectURL = "https://app.example.com/callback"
	_, err := New(cfg, nil)
	if e := wantError(t, err, emr.KindConfig); !slices.Equal(e.Fields, []string{"RedirectURL"}) || !strings.Contains(e.Hint, "Patient Access") {
		t.Error(e)
	}
}

func TestAConfigThatCannotWorkIsRefusedBeforeAnyTraffic(t *testing.T) {
	t.Parallel()
	for field, edit := range map[string]func(*Config){
		"Zone":             func(c *Config) { c.Zone = time.Local },
		"PageSize":         func(c *Config) { c.PageSize = 1001 },
		"SlotSource":       func(c *Config) { c.SlotSource = "guess" },
		"Fold":             func(c *Config) { c.Fold = "both" },
		"CancelReason":     func(c *Config) { c.CancelReason = "no show" },
		"RescheduleReason": func(c *Config) { c.RescheduleReason = "1" },
		"LocationID":       func(c *Config) { c.LocationID = "main" },
		"ProviderID":       func(c *Config) { c.ProviderID = "lee" },
		"SessionID":        func(c *Config) { c.SessionID = auth.NewSecret("a b") },
		"SendZone":         func(c *Config) { c.SendZone, c.Zone = true, time.FixedZone("", 3600) },
	} {
		cfg := testConfig(t)
		edit(&cfg)
		_, err := New(cfg, nil)
		if e := wantError(t, err, emr.KindConfig); !slices.Equal(e.Fields, []string{field}) {
			t.Errorf("%s: %v", field, err)
		}
	}
}
