package medtech

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// What ALEX would refuse is refused before anything is sent, and the error names it.
func TestFault_B5_aBookingThatCannotBeIsNotSent(t *testing.T) {
	t.Parallel()
	for field, edit := range map[string]func(*emr.Booking){
		"patient":              func(b *emr.Booking) { b.Patient = &emr.Patient{} },
		"patient ":             func(b *emr.Booking) { b.Patient = nil },
		"patient of a path":    func(b *emr.Booking) { b.Patient.ID = emr.NewPatientID("../x") },
		"slot":                 func(b *emr.Booking) { b.Slot = nil },
		"practitioner":         func(b *emr.Booking) { b.Slot.Practitioner = "" },
		"practitioner of path": func(b *emr.Booking) { b.Slot.Practitioner = "a/b" },
		"start":                func(b *emr.Booking) { b.Slot.Start = time.Time{} },
		"start at the end":     func(b *emr.Booking) { b.Slot.End = b.Slot.Start },
		"start after the end":  func(b *emr.Booking) { b.Slot.End = b.Slot.Start.Add(-time.Minute) },
		"location":             func(b *emr.Booking) { b.Slot.Location = "a/b" },
		"resources":            func(b *emr.Booking) { b.Slot.Resources = []emr.ResourceID{slotResource("a/b", b.Slot.Start)} },
		"type":                 func(b *emr.Booking) { b.Slot.Type = "t" },
		"type by purpose":      func(b *emr.Booking) { b.Slot.Purposes = []emr.PurposeID{"p"} },
		"vendor":               func(b *emr.Booking) { b.Vendor = DocumentOptions{} },
	} {
		c, w := connect(t, nil, reply{status: 201, body: appointmentBody})
		b := booking()
		edit(b)
		_, err := parts{c}.Book(t.Context(), b)
		want, _, _ := strings.Cut(field, " ")
		if e := wantError(t, err, emr.KindInvalid); len(w.seen) != 0 || !slices.Contains(e.Fields, want) || want != "patient" && want != "slot" && len(e.Fields) != 1 {
			t.Errorf("%s: fields %v, %d requests", field, e.Fields, len(w.seen))
		}
	}
	c, w := connect(t, nil, reply{status: 201, body: appointmentBody})
	if _, err := (parts{c}).Book(t.Context(), nil); emr.KindOf(err) != emr.KindInvalid || len(w.seen) != 0 {
		t.Error(err)
	}
	b := booking()
	b.Slot.Location, b.Slot.Resources = "l1", nil
	if _, err := (parts{c}).Book(t.Context(), b); err != nil || !strings.Contains(w.bodies[0], `"Location/l1"`) || strings.Contains(w.bodies[0], `"slot"`) {
		t.Error(err, w.bodies)
	}
}

// A booking that was taken and cannot be read back is what was asked for.
func TestBook_whatCannotBeReadBackIsWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	b := booking()
	b.Slot.Location = "l1"
	for _, status := range []string{"", statusProposed} {
		c, _ := connect(t, func(cfg *Config) { cfg.BookingStatus = status }, reply{status: 201, location: "https://h/fhir/Appointment/a1/_history/a1"}, reply{status: 403, body: outcome("error", "forbidden", "Authorization failed.")})
		a, err := parts{c}.Book(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		want := emr.StatusBooked
		if status != "" {
			want = emr.StatusPending
		}
		if a.ID.Reveal() != "a1" || a.Status != want || a.VendorStatus != cmp.Or(status, statusBooked) || a.Write != emr.WriteDone || !a.Start.Equal(b.Slot.Start) || !a.End.Equal(b.Slot.End) ||
			a.Patient != b.Patient.ID || a.Practitioner != "p1" || a.Location != "l1" || a.Note.Reveal() != "Repeat visit" {
			t.Errorf("%+v", emr.Reveal(*a).Model.VendorStatus)
		}
	}
}

