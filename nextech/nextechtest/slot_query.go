package nextechtest

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// slotQuery is a search for slots, read and checked.
type slotQuery struct {
	from, to      simserver.Day // to exclusive
	locations     []string
	practitioners []string
	all           bool // all practitioners must be free at once, a slot each
	typeID        string
	purposes      []string
	length        time.Duration
}

// The windows are documented. Practice+ has no stated maximum.
const (
	selectDays       = 45
	selectMostDays   = 60
	practicePlusDays = 40
)

// slotQuery reads the parameters by the product's rules; all of them are documented but
// for the 400, which stands in the general list.
func (s *Sim) slotQuery(q *query) (slotQuery, *simserver.Reply) {
	var sq slotQuery
	refuse := func(why string) (slotQuery, *simserver.Reply) {
		q.Violate("%s", why)
		return sq, invalid(why)
	}
	if why := s.readActors(q, &sq); why != "" {
		return refuse(why)
	}
	types := s.prefixedIDs(q, "appointment-type")
	switch {
	case len(types) > 1:
		return refuse("one appointment-type only")
	case len(types) == 1:
		sq.typeID = types[0]
		if sq.typeID == "" {
			return refuse("appointment-type is written appointment-type/{id}")
		}
	case s.d.plus():
		return refuse("appointment-type is required")
	case !q.values.Has("slot-length"):
		return refuse("appointment-type or slot-length is required")
	}
	sq.purposes = s.prefixedIDs(q, "appointment-purpose")
	if slices.Contains(sq.purposes, "") {
		return refuse("appointment-purpose is written appointment-purpose/{id}")
	}
	if q.values.Has("slot-length") {
		n, err := strconv.Atoi(q.values.Get("slot-length"))
		if err != nil || n < 0 || n > 24*60 {
			return refuse("slot-length is a number of minutes")
		}
		sq.length = time.Duration(n) * time.Minute
	}
	if why := s.readWindow(q, &sq); why != "" {
		return refuse(why)
	}
	return sq, nil
}

// readActors reads schedule.actor. Comma: any of these practitioners; repeated: all of
// them, a slot each; both forms mixed: any of all. Practice+: always any.
func (s *Sim) readActors(q *query, sq *slotQuery) string {
	commas := false
	parameters := 0
	for _, group := range q.groups("schedule.actor") {
		commas = commas || len(group) > 1
		staff := 0
		for _, actor := range group {
			kind, id, ok := strings.Cut(actor, "/")
			if kind != strings.ToLower(kind) {
				q.Violate("schedule.actor is written in lower case")
			}
			switch kind = strings.ToLower(kind); {
			case !ok || id == "":
				return "schedule.actor is written location/{id} or practitioner/{id}"
			case kind == "location":
				sq.locations = append(sq.locations, id)
			case kind == "practitioner":
				sq.practitioners = append(sq.practitioners, id)
				staff = 1
			default:
				return "schedule.actor is written location/{id} or practitioner/{id}"
			}
		}
		parameters += staff
	}
	if len(sq.locations) == 0 {
		return "schedule.actor needs at least one location"
	}
	sq.all = !s.d.plus() && !commas && parameters > 1
	return ""
}

// prefixedIDs reads name/{id} values; "" stands for one that is written otherwise.
func (s *Sim) prefixedIDs(q *query, name string) []string {
	var ids []string
	for _, group := range q.groups(name) {
		for _, v := range group {
			id, ok := strings.CutPrefix(v, name+"/")
			if !ok {
				id = ""
			}
			ids = append(ids, id)
		}
	}
	return ids
}

// readWindow reads start: days at the clinic.
func (s *Sim) readWindow(q *query, sq *slotQuery) string {
	zone := s.clinic.Zone(sq.locations[0])
	today := simserver.DayOf(q.Now.In(zone))
	var from, to *simserver.Day
	lower := func(d simserver.Day) {
		if from == nil || from.Until(d) > 0 {
			from = &d
		}
	}
	upper := func(d simserver.Day) {
		if to == nil || d.Until(*to) > 0 {
			to = &d
		}
	}
	for _, v := range q.values["start"] {
		b, ok := parseBound(v, false)
		switch {
		case !ok || b.op == "ne":
			return "start is written yyyy-MM-dd with a prefix, ne excepted"
		case b.op == "ge":
			lower(b.day)
		case b.op == "gt":
			lower(b.day.Add(1))
		case b.op == "lt":
			upper(b.day)
		case b.op == "le":
			upper(b.day.Add(1))
		default:
			lower(b.day)
			upper(b.day.Add(1))
		}
	}
	if len(q.values["start"]) == 0 && !s.d.plus() {
		return "start is required"
	}
	if from == nil {
		from = &today
	}
	if to == nil {
		days := selectDays
		if s.d.plus() {
			days = practicePlusDays
		}
		end := from.Add(days)
		to = &end
	}
	sq.from, sq.to = *from, *to
	if days := from.Until(*to); days > selectMostDays && !s.d.plus() {
		return "more than 60 days"
	} else if days > 3*365 {
		return "more than three years" // ours: a bound for the simulator
	}
	return ""
}
