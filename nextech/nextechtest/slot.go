package nextechtest

import (
	"net/http"
	"slices"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
	"github.com/emrkit/emrkit/nextech"
)

func (s *Sim) slotRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/Slot", only: nextech.Select, scope: readSlot, list: true, handle: s.findSlots, params: params{
			"start": day, "schedule.actor": slot, "appointment-type": slot, "appointment-purpose": slot, "slot-length": slot,
		}},
		{method: http.MethodGet, path: "/Slot", only: nextech.PracticePlus, scope: readSlot, list: true, handle: s.findSlots, params: params{
			"start": day, "schedule.actor": slot, "appointment-type": slot, "practice-id": slot,
		}},
	}
}

// findSlots gives free slots only, one for each pair of practitioner and location. They
// come in the order of pairs, not of time (assumed).
func (s *Sim) findSlots(q *query) *simserver.Reply {
	sq, refusal := s.slotQuery(q)
	if refusal != nil {
		return refusal
	}
	return pageOf(s, q, s.freeSlots(sq), func(f simserver.Slot) object { return s.slot(f, sq) })
}

func (s *Sim) freeSlots(sq slotQuery) []simserver.Slot {
	length := sq.length
	if sq.typeID != "" {
		t, ok := s.clinic.Type(sq.typeID)
		if !ok || !s.purposesFit(sq) {
			return nil
		}
		if length == 0 {
			length = t.Length // 0 yields nothing (documented)
		}
	}
	wanted := sq.practitioners
	if len(wanted) == 0 {
		for _, p := range s.clinic.Practitioners {
			wanted = append(wanted, p.ID)
		}
	}
	var all []simserver.Slot
	for _, l := range sq.locations {
		var pairs [][]simserver.Slot
		for _, p := range wanted {
			pairs = append(pairs, s.clinic.FreeSlots(l, p, sq.from, sq.to, length))
		}
		if sq.all {
			pairs = together(pairs)
		}
		all = append(all, slices.Concat(pairs...)...)
	}
	return all
}

func (s *Sim) purposesFit(sq slotQuery) bool {
	for _, id := range sq.purposes {
		if p, ok := s.clinic.Purpose(id); !ok || !p.Allows(sq.typeID) {
			return false
		}
	}
	return true
}

// together keeps the starts at which everybody is free.
func together(pairs [][]simserver.Slot) [][]simserver.Slot {
	count := map[time.Time]int{}
	for _, one := range pairs {
		for _, f := range one {
			count[f.Start.UTC()]++
		}
	}
	kept := make([][]simserver.Slot, len(pairs))
	for i, one := range pairs {
		for _, f := range one {
			if count[f.Start.UTC()] == len(pairs) {
				kept[i] = append(kept[i], f)
			}
		}
	}
	return kept
}

// localTime is the vendor's way to write an instant: with the practice's offset.
func localTime(t time.Time) string { return t.Format("2006-01-02T15:04:05-07:00") }

// slot dresses a free time as the published samples: no id, Select with a schedule,
// Practice+ with a practice and a practitioner whose identifier is a name.
func (s *Sim) slot(f simserver.Slot, sq slotQuery) object {
	l, _ := s.clinic.Location(f.Location)
	p, _ := s.clinic.Practitioner(f.Practitioner)
	o := object{
		"resourceType": "Slot", "status": "free", "start": localTime(f.Start), "end": localTime(f.End),
		"contained": []object{
			{"resourceType": "Location", "id": l.ID, "identifier": official(l.ID), "name": l.Name},
			s.containedPractitioner(p),
		},
	}
	var e []object
	if t, ok := s.clinic.Type(sq.typeID); ok {
		e = append(e, ext(s.d.scheduling("appointment-type"), "valueReference", reference("appointment-type/"+t.ID, t.Name)))
	}
	for _, id := range sq.purposes {
		purpose, _ := s.clinic.Purpose(id)
		e = append(e, ext(s.d.scheduling("appointment-purpose"), "valueReference", reference("appointment-purpose/"+id, purpose.Name)))
	}
	if s.d.plus() {
		e = append(e, ext("practice-id", "valueReference", reference("practice-id/1", "Practice 1")))
	} else {
		o["schedule"] = object{"reference": "schedule/location_" + l.ID + "_practitioner_" + p.ID}
	}
	return o.with("extension", e)
}

func (s *Sim) containedPractitioner(p simserver.Practitioner) object {
	if s.d.plus() {
		name := p.Given + " " + p.Family
		return object{"resourceType": "Practitioner", "id": p.ID, "identifier": official(name), "name": []object{{"text": name}}}
	}
	return object{
		"resourceType": "Practitioner", "id": p.ID, "identifier": official(p.ID),
		"name": []object{{"text": p.Family + ", " + p.Given, "family": p.Family, "given": []string{p.Given, ""}}},
	}
}