// Location may be all that tells the id; what was refused with one is refused.
func TestBook_bodyAndLocation(t *testing.T) {
	t.Parallel()
	const at = "https://h/fhir/Appointment/a7/_history/a7"
	nameless := strings.Replace(appointmentBody, `"id":"a1",`, "", 1)
	c, w := connect(t, nil, reply{status: 201, location: at, body: nameless})
	if a, err := (parts{c}).Book(t.Context(), booking()); err != nil || a.ID.Reveal() != "a7" || len(w.seen) != 1 {
		t.Error(err)
	}
	c, w = connect(t, nil, reply{status: 201, location: at, body: outcome("error", "processing", "Appointment Slot is already booked, unable to process the request.")})
	if _, err := (parts{c}).Book(t.Context(), booking()); emr.KindOf(err) != emr.KindConflict || len(w.seen) != 1 {
		t.Errorf("%v, %d requests", err, len(w.seen))
	}
	c, w = connect(t, nil, reply{status: 201, location: "https://h/fhir/Patient/a7", body: nameless})
	if _, err := (parts{c}).Book(t.Context(), booking()); emr.KindOf(err) != emr.KindAmbiguous || len(w.seen) != 1 {
		t.Errorf("%v, %d requests", err, len(w.seen))
	}
	// One read, where the id has one spelling only.
	c, w = connect(t, nil, reply{status: 201, location: at}, reply{status: 404, body: outcome("error", "not-found", "Resource ID not found.")})
	if a, err := (parts{c}).Book(t.Context(), booking()); err != nil || a.ID.Reveal() != "a7" || len(w.seen) != 2 {
		t.Errorf("%v, %d requests", err, len(w.seen))
	}
}

// The slot that was booked is named as it was found, unless ALEX booked another time or
// another slot.
func TestBook_theSlotIsNamedAsItWasFound(t *testing.T) {
	t.Parallel()
	mine := booking().Slot.Resources
	with := func(slot, start string) string {
		return strings.Replace(strings.Replace(appointmentBody, `"comment"`, slot+`"comment"`, 1), "T09:00:00", start, 1)
	}
	for name, row := range map[string]struct {
		body string
		same bool
	}{
		"not said":          {with("", "T09:00:00"), true},
		"the same":          {with(`"slot":[{"reference":"Slot/s1"}],`, "T09:00:00"), true},
		"in other escapes":  {with(`"slot":[{"reference":"Slot/s%31"}],`, "T09:00:00"), true},
		"another":           {with(`"slot":[{"reference":"Slot/s2"}],`, "T09:00:00"), false},
		"at another time":   {with("", "T09:05:00"), false},
		"named, other time": {with(`"slot":[{"reference":"Slot/s1"}],`, "T09:05:00"), false},
	} {
		c, _ := connect(t, nil, reply{status: 201, body: row.body})
		a, err := parts{c}.Book(t.Context(), booking())
		if err != nil || slices.Equal(a.Resources, mine) != row.same {
			t.Errorf("%s: %v, %v", name, a, err)
		}
	}
}

func TestChange_whatIsMissingIsReadFirst(t *testing.T) {
	t.Parallel()
	cancelled := strings.Replace(appointmentBody, `"booked"`, `"cancelled"`, 1)
	for name, edit := range map[string]func(*emr.Appointment){
		"the source":  func(a *emr.Appointment) { a.Source = emr.Source{} },
		"the patient": func(a *emr.Appointment) { a.Patient = emr.PatientID{} },
	} {
		c, w := connect(t, nil, reply{body: appointmentBody}, reply{body: cancelled})
		w.routes["GET /Patient/"+testPatient] = reply{body: patientBody}
		a := booked()
		edit(a)
		if gone, err := (parts{c}).Cancel(t.Context(), a, nil); err != nil || gone.Status != emr.StatusCancelled || len(w.seen) != 2 || w.seen[0].Method != http.MethodGet {
			t.Errorf("%s: %v, %d requests", name, err, len(w.seen))
		}
	}
	// That cannot be read: nothing was sent, whatever happened to the read.
	c, w := connect(t, nil, reply{cut: true})
	a := booked()
	a.Source = emr.Source{}
	if _, err := (parts{c}).Cancel(t.Context(), a, nil); emr.KindOf(err) != emr.KindUnavailable || len(w.seen) != 3 {
		t.Errorf("%v, %d requests", err, len(w.seen))
	}
	for _, a := range []*emr.Appointment{nil, {}} {
		c, w := connect(t, nil)
		if _, err := (parts{c}).Arrive(t.Context(), a); emr.KindOf(err) != emr.KindInvalid || len(w.seen) != 0 {
			t.Error(err)
		}
	}
	c, w = connect(t, nil)
	if _, err := (parts{c}).Cancel(t.Context(), booked(), &emr.Cancellation{Vendor: 7}); emr.KindOf(err) != emr.KindInvalid || len(w.seen) != 0 {
		t.Error(err)
	}
	a = booked()
	a.Status = emr.StatusCancelled
	if same, err := (parts{c}).Cancel(t.Context(), a, nil); err != nil || same != a || len(w.seen) != 0 {
		t.Error(err)
	}
	a = booked()
	a.Source = emr.NewSource([]byte(`{"resourceType":"Patient"}`))
	if _, err := (parts{c}).Cancel(t.Context(), a, nil); emr.KindOf(err) != emr.KindInvalid || len(w.seen) != 0 {
		t.Error(err)
	}
}

