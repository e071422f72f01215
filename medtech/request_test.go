package medtech_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/medtech"
	"github.com/emrkit/emrkit/medtech/medtechtest"
)

// practice is a running simulator and a client of it.
type practice struct {
	t   testing.TB
	sim *medtechtest.Sim
	mt  *medtech.Client
	c   *emr.Client
}

func start(t testing.TB, opts *medtechtest.Options, edit func(*medtech.Config)) *practice {
	t.Helper()
	sim := medtechtest.New(t, opts)
	cfg := sim.Config()
	if edit != nil {
		edit(&cfg)
	}
	mt := dial(t, cfg, nil)
	return &practice{t, sim, mt, emr.NewClient(mt, nil)}
}

// person is patient n of the practice.
func (p *practice) person(n int) *emr.Patient {
	p.t.Helper()
	all, err := emr.Collect(p.c.FindPatients(p.t.Context(), emr.PatientQuery{Identifier: medtech.NHI(medtechtest.NHI(n))}))
	if err != nil || len(all) != 1 {
		p.t.Fatalf("%d people, %v", len(all), err)
	}
	return all[0]
}

// slot is the first free one from tomorrow.
func (p *practice) slot() *emr.Slot {
	p.t.Helper()
	tomorrow := emr.DateOf(p.sim.Now().In(p.mt.Info().Zone)).AddDays(1)
	for s, err := range p.c.FindSlots(p.t.Context(), emr.SlotQuery{From: tomorrow, To: tomorrow.AddDays(7)}) {
		if err != nil {
			p.t.Fatal(err)
		}
		return s
	}
	p.t.Fatal("no slots")
	return nil
}

func (p *practice) book() *emr.Appointment {
	p.t.Helper()
	a, err := p.c.Book(p.t.Context(), &emr.Booking{Patient: p.person(0), Slot: p.slot(), Note: emr.NewPHI("Repeat visit")})
	if err != nil {
		p.t.Fatal(err)
	}
	return a
}

// sent are the requests to the API, without those for tokens.
func (p *practice) sent() []emrtest.Request {
	var all []emrtest.Request
	for _, r := range p.sim.Requests() {
		if !r.Token {
			all = append(all, r)
		}
	}
	return all
}

