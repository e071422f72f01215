package nextgentest

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

func (s *Sim) slotRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/appointments/slots", handle: s.slots, expands: []string{"Resource", "Location", "Category"}, list: &listing{window: "startdate", fields: fields{
			"startdate": aDate, "locationid": aGUID, "resourceid": aGUID, "categoryid": aGUID, "appointmentcount": aNumber, "timeslotcount": aNumber,
			"duration": aNumber, "begintime": aText, "locationname": aText, "resourcename": aText, "categoryname": aText,
		}}},
		{method: http.MethodPost, path: "/appointments/availability", reads: true, handle: s.availability},
	}
}

// mostDays bounds a search that names no end.
const mostDays = 120

// slots are the increments of the template, taken ones too, with how many appointments
// each has (documented). Without bounds: the next seven days (documented). Assumed: rows
// that have passed are in it, and a category that searches leave out is in it as well.
func (s *Sim) slots(q *query) *simserver.Reply {
	f, refusal := q.filtered()
	if refusal != nil {
		return refusal
	}
	p := q.practice
	from := simserver.DayOf(q.Now.In(p.zone))
	to := from.Add(7)
	if q.windowed(f) {
		if !f.from.IsZero() {
			from = simserver.DayOf(f.from)
		}
		to = from.Add(mostDays)
		if !f.to.IsZero() && from.Until(simserver.DayOf(f.to)) < mostDays {
			to = simserver.DayOf(f.to)
		}
	}
	rows, live := []object{}, p.live()
	links := object{}.links("/appointments/slots")["_links"] // one for all: rows are many
	for _, r := range p.resources {
		for _, i := range p.template(r, from, to) {
			if o := q.slotRow(live, i); f.holds(o) {
				o["_links"] = links
				rows = append(rows, o)
			}
		}
	}
	return q.cut(rows)
}

// slotRow is documented: no id, no event, the date at midnight and the time beside it.
func (q *query) slotRow(live []simserver.Appointment, i increment) object {
	p := q.practice
	o := object{
		"categoryId": p.guid("category", i.category.id), "categoryName": i.category.name, "locationId": p.guid("location", i.location.ID),
		"locationName": i.location.Name, "resourceId": p.guid("resource", i.resource.id), "resourceName": i.resource.name, "startDate": midnight(i.start),
		"beginTime": clock(i.start), "duration": int(i.resource.interval / time.Minute), "appointmentCount": p.taken(live, i.resource.id, i.start, i.end, ""),
		"timeslotCount": 1, "templateName": i.template, "categoryColorCode": i.category.color, "locationColorCode": 255,
	}
	if q.expands("Resource") {
		o["resource"] = p.resourceRow(q, i.resource)
	}
	return o
}

// wanted is a search for open times, read and checked.
type wanted struct {
	event            simserver.AppointmentType
	known            bool
	from, to         simserver.Day
	length           time.Duration
	resources, sites []string // empty: all
	early, late      time.Duration
}

// availability searches open times for an event (documented): the times that have room
// for all of it. The form of the answer is documented as one row; that it is a list,
// bare or in an envelope, is assumed, as is a start at each increment.
func (s *Sim) availability(q *query) *simserver.Reply {
	b, refusal := q.decode()
	if refusal != nil {
		return refusal
	}
	w, refusal := q.wanted(b)
	if refusal != nil {
		return refusal
	}
	p := q.practice
	rows, live := []object{}, p.live()
	links := object{}.links("/appointments/availability")["_links"]
	for _, r := range p.resources {
		if len(w.resources) > 0 && !holds(w.resources, p.guid("resource", r.id)) {
			continue
		}
		length := w.length
		if length == 0 {
			length = r.interval
		}
		for day := w.from; day.Until(w.to) >= 0; day = day.Add(1) {
			hours := p.template(r, day, day)
			for _, i := range hours {
				if o := q.open(live, w, hours, i, length); o != nil {
					o["_links"] = links
					rows = append(rows, o)
				}
			}
		}
	}
	if !s.opts.Envelope {
		return q.array(rows)
	}
	return q.json(object{"items": rows, "nextPageLink": nil, "count": nil})
}

