package nextech

import (
	"net/http"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func TestFault_H11_eachFormOfAYesIsABooking(t *testing.T) {
	t.Parallel()
	location := http.Header{"Location": {"Appointment/31115"}}
	proposed := `{"resourceType":"Appointment","id":"31115","status":"proposed","start":"2031-03-03T14:00:00-05:00","end":"2031-03-03T14:30:00-05:00"}`
	readBack := step{want: "appointment_get", answer: "appointment_get"}
	for _, c := range []struct {
		name  string
		steps []step
		hold  bool
		want  emr.Status
	}{
		{"an appointment that cannot be read, and its id", []step{{status: 201, header: location, body: `{"resourceType":"Appointment","id":"31115","start":"2031-03-03T14:00:00"}`}, readBack}, false, emr.StatusBooked},
		{"accepted, with a reference", []step{{status: 201, body: `{"resourceType":"AppointmentResponse","participantStatus":"Accepted","appointment":{"reference":"Appointment/31115"}}`}, readBack}, false, emr.StatusBooked},
		{"accepted, with a location", []step{{status: 201, header: location, body: `{"resourceType":"AppointmentResponse","participantStatus":"accepted"}`}, readBack}, false, emr.StatusBooked},
		{"an outcome without an error, and a location", []step{{status: 201, header: location, body: `{"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational"}]}`}, readBack}, false, emr.StatusBooked},
		{"proposed, and the look fails", []step{{status: 201, body: proposed}, {status: 404}}, false, emr.StatusHeld},
		{"a hold, proposed", []step{{status: 201, body: proposed}}, true, emr.StatusHeld},
		{"a hold with an id only, and the look fails", []step{{status: 201, header: location}, {status: 404}}, true, emr.StatusHeld},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			nx, r := connect(t, Select, nil, c.steps...)
			book := parts{nx}.Book
			if c.hold {
				book = parts{nx}.Hold
			}
			a, err := book(t.Context(), booking(ines, selectSlot()))
			if err != nil || a.ID.Reveal() != "31115" || a.Status != c.want || !a.Start.Equal(selectSlot().Start) {
				t.Errorf("%v, %v", a, err)
			}
			if n := countWrites(r); n != 1 {
				t.Errorf("%d writes", n)
			}
		})
	}
}

func TestFault_B5_aSlotThatCannotBeIsNotSent(t *testing.T) {
	t.Parallel()
	for field, spoil := range map[string]func(*emr.Slot){
		"start":    func(s *emr.Slot) { s.End = s.Start },
		"purposes": func(s *emr.Slot) { s.Purposes = []emr.PurposeID{"9", "9,10"} },
		"type":     func(s *emr.Slot) { s.Type = "a/b" },
	} {
		nx, _ := connect(t, Select, nil)
		slot := selectSlot()
		spoil(slot)
		_, err := parts{nx}.Book(t.Context(), booking(ines, slot))
		if e, ok := err.(*emr.Error); !ok || e.Kind != emr.KindInvalid || len(e.Fields) != 1 || e.Fields[0] != field { //nolint:errorlint // it is ours
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestASlotsOwnOffsetGoesOutWhateverTheClinicsZone(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("clinic", -5*60*60)
	nx, _ := connect(t, Select, func(c *Config) { c.Zone = zone })
	for text, want := range map[string]string{
		"2031-03-03T11:00:00-08:00": "2031-03-03T11:00:00-08:00", // another location's
		"2031-03-03T19:00:00Z":      "2031-03-03T14:00:00-05:00", // through a store that keeps UTC
	} {
		start, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := (parts{nx}).offsetTime(start); string(got) != want {
			t.Errorf("%s goes out as %s", text, got)
		}
	}
}

func TestOnlyPracticePlusIsToldAnAuthor(t *testing.T) {
	t.Parallel()
	for product, want := range map[Product]bool{Select: false, PracticePlus: true} {
		nx, _ := connect(t, product, func(c *Config) { c.Author = "our service" })
		who, slot := ines, selectSlot()
		if product == PracticePlus {
			who, slot = tomas, plusSlot()
		}
		r := (parts{nx}).booking(booking(who, slot), BookingOptions{}, "book")
		if _, has := extension(r.Extension, extAuthor, ""); has != want {
			t.Errorf("%s: %v", product, has)
		}
	}
}
