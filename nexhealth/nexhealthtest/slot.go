package nexhealthtest

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

func (s *Sim) slotRoutes() []route {
	return []route{{method: http.MethodGet, path: "/available_slots", v3: true, sub: required, handle: s.findSlots, params: params(
		[]param{{name: "start_date", kind: date, required: true}, {name: "days", kind: whole, required: true}, {name: "lids[]", kind: id, required: true}},
		of(id, "pids[]", "operatory_ids[]", "appointment_type_id", "working_hour_label_id"),
		of(whole, "slot_length", "slot_interval", "appointments_per_timeslot"), of(flag, "overlapping_operatory_slots"),
		[]param{oneOf("working_hour_source", "manual", "synced")},
	)}}
}

// slotQuery is a search for slots, read and checked.
type slotQuery struct {
	from             simserver.Day
	days             int
	sites            []*site
	length, interval time.Duration
	typeID           string
}

const (
	usualSlot  = 15  // minutes, documented
	mostDays   = 14  // documented as advice
	hardDays   = 366 // ours: a bound for the simulator
	searchDays = 180 // of next_available_date, documented
)

// slotQuery reads what the general check did not.
func (s *Sim) slotQuery(q *query) (sq slotQuery, refusal *simserver.Reply) {
	sq.from, _ = simserver.ParseDay(q.get("start_date"))
	sq.days, _ = strconv.Atoi(q.get("days"))
	if sq.days < 1 || sq.days > hardDays {
		q.Violate("days is not 1 to %d", mostDays)
		return sq, q.invalid("days is invalid")
	}
	if sq.days > mostDays {
		q.Violate("more than %d days", mostDays)
	}
	for _, lid := range distinct(q.values["lids[]"]) {
		l, ok := q.reach(lid)
		if !ok || l.inst != q.inst {
			return sq, q.forbidden()
		}
		sq.sites = append(sq.sites, l)
	}
	sq.typeID = q.get("appointment_type_id")
	if sq.typeID == "" && len(q.values["pids[]"]) == 0 {
		q.Violate("neither pids[] nor appointment_type_id")
		return sq, q.invalid("appointment_type_id, pids are missing, at least one parameter must be provided")
	}
	minutes := usualSlot
	if sq.typeID != "" {
		t := s.typeOf(sq.typeID)
		if t == nil || !q.home() {
			return sq, q.unknown("Appointment type")
		}
		minutes = t.minutes
	}
	if n, ok := q.minutes("slot_length"); ok {
		minutes = n // beside a type: assumed to win
	}
	sq.length = time.Duration(minutes) * time.Minute
	sq.interval = sq.length
	if n, ok := q.minutes("slot_interval"); ok {
		sq.interval = time.Duration(n) * time.Minute
	}
	if sq.length <= 0 || sq.interval <= 0 || sq.length > 24*time.Hour {
		return sq, q.invalid("slot_length is invalid")
	}
	return sq, nil
}

func (q *query) minutes(name string) (int, bool) {
	n, err := strconv.Atoi(q.get(name))
	return n, err == nil
}

// findSlots gives a group for each location and provider, and for each operatory with
// working hours of its own. Slots are working hours minus live appointments: no working
// hours, no slots (documented).
func (s *Sim) findSlots(q *query) *simserver.Reply {
	sq, refusal := s.slotQuery(q)
	if refusal != nil {
		return refusal
	}
	c := s.calendar()
	var groups []object
	for _, l := range sq.sites {
		for _, p := range s.providersFor(q, l) {
			groups = append(groups, s.slotGroups(q, sq, c, l, p)...)
		}
	}
	return q.list(groups)
}

// distinct keeps the first of each.
func distinct(all []string) []string {
	var kept []string
	for _, v := range all {
		if !slices.Contains(kept, v) {
			kept = append(kept, v)
		}
	}
	return kept
}

// providersFor are those asked for; without pids[] all who can be booked there.
func (s *Sim) providersFor(q *query, l *site) []string {
	if asked := q.values["pids[]"]; len(asked) > 0 {
		return distinct(asked)
	}
	var all []string
	for _, h := range s.hours {
		if p, _ := s.clinic.Practitioner(h.provider); h.location == l.ID && p.Visible() && !slices.Contains(all, h.provider) && q.home() {
			all = append(all, h.provider)
		}
	}
	return all
}

func (s *Sim) slotGroups(q *query, sq slotQuery, c calendar, l *site, provider string) []object {
	var groups []object
	offered := map[time.Time]bool{}
	rooms := s.rooms(q, sq, l, provider)
	for n, room := range rooms {
		find := search{sim: s, q: q, sq: sq, c: c, site: l, provider: provider, room: room}
		slots := []object{}
		for _, start := range find.starts(sq.from, sq.days, 0) {
			if offered[start] && q.get("overlapping_operatory_slots") != "true" {
				continue
			}
			offered[start] = true
			slots = append(slots, s.slotObject(start, sq.length, provider, room))
		}
		if len(slots) == 0 && n > 0 {
			continue // the group before stands for the provider
		}
		var next any
		if len(slots) == 0 {
			if ahead := find.starts(sq.from, searchDays, 1); len(ahead) > 0 {
				next = ahead[0].In(l.Zone).Format(time.DateOnly)
			}
		}
		groups = append(groups, object{
			"lid": l.number(), "pid": number(provider), "operatory_id": number(room), "slots": slots, "next_available_date": next,
		})
	}
	return groups
}

// rooms are the operatories in which the provider has fitting hours; "" for hours
// without one. A provider without any still has a group, which is empty.
func (s *Sim) rooms(q *query, sq slotQuery, l *site, provider string) []string {
	var rooms []string
	for _, h := range s.hours {
		if h.location == l.ID && h.provider == provider && fits(q, sq, h) && !slices.Contains(rooms, h.operatory) {
			rooms = append(rooms, h.operatory)
		}
	}
	if len(rooms) == 0 {
		return []string{""}
	}
	return rooms
}

// fits reports whether the hours count for this search.
func fits(q *query, sq slotQuery, h *workingHour) bool {
	return (sq.typeID == "" || slices.Contains(h.types, sq.typeID)) && q.among("operatory_ids[]", h.operatory) &&
		q.hits("working_hour_source", h.source) && q.hits("working_hour_label_id", h.label)
}

// slotTime has the location's offset and milliseconds (documented).
const slotTime = "2006-01-02T15:04:05.000-07:00"

func (s *Sim) slotObject(start time.Time, length time.Duration, provider, room string) object {
	o := object{"time": start.Format(slotTime), "end_time": start.Add(length).Format(slotTime), "working_hour_label_id": nil}
	if !s.opts.BareSlots {
		o["provider_id"], o["operatory_id"] = number(provider), number(room)
	}
	return o
}
