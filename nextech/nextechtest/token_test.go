package nextechtest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/internal/simserver"
)

func TestTheConnectTokenStandsBelowTheBase(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	if b.sim.tokenAt != b.sim.base.String()+"/connect/token" {
		t.Fatal(b.sim.tokenAt)
	}
	r := b.post(b.sim.tokenAt, url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {b.sim.secret}})
	if r.json["expires_in"] != 3600.0 || !strings.Contains(simserver.StringIn(r.json, "scope"), "appointment/*.write") || r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s", r.body)
	}
	bad := b.post(b.sim.tokenAt, url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {"x"}})
	if bad.status != http.StatusUnauthorized || bad.json["error"] != "invalid_client" || strings.Contains(bad.body, "secret") {
		t.Errorf("%d %s", bad.status, bad.body)
	}
	for _, q := range b.sim.Requests() {
		if !q.Token || q.Write {
			t.Errorf("logged as token %v, write %v", q.Token, q.Write)
		}
	}
}

func TestAzureHasAHostOfItsOwnAndItsOwnWords(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Auth = AzurePassword })
	if strings.HasPrefix(b.sim.tokenAt, "http://"+b.sim.base.Host) || !strings.HasSuffix(b.sim.tokenAt, "/nextech-api.com/oauth2/token") {
		t.Fatal(b.sim.tokenAt)
	}
	password := url.Values{
		"grant_type": {"password"}, "client_id": {clientID}, "username": {b.sim.user}, "password": {b.sim.pass}, "resource": {selectResource},
	}
	r := b.post(b.sim.tokenAt, password)
	if r.json["expires_in"] != "3600" || r.json["scope"] != "user_impersonation" || r.json["resource"] != selectResource || simserver.StringIn(r.json, "refresh_token") == "" {
		t.Errorf("%s", r.body)
	}
	refresh := url.Values{"grant_type": {"refresh_token"}, "client_id": {clientID}, "refresh_token": {simserver.StringIn(r.json, "refresh_token")}}
	if r := b.post(b.sim.tokenAt, refresh); r.status != http.StatusOK {
		t.Errorf("refresh: %d %s", r.status, r.body)
	}
	again := b.post(b.sim.tokenAt, refresh)
	if again.status != http.StatusBadRequest || again.json["error"] != "invalid_grant" || !strings.HasPrefix(simserver.StringIn(again.json, "error_description"), "AADSTS70008") {
		t.Errorf("second use: %d %s", again.status, again.body)
	}
	// The base's own token path does not exist here.
	b.sim.ExpectViolation("no such path")
	if r := b.do(http.MethodPost, "/connect/token", "{}"); r.status != http.StatusNotFound {
		t.Errorf("connect: %d", r.status)
	}
	if r := b.post(strings.Replace(b.sim.tokenAt, "token", "other", 1), password); r.status != http.StatusNotFound {
		t.Errorf("another path: %d", r.status)
	}
}

func TestPracticePlusAtAzureUsesClientCredentialsWithItsResource(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Product, o.Auth = plus, AzureClient })
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {b.sim.secret}, "resource": {practicePlusResource}}
	r := b.post(b.sim.tokenAt, form)
	if r.status != http.StatusOK || r.json["refresh_token"] != nil || r.json["expires_in"] != "3600" {
		t.Errorf("%d %s", r.status, r.body)
	}
	form.Set("resource", selectResource)
	if r := b.post(b.sim.tokenAt, form); r.status != http.StatusBadRequest || r.json["error"] != "invalid_resource" {
		t.Errorf("Select's resource: %d %s", r.status, r.body)
	}
	if b.sim.RefreshToken().IsZero() != true {
		t.Error("a refresh token where there are none")
	}
}

func TestAPracticeHeaderAtTheTokenHostIsSeen(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Auth = AzurePassword })
	b.sim.ExpectViolation("unknown header Nx-Practice-Id")
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, b.sim.tokenAt, strings.NewReader(url.Values{
		"grant_type": {"password"}, "client_id": {clientID}, "username": {b.sim.user}, "password": {b.sim.pass}, "resource": {selectResource},
	}.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("nx-practice-id", practiceID)
	if r, err := b.send(req); err != nil || r.status != http.StatusOK {
		t.Errorf("%v %s", err, r.body)
	}
}

func TestRevokedTokensAreRefused(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.get("/Location")
	b.sim.RevokeTokens(false)
	if r := b.do(http.MethodGet, "/Location", nil); r.status != http.StatusUnauthorized {
		t.Errorf("%d", r.status)
	}
	b.signIn()
	b.get("/Location")
}
