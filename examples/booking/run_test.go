package main

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
)

func TestEachVendorBooksOnItsSimulatorWithoutCredentials(t *testing.T) {
	t.Parallel()
	for _, v := range vendors() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			v, sim := simulated(v, nil)
			r := call(t, t.Context(), []vendor{v}, nil, "-json")
			o := r.object(t)
			if r.code != exitOK || o.Error != nil {
				t.Fatalf("code %d: %s%s", r.code, r.stdout, r.stderr)
			}
			if o.Vendor != v.name || o.Patient.ID == "" || *o.Slots < 1 || o.Appointment.ID == "" || !isBooked(o.Appointment.Status) || !*o.Cancelled {
				t.Errorf("got %s", r.stdout)
			}
			start, err := time.Parse(time.RFC3339, o.Appointment.Start)
			if err != nil || strings.HasSuffix(o.Appointment.Start, "Z") || !start.After(time.Now()) {
				t.Errorf("start is %q", o.Appointment.Start)
			}
			if end, err := time.Parse(time.RFC3339, o.Appointment.End); err != nil || strings.HasSuffix(o.Appointment.End, "Z") || !end.After(start) {
				t.Errorf("end is %q", o.Appointment.End)
			}
			if left := (*sim).Appointments(); left != 0 {
				t.Errorf("%d appointments are left in the calendar", left)
			}
			if broken := (*sim).Violations(); len(broken) > 0 {
				t.Errorf("violations: %v", broken)
			}
			tokens := 0
			for _, req := range (*sim).Requests() {
				if req.Token {
					tokens++
				}
			}
			if tokens != 1 {
				t.Errorf("%d token requests for one run", tokens)
			}
		})
	}
}

// isBooked: pending is what a vendor has taken and its clinic's system not yet written.
func isBooked(status string) bool { return status == "booked" || status == "pending" }

