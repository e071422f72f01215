package nextech

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func errorFixture(t *testing.T, name string) string { return string(readFixture(t, "errors/"+name)) }

func TestFault_F11_B3_aRefusedBookingIsASlotTakenWithNextechsReasonBehindDetail(t *testing.T) {
	t.Parallel()
	body := errorFixture(t, "409_appointmentresponse.json")
	for _, product := range []Product{Select, PracticePlus} {
		for _, answer := range []step{
			{status: 409, body: body},
			{status: 409, body: `{"message":"conflict"}`},
			{status: 409, body: "Conflict"},
			{status: 409},
			{status: 200, body: body}, // a refusal in a success
		} {
			nx, r := connect(t, product, nil, answer)
			slot := plusSlot()
			slot.Purposes = []emr.PurposeID{"9"}
			_, err := emr.NewClient(nx, nil).Book(t.Context(), booking(ines, slot))
			var e *emr.Error
			if !errors.As(err, &e) || !errors.Is(err, emr.ErrSlotTaken) || e.Kind != emr.KindConflict {
				t.Fatalf("%s %d %q: got %v", product, answer.status, answer.body, err)
			}
			if !strings.Contains(e.Hint, "<Book>") || strings.Contains(err.Error(), "no longer available") {
				t.Errorf("text %s", err)
			}
			if answer.body == body && !strings.Contains(e.Detail(), "no longer available") {
				t.Errorf("detail %q", e.Detail())
			}
			if len(r.seen) != 1 {
				t.Errorf("%d requests", len(r.seen))
			}
		}
	}
}

func TestPracticePlusMissingDataIsNotATakenSlot(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, PracticePlus, nil, step{status: 409, body: errorFixture(t, "409_missing_data.json")})
	_, err := parts{nx}.Book(t.Context(), booking(tomas, plusSlot()))
	if emr.KindOf(err) != emr.KindInvalid || errors.Is(err, emr.ErrSlotTaken) {
		t.Errorf("got %v", err)
	}
}

