package main

import (
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func TestDefaultsAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	p, err := parse(nil, vendors())
	if err != nil {
		t.Fatal(err)
	}
	if p.live || p.json || p.keep || p.timeout != time.Minute || p.days != 7 || !p.from.IsZero() || len(p.vendors) != len(vendors()) {
		t.Errorf("defaults changed: %+v", p)
	}
	if !p.invented || p.patient.Given.IsZero() || p.patient.Born.IsZero() || p.patient.Address.PostalCode.IsZero() {
		t.Error("without flags the patient is the invented one, complete enough to be created")
	}
	if p.patient.Sex != "" {
		t.Error("a sex is only sent when given")
	}
}

func TestEachFilterFlagReachesTheQuery(t *testing.T) {
	t.Parallel()
	p, err := parse([]string{"-location", "7", "-provider", "15", "-type", "12", "-purpose", "9", "-from", "2030-03-04", "-days", "3"}, vendors())
	if err != nil {
		t.Fatal(err)
	}
	q := p.filter
	if q.Locations[0] != "7" || q.Practitioners[0] != "15" || q.Type != "12" || q.Purposes[0] != "9" || p.from.String() != "2030-03-04" || p.days != 3 {
		t.Errorf("got %+v %v %d", q, p.from, p.days)
	}
}

func TestEachPersonFlagReachesThePatient(t *testing.T) {
	t.Parallel()
	p, err := parse([]string{
		"-given", "Zoe", "-family", "Quill", "-birthdate", "1980-01-02", "-sex", "Other", "-phone", "555-0111", "-email", "z@example.com",
		"-address-line", "1 Road", "-city", "Town", "-state", "OR", "-postal-code", "97001", "-identifier", "urn:mrn|A|1",
	}, vendors())
	if err != nil {
		t.Fatal(err)
	}
	n := p.patient
	got := []string{
		n.Given.Reveal(), n.Family.Reveal(), n.Born.Reveal().String(), string(n.Sex), n.Phones[0].Number.Reveal(), n.Emails[0].Reveal(),
		n.Address.Lines[0].Reveal(), n.Address.City.Reveal(), n.Address.State.Reveal(), n.Address.PostalCode.Reveal(),
		n.Identifiers[0].System, n.Identifiers[0].Value.Reveal(),
	}
	want := "Zoe,Quill,1980-01-02,other,555-0111,z@example.com,1 Road,Town,OR,97001,urn:mrn,A|1"
	if strings.Join(got, ",") != want {
		t.Errorf("got %v", got)
	}
}

func TestABareIdentifierHasNoSystem(t *testing.T) {
	t.Parallel()
	p, err := parse([]string{"-identifier", "ZZZ0016"}, vendors())
	if err != nil {
		t.Fatal(err)
	}
	if id := p.patient.Identifiers[0]; id.System != "" || id.Value.Reveal() != "ZZZ0016" {
		t.Error("a bare number is the value")
	}
}

func TestSomebodyNamedGetsNothingOfTheInventedPerson(t *testing.T) {
	t.Parallel()
	p, err := parse([]string{"-given", "Zoe", "-family", "Quill"}, vendors())
	if err != nil {
		t.Fatal(err)
	}
	if p.invented || !p.patient.Born.IsZero() || len(p.patient.Phones)+len(p.patient.Emails) > 0 || !p.patient.Address.IsZero() {
		t.Error("a real name got an invented birth date, phone, e-mail or address")
	}
	p, err = parse([]string{"-phone", "555-0111", "-email", ""}, vendors())
	if err != nil {
		t.Fatal(err)
	}
	if !p.invented || p.patient.Given.IsZero() || p.patient.Phones[0].Number.Reveal() != "555-0111" || len(p.patient.Emails) != 0 {
		t.Error("single fields of the invented person can be replaced and emptied")
	}
}

func TestWrongFlagsEndWithTwoAndRepeatNoValue(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"unknown vendor":        {[]string{"-vendor", "Canary"}, "nextech"},
		"unknown flag":          {[]string{"-speed"}, "-speed"},
		"unknown flag, a name":  {[]string{"-Canary"}, "unknown flag"},
		"value without flag":    {[]string{"-family", "A", "Canary"}, "quotes"},
		"flag without value":    {[]string{"-family"}, "-family"},
		"malformed flag":        {[]string{"--=Canary"}, "malformed"},
		"birth date":            {[]string{"-birthdate", "Canary"}, "-birthdate"},
		"birth date off":        {[]string{"-birthdate", "1991-02-30"}, "-birthdate"},
		"sex":                   {[]string{"-sex", "Canary"}, "-sex"},
		"from":                  {[]string{"-from", "Canary"}, "-from"},
		"days not a number":     {[]string{"-days", "Canary"}, "-days"},
		"no days":               {[]string{"-days", "0"}, "-days"},
		"too many days":         {[]string{"-days", "367"}, "-days"},
		"timeout not a time":    {[]string{"-timeout", "Canary"}, "-timeout"},
		"no time":               {[]string{"-timeout", "0s"}, "-timeout"},
		"boolean with nonsense": {[]string{"-live=Canary"}, "-live"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := call(t, t.Context(), vendors(), nil, append([]string{"-json"}, c.args...)...)
			if r.code != exitUsage || r.stdout != "" || !strings.Contains(r.stderr, c.want) {
				t.Errorf("code %d, stdout %q, stderr %q", r.code, r.stdout, r.stderr)
			}
			r.searchFor(t, "Canary", "1991-02-30")
		})
	}
}

func TestHelpListsFlagsAndVendors(t *testing.T) {
	t.Parallel()
	r := call(t, t.Context(), vendors(), nil, "-h")
	if r.code != exitOK || r.stderr != "" {
		t.Errorf("code %d, stderr %q", r.code, r.stderr)
	}
	for _, want := range []string{"nextech", "-live", "-json", "-keep", "-timeout", "-from", "-days", "-location", "-provider", "-type", "-purpose",
		"-given", "-family", "-birthdate", "-sex", "-phone", "-email", "-address-line", "-city", "-state", "-postal-code", "-identifier"} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("help has no %s", want)
		}
	}
	for _, l := range strings.Split(r.stdout, "\n") {
		if len(l) > columns {
			t.Errorf("line of %d characters: %s", len(l), l)
		}
	}
}

func TestTimesAreWrittenWithTheOffsetAndNeverZ(t *testing.T) {
	t.Parallel()
	for zone, want := range map[string]string{"America/New_York": "2030-03-04T09:00:00-05:00", "Europe/London": "2030-03-04T14:00:00+00:00", "UTC": "2030-03-04T14:00:00+00:00"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Date(2030, 3, 4, 14, 0, 0, 0, time.UTC)
		r := &report{}
		r.book(&emr.Appointment{Status: emr.StatusBooked, Start: start, End: start.Add(time.Hour)}, &emr.Slot{Start: start.In(loc)})
		got, err := r.Appointment.Start.MarshalJSON()
		if err != nil || string(got) != `"`+want+`"` {
			t.Errorf("%s: got %s", zone, got)
		}
	}
}
