package medtechtest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTokensComeAsFromAzure(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	r := b.post(b.sim.tokenAt, b.form())
	if r.json["token_type"] != "Bearer" || r.json["expires_in"] != 3599.0 || r.json["ext_expires_in"] != 3599.0 || r.json["scope"] != nil || r.json["refresh_token"] != nil {
		t.Errorf("%s", r.body)
	}
	if roles := rolesIn(r.json["access_token"].(string)); !slices.Equal(roles, allRoles) {
		t.Errorf("%v", roles)
	}
	if !strings.HasSuffix(b.sim.tokenAt, "/oauth2/v2.0/token") || strings.HasPrefix(b.sim.tokenAt, b.sim.base.Scheme+"://"+b.sim.base.Host) {
		t.Errorf("the token endpoint is %s", b.sim.tokenAt)
	}
	text := open(t, func(o *Options) { o.StringNumbers = true })
	if r := text.post(text.sim.tokenAt, text.form()); r.json["expires_in"] != "3599" {
		t.Errorf("%s", r.body)
	}
}

func TestAWrongTokenRequestIsRefusedAsAzureDoes(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, field, value string
		status             int
		code, number       string
		violation          string
	}{
		{"secret", "client_secret", "x", 401, "invalid_client", "AADSTS7000215", ""},
		{"client", "client_id", "x", 401, "invalid_client", "AADSTS7000215", ""},
		{"scope", "scope", "api://x/.default", 400, "invalid_scope", "AADSTS70011", ""},
		{"no scope", "scope", "", 400, "invalid_request", "AADSTS900144", ""},
		{"grant", "grant_type", "password", 400, "unsupported_grant_type", "AADSTS70003", ""},
		{"a field of version 1", "resource", "x", 200, "", "", "this token endpoint knows no resource"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			if tc.violation != "" {
				b.sim.ExpectViolation(tc.violation)
			}
			form := b.form()
			form.Set(tc.field, tc.value)
			r := b.post(b.sim.tokenAt, form)
			if r.status != tc.status || tc.code != "" && r.json["error"] != tc.code || !strings.Contains(r.body, tc.number) {
				t.Errorf("%d %s", r.status, r.body)
			}
		})
	}
	b := open(t, nil)
	other := strings.Replace(b.sim.tokenAt, tenant, "5f0cab00-0000-4b00-8c00-9d00ab12cd34", 1)
	if r := b.post(other, b.form()); r.status != 400 || !strings.Contains(r.body, "AADSTS90002") {
		t.Errorf("another tenant: %d %s", r.status, r.body)
	}
	if r := b.post(strings.Replace(b.sim.tokenAt, azurePath, "/x", 1), url.Values{}); r.status != 404 {
		t.Errorf("another path: %d", r.status)
	}
}

func TestTokensEnd(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.get("/Location")
	b.sim.Advance(time.Hour)
	if r := b.do(http.MethodGet, "/Location", nil); r.status != 401 || r.json["message"] != "Unauthorized. Access token is missing or invalid." || r.json["statusCode"] != 401.0 {
		t.Errorf("%d %s", r.status, r.body)
	}
	b.signIn()
	b.get("/Location")
	b.sim.RevokeTokens()
	if r := b.do(http.MethodGet, "/Location", nil); r.status != 401 {
		t.Errorf("%d", r.status)
	}
}

func TestARoleThatIsMissingForbidsItsCallsOnly(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.WithoutRoles = []string{rolePatientNHI, roleLocation} })
	byNumber := "/Patient?identifier=" + asked(nhiSystem, NHI(0))
	for target, want := range map[string]int{byNumber: 403, "/Location": 403, "/Practitioner": 200, "/Patient/" + b.person(0): 200} {
		r := b.do(http.MethodGet, target, nil)
		if r.status != want || want == 403 && !strings.Contains(r.body, `"forbidden"`) {
			t.Errorf("%s: %d %s", target, r.status, r.body)
		}
	}
	b.sim.SetWithoutRoles()
	if r := b.do(http.MethodGet, "/Location", nil); r.status != 403 {
		t.Errorf("a token that is out: %d", r.status)
	}
	b.signIn()
	b.get("/Location")
}
