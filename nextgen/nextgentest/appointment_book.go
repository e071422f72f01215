package nextgentest

import (
	"net/http"
	"slices"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// The texts of refusals are ours: the vendor's are not published, and have no code.
const (
	textTaken    = "The appointment conflicts with an existing appointment for the resource."
	textCategory = "The appointment conflicts with the category of the schedule template."
	textHours    = "The resource is not available at the selected time."
	textEvent    = "The event is not allowed at the location."
	textPast     = "The appointment date is in the past."
	textDate     = "The AppointmentDate is not valid."
)

// overrides are the four switches; false where they are not sent (documented).
var overrides = []string{"AllowDoubleBooking", "AllowCategoryConflictOverride", "ConflictOverrideOnLogin", "AllowEventLocationOverride"}

// wish is where and when an appointment shall be.
type wish struct {
	event      simserver.AppointmentType
	location   string
	resources  []resource
	start, end time.Time
	allow      map[string]bool
}

// book: the members are documented. Assumed: that the first six are needed, and that an
// unknown record among them is 400.
func (s *Sim) book(q *query) *simserver.Reply {
	b, refusal := q.decode()
	if refusal != nil {
		return refusal
	}
	q.only(b, append([]string{
		"PersonId", "EventId", "LocationId", "ResourceIds", "AppointmentDate", "DurationMinutes", "Details", "Description", "ProcedureWithResident",
		"RenderingProviderId", "ReferringProviderId", "UserDefined1", "UserDefined2", "UserDefined3", "UserDefined4", "UserDefined5", "UserDefined6",
		"UserDefined7", "UserDefined8", "MarketingPlanId", "MarketingSourceId", "MarketingPlanComments", "CaseManagementCaseId", "VirtualVisitLink",
	}, overrides...)...)
	person, refusal := q.guidIn(b, "PersonId")
	if refusal != nil {
		return refusal
	}
	have, ok := q.practice.patient(person)
	if !ok {
		if person == "" {
			q.Violate("a booking without PersonId")
		}
		return q.bad("The person is not valid.")
	}
	w, refusal := q.wish(b)
	if refusal != nil {
		return refusal
	}
	rendering, refusal := q.guidIn(b, "RenderingProviderId")
	if refusal != nil {
		return refusal
	}
	if _, ok := q.practice.provider(rendering); rendering != "" && !ok {
		return q.bad("The rendering provider is not valid.")
	}
	if q.Take(emrtest.FaultSlotTaken) {
		q.practice.clinic.Enter(simserver.Appointment{Patient: q.practice.clinic.Somebody(), Location: w.location, Practitioner: w.resources[0].id,
			Status: simserver.Booked, Start: w.start, End: w.end})
	}
	if refusal := q.conflict(w, ""); refusal != nil {
		return refusal
	}
	a := q.enter(w, simserver.Appointment{Patient: have.ID, Note: b.text("Details")})
	v := q.practice.visit(a)
	v.rendering, v.referring, v.description, v.virtual = rendering, b.text("ReferringProviderId"), b.text("Description"), b.text("VirtualVisitLink")
	q.define(v, b)
	return q.made("/appointments", q.practice.guid("appointment", a.ID), q.fullRow(a))
}

// enter puts an appointment into the calendar.
func (q *query) enter(w wish, a simserver.Appointment) simserver.Appointment {
	a.Location, a.Practitioner, a.Type, a.Status, a.ViaAPI = w.location, w.resources[0].id, w.event.ID, simserver.Booked, true
	a.Start, a.End = w.start, w.end
	a = q.practice.clinic.Enter(a)
	v := &visit{}
	for _, r := range w.resources {
		v.resources = append(v.resources, r.id)
	}
	q.practice.visits[a.ID] = v
	return a
}

// define takes UserDefined1 to UserDefined8 over.
func (q *query) define(v *visit, b body) {
	for n := '1'; n <= '8'; n++ {
		if name := "userDefined" + string(n); b.has(name) {
			if v.defined == nil {
				v.defined = map[string]string{}
			}
			v.defined[name] = b.text(name)
		}
	}
}

// wish reads event, place and time.
func (q *query) wish(b body) (w wish, refusal *simserver.Reply) {
	p := q.practice
	w.allow = map[string]bool{}
	for _, name := range overrides {
		if w.allow[name], refusal = q.flag(b, name); refusal != nil {
			return w, refusal
		}
	}
	event, refusal := q.guidIn(b, "EventId")
	if refusal != nil {
		return w, refusal
	}
	place, refusal := q.guidIn(b, "LocationId")
	if refusal != nil {
		return w, refusal
	}
	var ok bool
	if w.event, ok = lookUp(p, "event", event, p.clinic.Types, func(t simserver.AppointmentType) string { return t.ID }); !ok {
		q.needed(b, "EventId")
		return w, q.bad("The event is not valid.")
	}
	at, ok := lookUp(p, "location", place, p.clinic.Locations, func(l simserver.Location) string { return l.ID })
	if !ok || !at.Active {
		q.needed(b, "LocationId")
		return w, q.bad("The location is not valid.")
	}
	w.location = at.ID
	for _, id := range b.texts("ResourceIds") {
		if !guidForm.MatchString(id) {
			return w, q.bad("The value '" + id + "' is not valid for Guid.")
		}
		r, ok := p.resource(id)
		if !ok || r.deleted {
			return w, q.bad("The resource is not valid.")
		}
		if slices.ContainsFunc(w.resources, func(have resource) bool { return have.id == r.id }) {
			q.Violate("a resource twice")
			continue
		}
		w.resources = append(w.resources, r)
	}
	if len(w.resources) == 0 {
		q.needed(b, "ResourceIds")
		return w, q.bad("At least one resource is required.")
	}
	return q.when(b, w)
}

// when reads the time: the practice's wall clock, which must show it.
func (q *query) when(b body, w wish) (wish, *simserver.Reply) {
	text := b.text("AppointmentDate")
	if text == "" {
		q.needed(b, "AppointmentDate")
		return w, q.bad(textDate)
	}
	t, ok := q.local(text, "AppointmentDate")
	if !ok {
		return w, q.bad(textDate)
	}
	if w.start, ok = q.practice.wall(t); !ok {
		q.Violate("AppointmentDate is a time that the practice's clock never shows")
		return w, q.bad(textDate)
	}
	length, refusal := q.minutes(b, "DurationMinutes")
	if refusal != nil {
		return w, refusal
	}
	if length == 0 {
		q.needed(b, "DurationMinutes")
		if length = w.event.Length; length == 0 {
			return w, q.bad("The DurationMinutes is not valid.")
		}
	}
	w.end = w.start.Add(length)
	if !w.start.After(q.Now) {
		return w, q.bad(textPast)
	}
	return w, nil
}

// needed records that a member is not there.
func (q *query) needed(b body, name string) {
	if !b.has(name) {
		q.Violate("the body has no %s", name)
	}
}

// conflict is the refusal of a time that cannot be had: 400 with a text (assumed from the
// override switches), or 409 where Options.Conflict says so; nil for a good one.
func (q *query) conflict(w wish, except string) *simserver.Reply {
	p := q.practice
	if !eventAt(w.event.ID, w.location) && !w.allow["AllowEventLocationOverride"] {
		return q.bad(textEvent)
	}
	live := p.live()
	for _, r := range w.resources {
		if p.taken(live, r.id, w.start, w.end, except) > 0 && !w.allow["AllowDoubleBooking"] {
			return q.clash(textTaken)
		}
		day := simserver.DayOf(w.start)
		hours, fits := covered(p.template(r, day, day.Add(1)), w.location, w.event.ID, w.start, w.end)
		if !w.allow["AllowCategoryConflictOverride"] {
			if !hours {
				return q.bad(textHours)
			}
			if !fits {
				return q.bad(textCategory)
			}
		}
	}
	return nil
}

func (q *query) clash(message string) *simserver.Reply {
	if q.sim.opts.Conflict == http.StatusConflict {
		return &simserver.Reply{Status: http.StatusConflict, ContentType: "text/plain", Body: []byte(message)}
	}
	return q.bad(message)
}
