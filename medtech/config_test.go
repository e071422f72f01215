package medtech

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

func good() Config {
	return Config{
		Environment: NZUAT, ClientID: "id", ClientSecret: auth.NewSecret("shh-shh-shh"), Scope: "api://x/.default", Facility: testFacility,
	}
}

func TestConfig_defaults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		edit            func(*Config)
		base, env, zone string
	}{
		{func(*Config) {}, "https://alexapiuat.medtechglobal.com/FHIR", NZUAT, "Pacific/Auckland"},
		{func(c *Config) { c.Environment = NZProduction }, "https://alexapi.medtechglobal.com/FHIR", NZProduction, "Pacific/Auckland"},
		{func(c *Config) { c.Environment, c.Zone = AUProduction, time.UTC }, "https://alexapi.medtechglobal.com.au/FHIR", AUProduction, "UTC"},
		{func(c *Config) { c.Environment, c.BaseURL = "", "https://alexapiuat.medtechglobal.com/" }, "https://alexapiuat.medtechglobal.com/FHIR", NZUAT, "Pacific/Auckland"},
		{func(c *Config) { c.Environment, c.BaseURL = "", "https://alexapi.medtechglobal.com/fhir/" }, "https://alexapi.medtechglobal.com/fhir", NZProduction, "Pacific/Auckland"},
		{func(c *Config) { c.Environment, c.BaseURL, c.Zone = "", "http://127.0.0.1:8080", time.UTC }, "http://127.0.0.1:8080", "", "UTC"},
	} {
		c := good()
		tt.edit(&c)
		got, err := c.resolve()
		if err != nil {
			t.Error(err)
			continue
		}
		if got.BaseURL != tt.base || got.Environment != tt.env || got.Zone.String() != tt.zone || got.Parallel != 4 || got.BookingStatus != "booked" {
			t.Errorf("%s %s %s %d", got.BaseURL, got.Environment, got.Zone, got.Parallel)
		}
		if got.TokenURL != "https://login.microsoftonline.com/"+DefaultTenantID+"/oauth2/v2.0/token" || got.ReferenceTypes != (got.Environment == AUProduction) {
			t.Errorf("%s, types %v", got.TokenURL, got.ReferenceTypes)
		}
	}
}

func TestConfig_whatCannotWorkNamesTheFieldAndNeverTheValue(t *testing.T) {
	t.Parallel()
	const canary = "canary value"
	for field, edit := range map[string]func(*Config){
		"ClientID":      func(c *Config) { c.ClientID = "" },
		"ClientID ":     func(c *Config) { c.ClientID = canary },
		"ClientSecret":  func(c *Config) { c.ClientSecret = auth.Secret{} },
		"ClientSecret ": func(c *Config) { c.ClientSecret = auth.NewSecret(canary + "\n") },
		"Scope":         func(c *Config) { c.Scope = "" },
		"Scope ":        func(c *Config) { c.Scope = canary },
		"TenantID":      func(c *Config) { c.TenantID = "../" + canary },
		"Facility":      func(c *Config) { c.Facility = canary },
		"AppID":         func(c *Config) { c.AppID = canary },
		"Zone":          func(c *Config) { c.Environment = AUProduction },
		"Zone ":         func(c *Config) { c.Zone = time.Local },
		"Parallel":      func(c *Config) { c.Parallel = -1 },
		"BookingStatus": func(c *Config) { c.BookingStatus = canary },
		"Environment":   func(c *Config) { c.Environment = canary },
		"Environment ":  func(c *Config) { c.BaseURL = "https://alexapi.medtechglobal.com/FHIR" },
		"BaseURL":       func(c *Config) { c.Environment = "" },
		"BaseURL ":      func(c *Config) { c.Environment = AUUAT },
		"BaseURL  ":     func(c *Config) { c.BaseURL = "http://alex.example/" + "FHIR" },
		"Header":        func(c *Config) { c.Header = map[string][]string{"Mt-FacilityID": {"x"}} },
		"TokenURL":      func(c *Config) { c.TokenURL = "http://login.example/token" },
	} {
		c := good()
		edit(&c)
		_, err := New(c, nil)
		e := asError(err)
		if e == nil || e.Kind != emr.KindConfig || strings.Join(e.Fields, "") != strings.TrimSpace(field) || e.Hint == "" {
			t.Errorf("%s: %v", field, err)
			continue
		}
		if strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: the value is in the text", field)
		}
	}
}

func TestConfigFrom(t *testing.T) {
	t.Parallel()
	env := map[string]string{
		"MEDTECH_CLIENT_ID": "id", "MEDTECH_CLIENT_SECRET": "shh-shh-shh", "MEDTECH_TENANT_ID": DefaultTenantID,
		"MEDTECH_API_SCOPE": "api://x/.default", "MEDTECH_FACILITY_ID": testFacility,
	}
	from := func(change ...string) (Config, error) {
		return ConfigFrom(func(key string) string {
			for i := 0; i < len(change); i += 2 {
				if change[i] == key {
					return change[i+1]
				}
			}
			return env[key]
		})
	}
	if c, err := from(); err != nil || c.Environment != NZUAT || c.Zone.String() != "Pacific/Auckland" {
		t.Error(c, err)
	}
	if c, err := from("MEDTECH_BASE_URL", "http://127.0.0.1:9/FHIR"); err != nil || c.Environment != "" || c.Zone.String() != "Pacific/Auckland" {
		t.Error(c, err)
	}
	for name, change := range map[string][]string{
		"MEDTECH_CLIENT_ID": {"MEDTECH_CLIENT_ID", ""}, "MEDTECH_CLIENT_SECRET": {"MEDTECH_CLIENT_SECRET", ""},
		"MEDTECH_API_SCOPE": {"MEDTECH_API_SCOPE", ""}, "MEDTECH_FACILITY_ID": {"MEDTECH_FACILITY_ID", ""},
		"MEDTECH_TIME_ZONE": {"MEDTECH_ENVIRONMENT", AUProduction}, "MEDTECH_BASE_URL": {"MEDTECH_BASE_URL", "http://alex.example/FHIR"},
		"MEDTECH_ENVIRONMENT": {"MEDTECH_ENVIRONMENT", "nz-canary"},
	} {
		_, err := from(change...)
		if e := asError(err); e == nil || e.Kind != emr.KindConfig || strings.Join(e.Fields, "") != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := ConfigFrom(func(string) string { return "" })
	if e := asError(err); e == nil || !slices.Equal(e.Fields, []string{"MEDTECH_CLIENT_ID", "MEDTECH_CLIENT_SECRET", "MEDTECH_API_SCOPE", "MEDTECH_FACILITY_ID"}) {
		t.Errorf("with nothing set: %v", err)
	}
	for _, zone := range []string{"Local", "Nowhere/Canary"} {
		if _, err := from("MEDTECH_TIME_ZONE", zone); emr.KindOf(err) != emr.KindConfig || strings.Contains(err.Error(), "Canary") {
			t.Errorf("%s: %v", zone, err)
		}
	}
}

func TestConfig_printsTheEnvironmentOnly(t *testing.T) {
	t.Parallel()
	c := good()
	mt, err := New(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = mt.Close() }()
	for _, v := range []any{c, &c, mt} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			if got := fmt.Sprintf(verb, v); !strings.Contains(got, NZUAT) || strings.Contains(got, "shh") || strings.Contains(got, testFacility) || strings.Contains(got, "api:") {
				t.Errorf("%s prints %s", verb, got)
			}
		}
	}
	if got := slog.AnyValue(c).Resolve().String(); got != "medtech.Config{nz-uat}" {
		t.Error(got)
	}
}
