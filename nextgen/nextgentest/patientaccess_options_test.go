package nextgentest

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestPatientAccessRefreshTokensAreForThoseWhoAskAndMay(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		change func(*PatientAccessOptions)
		scope  string
		want   bool
	}{
		{"offline_access", nil, "launch/patient offline_access patient/*.read", true},
		{"not asked for", nil, "launch/patient patient/*.read", false},
		{"no scope at all", nil, "-", true},
		{"none are handed out", func(o *PatientAccessOptions) { o.NoRefresh = true }, "offline_access patient/*.read", false},
	} {
		b := paOpen(t, tc.change)
		got := b.redeem(b.code(b.ask("scope", tc.scope)))
		if _, has := got.JSON["refresh_token"]; got.Status != http.StatusOK || has != tc.want {
			t.Errorf("%s: %d, refresh token %v", tc.name, got.Status, has)
		}
		if _, has := got.JSON["id_token"]; has {
			t.Errorf("%s: an id_token without openid", tc.name)
		}
		if scope, has := got.JSON["scope"]; has != (tc.scope != "-") || has && scope != tc.scope {
			t.Errorf("%s: scope %v", tc.name, scope)
		}
	}
}

func TestPatientAccessThePatientMayStayUnsaid(t *testing.T) {
	t.Parallel()
	b := paOpen(t, func(o *PatientAccessOptions) { o.NoPatient, o.BarePatient, o.TokenLife = true, true, 5*time.Minute })
	got := b.redeem(b.code(b.ask()))
	if _, has := got.JSON["patient"]; has || got.JSON["expires_in"] != 300.0 {
		t.Errorf("%s", got.Body)
	}
	b.token = got.JSON["access_token"].(string)
	self, _ := b.sim.PatientIDs()
	if r := b.get("/Patient"); r.JSON["resourceType"] != "Patient" || r.JSON["id"] != self {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	proxy := paOpen(t, func(o *PatientAccessOptions) { o.SignIn, o.BarePatient = PatientAccessProxy, true })
	proxy.token = proxy.redeem(proxy.code(proxy.ask())).JSON["access_token"].(string)
	if r := proxy.get("/Patient"); r.JSON["resourceType"] != "Bundle" {
		t.Errorf("two patients: %s", r.Body)
	}
}

func TestPatientAccessASignInMayBeAForm(t *testing.T) {
	t.Parallel()
	b := paOpen(t, nil)
	r := b.post("/authorize", b.ask())
	to, err := url.Parse(r.Header.Get("Location"))
	if err != nil || r.Status != http.StatusSeeOther || b.redeem(to.Query().Get("code")).Status != http.StatusOK {
		t.Errorf("%d %s", r.Status, r.Body)
	}
}

func TestPatientAccessTheIDTokenIsSigned(t *testing.T) {
	t.Parallel()
	b := paOpen(t, nil)
	token := b.redeem(b.code(b.ask("nonce", "n-1"))).JSON["id_token"].(string)
	var keys struct{ Keys []struct{ N, E, Kid string } }
	if err := json.Unmarshal([]byte(b.get(b.sim.origin+"/nge/prod/fhir-api-r4/.well-known/jwks.json").Body), &keys); err != nil || len(keys.Keys) != 1 {
		t.Fatalf("%v, %d keys", err, len(keys.Keys))
	}
	bytesOf := func(text string) []byte {
		data, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	parts := strings.Split(token, ".")
	public := &rsa.PublicKey{N: new(big.Int).SetBytes(bytesOf(keys.Keys[0].N)), E: int(new(big.Int).SetBytes(bytesOf(keys.Keys[0].E)).Int64())}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], bytesOf(parts[2])); err != nil {
		t.Error(err)
	}
	var claims struct{ Iss, Aud, Sub, Nonce, FhirUser string }
	if err := json.Unmarshal(bytesOf(parts[1]), &claims); err != nil || claims.Aud != paClientID || claims.Nonce != "n-1" || claims.Iss != b.sim.origin+paOAuthPath || claims.Sub == "" {
		t.Errorf("%v %+v", err, claims)
	}
}
