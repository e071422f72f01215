package nexhealth

import (
	"strings"
	"testing"
)

func keyOf(t *testing.T, body string) string {
	t.Helper()
	e, env, err := parseEvent([]byte(body), nil)
	if err != nil {
		t.Fatal(err)
	}
	return e.key(env)
}

func TestKeysTellEventsApart(t *testing.T) {
	t.Parallel()
	base := `{"event_name":"appointment_updated","subdomain":"acme","data":{"appointment":{"id":1,"updated_at":"2026-03-01T10:00:00Z"}}}`
	for name, other := range map[string]string{
		"name":         strings.Replace(base, "_updated", "_created", 1),
		"outcome":      strings.Replace(base, "_updated", "_updated.failed", 1),
		"record":       strings.Replace(base, `"id":1`, `"id":2`, 1),
		"version":      strings.Replace(base, "10:00:00Z", "10:00:01Z", 1),
		"institution":  strings.Replace(base, "acme", "other", 1),
		"more records": `{"event_name":"appointment_updated","subdomain":"acme","data":{"appointments":[{"id":1,"updated_at":"2026-03-01T10:00:00Z"},{"id":2,"updated_at":"2026-03-01T10:00:00Z"}]}}`,
	} {
		if keyOf(t, base) == keyOf(t, other) {
			t.Errorf("another %s has the same key", name)
		}
	}
	for name, same := range map[string]string{
		"plural":          `{"event_name":"appointment_updated","subdomain":"acme","data":{"appointments":[{"id":1,"updated_at":"2026-03-01T10:00:00Z"}]}}`,
		"bare":            `{"event_name":"appointment_updated","subdomain":"acme","data":{"id":1,"updated_at":"2026-03-01T10:00:00Z"}}`,
		"another spacing": strings.ReplaceAll(base, ",", " , "),
		"delivery errors": strings.Replace(base, `{"event`, `{"delivery_errors":["x"],"event`, 1),
		"the id as text":  strings.Replace(base, `"id":1`, `"id":"1"`, 1),
	} {
		if keyOf(t, base) != keyOf(t, same) {
			t.Errorf("%s has another key", name)
		}
	}
}

func TestKeysOfRecordsInsideARecordDoNotCount(t *testing.T) {
	t.Parallel()
	// The locations are unchanged, the sync is not.
	body := `{"event_name":"something_new","data":{"light":"red","locations":[{"id":1,"updated_at":"2026-03-01T10:00:00Z"}]}}`
	if keyOf(t, body) == keyOf(t, strings.Replace(body, "red", "green", 1)) {
		t.Error("two states have one key")
	}
	wrapped := `{"event_name":"something_new","data":{"wormhole":{"id":1,"updated_at":"2026-03-01T10:00:00Z","x":1}}}`
	if keyOf(t, wrapped) != keyOf(t, strings.Replace(wrapped, `"x":1`, `"x":2`, 1)) {
		t.Error("a record of an unknown kind is not told by id and version")
	}
}
