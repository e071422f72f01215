package nextgentest

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// masterRoutes are the site's master data. Recorded: the rows; that events, categories and
// patient statuses of all practices come, and locations have other names below a practice.
func (s *Sim) masterRoutes() []route {
	get := func(path string, l *listing, rows func(*query) []object) route {
		return route{method: http.MethodGet, path: path, list: l, handle: func(q *query) *simserver.Reply { return q.page(rows(q)) }}
	}
	named := &listing{fields: fields{"id": aGUID, "name": aText, "isdeleted": aFlag, "practiceid": aText, "duration": aNumber, "excludeslotsinsearch": aFlag}}
	practices := get("/master/practices", &listing{fields: fields{"id": aText, "enterpriseid": aText, "name": aText, "isdeleted": aFlag}}, allPractices)
	practices.open = true
	return []route{
		{method: http.MethodGet, path: "/core/version", handle: func(q *query) *simserver.Reply {
			return q.json(object{"version": s.opts.Version, "isDbConnectionSuccess": true})
		}},
		practices,
		get("/master/enterprises", &listing{fields: fields{"id": aText, "name": aText, "isdeleted": aFlag}}, allEnterprises),
		{method: http.MethodGet, path: "/master/locations/default", handle: func(q *query) *simserver.Reply {
			return q.json(q.practice.locationRow(q, q.practice.clinic.Locations[0]))
		}},
		get("/master/locations", &listing{fields: fields{"id": aGUID, "name": aText, "isdeleted": aFlag, "isschedulable": aFlag}}, allLocations),
		get("/master/practices/{practice}/locations", &listing{fields: fields{"locationid": aGUID, "locationname": aText, "practiceid": aText}}, practiceLocations),
		get("/master/events", named, allEvents),
		get("/master/events/{event}/locations", &listing{fields: fields{"locationid": aGUID}}, eventLocations),
		get("/master/appointments/categories", named, allCategories),
		{method: http.MethodGet, path: "/master/appointments/categories/{category}", handle: s.readCategory},
		{method: http.MethodGet, path: "/master/appointments/categories/{category}/events", list: named, handle: s.categoryEvents},
		get("/master/appointments/classes", &listing{fields: fields{"classid": aGUID, "description": aText, "practiceid": aText}}, classes),
		{method: http.MethodGet, path: "/master/appointments/classes/{class}/resources", list: &listing{fields: fields{"resourceid": aGUID}}, handle: s.classResources},
		get("/master/list-items", &listing{fields: fields{"id": aGUID, "type": aText, "name": aText, "isdeleted": aFlag, "showinemr": aFlag, "order": aNumber}}, listItems),
		get("/master/patient-statuses", &listing{fields: fields{"id": aGUID, "practiceid": aText, "description": aText, "isdeleted": aFlag}}, statusesOfPatients),
		get("/master/time-zones", &listing{fields: fields{"zonename": aText, "utcoffset": aNumber}}, timeZones),
	}
}

func allPractices(q *query) []object {
	var all []object
	for _, p := range slices.Backward(q.site.practices) {
		all = append(all, object{
			"id": p.id, "enterpriseId": p.enterprise, "name": p.name, "isDeleted": false, "nationalProviderId": "", "phone": "5185550100", "fax": "",
			"addressLine1": "9 Lantern Row", "addressLine2": "", "city": "Albany", "state": "NY", "zip": "122071234", "country": "USA",
			"modifyTimestamp": noTime, "modifyTimestampUtc": noTime,
		}.links("/master/practices?$filter=Id eq '"+p.id+"'"))
	}
	return append(all, object{
		"id": "0009", "enterpriseId": "00002", "name": "Merged Practice", "isDeleted": true, "nationalProviderId": "", "phone": "", "fax": "",
		"addressLine1": "", "addressLine2": "", "city": "", "state": "", "zip": "", "country": "USA", "modifyTimestamp": noTime, "modifyTimestampUtc": noTime,
	})
}

