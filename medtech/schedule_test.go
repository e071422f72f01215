package medtech

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// schedules reads the list of p1 as ALEX answers it.
func schedules(t *testing.T, replies ...reply) ([]*Schedule, *wire, error) {
	t.Helper()
	c, w := connect(t, nil, replies...)
	w.routes["GET /Practitioner"] = reply{body: bundle(doctors, `{"resourceType":"Practitioner","id":"p2","name":[{"family":"Rata"}]}`)}
	all, err := emr.Collect(c.Schedules(t.Context(), "p1"))
	return all, w, err
}

func calendar(id, actor, start, end string) string {
	return fmt.Sprintf(`{"resourceType":"Schedule","id":%q,"actor":[{"reference":%q}],"planningHorizon":{"start":%q,"end":%q},"comment":"Quillcalendar"}`, id, actor, start, end)
}

func TestSchedules_areAskedForByNumberAndRead(t *testing.T) {
	t.Parallel()
	all, w, err := schedules(t, reply{body: bundle(
		calendar("a", "https://h/fhir/Practitioner/p1", "2030-03-04T09:00:00Z", "2030-03-04T12:00:00Z"),
		calendar("b", "PractitionerRole/x", "2030-03-04", "2030-03-31"),
		calendar("b", "PractitionerRole/x", "2030-03-04", "2030-03-31"),
		`{"resourceType":"Schedule","id":"c","active":false}`,
	)})
	if err != nil || len(all) != 3 {
		t.Fatal(len(all), err)
	}
	const query = "actor.identifier=https://standards.digital.health.nz/ns/hpi-person-id%7C99ZZZS"
	if len(w.seen) != 1 || w.seen[0].URL.Path != "/FHIR/Schedule" || w.seen[0].URL.RawQuery != query {
		t.Errorf("sent %v", w.seen[0].URL)
	}
	at := func(t time.Time) string { return t.Format(time.RFC3339) }
	if s := all[0]; s.ID != "a" || s.Practitioner != "p1" || s.Inactive || at(s.From) != "2030-03-04T22:00:00+13:00" || at(s.To) != "2030-03-05T01:00:00+13:00" || s.Comment.Reveal() != "Quillcalendar" {
		t.Errorf("%s to %s", s.From, s.To)
	}
	if s := all[1]; at(s.From) != "2030-03-04T00:00:00+13:00" || at(s.To) != "2030-04-01T00:00:00+13:00" {
		t.Errorf("days: %s to %s", s.From, s.To)
	}
	if s := all[2]; !s.Inactive || !s.From.IsZero() || !s.To.IsZero() {
		t.Errorf("open: %s to %s", s.From, s.To)
	}
	if text := fmt.Sprintf("%v %+v %#v", all[0], *all[0], all[0]); strings.Contains(text, "Quill") {
		t.Errorf("printed: %s", text)
	}
}

func TestSchedules_notOfferedIsUnsupportedAndNoMissingRecord(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]reply{
		"the gateway's 404":  {status: 404, body: `{"statusCode":404,"message":"Resource not found"}`},
		"a page":             {status: 404, body: "<html>not here</html>"},
		"no words at all":    {status: 404},
		"not allowed":        {status: 405},
		"said in an outcome": {status: 400, body: outcome("error", "not-supported", "Request is not supported.")},
	} {
		_, w, err := schedules(t, r)
		if e := wantError(t, err, emr.KindUnsupported); !strings.Contains(e.Hint, "use slots") || len(w.seen) != 1 {
			t.Errorf("%s: %v, %d sent", name, err, len(w.seen))
		}
	}
	for name, r := range map[string]reply{
		"an empty bundle":   {body: bundle()},
		"a 404 with words":  {status: 404, body: outcome("information", "not-found", "No Schedule found.")},
		"an outcome inside": {body: bundle(outcome("information", "not-found", "No Schedule found."))},
	} {
		if all, _, err := schedules(t, r); err != nil || len(all) != 0 {
			t.Errorf("%s: %d, %v", name, len(all), err)
		}
	}
}

func TestSchedules_whatCannotBeAsked(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil, reply{body: bundle()})
	w.routes["GET /Practitioner"] = reply{body: bundle(doctors, `{"resourceType":"Practitioner","id":"p2","name":[{"family":"Rata"}]}`)}
	for id, kind := range map[emr.PractitionerID]emr.Kind{"": emr.KindInvalid, "p2": emr.KindInvalid, "nobody": emr.KindNotFound} {
		_, err := emr.Collect(c.Schedules(t.Context(), id))
		if e := wantError(t, err, kind); strings.Join(e.Fields, "") != "practitioner" {
			t.Errorf("%q: %v", id, err)
		}
	}
	if len(w.seen) != 0 {
		t.Error("asked nevertheless")
	}
	_, _, err := schedules(t, reply{status: 404, body: outcome("error", "not-found", "Service Provider not found.")})
	wantError(t, err, emr.KindNotFound)
}

func TestFault_F12_schedulesOfSomebodyElseAreRefused(t *testing.T) {
	t.Parallel()
	_, _, err := schedules(t, reply{body: bundle(calendar("a", "Practitioner/p2", "2030-03-04", "2030-03-31"))})
	wantError(t, err, emr.KindProtocol)
	_, _, err = schedules(t, reply{body: bundle(calendar("a", "Practitioner/p1", "soon", ""))})
	wantError(t, err, emr.KindProtocol)
}

func TestSamples_theScheduleOf2021IsRead(t *testing.T) {
	t.Parallel()
	text := strings.ReplaceAll(sample(t, "hl7nz-2021-Schedule-sched1.json"), "Practitioner/prov1", "Practitioner/p1")
	all, _, err := schedules(t, reply{body: bundle(text)})
	if err != nil || len(all) != 1 || all[0].ID != "sched1" || all[0].To.Sub(all[0].From) != 3*time.Hour {
		t.Errorf("%d, %v", len(all), err)
	}
}
