package nextgentest

import (
	"strconv"
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// state are the flags of an appointment, in all its forms (recorded): the date stands at
// midnight.
func (p *practice) state(a simserver.Appointment) object {
	v := p.visit(a)
	return object{
		"practiceId": p.id, "appointmentDate": midnight(a.Start), "isCancelled": a.Status == simserver.Cancelled && !v.rescheduled,
		"isRescheduled": v.rescheduled, "isDeleted": v.deleted, "isKept": a.Status == simserver.Arrived || a.Status == simserver.Fulfilled,
	}
}

// identify adds whose appointment it is. An appointment without a patient is a block; its
// person is nothing.
func (q *query) identify(o object, a simserver.Appointment) {
	p := q.practice
	o["eventId"], o["personId"] = q.or(aGUID, p.guid("event", a.Type)), q.absent(aGUID)
	if have, ok := p.clinic.Patient(a.Patient, false); ok {
		o["personId"] = p.personID(have)
	}
}

// thinRow is an appointment among those of a person: appointmentId, and no time of day
// (recorded).
func (q *query) thinRow(a simserver.Appointment) object {
	p := q.practice
	o := p.state(a)
	o["appointmentId"], o["categoryIds"] = p.guid("appointment", a.ID), []string{}
	q.identify(o, a)
	q.times(o, a)
	q.newer(o, a)
	if q.expands("Appointment") {
		o["appointment"] = q.fullRow(a)
	}
	return o.links("/appointments/" + p.guid("appointment", a.ID))
}

func (q *query) times(o object, a simserver.Appointment) {
	o.stamps("createTimestamp", a.Created, q.practice.zone, false)
	o.stamps("modifyTimestamp", a.Updated, q.practice.zone, false)
}

// newer adds what answers of newer versions have (documented).
func (q *query) newer(o object, a simserver.Appointment) {
	if older(q.sim.opts.Version, version) {
		return
	}
	n, _ := strconv.Atoi(a.ID)
	o["appointmentNumber"] = float64(n)
}

// listRow is an appointment in lists (documented).
func (q *query) listRow(a simserver.Appointment) object {
	p := q.practice
	v := p.visit(a)
	o := p.state(a)
	q.identify(o, a)
	q.times(o, a)
	q.newer(o, a)
	event, _ := p.clinic.Type(a.Type)
	at, _ := p.clinic.Location(a.Location)
	for name, value := range map[string]any{
		"id": p.guid("appointment", a.ID), "beginTime": clock(a.Start), "endTime": clock(a.End), "duration": int(a.End.Sub(a.Start) / time.Minute),
		"rescheduledAppointmentId": q.or(aGUID, p.guid("appointment", v.pointer)), "encounterId": q.or(aGUID, v.encounter), "eventName": q.or(aText, event.Name),
		"locationId": p.guid("location", a.Location), "locationName": at.Name, "renderingProviderId": q.or(aGUID, q.rendering(a)),
		"referringProviderId": q.or(aGUID, v.referring), "resourceIds": p.resourceIDs(v), "workflowRoom": nil, "workflowStatus": workflow(a),
		"details": a.Note, "description": q.describe(a), "appointmentConfirmed": a.Confirmed, "firstName": nil, "middleName": nil, "lastName": nil,
		"email": nil, "cellPhone": nil,
	} {
		o[name] = value
	}
	if have, ok := p.clinic.Patient(a.Patient, false); ok {
		o["firstName"], o["middleName"], o["lastName"], o["email"] = have.Given, have.Middle, have.Family, q.or(aText, email(have))
		q.phones(o, have)
		for _, name := range []string{"homePhone", "dayPhone", "alternatePhone", "secondaryHomePhone"} {
			delete(o, name)
		}
	}
	if !older(q.sim.opts.Version, version) {
		o["isNoShow"], o["appointmentChainId"], o["isLinkedAppointment"], o["appointmentLinkId"] = a.Status == simserver.NoShow, nil, false, nil
	}
	return o.links("/appointments/" + p.guid("appointment", a.ID))
}

// fullRow is one appointment (recorded).
func (q *query) fullRow(a simserver.Appointment) object {
	p := q.practice
	v := p.visit(a)
	o := q.listRow(a)
	for name, value := range map[string]any{
		"cancelReasonId": q.or(aGUID, p.guid("item", v.cancelReason)), "rescheduleReasonId": q.or(aGUID, p.guid("item", v.reschedReason)), "promptToRetain": false, "isRetained": false,
		"retainedAppointmentId": nil, "renderingProviderFirstName": nil, "renderingProviderMiddleName": nil, "renderingProviderLastName": nil,
		"resourceDisplayName": nil, "imageId": nil, "marketingPlanId": nil, "marketingSourceId": nil, "marketingPlanComments": nil, "caseManagementCaseId": nil,
		"procedureWithResident": false, "virtualVisitLink": q.or(aText, v.virtual), "groupAppointmentId": nil, "dateOfBirth": nil, "sex": nil,
		"homePhone": nil, "dayPhone": nil, "addressLine1": nil, "addressLine2": nil, "city": nil, "state": nil, "zip": nil,
	} {
		o[name] = value
	}
	for n := range 8 {
		name := "userDefined" + strconv.Itoa(n+1)
		o[name] = orNull(v.defined[name])
	}
	if d, ok := p.provider(q.rendering(a)); ok {
		o["renderingProviderFirstName"], o["renderingProviderLastName"] = d.Given, d.Family
	}
	if have, ok := p.clinic.Patient(a.Patient, false); ok {
		o["dateOfBirth"], o["sex"] = born(have), sex(have.Gender)
		o["addressLine1"], o["addressLine2"], o["city"], o["state"], o["zip"] = orNull(line(have, 0)), orNull(line(have, 1)), orNull(have.City), orNull(have.State), orNull(have.Zip)
		q.phones(o, have)
		delete(o, "alternatePhone")
		delete(o, "secondaryHomePhone")
	}
	return o
}

// rendering is the provider: the one that the booking named, else the resource's.
func (q *query) rendering(a simserver.Appointment) string {
	if v := q.practice.visit(a); v.rendering != "" {
		return v.rendering
	}
	if r, ok := q.practice.resourceOf(a.Practitioner); ok && r.provider {
		return q.practice.guid("provider", r.id)
	}
	return ""
}

func (p *practice) resourceIDs(v *visit) []string {
	all := []string{}
	for _, id := range v.resources {
		all = append(all, p.guid("resource", id))
	}
	return all
}

// describe is the name where nothing else was said (recorded).
func (q *query) describe(a simserver.Appointment) string {
	if v := q.practice.visit(a); v.description != "" {
		return v.description
	}
	have, ok := q.practice.clinic.Patient(a.Patient, false)
	if !ok {
		return "BLOCK"
	}
	return strings.TrimSpace(have.Family + ", " + have.Given)
}

// workflow is a label that the clinic defines (recorded: KEPT).
func workflow(a simserver.Appointment) any {
	switch {
	case a.Status == simserver.Arrived || a.Status == simserver.Fulfilled:
		return "KEPT"
	case a.PracticeStatus != "":
		return "CALL " + a.PracticeStatus
	}
	return nil
}
