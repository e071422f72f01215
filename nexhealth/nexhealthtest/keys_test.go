package nexhealthtest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// claims reads the middle of a JWT.
func claims(t *testing.T, token string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%d parts", len(parts))
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var c map[string]any
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTokensTellTheirLifeInTheJWTAndNowhereElse(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for env, life := range map[Environment]float64{Production: 3600, Sandbox: 86400} {
		r := b.authenticate(b.sim.keys.of(env))
		c := claims(t, r.data()["token"].(string))
		if c["exp"].(float64)-c["iat"].(float64) != life || c["iat"].(float64) < float64(monday.Unix()) || c["scp"] != "api_user" || c["jti"] == "" || c["sub"] == "" {
			t.Errorf("%s: %v", env, c)
		}
		if r.json["description"] != "Authenticated" || len(r.data()) != 1 || r.header.Get("Content-Type") != vendoredJSON {
			t.Errorf("%s", r.body)
		}
	}
}

func TestTokensNeedNotBeReadable(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.OpaqueTokens = true })
	if strings.Contains(b.token, ".") {
		t.Error(b.token)
	}
	b.get("/locations?" + sub)
}

func TestOnlyTheBareKeyBuysAToken(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.sim.ExpectViolation("the key is sent bare")
	for _, header := range []string{"", "nonsense", "Bearer " + b.sim.keys.production, b.sim.keys.production + "x"} {
		if r := b.authenticate(header); r.status != http.StatusUnauthorized || !strings.Contains(r.body, "Invalid Credentials") || r.json["code"] != false {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
}

func TestATokenRequestHasNoBodyNoQueryAndTheVersion(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.token = b.sim.keys.production
	b.header.Set("Authorization", b.token)
	b.sim.ExpectViolation("a body where the key is all")
	b.sim.ExpectViolation("a token request has no query")
	b.sim.ExpectViolation("no Nex-Api-Version header")
	b.do(http.MethodPost, authPath, "{}")
	b.do(http.MethodPost, authPath+"?a=b", nil)
	b.header.Del(versionHeader)
	if r := b.do(http.MethodPost, authPath, nil); r.status != http.StatusCreated {
		t.Errorf("without a version: %d", r.status)
	}
	b.header.Set(versionHeader, "v2")
	b.sim.ExpectViolation("is not v3.0.0")
	if r := b.do(http.MethodPost, authPath, nil); r.status != http.StatusNotFound {
		t.Errorf("version 2: %d", r.status)
	}
}

func TestTokensEnd(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	try := func(want int) {
		t.Helper()
		if r := b.do(http.MethodGet, "/locations?"+sub, nil); r.status != want {
			t.Errorf("%d, want %d", r.status, want)
		}
	}
	b.sim.Advance(59 * time.Minute)
	try(http.StatusOK)
	b.sim.Advance(time.Minute)
	try(http.StatusUnauthorized)
	b.signIn()
	try(http.StatusOK)
	b.sim.RevokeTokens()
	try(http.StatusUnauthorized)
	b.signIn()
	try(http.StatusOK)
}

func TestTheSandboxKeyReachesTheSandboxOnly(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.token = b.authenticate(b.sim.keys.sandbox).data()["token"].(string)
	if r := b.do(http.MethodGet, "/locations?"+sub, nil); r.status != http.StatusForbidden || !strings.Contains(r.body, noAccess) {
		t.Errorf("%d %s", r.status, r.body)
	}
	list := b.get("/locations?subdomain=" + sandboxSubdomain).list()
	if len(list) != 1 || list[0]["subdomain"] != sandboxSubdomain {
		t.Errorf("%v", list)
	}
	if r := b.do(http.MethodGet, "/locations/7", nil); r.status != http.StatusNotFound {
		t.Errorf("a location of the other environment: %d", r.status)
	}
	if r := b.do(http.MethodPost, "/onboardings", object{"onboarding": object{"institution_name": "x"}}); r.status != http.StatusForbidden {
		t.Errorf("an onboarding: %d", r.status)
	}
}

func TestTheSandboxNeverWrites(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Environment, o.WriteDelay = Sandbox, time.Millisecond })
	const at = "subdomain=" + sandboxSubdomain
	r := b.do(http.MethodPost, "/appointments?"+at+"&location_id=7", b.booking(tenAM, halfPast))
	if r.status != http.StatusCreated {
		t.Fatalf("%d %s", r.status, r.body)
	}
	b.sim.SettleWrites()
	b.sim.Advance(time.Hour - time.Minute)
	if a := b.get("/appointments/" + idText(r.data("appt")["id"]) + "?" + at).data(); a["foreign_id"] != nil || a["foreign_id_type"] != "nex" {
		t.Errorf("%v", a)
	}
}
