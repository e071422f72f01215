package auth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/auth"
)

func TestSecret_revealIsTheWayOut(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	if s, err := auth.NewSecret("abc").Reveal(ctx); s != "abc" || err != nil {
		t.Error("a static secret is not what it was")
	}
	if s, err := (auth.Secret{}).Reveal(ctx); s != "" || err != nil {
		t.Error("the zero secret is not empty")
	}
	n := 0
	f := auth.SecretFunc(func(context.Context) (string, error) { n++; return "abc", nil })
	for range 3 {
		_, _ = f.Reveal(ctx)
	}
	if n != 3 {
		t.Errorf("the function was called %d times, want 3", n)
	}
	text, err := auth.SecretFunc(func(context.Context) (string, error) { panic("abc") }).Reveal(ctx)
	if text != "" || err == nil || strings.Contains(err.Error(), "abc") {
		t.Errorf("a panic gave %q, %v", text, err)
	}
	if !auth.NewSecret("").IsZero() || !auth.SecretFunc(nil).IsZero() || f.IsZero() {
		t.Error("IsZero")
	}
}

func TestSecret_fingerprintTellsSecretsApartAndCallsNothing(t *testing.T) {
	t.Parallel()
	read := func(context.Context) (string, error) { t.Error("the function was called"); return "abc", nil }
	one, two := auth.SecretFunc(read), auth.SecretFunc(read)
	secrets := map[string]auth.Secret{"abc": auth.NewSecret("abc"), "abd": auth.NewSecret("abd"), "one": one, "two": two, "zero": {}}
	seen := map[string]string{}
	for name, s := range secrets {
		f := s.Fingerprint()
		if was, have := seen[f]; have {
			t.Errorf("%s and %s have one fingerprint", name, was)
		}
		seen[f] = name
		if f != s.IssuedAt(time.Unix(1, 0)).Fingerprint() || strings.Contains(f, "abc") || (f == "") != s.IsZero() {
			t.Errorf("%s: %q", name, f)
		}
	}
	if again := auth.NewSecret("abc"); again.Fingerprint() != secrets["abc"].Fingerprint() {
		t.Error("one text, two fingerprints")
	}
}

func TestSecret_age(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	s := auth.NewSecret("abc")
	if _, known := s.Age(now); known {
		t.Error("an age nobody told")
	}
	s = s.IssuedAt(now.AddDate(0, 0, -91))
	if age, known := s.Age(now); !known || age <= auth.RotateAfter {
		t.Errorf("age %v", age)
	}
}

func TestSecret_equalAndCmp(t *testing.T) {
	t.Parallel()
	f := auth.SecretFunc(func(context.Context) (string, error) { return "a", nil })
	for _, tt := range []struct {
		a, b auth.Secret
		want bool
	}{
		{auth.NewSecret("a"), auth.NewSecret("a"), true}, {auth.NewSecret("a"), auth.NewSecret("b"), false},
		{auth.Secret{}, auth.NewSecret(""), true}, {auth.Secret{}, auth.NewSecret("a"), false}, {f, f, false},
	} {
		if tt.a.Equal(tt.b) != tt.want || tt.b.Equal(tt.a) != tt.want {
			t.Errorf("Equal is not %v", tt.want)
		}
	}
	if d := cmp.Diff(auth.NewSecret("alpha"), auth.NewSecret("beta")); d == "" || strings.Contains(d, "alpha") {
		t.Errorf("cmp.Diff: %s", d)
	}
}