// The answer to a change: without id, fulfilled in place of arrived, with the patient in
// other escapes, and nobody named.
func TestChange_answersThatAreTheChange(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		body   string
		arrive bool
		kind   emr.Kind
	}{
		"without id":            {strings.Replace(strings.Replace(appointmentBody, `"booked"`, `"cancelled"`, 1), `"id":"a1",`, "", 1), false, ""},
		"in other escapes":      {strings.Replace(strings.Replace(appointmentBody, `"booked"`, `"cancelled"`, 1), `"a1"`, `"a%31"`, 1), false, ""},
		"nobody named":          {`{"resourceType":"Appointment","id":"a1","status":"cancelled","start":"2030-03-04T09:00:00+13:00"}`, false, ""},
		"seen already":          {strings.Replace(appointmentBody, `"booked"`, `"fulfilled"`, 1), true, ""},
		"fulfilled, cancelling": {strings.Replace(appointmentBody, `"booked"`, `"fulfilled"`, 1), false, emr.KindAmbiguous},
		"noshow, arriving":      {strings.Replace(appointmentBody, `"booked"`, `"noshow"`, 1), true, emr.KindAmbiguous},
		"no time":               {`{"resourceType":"Appointment","id":"a1","status":"cancelled","start":"soon"}`, false, emr.KindAmbiguous},
	} {
		c, w := connect(t, nil, reply{body: row.body})
		w.routes["GET /Patient/"+testPatient] = reply{body: patientBody}
		do := parts{c}.Cancel
		if row.arrive {
			do = func(ctx context.Context, a *emr.Appointment, _ *emr.Cancellation) (*emr.Appointment, error) {
				return parts{c}.Arrive(ctx, a)
			}
		}
		a, err := do(t.Context(), booked(), nil)
		if emr.KindOf(err) != row.kind || row.kind == "" && a.ID.Reveal() != "a1" || len(w.seen) != 1 {
			t.Errorf("%s: %v, %v", name, a, err)
		}
	}
	// What cannot be read back is in doubt, and says why.
	c, _ := connect(t, func(cfg *Config) { cfg.UpdateByID = true }, reply{}, reply{status: 403, body: outcome("error", "forbidden", "Authorization failed.")})
	_, err := parts{c}.Cancel(t.Context(), booked(), nil)
	if e := wantError(t, err, emr.KindAmbiguous); emr.KindOf(e.Err) != emr.KindPermission {
		t.Errorf("%v because of %v", e, e.Err)
	}
	// An appointment that says neither when nor when not keeps the text it has.
	c, w := connect(t, func(cfg *Config) { cfg.UpdateByID = true }, reply{body: strings.Replace(appointmentBody, `"booked"`, `"cancelled"`, 1)})
	a := booked()
	a.End = time.Time{}
	if _, err := (parts{c}).Cancel(t.Context(), a, nil); err != nil || !strings.Contains(w.bodies[0], `"end":"2030-03-04T09:15:00+13:00"`) {
		t.Error(err, w.bodies)
	}
}
