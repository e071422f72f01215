package emr_test

import (
	"context"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// deaf is a vendor that answers every slot search with the same slots.
func deaf(slots ...*emr.Slot) *fake {
	f := newFake()
	f.slots = func(context.Context, emr.SlotQuery, emr.Cursor) (emr.Page[emr.Slot], error) {
		return emr.Page[emr.Slot]{Items: slots}, nil
	}
	return f
}

// slotOf is a free slot in two days, of that place, person and type.
func slotOf(l emr.LocationID, p emr.PractitionerID, t emr.AppointmentTypeID) *emr.Slot {
	s := inDays(2)
	s.Location, s.Practitioner, s.Type = l, p, t
	s.Key = s.MakeKey()
	return s
}

func TestFindSlots_offersNothingOfAnotherPlacePersonOrType(t *testing.T) {
	t.Parallel()
	room := slotOf("7", "", "12")
	room.Resources = []emr.ResourceID{"room"}
	room.Key = room.MakeKey()
	all := []*emr.Slot{slotOf("7", "A", "12"), slotOf("7", "B", "12"), slotOf("8", "B", "13"), room, slotOf("", "", "")}
	for name, c := range map[string]struct {
		q     emr.SlotQuery
		folds bool
		want  string
	}{
		"nothing asked":                       {emr.SlotQuery{}, false, "// 7//12 7/A/12 7/B/12 8/B/13"},
		"a practitioner":                      {emr.SlotQuery{Practitioners: []emr.PractitionerID{"B"}}, false, "/B/ 7/B/12 8/B/13"},
		"a practitioner in another case":      {emr.SlotQuery{Practitioners: []emr.PractitionerID{"b"}}, true, "7/B/12 8/B/13 /b/"},
		"another case where case counts":      {emr.SlotQuery{Practitioners: []emr.PractitionerID{"b"}}, false, "/b/"},
		"two practitioners: blanks are unfit": {emr.SlotQuery{Practitioners: []emr.PractitionerID{"A", "B"}}, false, "7/A/12 7/B/12 8/B/13"},
		"a location":                          {emr.SlotQuery{Locations: []emr.LocationID{"8"}}, false, "8// 8/B/13"},
		"two locations":                       {emr.SlotQuery{Locations: []emr.LocationID{"8", "9"}}, false, "8/B/13"},
		"a type":                              {emr.SlotQuery{Type: "13"}, false, "//13 8/B/13"},
		"all three":                           {emr.SlotQuery{Locations: []emr.LocationID{"7"}, Practitioners: []emr.PractitionerID{"A"}, Type: "12"}, false, "7/A/12"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := deaf(all...)
			f.info.Habits.FoldsIDs = c.folds
			got, err := emr.Collect(client(t, f, nil).FindSlots(t.Context(), c.q))
			if err != nil {
				t.Fatal(err)
			}
			seen := map[string]bool{}
			for _, s := range got {
				seen[string(s.Location)+"/"+string(s.Practitioner)+"/"+string(s.Type)] = true
				if s.Key != s.MakeKey() {
					t.Error("the key leads to another slot")
				}
			}
			want := strings.Fields(c.want)
			for _, w := range want {
				if !seen[w] {
					t.Errorf("%s is missing in %v", w, seen)
				}
			}
			// With a key of its own, a filled-in slot may be one that is there already.
			if len(seen) != len(want) {
				t.Errorf("got %v, want %v", seen, want)
			}
		})
	}
	if last := all[len(all)-1]; last.Practitioner != "" || last.Location != "" || last.Type != "" {
		t.Error("the driver's slot was altered")
	}
}

func TestAppointments_ofAnotherPlaceOrPersonAreLeftOut(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.calendar = func(context.Context, emr.AppointmentQuery, emr.Cursor) (emr.Page[emr.Appointment], error) {
		return emr.Page[emr.Appointment]{Items: []*emr.Appointment{
			{ID: emr.NewAppointmentID("1"), Location: "7", Practitioner: "A", Patient: emr.NewPatientID("p-1")},
			{ID: emr.NewAppointmentID("2"), Location: "8", Practitioner: "B", Patient: emr.NewPatientID("p-1")},
			{ID: emr.NewAppointmentID("3")}, // a block that names nobody
		}}, nil
	}
	for want, q := range map[string]emr.AppointmentQuery{
		"123": {}, "2": {Practitioners: []emr.PractitionerID{"B"}}, "1": {Locations: []emr.LocationID{"7"}},
		"12": {Patient: &emr.Patient{ID: emr.NewPatientID("p-1")}},
	} {
		all, err := emr.Collect(client(t, f, nil).Appointments(t.Context(), q))
		got := ""
		for _, a := range all {
			got += a.ID.Reveal()
		}
		if err != nil || got != want {
			t.Errorf("got %q, want %q, %v", got, want, err)
		}
	}
}

func TestAppointments_ofAnotherPatientAreNeverShown(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.info.Limits.AppointmentWindow = 1
	f.calendar = func(_ context.Context, q emr.AppointmentQuery, _ emr.Cursor) (page emr.Page[emr.Appointment], err error) {
		for _, who := range []string{"p-1", "p-2"} {
			page.Items = append(page.Items, &emr.Appointment{ID: emr.NewAppointmentID(who), Patient: emr.NewPatientID(who), Start: slotOn(q.From, 10).Start})
		}
		return page, nil
	}
	day := emr.Date{Year: 2030, Month: 3, Day: 4}
	for _, to := range []emr.Date{day.AddDays(1), day.AddDays(3)} { // in one window and in several
		all, err := emr.Collect(client(t, f, nil).Appointments(t.Context(), emr.AppointmentQuery{From: day, To: to, Patient: &emr.Patient{ID: emr.NewPatientID("p-1")}}))
		if wantKind(t, err, emr.KindProtocol); len(all) != 0 {
			t.Errorf("%d appointments came before the error", len(all))
		}
	}
}