func TestSecret_encodingIsRedactedAndNotReadBack(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(auth.NewSecret("abc"))
	if string(b) != `"[redacted]"` || err != nil {
		t.Errorf("%s, %v", b, err)
	}
	var s auth.Secret
	if json.Unmarshal(b, &s) == nil {
		t.Error("a secret stored by accident was read back")
	}
	for _, bad := range []string{`17`, `{"a":"abc"}`} {
		if err := json.Unmarshal([]byte(bad), &s); err == nil || strings.Contains(err.Error(), "abc") {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if err := json.Unmarshal([]byte(`"abc"`), &s); err != nil || !s.Equal(auth.NewSecret("abc")) {
		t.Errorf("a secret in a configuration file: %v", err)
	}
	if json.Unmarshal([]byte(`null`), &s) != nil || !s.IsZero() {
		t.Error("null is not the empty secret")
	}
}

func TestStoredToken_isTheDeliberateForm(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	in := &auth.Token{
		Access: auth.NewSecret("a"), Refresh: auth.NewSecret("r"), Type: "Bearer",
		Issued: at, Expires: at.Add(time.Hour), Scopes: []string{"x", "y"},
	}
	b, err := json.Marshal(auth.StoredToken{Token: in})
	want := `{"access_token":"a","refresh_token":"r","token_type":"Bearer","issued":"2026-05-01T08:00:00Z","expires":"2026-05-01T09:00:00Z","scopes":["x","y"]}`
	if string(b) != want || err != nil {
		t.Errorf("got  %s, %v\nwant %s", b, err, want)
	}
	var out auth.StoredToken
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, in, out.Token)

	v, err := auth.StoredToken{Token: in}.Value()
	if err != nil {
		t.Fatal(err)
	}
	for _, col := range []any{v, []byte(v.(string))} {
		var out auth.StoredToken
		if err := out.Scan(col); err != nil {
			t.Fatal(err)
		}
		wantEqual(t, in, out.Token)
	}
	if err := out.Scan(nil); err != nil || out.Token != nil {
		t.Error("NULL is no token")
	}
	if v, err := (auth.StoredToken{}).Value(); v != nil || err != nil {
		t.Error("no token is NULL")
	}
	if b, _ := json.Marshal(auth.StoredToken{}); string(b) != "null" {
		t.Errorf("no token is %s", b)
	}
	for _, bad := range []any{`{"access_token":17}`, `secret-text`, 17, `{"refresh_token":"[redacted]"}`} {
		if err := out.Scan(bad); err == nil || strings.Contains(err.Error(), "secret-text") {
			t.Errorf("%v: %v", bad, err)
		}
	}
	broken := &auth.Token{Access: auth.SecretFunc(func(context.Context) (string, error) { return "", errors.New("secret-text") })}
	if _, err := json.Marshal(auth.StoredToken{Token: broken}); err == nil || strings.Contains(err.Error(), "secret-text") {
		t.Errorf("%v", err)
	}
}

func wantEqual(t *testing.T, a, b *auth.Token) {
	t.Helper()
	if !a.Access.Equal(b.Access) || !a.Refresh.Equal(b.Refresh) || a.Type != b.Type ||
		!a.Issued.Equal(b.Issued) || !a.Expires.Equal(b.Expires) || !cmp.Equal(a.Scopes, b.Scopes) {
		t.Error("the token changed on its way")
	}
}

func TestToken_oauth2(t *testing.T) {
	t.Parallel()
	at := time.Now().Add(time.Hour)
	o, err := (&auth.Token{Access: auth.NewSecret("a"), Refresh: auth.NewSecret("r"), Type: "Bearer", Expires: at}).OAuth2(t.Context())
	if err != nil || o.AccessToken != "a" || o.RefreshToken != "r" || !o.Expiry.Equal(at) || !o.Valid() {
		t.Errorf("%v", err)
	}
	broken := auth.SecretFunc(func(context.Context) (string, error) { return "", errors.New("vault") })
	if _, err := (&auth.Token{Access: broken}).OAuth2(t.Context()); err == nil {
		t.Error("no error")
	}
}

func TestStoredToken_isHiddenInLogsAllTheSame(t *testing.T) {
	t.Parallel()
	s := auth.StoredToken{Token: &auth.Token{Access: auth.NewSecret("canary-access"), Refresh: auth.NewSecret("canary-refresh")}}
	var out bytes.Buffer
	for _, h := range []slog.Handler{slog.NewJSONHandler(&out, nil), slog.NewTextHandler(&out, nil)} {
		slog.New(h).Info("x", "t", s, "p", &s)
	}
	fmt.Fprintf(&out, "%v %+v %#v %s %q %v", s, s, s, s, s, &s)
	if strings.Contains(out.String(), "canary") {
		t.Error(out.String())
	}
}