// open is the row for a start that has room among the increments of its day, nil for one
// that has not.
func (q *query) open(live []simserver.Appointment, w wanted, day []increment, i increment, length time.Duration) object {
	p, end := q.practice, i.start.Add(length)
	begin := time.Duration(i.start.Hour())*time.Hour + time.Duration(i.start.Minute())*time.Minute
	if i.category.exclude || !i.start.After(q.Now) || len(w.sites) > 0 && !holds(w.sites, p.guid("location", i.location.ID)) ||
		begin < w.early || w.late > 0 && begin+length > w.late || w.known && !eventAt(w.event.ID, i.location.ID) {
		return nil
	}
	if hours, fits := covered(day, i.location.ID, w.event.ID, i.start, end); !hours || !fits || p.taken(live, i.resource.id, i.start, end, "") > 0 {
		return nil
	}
	event := ""
	if w.known {
		event = p.guid("event", w.event.ID)
	}
	return object{
		"appointmentDateTime": i.start.Format(localTime), "locationId": p.guid("location", i.location.ID), "locationName": i.location.Name,
		"resourceIds": []string{p.guid("resource", i.resource.id)}, "resourceNames": []string{i.resource.name}, "eventId": q.or(aGUID, event),
		"appointmentCount": 0, "timeSlotCount": 1,
	}
}

func holds(all []string, id string) bool {
	return slices.ContainsFunc(all, func(have string) bool { return strings.EqualFold(have, id) })
}

// wanted reads the search. A range without bounds is the next seven days (assumed), and a
// broken rule. TimeRange is HHMM (assumed).
func (q *query) wanted(b body) (w wanted, refusal *simserver.Reply) {
	q.only(b, "EventId", "CategoryId", "ClassId", "ResourceIds", "GroupResourcesBySlot", "LocationIds", "DateRangeStart", "DateRangeEnd", "TimeRangeStart",
		"TimeRangeEnd", "DurationMinutes", "DaysOfWeek", "RestrictResultsBy")
	p := q.practice
	event, refusal := q.guidIn(b, "EventId")
	if refusal != nil {
		return w, refusal
	}
	if event != "" {
		if w.event, w.known = lookUp(p, "event", event, p.clinic.Types, func(t simserver.AppointmentType) string { return t.ID }); !w.known {
			return w, q.bad("The event is not valid.")
		}
	}
	if w.length, refusal = q.minutes(b, "DurationMinutes"); refusal != nil {
		return w, refusal
	}
	if w.length == 0 {
		w.length = w.event.Length
	}
	for name, to := range map[string]*[]string{"ResourceIds": &w.resources, "LocationIds": &w.sites} {
		*to = b.texts(name)
		for _, id := range *to {
			if !guidForm.MatchString(id) {
				return w, q.bad("The value '" + id + "' is not valid for Guid.")
			}
		}
	}
	w.from = simserver.DayOf(q.Now.In(p.zone))
	w.to = w.from.Add(7)
	for name, to := range map[string]*simserver.Day{"DateRangeStart": &w.from, "DateRangeEnd": &w.to} {
		if b.text(name) == "" {
			q.Violate("a search without %s: it ends after a week", name)
			continue
		}
		t, ok := q.local(b.text(name), name)
		if !ok {
			return w, q.bad("The " + name + " is not valid.")
		}
		*to = simserver.DayOf(t)
	}
	if n := w.from.Until(w.to); n > mostDays {
		w.to = w.from.Add(mostDays)
	}
	for name, to := range map[string]*time.Duration{"TimeRangeStart": &w.early, "TimeRangeEnd": &w.late} {
		if text := b.text(name); text != "" {
			t, err := time.Parse("1504", text)
			if err != nil {
				q.Violate("%s is not written HHMM", name)
				return w, q.bad("The " + name + " is not valid.")
			}
			*to = time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
		}
	}
	for _, name := range []string{"DaysOfWeek", "RestrictResultsBy"} {
		if b.has(name) {
			q.Violate("%s: what it means is not published", name)
		}
	}
	return w, nil
}
