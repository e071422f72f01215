package auth_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
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

// FuzzExchange: whatever a vendor package makes of an answer, there is no panic, no life
// outside [0, 24 h], no token that cannot be a header, and no error that shows the key.
func FuzzExchange(f *testing.F) {
	const key = "canary-key-Zq7"
	f.Add(201, "abc", int64(time.Hour), "", "", "", false)
	f.Add(401, "", int64(0), "auth", "check "+key, key, true)
	f.Add(200, "a\r\nb", int64(-1), "", "", "", false)
	f.Add(403, key, int64(1)<<62, "nonsense", "Basic "+key, "x", true)
	f.Add(400, "", int64(0), key, "", "", true)
	f.Add(307, "abc", int64(0), "", "", "", false)
	f.Add(429, "", int64(0), "rate_limited", "[redacted]", "", true)
	f.Add(-1, "", int64(0), "", "", "", true)
	f.Fuzz(func(t *testing.T, status int, text string, life int64, kind, hint, detail string, fails bool) {
		x := auth.Exchange{
			Key:    auth.NewSecret(key),
			Header: func(key string) http.Header { return http.Header{"Authorization": {key}} },
			Answer: func(int, []byte) (auth.Granted, error) {
				g := auth.Granted{Access: text, Life: time.Duration(life)}
				if !fails {
					return g, nil
				}
				e := &emr.Error{Kind: emr.Kind(kind), Hint: hint, Code: detail, Fields: []string{hint}, Err: errors.New(detail), RetryAfter: time.Duration(life)}
				return g, e.WithDetail(detail)
			},
		}
		access, got, err := auth.AnswerOf(x, status, []byte(text))
		if err != nil {
			if err.Kind == "" || err.RetryAfter < 0 {
				t.Errorf("%v", err)
			}
			shown := fmt.Sprintf("%v|%+v|%#v|%s|%v|%s", err, err, err, err.Detail(), err.Err, err.Code)
			if strings.Contains(shown, key) {
				t.Errorf("the key shows in %q", shown)
			}
			return
		}
		if got < 0 || got > 24*time.Hour || access == "" || status < 200 || status > 299 || fails {
			t.Errorf("%d: %q for %v", status, access, got)
		}
		for _, r := range []byte(access) {
			if r <= ' ' || r > '~' {
				t.Errorf("token with byte %#x", r)
			}
		}
	})
}