func TestFault_B3_aTakenSlotIsOneWhateverIsSaidOfIt(t *testing.T) {
	t.Parallel()
	refused := `{"resourceType":"AppointmentResponse","participantStatus":"declined","comment":"a required resource is missing at this time"}`
	message := `{"Message":"the required time is missing"}`
	for _, c := range []struct {
		name    string
		product Product
		body    string
		hold    bool
	}{
		{"Practice+ declines and speaks of something missing", PracticePlus, refused, false},
		{"Select declines", Select, refused, false},
		{"Select speaks of something missing", Select, message, false}, // documented of Practice+ only
		{"Select declines a hold", Select, refused, true},
	} {
		nx, _ := connect(t, c.product, nil, step{status: 409, body: c.body})
		who, slot := ines, selectSlot()
		if c.product == PracticePlus {
			who, slot = tomas, plusSlot()
		}
		book := parts{nx}.Book
		if c.hold {
			book = parts{nx}.Hold
		}
		if _, err := book(t.Context(), booking(who, slot)); !errors.Is(err, emr.ErrSlotTaken) || emr.KindOf(err) != emr.KindConflict {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestFault_H11_aBookingAnsweredWithAnIdOnlyIsReadBack(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 201, 204} {
		for _, location := range []string{
			"https://select.nextech-api.com/api/Appointment/31115", "/api/appointment/31115", "3_0_1/Appointment/31115/_history/1",
		} {
			nx, r := connect(t, Select, nil, step{want: "appointment_book", status: status, header: http.Header{"Location": {location}}}, step{want: "appointment_get", answer: "appointment_get"})
			a, err := parts{nx}.Book(t.Context(), booking(ines, selectSlot()))
			if err != nil || len(r.seen) != 2 {
				t.Fatalf("%d %s: %v", status, location, err)
			}
			golden(t, Select, "appointment_get", a)
		}
	}
}

func TestFault_H11_aBookingThatCannotBeReadBackIsStillABooking(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, Select, nil, step{status: 201, header: http.Header{"Location": {"Appointment/31115"}}}, step{status: 404})
	a, err := parts{nx}.Book(t.Context(), booking(ines, selectSlot()))
	if err != nil || a.ID.Reveal() != "31115" || a.Status != emr.StatusBooked || !a.Start.Equal(selectSlot().Start) {
		t.Errorf("%v, %v", a, err)
	}
	if n := countWrites(r); n != 1 {
		t.Errorf("%d writes", n)
	}
}

func TestFault_B9_aBookingWithoutAnIdAnywhereIsAmbiguous(t *testing.T) {
	t.Parallel()
	for _, s := range []step{
		{status: 201}, {status: 204}, {status: 200, body: "{}"}, {status: 201, body: "[]"}, {status: 201, body: `{"resourceType":"Appointment"}`},
		{status: 201, body: `{"resourceType":"Appointment","id":"7","start":"2031-03-03T14:00`}, {status: 201, body: `{"resourceType":"Patient","id":"7"}`},
		{status: 200, body: "<html>login</html>", header: http.Header{"Content-Type": {"text/html"}}},
	} {
		nx, r := connect(t, Select, nil, s)
		_, err := emr.NewClient(nx, &emr.ClientOptions{Lost: emr.Report}).Book(t.Context(), booking(ines, selectSlot()))
		if emr.KindOf(err) != emr.KindAmbiguous || countWrites(r) != 1 {
			t.Errorf("%d %q: got %v after %d writes", s.status, s.body, err, countWrites(r))
		}
	}
}

func TestFault_B3_onlyADeclinedResponseInASuccessIsATakenSlot(t *testing.T) {
	t.Parallel()
	for _, said := range []string{"", "needs-action", "tentative", "something new"} {
		body := `{"resourceType":"AppointmentResponse","participantStatus":"` + said + `","comment":"wait"}`
		nx, r := connect(t, Select, nil, step{status: 201, body: body})
		_, err := emr.NewClient(nx, &emr.ClientOptions{Lost: emr.Report}).Book(t.Context(), booking(ines, selectSlot()))
		if emr.KindOf(err) != emr.KindAmbiguous || errors.Is(err, emr.ErrSlotTaken) || countWrites(r) != 1 {
			t.Errorf("%q: got %v", said, err)
		}
		nx, r = connect(t, Select, nil, step{status: 201, body: body}, step{answer: "appointment_get"})
		a, err := emr.NewClient(nx, nil).Book(t.Context(), booking(ines, selectSlot()))
		if err != nil || a.ID.Reveal() != "31115" || countWrites(r) != 1 {
			t.Errorf("%q reconciled: %v, %v", said, a, err)
		}
	}
}

func TestFault_H2_500OnTheBookingIsAmbiguousOrReconciledAfterOnePost(t *testing.T) {
	t.Parallel()
	body := errorFixture(t, "500_operationoutcome.json")
	nx, r := connect(t, Select, nil, step{status: 500, body: body})
	_, err := emr.NewClient(nx, &emr.ClientOptions{Lost: emr.Report}).Book(t.Context(), booking(ines, selectSlot()))
	if emr.KindOf(err) != emr.KindAmbiguous || countWrites(r) != 1 {
		t.Errorf("reported: %v after %d writes", err, countWrites(r))
	}
	nx, r = connect(t, Select, nil, step{status: 500, body: body}, step{answer: "appointment_get"})
	a, err := emr.NewClient(nx, nil).Book(t.Context(), booking(ines, selectSlot()))
	if err != nil || a.ID.Reveal() != "31115" || countWrites(r) != 1 {
		t.Errorf("reconciled: %v, %v after %d writes", a, err, countWrites(r))
	}
	if got := r.seen[1].URL.Query(); got.Get("patient") != ines || len(got["date"]) != 2 {
		t.Errorf("read back with %s", r.seen[1].URL.RawQuery)
	}
}

func TestFault_R1_429OnTheBookingIsRepeatedBecauseNothingWasDone(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, Select, nil, step{status: 429}, step{want: "appointment_book", answer: "appointment_book"})
	if _, err := (parts{nx}).Book(t.Context(), booking(ines, selectSlot())); err != nil || countWrites(r) != 2 {
		t.Errorf("%v after %d writes", err, countWrites(r))
	}
}

