package nextgen

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func TestQuirk04_dayAndClockAreApartWhenReadAndOneFieldWhenBooked(t *testing.T) {
	t.Parallel()
	p, w := desk(t, nil, answered(t, "appointment/get"))
	a, err := p.Book(t.Context(), visitBooking(t))
	if err != nil || !a.Start.Equal(morning(t).Start) {
		t.Fatalf("%v", err)
	}
	var sent map[string]any
	if err := json.Unmarshal([]byte(w.bodies[0]), &sent); err != nil || sent["AppointmentDate"] != "2031-03-03T09:15:00" || sent["DurationMinutes"] != 15.0 || sent["BeginTime"] != nil {
		t.Errorf("%v, %v", sent["AppointmentDate"], err)
	}
	// A record whose clock cannot be read has no time: it is never midnight.
	for _, clock := range []string{`""`, `"noon"`, `null`} {
		p, _ := desk(t, nil, reply{body: visitRecord(t, `"0915"`, clock)})
		_, err := p.GetAppointment(t.Context(), emr.NewAppointmentID(visit))
		wantError(t, err, emr.KindProtocol)
	}
}

func TestQuirk05_timesHaveNoOffsetAndTheTwinInUTCHasNoZ(t *testing.T) {
	t.Parallel()
	at := visitRecord(t)
	p, _ := desk(t, nil, reply{body: at})
	a, err := p.GetAppointment(t.Context(), emr.NewAppointmentID(visit))
	if err != nil || a.Start.Format(time.RFC3339) != "2031-03-03T09:15:00-05:00" || a.Start.Location().String() != "America/New_York" {
		t.Fatalf("%+v, %v", a, err)
	}
	ny := zone(t, "America/New_York")
	if got := madeAt(parseStamp("2031-11-02T01:30:00"), parseStamp("2031-11-02T06:30:00"), ny).Format(time.RFC3339); got != "2031-11-02T01:30:00-05:00" {
		t.Errorf("the twin is read as %s", got)
	}
}

func TestQuirk06_everyListOfASevenDayRouteNamesItsDays(t *testing.T) {
	t.Parallel()
	dated := func(name, field string, do func(parts) error) {
		p, w := desk(t, nil, reply{body: listed()})
		if err := do(p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, r := range w.seen {
			if got := r.URL.Query().Get("$filter"); !strings.Contains(got, field+" ge dateTime'") {
				t.Errorf("%s: %s", name, got)
			}
		}
		if len(w.seen) == 0 {
			t.Errorf("%s: nothing was asked", name)
		}
	}
	dated("appointments", "appointmentDate", func(p parts) error {
		_, err := p.ListAppointments(t.Context(), emr.AppointmentQuery{}, "")
		return err
	})
	dated("slots", "startDate", func(p parts) error {
		_, err := p.FindSlots(t.Context(), emr.SlotQuery{From: march(3), To: march(20)}, "")
		return err
	})
	for _, kind := range []emr.ChangeKind{emr.ChangePatient, emr.ChangeAppointment} {
		dated(string(kind), "modifyTimestamp", func(p parts) error {
			_, err := p.ListChanges(t.Context(), emr.ChangeQuery{Since: morning(t).Start, Kinds: []emr.ChangeKind{kind}}, "")
			return err
		})
	}
}

func TestQuirk07_theThinRowsOfAPersonAreNeverAsked(t *testing.T) {
	t.Parallel()
	p, w := desk(t, nil, answered(t, "appointment/list"))
	page, err := p.ListAppointments(t.Context(), emr.AppointmentQuery{From: march(3), To: march(4), Patient: &emr.Patient{ID: emr.NewPatientID(tessa)}}, "")
	if err != nil || len(page.Items) == 0 || page.Items[0].Start.Hour() != 9 {
		t.Fatalf("%d, %v", len(page.Items), err)
	}
	for _, r := range w.asked() {
		if !strings.HasPrefix(r, "GET /appointments?") {
			t.Error(r)
		}
	}
	// Such a row in a list is not taken for an appointment at midnight.
	p, _ = desk(t, nil, reply{body: listed(`{"practiceId":"0006","appointmentId":"` + visit + `","appointmentDate":"2031-03-03T00:00:00","personId":"` + tessa + `"}`)})
	_, err = p.ListAppointments(t.Context(), emr.AppointmentQuery{}, "")
	wantError(t, err, emr.KindProtocol)
}

func TestQuirk11_aResourceIsBookedAndAProviderWithoutOneIsNot(t *testing.T) {
	t.Parallel()
	p, w := desk(t, nil, answered(t, "appointment/get"))
	b := visitBooking(t)
	b.Slot.Resources = nil // only the practitioner is known: the calendar is looked up
	if _, err := p.Book(t.Context(), b); err != nil || !strings.Contains(w.bodies[0], `"ResourceIds":["`+leeColumn+`"]`) {
		t.Errorf("%v", err)
	}
	p, w = desk(t, nil, answered(t, "appointment/get"))
	b = visitBooking(t)
	b.Slot.Practitioner, b.Slot.Resources = "", []emr.ResourceID{laserRoom} // a room has no provider
	_, err := p.Book(t.Context(), b)
	if len(w.bodies) == 0 || !strings.Contains(w.bodies[0], laserRoom) || strings.Contains(w.bodies[0], "RenderingProviderId") {
		t.Errorf("%v %v", w.bodies, err)
	}
}

func TestQuirk12_aMoveIsANewAppointmentAndNoPatchOfTheOld(t *testing.T) {
	t.Parallel()
	_, moved := moveRecords(t, "")
	p, w := desk(t, nil, located("/appointments", movedVisit), reply{body: moved})
	a, err := p.Reschedule(t.Context(), liveVisit(t), &emr.Move{Appointment: liveVisit(t).ID, To: afternoon(t)})
	if err != nil || a.ID.Reveal() != movedVisit {
		t.Fatalf("%+v, %v", a, err)
	}
	for _, r := range w.asked() {
		if strings.HasPrefix(r, "PATCH") || strings.HasPrefix(r, "PUT") || strings.HasPrefix(r, "DELETE") {
			t.Error(r)
		}
	}
}

func TestQuirk13_aQuickSearchIsAloneAndTheRestIsComparedHere(t *testing.T) {
	t.Parallel()
	for want, born := range []emr.BirthDate{emr.NewBirthDate(1988, 3, 1), emr.NewBirthDate(1988, 2, 29)} {
		p, w := desk(t, nil, answered(t, "patient/lookup"))
		page, err := p.FindPatients(t.Context(), emr.PatientQuery{Phone: emr.NewPHI("2075550142"), Given: emr.NewPHI("Tessa"), Family: emr.NewPHI("Marlow"), Born: born}, "")
		if err != nil || min(len(page.Items), 1) != want {
			t.Errorf("%d, %v", len(page.Items), err)
		}
		asked, err := url.ParseQuery(w.seen[0].URL.RawQuery)
		if err != nil || asked.Has("lastName") || asked.Has("firstName") || asked.Has("dateOfBirth") || asked.Get("quickSearchId") != "PhoneNumber" {
			t.Errorf("%d criteria, %v", len(asked), err)
		}
	}
}
