package medtechtest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

const (
	clientID = "5f0cab00-c11e-4b00-8c00-9d00ab12cd34"
	tenant   = "5f0cab00-7e4a-4b00-8c00-9d00ab12cd34"
	// azurePath as below login.microsoftonline.com, documented.
	azurePath = "/" + tenant + "/oauth2/v2.0/token"
)

// tokenRules are those of Azure AD v2. Documented: the grant, the fields, 3599 seconds.
func (s *Sim) tokenRules() simserver.TokenRules {
	return simserver.TokenRules{
		ClientID: clientID, ClientSecret: s.secret, Grants: []string{simserver.ClientCredentials}, WantScope: s.scope,
		Life: s.opts.TokenLife, StringNumbers: s.opts.StringNumbers, ExtExpires: true, Mint: s.mint, Describe: describeAzure,
	}
}

// mint makes a JWT. Documented: aud and roles; the other claims are Azure's usual ones.
func (s *Sim) mint(now, expires time.Time) string {
	claims, _ := json.Marshal(object{
		"aud": strings.TrimSuffix(s.scope, "/.default"), "iss": "https://sts.windows.net/" + tenant + "/", "tid": tenant, "appid": clientID,
		"iat": now.Unix(), "nbf": now.Unix(), "exp": expires.Unix(), "ver": "1.0", "uti": rand.Text(), "roles": s.roles(),
	})
	enc := base64.RawURLEncoding
	head := enc.EncodeToString([]byte(`{"typ":"JWT","alg":"HS256"}`)) + "." + enc.EncodeToString(claims)
	mac := hmac.New(sha256.New, []byte(s.secret))
	mac.Write([]byte(head))
	return head + "." + enc.EncodeToString(mac.Sum(nil))
}

// rolesIn reads the roles of a token that this simulator has made.
func rolesIn(access string) []string {
	parts := strings.Split(access, ".")
	if len(parts) != 3 {
		return nil
	}
	var claims struct {
		Roles []string `json:"roles"`
	}
	data, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(data, &claims) != nil {
		return nil
	}
	return claims.Roles
}

// describeAzure adds what Azure AD v2 adds; clients branch on "error" only.
func describeAzure(code string, now time.Time) map[string]any {
	number := map[string]int{
		"invalid_client": 7000215, "invalid_scope": 70011, "unsupported_grant_type": 70003, "invalid_request": 900144, "invalid_tenant": 90002,
	}[code]
	const trace, correlation = "5f0cab00-1111-4c2a-9d3f-000000000001", "5f0cab00-2222-4c2a-9d3f-000000000002"
	stamp := now.UTC().Format("2006-01-02 15:04:05Z")
	return map[string]any{
		"error_description": "AADSTS" + itoa(number) + ": the simulated directory refuses this request. Trace ID: " + trace +
			" Correlation ID: " + correlation + " Timestamp: " + stamp,
		"error_codes": []int{number}, "timestamp": stamp, "trace_id": trace, "correlation_id": correlation,
	}
}

func classifyAzure(*http.Request) simserver.Class {
	return simserver.Class{Token: true, Route: "/{tenant}/oauth2/v2.0/token"}
}

// azure is the token host: another tenant is 400 invalid_request (assumed: AADSTS90002).
func (s *Sim) azure(c *simserver.Call) *simserver.Reply {
	if strings.EqualFold(c.URL.Path, azurePath) {
		return s.tokens.Handle(c)
	}
	if strings.HasSuffix(strings.ToLower(c.URL.Path), "/oauth2/v2.0/token") {
		body := object(describeAzure("invalid_tenant", c.Now))
		body["error"] = "invalid_request"
		return simserver.JSON(http.StatusBadRequest, "application/json; charset=utf-8", body)
	}
	return simserver.Text(http.StatusNotFound, "")
}
