package nexhealthtest

import (
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// workingHour is when a provider sees patients: on some days of the week, on one date,
// or again and again.
type workingHour struct {
	id, provider, location, operatory string
	from, to                          time.Duration // by the location's wall clock
	days                              []time.Weekday
	on                                string // 2026-03-02; "" for none
	again                             *recurrence
	types                             []string
	source                            string // manual or synced
	active                            bool
	label                             string
}

// recurrence is each num units from ref.
type recurrence struct {
	num  int
	unit string
	ref  simserver.Day
}

// seedHours makes the clinic's hours synced ones, tied to all types but 9. At location
// 10 each practitioner works in two operatories.
func (s *Sim) seedHours() {
	next := 2100
	add := func(h workingHour) {
		next++
		h.id = itoa(next)
		s.hours = append(s.hours, &h)
	}
	rooms := map[string][]string{"7": {""}, "8": {"801"}, "10": {"1001", "1002"}}
	for _, p := range s.clinic.Practitioners {
		for _, h := range p.Hours {
			for _, room := range rooms[h.Location] {
				add(workingHour{
					provider: p.ID, location: h.Location, operatory: room, from: h.From, to: h.To, days: h.Days,
					types: []string{"12", "13", "25"}, source: "synced", active: true,
				})
			}
		}
	}
}

// covers reports whether the hours apply on that day.
func (h *workingHour) covers(d simserver.Day) bool {
	switch {
	case !h.active:
		return false
	case h.on != "":
		day, _ := simserver.ParseDay(h.on)
		return day == d
	case h.again != nil:
		n := h.again.ref.Until(d)
		switch {
		case n < 0:
			return false
		case h.again.unit == "day":
			return n%h.again.num == 0
		case h.again.unit == "week":
			return n%(7*h.again.num) == 0
		}
		months := (d.Year-h.again.ref.Year)*12 + int(d.Month-h.again.ref.Month)
		return d.Day == h.again.ref.Day && months%h.again.num == 0
	}
	return slices.Contains(h.days, d.Weekday())
}

func (s *Sim) hourObject(h *workingHour, types bool) object {
	var on, again, days, label any
	switch {
	case h.on != "":
		on = h.on
	case h.again != nil:
		again = object{"num": h.again.num, "unit": h.again.unit, "ref": dayText(h.again.ref)}
	default:
		var names []string
		for _, d := range h.days {
			names = append(names, d.String())
		}
		days = names
	}
	l := s.siteOf(h.location)
	if h.label != "" {
		label = object{"id": number(h.label), "location_id": l.number(), "name": "New patient appointments"}
	}
	o := object{
		"id": number(h.id), "provider_id": number(h.provider), "location_id": l.number(), "operatory_id": number(h.operatory),
		"begin_time": clockText(h.from), "end_time": clockText(h.to), "days": days, "specific_date": on, "custom_recurrence": again,
		"tz_offset": s.server.Clock().Now().In(l.Zone).Format("-0700"), "active": h.active, "source": h.source, "label": label,
	}
	if types {
		all := []object{}
		for _, id := range h.types {
			if t := s.typeOf(id); t != nil {
				all = append(all, t.object())
			}
		}
		o["appointment_types"] = all
	}
	return o
}

// clockText writes 09:00.
func clockText(d time.Duration) string {
	return time.Date(2000, 1, 1, 0, 0, 0, int(d), time.UTC).Format("15:04")
}

func readClock(v string) (time.Duration, bool) {
	t, err := time.Parse("15:04", v)
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err == nil
}

func dayText(d simserver.Day) string {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

func weekday(name string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(d.String(), name) {
			return d, true
		}
	}
	return 0, false
}
