package emrtest

import (
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// narrowing is one way to ask for fewer slots or appointments. Only few are asked for
// one after the other: the second shows what the first may hide.
type narrowing struct {
	what    string
	slot    func(*emr.Slot) string
	ask     func(*emr.SlotQuery, string)
	visit   func(*emr.Appointment) string // nil: appointments are not asked for by it
	askList func(*emr.AppointmentQuery, string)
	listed  func(*suite) []string // the directory's ids, none where the driver has no such list
}

func byPractitioner() narrowing {
	return narrowing{
		what:  "practitioner",
		slot:  func(slot *emr.Slot) string { return string(slot.Practitioner) },
		ask:   func(q *emr.SlotQuery, id string) { q.Practitioners = []emr.PractitionerID{emr.PractitionerID(id)} },
		visit: func(a *emr.Appointment) string { return string(a.Practitioner) },
		askList: func(q *emr.AppointmentQuery, id string) {
			q.Practitioners = []emr.PractitionerID{emr.PractitionerID(id)}
		},
		listed: func(s *suite) (ids []string) {
			if s.parts.PractitionerLister != nil {
				for _, p := range all(s, "practitioners", s.client.Practitioners(s.ctx)) {
					ids = append(ids, string(p.ID))
				}
			}
			return ids
		},
	}
}

func byLocation() narrowing {
	return narrowing{
		what:    "location",
		slot:    func(slot *emr.Slot) string { return string(slot.Location) },
		ask:     func(q *emr.SlotQuery, id string) { q.Locations = []emr.LocationID{emr.LocationID(id)} },
		visit:   func(a *emr.Appointment) string { return string(a.Location) },
		askList: func(q *emr.AppointmentQuery, id string) { q.Locations = []emr.LocationID{emr.LocationID(id)} },
		listed: func(s *suite) (ids []string) {
			if s.parts.LocationLister != nil {
				for _, l := range all(s, "locations", s.client.Locations(s.ctx)) {
					ids = append(ids, string(l.ID))
				}
			}
			return ids
		},
	}
}

func byType() narrowing {
	return narrowing{
		what: "type",
		slot: func(slot *emr.Slot) string { return string(slot.Type) },
		ask:  func(q *emr.SlotQuery, id string) { q.Type = emr.AppointmentTypeID(id) },
		listed: func(s *suite) (ids []string) {
			if s.parts.AppointmentTypeLister != nil {
				for _, t := range all(s, "appointment types", s.client.AppointmentTypes(s.ctx)) {
					ids = append(ids, string(t.ID))
				}
			}
			return ids
		},
	}
}

// slotNarrowClauses ask the driver itself: the client leaves out what was not asked for.
func slotNarrowClauses() []Clause {
	clause := func(n narrowing, whose string) Clause {
		return Clause{
			Topic: "pages", Name: "slots asked for one " + n.what + " are only those",
			Text:  "Asked for one " + n.what + ", a driver finds the slots " + whose + " and no others.",
			Needs: needs(emr.CanFindSlots), check: n.checkSlots,
		}
	}
	return []Clause{clause(byPractitioner(), "of this person"), clause(byLocation(), "of this place"), clause(byType(), "for this type")}
}

// sameWord compares the clinic's own ids the way the vendor means them.
func (s *suite) sameWord(a, b string) bool {
	return a == b || s.info.Habits.FoldsIDs && strings.EqualFold(a, b)
}

// sample reads the slots of the clinic's first window from the driver.
func (s *suite) sample() []*emr.Slot {
	s.Helper()
	q := s.clinic.Slots
	if w := s.info.Limits.SlotWindow; w > 0 && q.From.DaysUntil(q.To) > w {
		q.To = q.From.AddDays(w)
	}
	list := pages(s, func(at emr.Cursor) (emr.Page[emr.Slot], error) { return s.parts.SlotFinder.FindSlots(s.ctx, q, at) })
	if len(list) == 0 {
		s.Fatal("harness: Clinic.Slots finds nothing in the first window")
	}
	return list
}

// narrowed asks the driver for the day of like, and one value. A driver may refuse a
// value of the directory that nobody has a slot for.
func (n narrowing) narrowed(s *suite, like *emr.Slot, id string, sure bool) []*emr.Slot {
	s.Helper()
	q := s.clinic.Slots
	q.From = s.day(like.Start, like.Location)
	q.To = q.From.AddDays(1)
	n.ask(&q, id)
	if !sure {
		_, err := s.parts.SlotFinder.FindSlots(s.ctx, q, "")
		if kind := emr.KindOf(s.failed(err)); kind == emr.KindInvalid || kind == emr.KindNotFound {
			return nil
		}
	}
	return pages(s, func(at emr.Cursor) (emr.Page[emr.Slot], error) { return s.parts.SlotFinder.FindSlots(s.ctx, q, at) })
}

// most is how many values are asked for: those of slots first, then the directory's.
const most = 3

func (n narrowing) checkSlots(s *suite) {
	var asked []string
	try := func(like *emr.Slot, id string, sure bool) {
		s.Helper()
		if id == "" || len(asked) == most || slices.ContainsFunc(asked, func(a string) bool { return s.sameWord(a, id) }) {
			return
		}
		asked = append(asked, id)
		found := false
		for _, slot := range n.narrowed(s, like, id, sure) {
			found = found || slot.Start.Equal(like.Start)
			if got := n.slot(slot); got != "" && !s.sameWord(got, id) { // the client fills in what is blank
				s.Fatalf("asked for one %s, the driver finds a slot of another", n.what)
			}
		}
		if sure && !found {
			s.Errorf("a slot is not found when its %s is asked for", n.what)
		}
	}
	list := s.sample()
	for _, slot := range list {
		if len(asked) < most-1 { // leaves one to the directory, which may know more than the slots
			try(slot, n.slot(slot), true)
		}
	}
	for _, id := range n.listed(s) {
		try(list[0], id, false)
	}
}

// apart returns two free slots one after the other that differ in the value, the
// second nil where the clinic has no such two.
func (n narrowing) apart(s *suite) (one, two *emr.Slot) {
	s.Helper()
	list := s.sample()
	one = list[0]
	other := func(slot *emr.Slot) bool {
		return !s.sameWord(n.slot(slot), n.slot(one)) && (!slot.Start.Before(one.End) || !one.Start.Before(slot.End))
	}
	if i := slices.IndexFunc(list, other); i >= 0 {
		return one, list[i]
	}
	for _, id := range n.listed(s) {
		if s.sameWord(id, n.slot(one)) {
			continue
		}
		list = n.narrowed(s, one, id, false)
		if i := slices.IndexFunc(list, other); i >= 0 {
			return one, list[i]
		}
	}
	return one, nil
}
