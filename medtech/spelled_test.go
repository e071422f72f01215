package medtech

import (
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// The record at Location tells how its id is spelled, if it is that record.
func TestSpelled_onlyTheRecordItselfTellsItsID(t *testing.T) {
	t.Parallel()
	missing := reply{status: 404, body: outcome("error", "not-found", "Resource ID not found.")}
	for name, row := range map[string]struct {
		location string
		at       map[string]reply // by the path's id
		id       string
		reads    int
	}{
		"a sign that a URL may leave":       {"a!b", map[string]reply{"a!b": {body: media("a%21b", testPatient)}}, "a%21b", 1},
		"escaped in Location":               {"a%21b", map[string]reply{"a!b": {body: media("a!b", testPatient)}}, "a!b", 1},
		"the escapes are its own":           {"a%21b", map[string]reply{"a!b": missing, "a%21b": {body: media("a%21b", testPatient)}}, "a%21b", 2},
		"plain, of all signs that stay":     {"aZ09-._~", nil, "aZ09-._~", 0},
		"the ends of the alphabets":         {"azAZ09", nil, "azAZ09", 0},
		"another record":                    {"a!b", map[string]reply{"a!b": {body: media("c", testPatient)}}, "a!b", 1},
		"another patient's":                 {"a!b", map[string]reply{"a!b": {body: media("a%21b", otherPatient)}}, "a!b", 1},
		"another kind":                      {"a!b", map[string]reply{"a!b": {body: strings.Replace(patientBody, testPatient, "a%21b", 1)}}, "a!b", 1},
		"nothing readable":                  {"a!b", map[string]reply{"a!b": {body: "{"}}, "a!b", 1},
		"not to be read":                    {"a!b", map[string]reply{"a!b": {status: 403, body: outcome("error", "forbidden", "Authorization failed.")}}, "a!b", 1},
		"between the letters and the signs": {"a@b", map[string]reply{"a@b": {body: media("a%40b", testPatient)}}, "a%40b", 1},
	} {
		c, w := connect(t, nil)
		reads := 0
		w.answer = func(r *http.Request) (reply, bool) {
			id := strings.TrimPrefix(r.URL.Path, "/FHIR/Media/")
			if r.Method == http.MethodPost {
				return reply{status: 201, location: "https://h/fhir/Media/" + row.location + "/_history/1"}, true
			}
			if id == r.URL.Path {
				return reply{body: bundle()}, true
			}
			reads++
			found, ok := row.at[id]
			if !ok {
				t.Errorf("%s: read %s", name, id)
			}
			return found, true
		}
		stored, err := c.StoreImage(t.Context(), inboxImage())
		if err != nil || stored.MediaID.Reveal() != row.id || reads != row.reads || w.posts() != 1 {
			t.Errorf("%s: %q after %d reads, %v", name, idOf(stored), reads, err)
		}
	}
}

// Whatever offset ALEX wrote, a change goes out with the practice's.
func TestChange_timesHaveThePracticesOffset(t *testing.T) {
	t.Parallel()
	c, w := connect(t, func(cfg *Config) { cfg.UpdateByID = true }, reply{body: strings.Replace(appointmentBody, `"booked"`, `"cancelled"`, 1)})
	a := booked()
	a.Source = emr.NewSource([]byte(strings.NewReplacer("2030-03-04T09:00:00+13:00", "2030-03-03T20:00:00Z", "2030-03-04T09:15:00+13:00", "2030-03-03T20:15:00.0+00:00").Replace(appointmentBody)))
	if _, err := (parts{c}).Cancel(t.Context(), a, nil); err != nil || !strings.Contains(w.bodies[0], `"start":"2030-03-04T09:00:00+13:00"`) || !strings.Contains(w.bodies[0], `"end":"2030-03-04T09:15:00+13:00"`) {
		t.Error(err, w.bodies)
	}
}

// Repeats have an id of their own, and the log says which; the id that a caller chose
// goes with each.
func TestCorrelation_repeatsHaveTheirOwnAndTheLogKnows(t *testing.T) {
	t.Parallel()
	const chosen = "6f1f3c1e-8f6a-4c1b-9d2e-0a1b2c3d4e5f"
	for _, own := range []bool{false, true} {
		c, w := connect(t, nil, reply{status: 503}, reply{status: 503}, reply{body: bundle(doctors)})
		ctx := t.Context()
		if own {
			ctx = emr.WithCorrelationID(ctx, chosen)
		}
		if _, err := (parts{c}).ListPractitioners(ctx, ""); err != nil || len(w.seen) != 3 {
			t.Fatalf("%v, %d requests", err, len(w.seen))
		}
		ids := map[string]bool{}
		for _, r := range w.seen {
			ids[r.Header.Get(correlationHeader)] = true
		}
		if own != ids[chosen] || own && len(ids) != 1 || !own && len(ids) != 3 {
			t.Errorf("chosen %t: %v", own, ids)
		}
		if told := strings.Count(w.log.String(), "sent_as"); told != map[bool]int{false: 2, true: 0}[own] {
			t.Errorf("chosen %t: the log tells %d repeats", own, told)
		}
	}
}
