package nextgen

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// TestTheIDOfABookingIsFoundWhereverTheAnswerTellsIt, or in the calendar where it tells
// nothing. The booking itself is sent once.
func TestTheIDOfABookingIsFoundWhereverTheAnswerTellsIt(t *testing.T) {
	t.Parallel()
	detail, day := answered(t, "appointment/get"), answered(t, "appointment/list")
	read, list := "GET /appointments/"+visit, "GET /appointments?"
	for name, c := range map[string]struct {
		answer reply
		then   []reply
		asks   []string
	}{
		"the whole record":                       {answer: detail},
		"an id in the body":                      {answer: reply{body: `{"id":"` + visit + `"}`}, then: []reply{detail}, asks: []string{read}},
		"an id of another spelling":              {answer: reply{body: `{"AppointmentId":"` + strings.ToUpper(visit) + `"}`}, then: []reply{detail}, asks: []string{"GET /appointments/" + strings.ToUpper(visit)}},
		"a bare id":                              {answer: reply{body: `"` + visit + `"`}, then: []reply{detail}, asks: []string{read}},
		"201 with Location on the internal host": {answer: located("/appointments", visit), then: []reply{detail}, asks: []string{read}},
		"a login page with Location":             {answer: reply{body: "<html>", kind: "text/html", header: located("/appointments", visit).header}, then: []reply{detail}, asks: []string{read}},
		"{}":                                     {answer: reply{body: "{}"}, then: []reply{day}, asks: []string{list}},
		"nothing":                                {answer: reply{}, then: []reply{day}, asks: []string{list}},
		"201 and nothing":                        {answer: reply{status: 201}, then: []reply{day}, asks: []string{list}},
		"204":                                    {answer: reply{status: 204}, then: []reply{day}, asks: []string{list}},
		"a Location that leads elsewhere":        {answer: located("/charts", reasonID), then: []reply{{status: 404}, day}, asks: []string{"GET /appointments/" + reasonID, list}},
		"a Location of what was sent":            {answer: located("/persons", strings.ToUpper(tessa)), then: []reply{day}, asks: []string{list}},
		"the event's id":                         {answer: reply{body: `{"id":"` + followUp + `"}`}, then: []reply{day}, asks: []string{list}},
		"a Location that is none":                {answer: reply{header: http.Header{"Location": {"https://evil.example.com/a b\x7f"}}}, then: []reply{day}, asks: []string{list}},
		"a Location without an id":               {answer: located("/appointments", "00000000-0000-0000-0000-000000000000"), then: []reply{day}, asks: []string{list}},
		"an id of another appointment":           {answer: reply{body: `{"id":"` + movedVisit + `"}`}, then: []reply{detail, day}, asks: []string{"GET /appointments/" + movedVisit, list}},
		"the booking as it was sent":             {answer: reply{body: `{"id":"` + visit + `","AppointmentDate":"2031-03-03T09:15:00","PersonId":"` + tessa + `"}`}, then: []reply{detail}, asks: []string{read}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, w := desk(t, nil, append([]reply{c.answer}, c.then...)...)
			a, err := p.Book(t.Context(), visitBooking(t))
			if err != nil || !a.ID.EqualFold(emr.NewAppointmentID(visit)) || !a.Start.Equal(morning(t).Start) || a.Status != emr.StatusBooked {
				t.Fatalf("%+v, %v", a, err)
			}
			asked := w.asked()
			if len(asked) != 1+len(c.asks) || asked[0] != "POST /appointments" {
				t.Fatalf("asked %v", asked)
			}
			for i, want := range c.asks {
				if !strings.HasPrefix(asked[i+1], want) {
					t.Errorf("asked %s, want %s", asked[i+1], want)
				}
			}
		})
	}
}

// TestFault_B9_aBookingThatIsNowhereToBeFoundIsAmbiguous, and so is one of several that
// cannot be told apart.
func TestFault_B9_aBookingThatIsNowhereToBeFoundIsAmbiguous(t *testing.T) {
	t.Parallel()
	twin := visitRecord(t, visit, movedVisit)
	for name, then := range map[string]reply{
		"nothing on the day": {body: listed()}, "another time": {body: listed(visitRecord(t, `"0915"`, `"1015"`, `"0930"`, `"1030"`))},
		"another type": {body: listed(visitRecord(t, followUp, tessa))}, "another calendar": {body: listed(visitRecord(t, leeColumn, laserRoom))},
		"cancelled": {body: listed(visitRecord(t, `"isCancelled": false`, `"isCancelled": true`))}, "moved": {body: listed(visitRecord(t, `"isRescheduled": false`, `"isRescheduled": true`))},
		"deleted": {body: listed(visitRecord(t, `"isDeleted": false`, `"isDeleted": true`))}, "another practice": {body: listed(visitRecord(t, `"0006"`, `"0001"`))},
		"two of one instant": {body: listed(visitRecord(t), twin)}, "the quota is used up": {}, "an error": {status: 403},
	} {
		p, w := desk(t, nil, reply{body: "{}"}, then)
		_, err := p.Book(t.Context(), visitBooking(t))
		if e := wantError(t, err, emr.KindAmbiguous); len(w.asked()) != 2 || e.Hint == "" {
			t.Errorf("%s: %v", name, w.asked())
		}
		clean(t, err)
	}
	// Of several, the one made last is ours: NextGen said yes.
	p, _ := desk(t, nil, reply{body: "{}"}, reply{body: listed(visitRecord(t), strings.ReplaceAll(twin, "2031-02-01T10:11:12.13", "2031-02-01T10:11:13"))})
	if a, err := p.Book(t.Context(), visitBooking(t)); err != nil || a.ID.Reveal() != movedVisit {
		t.Errorf("%v, %v", a, err)
	}
}