// changing is what differs between two runs.
var changing = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`"id":"[^"]+"`), `"id":"ID"`},
	{regexp.MustCompile(`"slots":\d+`), `"slots":N`},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d`), "TIME"},
	{regexp.MustCompile(`id [0-9A-Za-z.-]+ *((\d+|<1) ms)`), "id ID $1"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:PORT"},
	{regexp.MustCompile(`(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ [A-Z][a-z]{2}( \d{4})?`), "DAY"},
	{regexp.MustCompile(`\d\d:\d\d-\d\d:\d\d \(UTC-0\d:00\)`), "TIME"},
	{regexp.MustCompile(` +(\d+|<1) ms|  +\d+\.\d s`), " TOOK"},
	{regexp.MustCompile(`in \d+\.\d s\.`), "in TOOK."},
	{regexp.MustCompile(`\d+ free`), "N free"},
	{regexp.MustCompile(`(?m)^( {19}id )\S+$`), "${1}ID"},
	{regexp.MustCompile(`(?m)^ {19}\S.* with .*`), "                   TYPE with PRACTITIONER at LOCATION"},
	{regexp.MustCompile(`\d+ requests`), "N requests"},
}

func steady(s string) string {
	for _, c := range changing {
		s = c.what.ReplaceAllString(s, c.with)
	}
	return s
}

func TestTheJSONLineHasTheFieldsOfTheContractInOrder(t *testing.T) {
	t.Parallel()
	r := call(t, t.Context(), vendors()[:1], nil, "-json")
	want := `{"vendor":"nextech","patient":{"id":"ID","created":true},"slots":N,` +
		`"appointment":{"id":"ID","status":"booked","start":"TIME","end":"TIME"},"cancelled":true,"error":null}` + "\n"
	got := strings.Replace(steady(r.stdout), `"created":false`, `"created":true`, 1)
	if got != want {
		t.Errorf("got  %swant %s", got, want)
	}
	if r.code != exitOK || !strings.Contains(r.stderr, "http://127.0.0.1:") {
		t.Errorf("code %d, stderr %q: the address belongs to stderr", r.code, r.stderr)
	}
}

func TestTheTableOfARealRun(t *testing.T) {
	t.Parallel()
	r := call(t, t.Context(), vendors()[:1], nil)
	if r.code != exitOK || r.stderr != "" {
		t.Errorf("code %d, stderr %q", r.code, r.stderr)
	}
	golden(t, "run.txt", steady(r.stdout))
	for _, l := range strings.Split(r.stdout, "\n") {
		if len(l) >= columns {
			t.Errorf("%d characters: %s", len(l), l)
		}
	}
}

func TestKeepLeavesTheAppointmentInTheCalendar(t *testing.T) {
	t.Parallel()
	v, sim := simulated(vendors()[0], nil)
	r := call(t, t.Context(), []vendor{v}, nil, "-json", "-keep")
	if o := r.object(t); r.code != exitOK || *o.Cancelled || o.Error != nil {
		t.Errorf("code %d: %s", r.code, r.stdout)
	}
	if n := (*sim).Appointments(); n != 1 {
		t.Errorf("%d appointments are in the calendar, want 1", n)
	}
}

func TestFromAndDaysBoundTheSearch(t *testing.T) {
	t.Parallel()
	day := emr.Today(nil).AddDays(10)
	for day.Start(time.UTC).Weekday() != time.Tuesday {
		day = day.AddDays(1)
	}
	week := call(t, t.Context(), vendors()[:1], nil, "-json", "-from", day.String(), "-days", "7").object(t)
	one := call(t, t.Context(), vendors()[:1], nil, "-json", "-from", day.String(), "-days", "1").object(t)
	if *one.Slots < 1 || *one.Slots >= *week.Slots {
		t.Errorf("%d free times on a day, %d in the week", *one.Slots, *week.Slots)
	}
	if !strings.HasPrefix(one.Appointment.Start, day.String()+"T") {
		t.Errorf("booked %s, asked for %s", one.Appointment.Start, day)
	}
}

func TestAPatientWhoIsKnownIsFoundAndASecondOneNotCreated(t *testing.T) {
	t.Parallel()
	v, sim := simulated(vendors()[0], nil)
	o := call(t, t.Context(), []vendor{v}, nil, append(known(), "-json")...).object(t)
	if o.Error != nil || o.Patient.Created || posts(*sim, "/patient") != 0 {
		t.Errorf("got %+v, %d patients created", o, posts(*sim, "/patient"))
	}
}

func TestAPersonNobodyKnowsIsCreated(t *testing.T) {
	t.Parallel()
	v, sim := simulated(vendors()[0], nil)
	r := call(t, t.Context(), []vendor{v}, nil, "-json", "-given", "Quirin", "-family", "Abendroth", "-birthdate", "1970-02-03",
		"-phone", "(206) 555-0199", "-email", "quirin@example.com", "-postal-code", "98104")
	r.searchFor(t, "Quirin", "Abendroth", "1970", "0199", "98104")
	if o := r.object(t); o.Error != nil || !o.Patient.Created || posts(*sim, "/patient") != 1 {
		t.Errorf("got %s", r.stdout)
	}
}

func TestNamesakesAreNeverGuessedButAskedFor(t *testing.T) {
	t.Parallel()
	v, sim := simulated(vendors()[0], nil)
	p := emrtest.People()[0]
	r := call(t, t.Context(), []vendor{v}, nil, "-json", "-given", p.Given.Reveal(), "-family", p.Family.Reveal(), "-birthdate", p.Born.Reveal().String())
	o := r.wantFailure(t, emr.KindConflict, "")
	if !strings.Contains(o.Error.Hint, "-phone") {
		t.Errorf("the hint names the flags to give: %q", o.Error.Hint)
	}
	if posts(*sim, "/patient")+posts(*sim, "/appointment") != 0 {
		t.Error("something was written for nobody in particular")
	}
}

func TestDaysWithoutAFreeTimeAreNotFound(t *testing.T) {
	t.Parallel()
	sunday := emr.Today(nil).AddDays(2)
	for sunday.Start(time.UTC).Weekday() != time.Sunday {
		sunday = sunday.AddDays(1)
	}
	r := call(t, t.Context(), vendors()[:1], nil, "-json", "-from", sunday.String(), "-days", "1")
	o := r.wantFailure(t, emr.KindNotFound, "slots")
	if *o.Slots != 0 || !strings.Contains(o.Error.Hint, "-days") {
		t.Errorf("got %s", r.stdout)
	}
}

func TestAStoppedRunSaysSoAndSendsNothing(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	v, sim := simulated(vendors()[0], nil)
	call(t, ctx, []vendor{v}, nil, "-json").wantFailure(t, emr.KindCanceled, "")
	if n := len((*sim).Requests()); n != 0 {
		t.Errorf("%d requests after the stop", n)
	}
}

func TestTheWholeRunEndsWithItsTimeout(t *testing.T) {
	t.Parallel()
	v, _ := simulated(vendors()[0], func(s emrtest.Sim) { s.FailNext(emrtest.FaultSlowToken, 9) })
	started := time.Now()
	call(t, t.Context(), []vendor{v}, nil, "-json", "-timeout", "200ms").wantFailure(t, emr.KindTimeout, "")
	if took := time.Since(started); took > 3*time.Second {
		t.Errorf("took %v", took)
	}
}
