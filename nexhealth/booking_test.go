package nexhealth

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func TestFault_B5_aBookingIsCheckedBeforeItIsSent(t *testing.T) {
	t.Parallel()
	dependent := func(edit func(*Dependent)) func(*emr.Booking) {
		return func(b *emr.Booking) {
			d := &Dependent{Given: emr.NewPHI("Nell"), Family: emr.NewPHI("Marlow"), Born: emr.NewBirthDate(2021, time.April, 30), Sex: emr.SexFemale}
			edit(d)
			b.Vendor = BookingOptions{Dependent: d}
		}
	}
	referrer := func(text string) func(*emr.Booking) {
		return func(b *emr.Booking) { b.Vendor = BookingOptions{Referrer: emr.NewPHI(text)} }
	}
	for field, edits := range map[string][]func(*emr.Booking){
		"slot":   {func(b *emr.Booking) { b.Slot = nil }, func(b *emr.Booking) { *b = emr.Booking{} }},
		"vendor": {func(b *emr.Booking) { b.Vendor = SlotOptions{} }},
		"patient": {func(b *emr.Booking) { b.Patient = nil }, func(b *emr.Booking) { b.Vendor = BookingOptions{Block: true} },
			func(b *emr.Booking) {
				b.Patient, b.Vendor = nil, BookingOptions{Block: true, Dependent: &Dependent{Given: emr.NewPHI("Nell"), Family: emr.NewPHI("Marlow"), Born: emr.NewBirthDate(2021, time.April, 30)}}
			}},
		"start":        {func(b *emr.Booking) { b.Slot.End = b.Slot.Start }, func(b *emr.Booking) { b.Slot.Start = time.Time{} }},
		"practitioner": {func(b *emr.Booking) { b.Slot.Practitioner = "" }},
		"location":     {func(b *emr.Booking) { b.Slot.Location = "west" }},
		"type":         {func(b *emr.Booking) { b.Slot.Type = "exam" }},
		"resources":    {func(b *emr.Booking) { b.Slot.Resources = []emr.ResourceID{"1", "2"} }, func(b *emr.Booking) { b.Slot.Resources = []emr.ResourceID{"x"} }},
		"purposes":     {func(b *emr.Booking) { b.Slot.Purposes = []emr.PurposeID{"1"} }},
		"note":         {func(b *emr.Booking) { b.Note = emr.NewPHI(strings.Repeat("ü", mostNote+1)) }},
		"descriptors":  {func(b *emr.Booking) { b.Vendor = BookingOptions{Descriptors: []string{"12", ""}} }},
		"per timeslot": {func(b *emr.Booking) { b.Vendor = &BookingOptions{PerTimeslot: 6} }, func(b *emr.Booking) { b.Vendor = &BookingOptions{PerTimeslot: -1} }},
		"referrer":     {referrer("javascript:x"), referrer("https:///path"), referrer("https://user:word@app.example.com"), referrer("ftp://app.example.com"), referrer("https://app.example.com/%zz")},
		"given":        {dependent(func(d *Dependent) { d.Given = emr.PHI{} })},
		"family":       {dependent(func(d *Dependent) { d.Family = emr.NewPHI(" ") })},
		"birthdate":    {dependent(func(d *Dependent) { d.Born = emr.BirthDate{} })},
	} {
		for _, edit := range edits {
			c, _ := connect(t, nil)
			b := visitBooking(t)
			edit(b)
			_, err := quiet(c).Book(t.Context(), b)
			if e := wantKind(t, err, emr.KindInvalid); !slices.Equal(e.Fields, []string{field}) {
				t.Errorf("%s: fields %v", field, e.Fields)
			}
		}
	}
	c, _ := connect(t, func(c *Config) { c.RequireSex = true })
	b := visitBooking(t)
	dependent(func(d *Dependent) { d.Sex = "" })(b)
	_, err := quiet(c).Book(t.Context(), b)
	wantKind(t, err, emr.KindInvalid)
	// What is just within the bounds goes out.
	for name, edit := range map[string]func(*emr.Booking){
		"a dependent whose sex is told":         dependent(func(*Dependent) {}),
		"five in a slot":                        func(b *emr.Booking) { b.Vendor = BookingOptions{PerTimeslot: 5} },
		"the connection's own location":         func(b *emr.Booking) { b.Slot.Location = "" },
		"a page of the application":             func(b *emr.Booking) { b.Vendor = BookingOptions{Referrer: emr.NewPHI("https://app.example.com/book")} },
		"a page of a program under development": func(b *emr.Booking) { b.Vendor = BookingOptions{Referrer: emr.NewPHI("http://localhost:3000/book")} },
	} {
		c, r := connect(t, func(c *Config) { c.RequireSex = true }, step{status: 201, route: "POST /appointments?subdomain=north-pier-dental&location_id=9001&notify_patient=false", body: good(`{"appt":` + visitRecord() + `}`)})
		b := visitBooking(t)
		edit(b)
		if _, err := quiet(c).Book(t.Context(), b); err != nil || len(r.seen) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestANoteMayHave128Characters(t *testing.T) {
	t.Parallel()
	c, r := connect(t, nil, step{status: 201, body: good(`{"appt":` + visitRecord() + `}`)})
	b := visitBooking(t)
	b.Note = emr.NewPHI(strings.Repeat("ü", mostNote))
	if _, err := quiet(c).Book(t.Context(), b); err != nil || !strings.Contains(r.bodies[0], b.Note.Reveal()) {
		t.Error(err)
	}
}

// TestTrap_aLocationOfOperatoriesIsBookedWithOne, or nothing is sent.
func TestTrap_aLocationOfOperatoriesIsBookedWithOne(t *testing.T) {
	t.Parallel()
	rooms := strings.Replace(office, `"map_by_operatory":false`, `"map_by_operatory":true`, 1)
	b := visitBooking(t)
	b.Slot.Resources = nil
	c, r := connect(t, nil)
	r.also("GET /locations", rooms)
	_, err := quiet(c).Book(t.Context(), b)
	if e := wantKind(t, err, emr.KindInvalid); !slices.Equal(e.Fields, []string{"resources"}) || len(r.seen) != 1 {
		t.Errorf("fields %v, %v", e.Fields, r.requests())
	}
	// What cannot be read is NexHealth's to decide.
	c, r = connect(t, nil, step{status: http.StatusForbidden}, step{status: 201, body: good(`{"appt":` + visitRecord() + `}`)})
	if _, err := quiet(c).Book(t.Context(), b); err != nil || len(r.seen) != 2 {
		t.Errorf("%v, %v", err, r.requests())
	}
}

// TestFault_B3_aTakenTimeIsAConflictInEachDress, sent once.
func TestFault_B3_aTakenTimeIsAConflictInEachDress(t *testing.T) {
	t.Parallel()
	for _, s := range []step{
		{status: 400, body: `{"code":false,"error":["The time slot is no longer available"]}`}, {status: 422, body: `{"code":false,"error":["Slot already booked"]}`},
		{status: 409, body: `{"code":false,"error":["x"]}`}, {status: 200, body: `{"code":false,"data":null,"error":[["Appointment overlaps with another one"]]}`},
		{status: 400, answer: "errors/400_slot_taken"},
	} {
		c, r := connect(t, nil, s)
		_, err := quiet(c).Book(t.Context(), visitBooking(t))
		if !errors.Is(err, emr.ErrSlotTaken) || emr.KindOf(err) != emr.KindConflict || len(r.seen) != 1 {
			t.Errorf("%d %s: %v after %d requests", s.status, s.body, err, len(r.seen))
		}
	}
}

// TestFault_B1_aLostAnswerIsAmbiguousAndSentOnce for each write.
func TestFault_B1_aLostAnswerIsAmbiguousAndSentOnce(t *testing.T) {
	t.Parallel()
	for _, s := range []step{{status: 500}, {status: 502}, {status: 503}, {status: 504}, {status: 408}, {status: 201, body: "cut"}, {status: 200, body: "<html>", header: http.Header{"Content-Type": {"text/html"}}}} {
		for name, do := range map[string]func(parts) error{
			"book":   func(p parts) error { _, err := p.Book(t.Context(), visitBooking(t)); return err },
			"create": func(p parts) error { _, err := p.CreatePatient(t.Context(), tessaNew()); return err },
			"upload": func(p parts) error { _, err := p.UploadDocument(t.Context(), letter()); return err },
		} {
			c, r := connect(t, nil, s)
			if err := do(quiet(c)); emr.KindOf(err) != emr.KindAmbiguous || len(r.seen) != 1 {
				t.Errorf("%s %d %s: %v after %d requests", name, s.status, s.body, err, len(r.seen))
			}
		}
	}
}

func TestTheAnswerOfABookingHoldsWhatNexHealthTold(t *testing.T) {
	t.Parallel()
	// No zone, no end, no patient: the slot's zone, and nothing made up.
	answer := `{"appt":{"id":88001,"start_time":"2031-03-03T14:00:00Z","foreign_id":null}}`
	c, _ := connect(t, nil, step{status: 201, body: good(answer)})
	a, err := quiet(c).Book(t.Context(), visitBooking(t))
	if err != nil || a.Start.Format(time.RFC3339) != "2031-03-03T09:00:00-05:00" || !a.End.IsZero() || !a.Patient.IsZero() || a.Practitioner != "" || a.Write != emr.WriteAccepted {
		t.Errorf("%+v, %v", a, err)
	}
	// A store may have put the slot's time into UTC.
	c, _ = connect(t, func(c *Config) { c.Zone = ny(t) }, step{status: 201, body: good(answer)})
	b := visitBooking(t)
	b.Slot.Start, b.Slot.End = b.Slot.Start.UTC(), b.Slot.End.UTC()
	if a, err = quiet(c).Book(t.Context(), b); err != nil || a.Start.Format(time.RFC3339) != "2031-03-03T09:00:00-05:00" {
		t.Errorf("%+v, %v", a, err)
	}
	// Already in the practice's system.
	c, _ = connect(t, nil, step{status: 201, body: good(`{"appt":` + visitRecord() + `}`)})
	if a, err = quiet(c).Book(t.Context(), visitBooking(t)); err != nil || a.Write != emr.WriteDone || a.Status != emr.StatusBooked {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestNewsThatAreFasterThanTheAnswerAreHeard(t *testing.T) {
	t.Parallel()
	for state, want := range map[emr.WriteState]emr.Status{emr.WriteDone: emr.StatusBooked, emr.WriteFailed: emr.StatusPending, emr.WriteTimedOut: emr.StatusPending} {
		told := NewOutcomes(OutcomesConfig{})
		if err := told.add(t.Context(), "88001", WriteNews{State: state, Subdomain: testSubdomain}); err != nil {
			t.Fatal(err)
		}
		c, _ := connect(t, func(c *Config) { c.Outcomes = told }, step{status: 201, body: good(`{"appt":` + visitRecord(`"94"`, "null") + `}`)}, step{body: good(visitRecord(`"94"`, "null"))})
		p := quiet(c)
		a, err := p.Book(t.Context(), visitBooking(t))
		answered := state
		if state != emr.WriteDone { // the answer was that it is accepted: AwaitWritten tells the rest
			answered = emr.WriteAccepted
		}
		if err != nil || a.Write != answered || a.Status != want {
			t.Errorf("booked: %+v, %v", a, err)
		}
		if a, err = p.GetAppointment(t.Context(), visitID); err != nil || a.Write != state || a.Status != want {
			t.Errorf("read: %+v, %v", a, err)
		}
	}
}

// TestTheZoneOfASlotIsKeptUnlessItIsAStores: UTC and the zone of this machine say nothing.
func TestTheZoneOfASlotIsKeptUnlessItIsAStores(t *testing.T) {
	t.Parallel()
	at, here, other := instant(t, "2031-03-03T14:00:00Z"), ny(t), time.FixedZone("", -7*3600)
	for _, c := range []struct{ slot, want *time.Location }{{time.UTC, here}, {time.Local, here}, {other, other}} {
		if got := slotZone(&emr.Slot{Start: at.In(c.slot)}, here); got != c.want {
			t.Errorf("%v becomes %v", c.slot, got)
		}
	}
}