func TestFault_F9_anOutcomeWithAnErrorInASuccessIsAnError(t *testing.T) {
	t.Parallel()
	body := errorFixture(t, "400_operationoutcome.json")
	nx, _ := connect(t, Select, nil, step{status: 200, body: body}, step{status: 200, body: body})
	if _, err := (parts{nx}).Book(t.Context(), booking(ines, selectSlot())); emr.KindOf(err) != emr.KindInvalid {
		t.Errorf("booking: %v", err)
	}
	if _, err := (parts{nx}).GetAppointment(t.Context(), emr.NewAppointmentID("7")); emr.KindOf(err) != emr.KindInvalid {
		t.Errorf("reading: %v", err)
	}
}

func TestABookingEchoedAsProposedIsReadBack(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, Select, nil, step{answer: "appointment_hold", status: 201}, step{body: bundleOf(`{"resourceType":"Appointment","id":"31121","status":"booked","start":"2031-03-03T14:00:00-05:00"}`)})
	a, err := parts{nx}.Book(t.Context(), booking(ines, selectSlot()))
	if err != nil || a.Status != emr.StatusBooked {
		t.Errorf("%v, %v", a, err)
	}
}

func TestBookingTimesCarryTheSlotsOffsetNeverZ(t *testing.T) {
	t.Parallel()
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		zone  *time.Location
		start time.Time
		want  string
	}{
		{"as sent", nil, at("2031-03-03T14:00:00-05:00"), "2031-03-03T14:00:00-05:00"},
		{"UTC from a store, zone known", newYork, at("2031-03-03T19:00:00Z"), "2031-03-03T14:00:00-05:00"},
		{"UTC from a store, zone not known", nil, at("2031-03-03T19:00:00Z"), "2031-03-03T19:00:00+00:00"},
		{"summer time", newYork, at("2031-03-10T13:00:00Z").In(newYork), "2031-03-10T09:00:00-04:00"},
		{"T6 +13:45", nil, at("2031-03-03T14:00:00+13:45"), "2031-03-03T14:00:00+13:45"},
	} {
		nx, _ := connect(t, Select, func(cfg *Config) { cfg.Zone = c.zone })
		if got := nx.offset(c.start); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestABookingWithoutWhatNextechDemandsIsRefusedBeforeSending(t *testing.T) {
	t.Parallel()
	change := func(f func(*emr.Slot)) *emr.Slot { s := plusSlot(); f(s); return s }
	for _, c := range []struct {
		name    string
		product Product
		booking *emr.Booking
		field   string
	}{
		{"no practitioner", Select, booking(ines, change(func(s *emr.Slot) { s.Practitioner = "" })), "practitioner"},
		{"no location", Select, booking(ines, change(func(s *emr.Slot) { s.Location = "" })), "location"},
		{"no type on Practice+", PracticePlus, booking(ines, change(func(s *emr.Slot) { s.Type = "" })), "type"},
		{"F14 a patient id that is none", Select, booking("../1", plusSlot()), "patient"},
		{"F14 a practitioner id that is none", Select, booking(ines, change(func(s *emr.Slot) { s.Practitioner = "15?x" })), "practitioner"},
		{"a prospect without a telephone", Select, &emr.Booking{Patient: &emr.Patient{Given: emr.NewPHI("A"), Family: emr.NewPHI("B"), Emails: phis("a@example.com")}, Slot: plusSlot(), Vendor: BookingOptions{Prospect: true}}, "phone"},
		{"a prospect with an id", Select, &emr.Booking{Patient: &emr.Patient{ID: emr.NewPatientID(ines)}, Slot: plusSlot(), Vendor: BookingOptions{Prospect: true}}, "patient"},
		{"vendor options of another kind", Select, &emr.Booking{Patient: &emr.Patient{ID: emr.NewPatientID(ines)}, Slot: plusSlot(), Vendor: CancelOptions{}}, "vendor"},
	} {
		nx, r := connect(t, c.product, nil)
		_, err := parts{nx}.Book(t.Context(), c.booking)
		var e *emr.Error
		if !errors.As(err, &e) || e.Kind != emr.KindInvalid || !contains(e.Fields, c.field) || len(r.seen) != 0 {
			t.Errorf("%s: got %v with %d requests", c.name, err, len(r.seen))
		}
	}
	nx, r := connect(t, PracticePlus, nil)
	_, err := parts{nx}.Book(t.Context(), &emr.Booking{Patient: &emr.Patient{}, Slot: plusSlot(), Vendor: &BookingOptions{Prospect: true}})
	if emr.KindOf(err) != emr.KindUnsupported || len(r.seen) != 0 {
		t.Errorf("a prospect on Practice+: %v", err)
	}
}

func TestABookingOnSelectGetsAPurposeAllowedForItsType(t *testing.T) {
	t.Parallel()
	bare := func() *emr.Slot { s := selectSlot(); s.Purposes = nil; return s }
	nx, _ := connect(t, Select, nil,
		step{want: "appointment_purpose_list", answer: "appointment_purpose_list"}, step{want: "appointment_book", answer: "appointment_book"},
		step{want: "appointment_book", answer: "appointment_book"})
	for range 2 { // the list is asked for once
		if _, err := (parts{nx}).Book(t.Context(), booking(ines, bare())); err != nil {
			t.Fatal(err)
		}
	}
	without := []step{{answer: "appointment_book"}}
	for name, c := range map[string]struct {
		steps   []step
		options *BookingOptions
	}{
		"asked not to":          {without, &BookingOptions{NoPurpose: true}},
		"the list is forbidden": {append([]step{{status: 403}}, without...), nil},
		"there is no such list": {append([]step{{status: 404}}, without...), nil},
	} {
		nx, r := connect(t, Select, nil, c.steps...)
		b := booking(ines, bare())
		if c.options != nil {
			b.Vendor = c.options
		}
		if _, err := (parts{nx}).Book(t.Context(), b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if last := r.bodies[len(r.bodies)-1]; strings.Contains(last, extPurpose) {
			t.Errorf("%s: %s", name, last)
		}
	}
}

func TestABookingWhosePurposesCannotBeReadIsNotSent(t *testing.T) {
	t.Parallel()
	slot := selectSlot()
	slot.Purposes = nil
	down := step{status: 500}
	page := step{body: "<html>sign in</html>", header: http.Header{"Content-Type": {"text/html"}}}
	for kind, steps := range map[emr.Kind][]step{emr.KindUnavailable: {down, down, down}, emr.KindProtocol: {page}} {
		nx, r := connect(t, Select, nil, steps...)
		_, err := emr.NewClient(nx, nil).Book(t.Context(), booking(ines, slot))
		var e *emr.Error
		if !errors.As(err, &e) || e.Kind != kind || e.Status == 0 || e.Attempts != len(steps) || countWrites(r) != 0 || len(r.seen) != len(steps) {
			t.Errorf("%v after %d requests", err, len(r.seen))
		}
	}
}

func TestFault_X1_aCancelledContextSendsNothing(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, Select, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	slot := selectSlot()
	slot.Purposes = nil
	if _, err := (parts{nx}).Book(ctx, booking(ines, slot)); emr.KindOf(err) != emr.KindCanceled || len(r.seen) != 0 {
		t.Errorf("%v after %d requests", err, len(r.seen))
	}
}

func countWrites(r *replay) int {
	n := 0
	for _, req := range r.seen {
		if req.Method != http.MethodGet {
			n++
		}
	}
	return n
}

func contains(all []string, want string) bool {
	for _, s := range all {
		if s == want {
			return true
		}
	}
	return false
}

func bundleOf(resources ...string) string { return slotBundle(resources...) }
