package nextgentest

import (
	"slices"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// increment is one row of the schedule template.
type increment struct {
	resource   resource
	location   simserver.Location
	category   category
	start, end time.Time
	template   string
}

// lunchHour stands in the template as a category that searches leave out.
var lunchHour = [2]time.Duration{12 * time.Hour, 13 * time.Hour}

// template lists the increments of a resource on the days [from, to], in order.
func (p *practice) template(r resource, from, to simserver.Day) []increment {
	var all []increment
	d, ok := p.clinic.Practitioner(r.id)
	if !ok || r.deleted {
		return nil
	}
	for day := from; day.Until(to) >= 0; day = day.Add(1) {
		for _, h := range d.Hours {
			if !slices.Contains(h.Days, day.Weekday()) {
				continue
			}
			all = append(all, p.rows(r, h.Location, day, h.From, h.To, hoursCategory(r, h))...)
			if h.To == lunchHour[0] && r.id == "15" {
				all = append(all, p.rows(r, h.Location, day, lunchHour[0], lunchHour[1], categoryOf(lunch))...)
			}
		}
	}
	return all
}

// hoursCategory: the hours of 27 are for procedures.
func hoursCategory(r resource, _ simserver.Hours) category {
	if r.id == "27" {
		return categoryOf(procedures)
	}
	return categoryOf(clinicHours)
}

// rows cuts hours into increments. Wall clock times that do not exist are left out, and
// of those that occur twice there is the first (assumed).
func (p *practice) rows(r resource, location string, day simserver.Day, from, to time.Duration, c category) []increment {
	var all []increment
	l, _ := p.clinic.Location(location)
	for at := from; at+r.interval <= to; at += r.interval {
		if start, exists := day.At(at, p.zone); exists {
			all = append(all, increment{r, l, c, start, start.Add(r.interval), day.Weekday().String()[:3]})
		}
	}
	return all
}

// live lists the appointments that take their time.
func (p *practice) live() []simserver.Appointment {
	return slices.DeleteFunc(p.clinic.Appointments(), func(a simserver.Appointment) bool {
		v := p.visits[a.ID]
		return !a.Status.Live() || v != nil && (v.deleted || v.rescheduled)
	})
}

// taken counts those of live that overlap a time of a resource, one of them left out.
func (p *practice) taken(live []simserver.Appointment, resourceID string, start, end time.Time, except string) int {
	n := 0
	for _, a := range live {
		v := p.visits[a.ID]
		mine := a.Practitioner == resourceID || v != nil && slices.Contains(v.resources, resourceID)
		if mine && a.ID != except && a.Start.Before(end) && start.Before(a.End) {
			n++
		}
	}
	return n
}

// covered reports whether rows, increments of one resource, go without a gap through a time
// at a location, and whether all that it touches are of a category for the event.
func covered(rows []increment, location, event string, start, end time.Time) (hours, fits bool) {
	at, fits := start, true
	for _, i := range rows {
		if i.location.ID != location || i.category.exclude || !i.start.Before(end) || !start.Before(i.end) {
			continue
		}
		if i.start.After(at) {
			return false, fits
		}
		at = i.end
		fits = fits && (event == "" || slices.Contains(i.category.events, event))
	}
	return !at.Before(end), fits
}