func allEnterprises(q *query) []object {
	var all []object
	for _, p := range q.site.practices {
		if !slices.ContainsFunc(all, func(o object) bool { return o["id"] == p.enterprise }) {
			all = append(all, object{
				"id": p.enterprise, "name": "Enterprise " + p.enterprise, "isDeleted": false, "nationalProviderId": "",
				"modifyTimestamp": noTime, "modifyTimestampUtc": noTime,
			}.links("/master/enterprises?$filter=Id eq '"+p.enterprise+"'"))
		}
	}
	return all
}

// eventRow: an event without a usual length has 0 (assumed).
func (p *practice) eventRow(t simserver.AppointmentType, deleted bool) object {
	return object{
		"practiceId": p.id, "id": p.guid("event", t.ID), "name": t.Name, "isDeleted": deleted, "duration": int(t.Length / time.Minute),
	}.links("/master/events")
}

// allEvents: those of other practices come first, and are more than a page.
func allEvents(q *query) []object {
	var all []object
	for _, p := range slices.Backward(q.site.practices) {
		if p != q.sim.home {
			for n := range 14 {
				all = append(all, p.eventRow(simserver.AppointmentType{ID: fmt.Sprint(100 + n), Name: fmt.Sprintf("Program %d", n+1), Length: 20 * time.Minute}, false))
			}
		}
		for _, t := range p.clinic.Types {
			all = append(all, p.eventRow(t, false))
		}
		all = append(all, p.eventRow(simserver.AppointmentType{ID: "99", Name: "Retired Visit", Length: 15 * time.Minute}, true))
	}
	return all
}

// eventLocations has an assumed shape: the route is documented, no answer was seen.
func eventLocations(q *query) []object {
	var all []object
	for _, t := range q.practice.clinic.Types {
		if !known(q.practice.guid("event", t.ID), q.vars["event"]) {
			continue
		}
		for _, l := range q.practice.clinic.Locations {
			if l.Active && eventAt(t.ID, l.ID) {
				all = append(all, object{"practiceId": q.practice.id, "eventId": q.vars["event"], "locationId": q.practice.guid("location", l.ID), "locationName": l.Name})
			}
		}
	}
	return all
}

func (p *practice) categoryRow(c category) object {
	return object{
		"id": p.guid("category", c.id), "name": c.name, "practiceId": p.id, "colorCode": c.color, "textColor": 16777215, "excludeSlotsInSearch": c.exclude,
	}
}

func allCategories(q *query) []object {
	var all []object
	for _, p := range slices.Backward(q.site.practices) {
		for _, c := range categories() {
			all = append(all, p.categoryRow(c).links("/master/appointments/categories"))
		}
	}
	return all
}

func (q *query) category() (category, bool) {
	return lookUp(q.practice, "category", q.vars["category"], categories(), func(c category) string { return c.id })
}

func (s *Sim) readCategory(q *query) *simserver.Reply {
	if _, refusal := q.guidVar("category"); refusal != nil {
		return refusal
	}
	c, ok := q.category()
	if !ok {
		return q.unknown()
	}
	o := q.practice.categoryRow(c)
	o["createdBy"], o["modifiedBy"] = 9, 404
	o.stamps("createTimestamp", s.seeded.AddDate(-3, 0, 0), q.practice.zone, false)
	o.stamps("modifyTimestamp", s.seeded.AddDate(-1, 0, 0), q.practice.zone, false)
	return q.json(o.links("/master/appointments/categories/" + q.practice.guid("category", c.id)))
}

func (s *Sim) categoryEvents(q *query) *simserver.Reply {
	c, ok := q.category()
	if !ok {
		return q.unknown()
	}
	rows := []object{}
	for _, t := range q.practice.clinic.Types {
		if slices.Contains(c.events, t.ID) {
			rows = append(rows, q.practice.eventRow(t, false))
		}
	}
	return q.page(rows)
}