// TestAnIDThatCannotBeReadIsAllThatIsTold: the rest is for the Client to read.
func TestAnIDThatCannotBeReadIsAllThatIsTold(t *testing.T) {
	t.Parallel()
	for name, then := range map[string]reply{"no right to read": {status: 403}, "the quota is used up": {}} {
		p, _ := desk(t, nil, located("/appointments", visit), then)
		a, err := p.Book(t.Context(), visitBooking(t))
		if err != nil || a.ID.Reveal() != visit || a.Status != emr.StatusBooked || !a.Start.IsZero() || !a.Patient.IsZero() {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
	}
}

// TestFault_B3_aTakenTimeIsAConflictInEachDress, sent once; other refusals are not.
func TestFault_B3_aTakenTimeIsAConflictInEachDress(t *testing.T) {
	t.Parallel()
	for body, c := range map[string]struct {
		status int
		kind   emr.Kind
		taken  bool
	}{
		`{"message":"The resource is already double booked at this time."}`: {400, emr.KindConflict, true},
		`{"message":"Appointment conflicts with another appointment."}`:     {400, emr.KindConflict, true},
		`{"message":"The time slot is no longer available"}`:                {422, emr.KindConflict, true},
		``:                        {409, emr.KindConflict, true},
		`Overlapping appointment`: {409, emr.KindConflict, true},
		`{"message":"The value 'Marlow' is not valid for Guid."}`:             {400, emr.KindInvalid, false},
		`{"message":"Event is not offered at this location: event location"}`: {400, emr.KindInvalid, false},
		`{"message":"Category conflict: the time is kept for other events"}`:  {400, emr.KindConflict, false},
		`{"message":"Authorization has been denied"}`:                         {403, emr.KindPermission, false},
	} {
		kind := ""
		if !strings.HasPrefix(body, "{") {
			kind = "text/plain"
		}
		p, w := desk(t, nil, reply{status: c.status, body: body, kind: kind})
		_, err := p.Book(t.Context(), visitBooking(t))
		wantError(t, err, c.kind)
		if errors.Is(err, emr.ErrSlotTaken) != c.taken || len(w.asked()) != 1 {
			t.Errorf("%d %s: %v after %v", c.status, body, err, w.asked())
		}
		clean(t, err)
	}
}

// TestFault_B1_aLostAnswerIsAmbiguousAndSentOnce for each write of this package.
func TestFault_B1_aLostAnswerIsAmbiguousAndSentOnce(t *testing.T) {
	t.Parallel()
	writes := map[string]func(context.Context, parts) error{
		"book": func(ctx context.Context, p parts) error { _, err := p.Book(ctx, visitBooking(t)); return err },
		"move": func(ctx context.Context, p parts) error {
			_, err := p.Reschedule(ctx, liveVisit(t), &emr.Move{Appointment: emr.NewAppointmentID(visit), To: morning(t)})
			return err
		},
		"cancel":  func(ctx context.Context, p parts) error { _, err := p.Cancel(ctx, liveVisit(t), nil); return err },
		"confirm": func(ctx context.Context, p parts) error { _, err := p.Confirm(ctx, liveVisit(t)); return err },
		"arrive":  func(ctx context.Context, p parts) error { _, err := p.Arrive(ctx, liveVisit(t)); return err },
		"create":  func(ctx context.Context, p parts) error { _, err := p.CreatePatient(ctx, tessaNew()); return err },
		"update": func(ctx context.Context, p parts) error {
			_, err := p.UpdatePatient(ctx, &emr.PatientUpdate{ID: emr.NewPatientID(tessa), Emails: tessaNew().Emails})
			return err
		},
	}
	for name, do := range writes {
		for _, r := range []reply{{cut: true}, {status: 500}, {status: 502, body: "<html>", kind: "text/html"}, {status: 503}, {status: 504}, {status: 408}, {body: "<html>", kind: "text/html"}} {
			p, w := desk(t, nil, r)
			err := do(t.Context(), p)
			wantError(t, err, emr.KindAmbiguous)
			if n := len(w.asked()); n != 1 {
				t.Errorf("%s: %d requests after status %d: %v", name, n, r.status, w.asked())
			}
			clean(t, err)
		}
	}
}

func TestFault_B5_aBookingIsCheckedBeforeItIsSent(t *testing.T) {
	t.Parallel()
	for field, edits := range map[string][]func(*emr.Booking){
		"slot":    {func(b *emr.Booking) { b.Slot = nil }},
		"vendor":  {func(b *emr.Booking) { b.Vendor = SlotOptions{} }},
		"patient": {func(b *emr.Booking) { b.Patient = nil }, func(b *emr.Booking) { b.Patient = &emr.Patient{ID: emr.NewPatientID("7")} }},
		"start": {func(b *emr.Booking) { b.Slot.End = b.Slot.Start }, func(b *emr.Booking) { b.Slot.Start = time.Time{} }, func(b *emr.Booking) { b.Slot.End = b.Slot.End.Add(time.Second) }, func(b *emr.Booking) {
			b.Slot.Start, b.Slot.End = b.Slot.Start.Add(time.Second), b.Slot.End.Add(time.Second)
		}},
		"location":           {func(b *emr.Booking) { b.Slot.Location = "west" }},
		"practitioner":       {func(b *emr.Booking) { b.Slot.Practitioner = "lee" }},
		"type":               {func(b *emr.Booking) { b.Slot.Type = "" }, func(b *emr.Booking) { b.Slot.Type = "checkup" }},
		"resources":          {func(b *emr.Booking) { b.Slot.Resources = []emr.ResourceID{"x"} }, func(b *emr.Booking) { b.Slot.Resources, b.Slot.Practitioner = nil, "" }, func(b *emr.Booking) { b.Slot.Resources, b.Slot.Practitioner = nil, tessa }},
		"purposes":           {func(b *emr.Booking) { b.Slot.Purposes = []emr.PurposeID{"1"} }},
		"referring provider": {func(b *emr.Booking) { b.Vendor = BookingOptions{ReferringProvider: "x"} }},
	} {
		for _, edit := range edits {
			p, w := desk(t, nil)
			b := visitBooking(t)
			edit(b)
			_, err := p.Book(t.Context(), b)
			if e := wantError(t, err, emr.KindInvalid); !slices.Equal(e.Fields, []string{field}) || len(w.asked()) != 0 {
				t.Errorf("%s: fields %v, %v", field, e.Fields, w.asked())
			}
			clean(t, err)
		}
	}
}

// TestBlanksOfASlotAreFilledFromTheDirectory: the practitioner's calendar, the selection's
// location, or the only one.
func TestBlanksOfASlotAreFilledFromTheDirectory(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*Config){"of the selection": func(c *Config) { c.LocationID = harbor }, "the only one": nil} {
		p, w := desk(t, edit, answered(t, "appointment/get"))
		w.routes["GET /master/practices/0006/locations"] = reply{body: listed(`{"practiceId":"0006","locationId":"` + harbor + `","locationName":"Harbor Clinic"}`)}
		w.routes["GET /master/locations"] = reply{status: 403}
		b := visitBooking(t)
		b.Slot.Location, b.Slot.Resources = "", nil
		if _, err := p.Book(t.Context(), b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		requested(t, w, 0, "appointment/book")
	}
	p, w := desk(t, nil)
	w.routes["GET /master/practices/0006/locations"] = reply{body: listed(`{"locationId":"`+harbor+`"}`, `{"locationId":"`+tessa+`"}`)}
	w.routes["GET /master/locations"] = reply{status: 403}
	b := visitBooking(t)
	b.Slot.Location = ""
	_, err := p.Book(t.Context(), b)
	if e := wantError(t, err, emr.KindInvalid); !slices.Equal(e.Fields, []string{"location"}) {
		t.Error(err)
	}
}

// TestOverridesAreOffUnlessTheCallerSaysSo, and a slot in UTC goes out in the practice's time.
func TestOverridesAreOffUnlessTheCallerSaysSo(t *testing.T) {
	t.Parallel()
	p, w := desk(t, nil, answered(t, "appointment/get"))
	b := visitBooking(t)
	b.Slot.Start, b.Slot.End = b.Slot.Start.UTC(), b.Slot.End.UTC()
	b.Vendor = &BookingOptions{AllowDoubleBooking: true, ConflictOverrideOnLogin: true, AllowCategoryConflictOverride: true, AllowEventLocationOverride: true, Description: emr.NewPHI("New"), ReferringProvider: drLee}
	if _, err := p.Book(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"AllowDoubleBooking":true`, `"ConflictOverrideOnLogin":true`, `"AllowCategoryConflictOverride":true`, `"AllowEventLocationOverride":true`, `"AppointmentDate":"2031-03-03T09:15:00"`, `"Description":"New"`, `"ReferringProviderId":"` + drLee} {
		if !strings.Contains(w.bodies[0], want) {
			t.Errorf("%s is not in %s", want, w.bodies[0])
		}
	}
}
