package nextgentest

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// locationRow is how the site's list names a location: id and name.
func (p *practice) locationRow(q *query, l simserver.Location) object {
	o := object{
		"id": p.guid("location", l.ID), "name": l.Name, "isDeleted": !l.Active && l.Managed, "addressLine1": l.Lines[0], "addressLine2": second(l.Lines),
		"city": l.City, "state": l.State, "zip": l.Zip, "defaultLabId": nil, "defaultRadiologyId": nil, "defaultRegistryId": nil,
		"isSchedulable": l.Active, "phone": l.Phone, "extension": "", "alternatePhone": "", "alternatePhoneExtension": "",
	}
	o.stamps("modifyTimestamp", q.sim.seeded.AddDate(-2, 0, 0), p.zone, true)
	return o.links("/master/locations")
}

func second(lines []string) string {
	if len(lines) > 1 {
		return lines[1]
	}
	return ""
}

func allLocations(q *query) []object {
	var all []object
	for _, p := range q.site.practices {
		for _, l := range p.clinic.Locations {
			all = append(all, p.locationRow(q, l))
		}
	}
	return all
}

// practiceLocations: locationId and locationName, and no word on deleted ones (recorded):
// those are left out (assumed).
func practiceLocations(q *query) []object {
	p := q.site.practice(q.vars["practice"])
	if p == nil {
		return nil
	}
	var all []object
	for _, l := range p.clinic.Locations {
		if l.Active || !l.Managed {
			all = append(all, object{
				"practiceId": p.id, "locationId": p.guid("location", l.ID), "locationName": l.Name, "addressLine1": l.Lines[0], "addressLine2": second(l.Lines),
				"city": l.City, "state": l.State, "zip": l.Zip, "phone": l.Phone, "alternatePhone": "",
			})
		}
	}
	return all
}

// classes answers those of the chosen practice only (recorded).
func classes(q *query) []object {
	var all []object
	for _, g := range groups() {
		o := object{"practiceId": q.practice.id, "classId": q.practice.guid("class", g.id), "description": g.name, "details": "", "createdBy": 9, "modifiedBy": 9}
		o.stamps("createTimestamp", q.sim.seeded.AddDate(-3, 0, 0), q.practice.zone, false)
		o.stamps("modifyTimestamp", q.sim.seeded.AddDate(-3, 0, 0), q.practice.zone, false)
		all = append(all, o.links("/master/appointments/classes"))
	}
	return all
}

func (s *Sim) classResources(q *query) *simserver.Reply {
	g, ok := lookUp(q.practice, "class", q.vars["class"], groups(), func(g group) string { return g.id })
	if !ok {
		return q.unknown()
	}
	rows := []object{}
	for _, id := range g.resources {
		o := object{"practiceId": q.practice.id, "classId": q.practice.guid("class", g.id), "resourceId": q.practice.guid("resource", id), "createdBy": 9, "modifiedBy": 9}
		o.stamps("createTimestamp", s.seeded.AddDate(-3, 0, 0), q.practice.zone, false)
		o.stamps("modifyTimestamp", s.seeded.AddDate(-3, 0, 0), q.practice.zone, false)
		rows = append(rows, o)
	}
	return q.page(rows)
}

// item is an entry of the list items.
type item struct {
	id, kind, name string
	deleted        bool
}

// The types of the reasons are documented.
const (
	cancelReasons = "as_cancel_reason"
	reschedReason = "as_resched_reason"
)

// items: the first cancel reason is deleted, and a page of others stands before them.
func items() []item {
	var all []item
	for n := range 26 {
		all = append(all, item{fmt.Sprint(n + 1), "# of Views", fmt.Sprint(n + 1), false})
	}
	return append(all,
		item{"101", cancelReasons, "No Longer Used", true},
		item{"102", cancelReasons, "Patient Request", false},
		item{"103", cancelReasons, "Provider Unavailable", false},
		item{"111", reschedReason, "No Longer Used", true},
		item{"112", reschedReason, "Patient Request", false},
		item{"113", reschedReason, "Weather", false},
	)
}

// reason finds an entry of a list that is not deleted.
func (p *practice) reason(kind, wire string) (string, bool) {
	i, ok := lookUp(p, "item", wire, items(), func(i item) string { return i.id })
	return i.id, ok && i.kind == kind && !i.deleted
}

func listItems(q *query) []object {
	var all []object
	for n, i := range items() {
		all = append(all, object{"id": q.practice.guid("item", i.id), "type": i.kind, "name": i.name, "order": n, "showInEmr": true, "isDeleted": i.deleted}.
			links("/master/list-items"))
	}
	return all
}

func statusesOfPatients(q *query) []object {
	var all []object
	for _, p := range slices.Backward(q.site.practices) {
		for _, name := range []string{"Active", "Chart Archived"} {
			all = append(all, object{
				"id": p.guid("status", name), "practiceId": p.id, "description": name, "appointmentScheduling": "A", "includeStatusInAlerts": false,
				"note": nil, "isDeleted": false,
			}.links("/master/patient-statuses"))
		}
	}
	return all
}

// timeZones: the offset is in seconds (recorded), and the one of standard time (assumed).
func timeZones(q *query) []object {
	var all []object
	for n := 12; n >= -12; n-- {
		name := fmt.Sprintf("Etc/GMT%+d", n)
		all = append(all, zoneRow(name, -n*3600))
	}
	for _, name := range []string{"America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles"} {
		if zone, err := time.LoadLocation(name); err == nil {
			_, seconds := time.Date(q.Now.Year(), time.January, 15, 12, 0, 0, 0, zone).Zone()
			all = append(all, zoneRow(name, seconds))
		}
	}
	return all
}

func zoneRow(name string, seconds int) object {
	return object{"zoneName": name, "utcOffset": seconds, "utcOffsetDisplay": fmt.Sprintf("UTC%+03d:00", seconds/3600)}.
		links("/master/time-zones?$filter=ZoneName eq '" + name + "'")
}

// directoryRoutes are providers and the calendars that are booked.
func (s *Sim) directoryRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/providers", handle: s.listProviders, list: &listing{fields: fields{
			"id": aGUID, "lastname": aText, "firstname": aText, "description": aText, "isdeleted": aFlag, "isrenderingatpractice": aFlag,
			"isreferringprovider": aFlag, "issupervisingprovider": aFlag, "nationalproviderid": aText, "practiceid": aText, "degree": aText,
		}}},
		{method: http.MethodGet, path: "/providers/{provider}", handle: s.readProvider},
		{method: http.MethodGet, path: "/resources", handle: s.listResources, params: arguments{"resourceType": aText, "isDeleted": aFlag}, list: &listing{fields: fields{
			"id": aGUID, "practiceid": aText, "isdeleted": aFlag, "resourcedisplayname": aText, "providerid": aGUID, "resourcetype": aText, "interval": aNumber,
		}}},
		{method: http.MethodGet, path: "/resources/{resource}", handle: s.readResource},
	}
}
