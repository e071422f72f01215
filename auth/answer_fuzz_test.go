package auth_test

import (
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
)

// FuzzReadAnswer: whatever an endpoint sends, there is no panic, no life outside
// [0, 24 h], and no token that cannot be a header.
func FuzzReadAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"access_token":"abc","token_type":"Bearer","expires_in":3600}`,
		`{"token_type":"Bearer","expires_in":"3599","ext_expires_in":"3599","expires_on":"1495481979","not_before":"1495478079","resource":"urn:x","access_token":"eyJ.a.b","refresh_token":"0.AAA","scope":"user_impersonation"}`,
		`{"error":"invalid_grant","error_description":"AADSTS70008: expired","error_codes":[70008],"timestamp":"2026-01-02 03:04:05Z"}`,
		`{"access_token":"a","expires_in":-1}`, `{"access_token":"a","expires_in":1e400}`, `{"access_token":"a","expires_in":"NaN"}`,
		`{"access_token":"a","expires_on":9e99}`, `{"access_token":"a","scope":["x","y z"]}`, `{"access_token":"a\r\nb"}`,
		`{"access_token":"a","access_token":"b"}`, `{"a":[[[[{}]]]]}`, "\ufeff{}", `{} {}`, `null`, `[`, `{"a":`, ``, "\xff",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		access, life, err := auth.ReadAnswer(body)
		if life < 0 || life > 24*time.Hour {
			t.Errorf("life %v", life)
		}
		if err == nil && access == "" {
			t.Error("an empty token")
		}
		for _, r := range []byte(access) {
			if r <= ' ' || r > '~' {
				t.Errorf("token with byte %#x", r)
			}
		}
	})
}
