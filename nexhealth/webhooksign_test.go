package nexhealth

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

// vectorBody, with the secret and timestamp below, has a signature that was computed apart
// from this code.
const (
	vectorBody      = `{"resource_type":"Appointment","event_name":"appointment_insertion.complete","data":{"appointment":{"id":88001}}}`
	vectorSecret    = "test_secret_key"
	vectorTimestamp = "2026-03-02T15:04:05Z"
	vectorSignature = "58c3bfc78bc4749a69bf9f3058c481b2871b36f20208ee83717b28e802fec1f0"
)

func TestSignGivesTheKnownSignature(t *testing.T) {
	t.Parallel()
	if got := Sign(vectorSecret, vectorTimestamp, []byte(vectorBody)); got != vectorSignature {
		t.Errorf("got %s, want %s", got, vectorSignature)
	}
	for name, other := range map[string]string{
		"secret":    Sign("test_secret_kez", vectorTimestamp, []byte(vectorBody)),
		"timestamp": Sign(vectorSecret, "2026-03-02T15:04:05.0Z", []byte(vectorBody)),
		"body":      Sign(vectorSecret, vectorTimestamp, []byte(vectorBody+" ")),
	} {
		if other == vectorSignature {
			t.Errorf("another %s has the same signature", name)
		}
	}
}

func TestLineBreaksComeAfterEach60CharactersAndAtTheEnd(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 45, 46, 90, 200} {
		plain := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", n)))
		got := broken(plain)
		if strings.ReplaceAll(got, "\n", "") != plain {
			t.Errorf("%d bytes: the text changed", n)
		}
		lines := strings.Split(got, "\n")
		if last := lines[len(lines)-1]; last != "" {
			t.Errorf("%d bytes: no line break at the end", n)
		}
		for i, l := range lines[:len(lines)-1] {
			if len(l) > 60 || len(l) == 0 || i < len(lines)-2 && len(l) != 60 {
				t.Errorf("%d bytes: line %d has %d characters", n, i, len(l))
			}
		}
	}
}

func TestTimestampsAreReadInTheFormsOfISO8601(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 3, 2, 15, 4, 5, 0, time.UTC)
	for _, text := range []string{
		"2026-03-02T15:04:05Z", "2026-03-02T15:04:05.000Z", "2026-03-02T15:04:05+00:00", "2026-03-02T15:04:05+0000",
		"2026-03-02T10:04:05-05:00", "2026-03-02T10:04:05.000-0500", "2026-03-02T15:04:05", "2026-03-02 15:04:05 UTC",
		"2026-03-02 15:04:05 +0000", "2026-03-02 15:04:05", "20260302T150405Z", "20260302T100405-0500",
	} {
		got, ok := sentAt(text)
		if !ok || got.Sub(want).Abs() >= time.Second {
			t.Errorf("%q is read as %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "now", "1772463845", "2026-03-02", "15:04:05", "2026-13-02T15:04:05Z", "0000-01-01T00:00:00Z", "2026-03-02T15:04:05Z,2026-03-02T15:04:05Z"} {
		if at, ok := sentAt(text); ok {
			t.Errorf("%q is read as %v", text, at)
		}
	}
}
