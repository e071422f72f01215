package emrtest

import (
	"iter"

	"github.com/emrkit/emrkit/emr"
)

func directoryClauses() []Clause {
	return []Clause{
		{
			Topic: "directory", Name: "locations have ids and names of their own",
			Text:  "Each location has an id that no other has and a name; only active ones are listed.",
			Needs: needs(emr.CanListLocations),
			check: func(s *suite) {
				list := directory(s, s.client.Locations(s.ctx), func(l *emr.Location) (string, string) { return string(l.ID), l.Name })
				for _, l := range list {
					if !l.Active {
						s.Error("a location that is not active is listed")
					}
				}
			},
		},
		{
			Topic: "directory", Name: "practitioners have ids and names of their own",
			Text:  "Each practitioner has an id that no other has and a name; only active ones are listed.",
			Needs: needs(emr.CanListPractitioners),
			check: func(s *suite) {
				list := directory(s, s.client.Practitioners(s.ctx), func(p *emr.Practitioner) (string, string) { return string(p.ID), p.Name })
				for _, p := range list {
					if !p.Active {
						s.Error("a practitioner who is not active is listed")
					}
				}
			},
		},
		{
			Topic: "directory", Name: "appointment types have ids and names of their own",
			Text:  "Each appointment type has an id that no other has and a name; a length is not negative.",
			Needs: needs(emr.CanListAppointmentTypes),
			check: func(s *suite) {
				list := directory(s, s.client.AppointmentTypes(s.ctx), func(t *emr.AppointmentType) (string, string) { return string(t.ID), t.Name })
				for _, t := range list {
					if t.Length < 0 {
						s.Error("an appointment type has a negative length")
					}
				}
			},
		},
		{
			Topic: "directory", Name: "slots lead to places and people that are listed",
			Text:  "The location and the practitioner of a slot are those of the directory.",
			Needs: needs(emr.CanListLocations, emr.CanListPractitioners, emr.CanFindSlots),
			check: checkSlotsLeadToDirectory,
		},
	}
}

// directory reads a list twice and once in part, and wants ids and names.
func directory[V any](s *suite, seq iter.Seq2[*V, error], of func(*V) (id, name string)) []*V {
	s.Helper()
	list := all(s, "list", seq)
	if len(list) == 0 {
		s.Error("the list is empty")
	}
	seen := map[string]bool{}
	for _, item := range list {
		id, name := of(item)
		switch {
		case id == "":
			s.Error("an entry has no id")
		case name == "":
			s.Error("an entry has no name")
		case seen[id]:
			s.Error("two entries have one id")
		}
		seen[id] = true
	}
	restartable(s, seq, func(item *V) string { id, _ := of(item); return id })
	return list
}

// restartable wants the same items from a second reading, and from one that was
// broken off after the first item.
func restartable[V any](s *suite, seq iter.Seq2[*V, error], id func(*V) string) {
	s.Helper()
	first := all(s, "read the list", seq)
	for item, err := range seq {
		s.ok("read the list in part", err)
		if id(item) != id(first[0]) {
			s.Error("a list that starts anew begins with another item")
		}
		break
	}
	again := all(s, "read the list again", seq)
	if len(again) != len(first) {
		s.Errorf("a list has %d items, the second time %d", len(first), len(again))
		return
	}
	for i := range again {
		if id(again[i]) != id(first[i]) {
			s.Error("a list has another order the second time")
			return
		}
	}
}

func checkSlotsLeadToDirectory(s *suite) {
	locations, practitioners := map[emr.LocationID]bool{}, map[emr.PractitionerID]bool{}
	for _, l := range all(s, "locations", s.client.Locations(s.ctx)) {
		locations[l.ID] = true
	}
	for _, p := range all(s, "practitioners", s.client.Practitioners(s.ctx)) {
		practitioners[p.ID] = true
	}
	for _, slot := range all(s, "slots", s.client.FindSlots(s.ctx, s.clinic.Slots)) {
		if slot.Location != "" && !locations[slot.Location] {
			s.Error("the location of a slot is not listed")
		}
		if slot.Practitioner != "" && !practitioners[slot.Practitioner] {
			s.Error("the practitioner of a slot is not listed")
		}
	}
}