var uuid4 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// TestTheMainJobInExactRequests looks at each request of a whole run.
func TestTheMainJobInExactRequests(t *testing.T) {
	t.Parallel()
	p := start(t, nil, func(c *medtech.Config) { c.AppID = "kit-app" })
	a := p.book()
	if _, err := p.c.Arrive(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	b := p.book()
	if gone, err := p.c.Cancel(t.Context(), b.ID, nil); err != nil || gone.Status != emr.StatusCancelled {
		t.Fatal(gone, err)
	}
	tomorrow := emr.DateOf(p.sim.Now().In(p.mt.Info().Zone)).AddDays(1)
	if _, err := emr.Collect(p.c.FindSlots(t.Context(), emr.SlotQuery{From: tomorrow, To: tomorrow.AddDays(30)})); err != nil {
		t.Fatal(err)
	}
	if _, err := emr.Collect(p.c.Appointments(t.Context(), emr.AppointmentQuery{Patient: p.person(0), From: tomorrow, To: tomorrow.AddDays(30)})); err != nil {
		t.Fatal(err)
	}
	home, _, _ := p.sim.Facilities()
	seen := map[string]bool{}
	slots, changes := 0, 0
	for _, r := range p.sent() {
		line := r.Method + " " + strings.TrimPrefix(r.Path, "/FHIR")
		h := r.Header
		if h.Get("mt-facilityid") != home || h.Get("mt-appid") != "kit-app" || h.Get("Accept") != "application/fhir+json" || h.Get("Content-Type") != "application/fhir+json" {
			t.Errorf("%s: headers %v", line, h)
		}
		id := h.Get("mt-correlationid")
		if !uuid4.MatchString(id) || seen[id] {
			t.Errorf("%s: correlation id %q is no new UUID of version 4", line, id)
		}
		seen[id] = true
		q, err := url.ParseQuery(r.RawQuery)
		if err != nil || strings.Contains(r.RawQuery, "+") {
			t.Errorf("%s?%s", line, r.RawQuery)
		}
		const nhi = "https://standards.digital.health.nz/ns/nhi-id|"
		switch line {
		case "GET /Patient":
			if q.Get("identifier") != nhi+medtechtest.NHI(0) || len(q) != 1 {
				t.Errorf("patient search %s", r.RawQuery)
			}
		case "GET /Slot":
			slots++
			checkSlotSearch(t, q)
		case "GET /Appointment":
			checkDates(t, q["date"], 31*24*time.Hour)
			if q.Get("patient.identifier") != nhi+medtechtest.NHI(0) {
				t.Errorf("appointment search %s", r.RawQuery)
			}
		case "PUT /Appointment":
			changes++
			if q.Get("patient.identifier") != nhi+medtechtest.NHI(0) || len(q) != 1 {
				t.Errorf("change %s", r.RawQuery)
			}
			checkAppointment(t, r.Body, map[int]string{1: "arrived", 2: "cancelled"}[changes], true)
		case "POST /Appointment":
			checkAppointment(t, r.Body, "booked", false)
		}
	}
	if slots < 5 || changes != 2 {
		t.Errorf("%d slot searches, %d changes", slots, changes)
	}
}

func checkSlotSearch(t *testing.T, q url.Values) {
	t.Helper()
	checkDates(t, q["start"], 7*24*time.Hour)
	system, number, ok := strings.Cut(q.Get("schedule.actor.identifier"), "|")
	if !ok || number == "" || system != medtech.PersonSystem && system != medtech.CouncilSystem || q.Get("status") != "free" || len(q) != 3 {
		t.Errorf("slot search %v", q)
	}
}

// checkDates wants one ge and one le with an offset, at most that far apart.
func checkDates(t *testing.T, values []string, most time.Duration) {
	t.Helper()
	if len(values) != 2 || !strings.HasPrefix(values[0], "ge") || !strings.HasPrefix(values[1], "le") {
		t.Fatalf("dates %v", values)
	}
	from, err1 := time.Parse("2006-01-02T15:04:05-07:00", values[0][2:])
	to, err2 := time.Parse("2006-01-02T15:04:05-07:00", values[1][2:])
	if err1 != nil || err2 != nil || to.Before(from) || to.Sub(from) > most {
		t.Errorf("dates %v", values)
	}
}

func checkAppointment(t *testing.T, body []byte, status string, id bool) {
	t.Helper()
	var a struct {
		ResourceType, ID, Status, Start, End, Comment string
		Slot                                          []struct{ Reference string }
		Participant                                   []struct {
			Status string
			Actor  struct{ Reference, Type string }
		}
	}
	if err := json.Unmarshal(body, &a); err != nil {
		t.Fatal(err)
	}
	_, err1 := time.Parse("2006-01-02T15:04:05-07:00", a.Start)
	_, err2 := time.Parse("2006-01-02T15:04:05-07:00", a.End)
	if a.ResourceType != "Appointment" || a.Status != status || err1 != nil || err2 != nil || strings.HasSuffix(a.Start, "Z") || a.Comment != "Repeat visit" || (a.ID != "") != id {
		t.Errorf("%s appointment: %+v", status, a)
	}
	who := ""
	for _, p := range a.Participant {
		who += strings.Split(p.Actor.Reference, "/")[0] + " "
		if p.Status == "" || p.Actor.Type != "" {
			t.Errorf("participant %+v", p)
		}
	}
	if who != "Patient Practitioner Location " {
		t.Errorf("participants %s", who)
	}
}

func TestCorrelation_aChosenUUIDGoesWithEachRequestAndNoOtherTextDoes(t *testing.T) {
	t.Parallel()
	p := start(t, nil, nil)
	const chosen = "6f1f3c1e-8f6a-4c1b-9d2e-0a1b2c3d4e5f"
	for _, id := range []string{chosen, "order-77"} {
		before := len(p.sent())
		if _, err := emr.Collect(p.c.Practitioners(emr.WithCorrelationID(t.Context(), id))); err != nil {
			t.Fatal(err)
		}
		got := p.sent()[before].Header.Get("mt-correlationid")
		if (got == chosen) != (id == chosen) || !uuid4.MatchString(got) {
			t.Errorf("%s goes as %q", id, got)
		}
	}
	_, err := p.c.GetPatient(t.Context(), emr.NewPatientID("unknown"))
	all := p.sent()
	if e, ok := errors.AsType[*emr.Error](err); !ok || e.RequestID != all[len(all)-1].Header.Get("mt-correlationid") {
		t.Errorf("the error's request id is not the one sent: %v", err)
	}
	quiet := start(t, nil, func(c *medtech.Config) { c.OmitCorrelationID = true })
	if _, err := emr.Collect(quiet.c.Practitioners(t.Context())); err != nil {
		t.Fatal(err)
	}
	if _, ok := quiet.sent()[0].Header[http.CanonicalHeaderKey("mt-correlationid")]; ok {
		t.Error("a correlation id goes along")
	}
}

func TestFacility_perCallAndUnknown(t *testing.T) {
	t.Parallel()
	p := start(t, nil, nil)
	_, other, beyond := p.sim.Facilities()
	ctx := medtech.WithFacility(t.Context(), other)
	there, err := emr.Collect(p.c.FindPatients(ctx, emr.PatientQuery{Identifier: medtech.NHI(medtechtest.NHI(0))}))
	if err != nil || len(there) != 1 || there[0].ID == p.person(0).ID {
		t.Fatalf("%d people, %v", len(there), err)
	}
	for _, id := range []string{beyond, "F0X000-Z"} {
		_, err = emr.Collect(p.c.Practitioners(medtech.WithFacility(t.Context(), id)))
		if e, ok := errors.AsType[*emr.Error](err); !ok || e.Kind != emr.KindConfig || !strings.Contains(e.Hint, "facility "+id) {
			t.Errorf("%v", err)
		}
	}
	before := len(p.sim.Requests())
	for _, id := range []string{"", "a b", "x\r\nEvil: 1"} {
		_, err = emr.Collect(p.c.Practitioners(medtech.WithFacility(t.Context(), id)))
		if emr.KindOf(err) != emr.KindConfig || len(p.sim.Requests()) != before {
			t.Errorf("facility %q: %v", id, err)
		}
	}
}

func TestPatientSearch_onlyTheTwoFormsLeaveTheHouse(t *testing.T) {
	t.Parallel()
	p := start(t, nil, nil)
	someone := emrtest.People()[1]
	born, phone := someone.Born, someone.Phones[0].Number
	before := len(p.sim.Requests())
	for name, q := range map[string]emr.PatientQuery{
		"name":            {Given: someone.Given, Family: someone.Family},
		"name and birth":  {Given: someone.Given, Family: someone.Family, Born: born},
		"phone":           {Phone: phone},
		"e-mail":          {Email: someone.Emails[0]},
		"birth and phone": {Born: born, Phone: phone},
		"another system":  {Identifier: emr.Identifier{System: "https://example.com/chart", Value: emr.NewPHI("77")}},
		"two numbers":     {Identifier: emr.Identifier{Value: emr.NewPHI("ZZZ0016,ZZZ0024")}},
	} {
		if _, err := emr.Collect(p.c.FindPatients(t.Context(), q)); emr.KindOf(err) != emr.KindInvalid || len(p.sim.Requests()) != before {
			t.Errorf("%s: %v", name, err)
		}
	}
	found, err := emr.Collect(p.c.FindPatients(t.Context(), emr.PatientQuery{Family: someone.Family, Born: born, Phone: phone}))
	if err != nil || len(found) != 1 || !found[0].Given.Equal(someone.Given) {
		t.Fatalf("%d people, %v", len(found), err)
	}
	for _, system := range []string{"", "https://standards.digital.health.nz/id/nhi", "urn:oid:2.16.840.1.113883.2.18.2"} {
		q := emr.PatientQuery{Identifier: emr.Identifier{System: system, Value: emr.NewPHI(" " + strings.ToLower(medtechtest.NHI(0)) + " ")}}
		if found, err := emr.Collect(p.c.FindPatients(t.Context(), q)); err != nil || len(found) != 1 {
			t.Errorf("by %q: %d, %v", system, len(found), err)
		}
	}
}

func TestFindOrCreate_asksByNHIAndByTheThreeTogether(t *testing.T) {
	t.Parallel()
	p := start(t, nil, nil)
	known := emrtest.People()[2]
	byPhone, err := p.c.FindOrCreatePatient(t.Context(), &known)
	if err != nil || byPhone.Patient == nil || byPhone.Created {
		t.Fatal(byPhone, err)
	}
	known.Phones, known.Emails, known.Address = nil, nil, emr.Address{}
	known.Identifiers = []emr.Identifier{medtech.NHI(medtechtest.NHI(2))}
	byNHI, err := p.c.FindOrCreatePatient(t.Context(), &known)
	if err != nil || byNHI.Patient == nil || byNHI.Patient.ID != byPhone.Patient.ID {
		t.Fatal(byNHI, err)
	}
	known.Identifiers = nil
	before := len(p.sim.Requests())
	_, err = p.c.FindOrCreatePatient(t.Context(), &known)
	if e, ok := errors.AsType[*emr.Error](err); !ok || e.Kind != emr.KindInvalid || strings.Join(e.Fields, " ") != "identifier phone" || len(p.sim.Requests()) != before {
		t.Errorf("%v", err)
	}
	stranger := emrtest.Invent(31_000)
	if _, err = p.c.FindOrCreatePatient(t.Context(), &stranger); emr.KindOf(err) != emr.KindNotFound {
		t.Errorf("a stranger: %v", err)
	}
}
