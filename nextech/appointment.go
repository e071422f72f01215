package nextech

import (
	"context"
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// GetAppointment reads GET /Appointment?identifier={id}, the documented way: none or
// one comes back. Kind not_found when none does.
func (p parts) GetAppointment(ctx context.Context, id emr.AppointmentID) (*emr.Appointment, error) {
	return p.getAppointment(ctx, opGetAppointment, id)
}

func (c *Client) getAppointment(ctx context.Context, op string, id emr.AppointmentID) (*emr.Appointment, error) {
	if !fhir.ValidID(id.Reveal()) {
		return nil, invalid(op, "this is no appointment id of Nextech's", "appointment")
	}
	search := call(op, http.MethodGet, "/Appointment", "/Appointment")
	search.Tolerate = []int{http.StatusNotFound}
	search.Query = new(fhir.Query).Add("identifier", id.Reveal()).Encode()
	answer, err := c.http.Do(ctx, search)
	if err != nil {
		return nil, err
	}
	none := func() error {
		return c.http.Error(search, answer, emr.KindNotFound, "Nextech has no appointment with this id")
	}
	if answer.Status == http.StatusNotFound {
		if !isPlainText(answer.Body) {
			return nil, none()
		}
		return nil, c.wrongBase(search, answer)
	}
	bundle, err := fhir.ParseBundle(answer.Body, decoding)
	if err == nil {
		err = bundle.Err()
	}
	if err != nil {
		return nil, c.unreadable(search, answer, err)
	}
	var found *emr.Appointment
	for r, err := range fhir.Resources[fhir.Appointment](bundle) {
		if err != nil {
			return nil, c.unreadable(search, answer, err)
		}
		a, err := c.appointment(search, answer, r)
		if err != nil {
			return nil, err
		}
		if !a.ID.EqualFold(id) || found != nil {
			return nil, c.http.Error(search, answer, emr.KindProtocol, "Nextech answered with other appointments than the one asked for")
		}
		found = a
	}
	if found == nil && bundle.Total != nil && *bundle.Total > 0 {
		return nil, c.http.Error(search, answer, emr.KindProtocol, "Nextech counts an appointment and does not send it")
	}
	if found == nil {
		return nil, none()
	}
	return found, nil
}

// ListAppointments searches GET /Appointment. Nextech's search knows no status for held
// appointments: with StatusHeld asked for, the filter is applied here. Select takes a chart
// number for the patient; the appointments then carry it as their patient, too, after a
// look at whose it is. Kind protocol when Nextech answers with somebody else's.
func (p parts) ListAppointments(ctx context.Context, q emr.AppointmentQuery, at emr.Cursor) (emr.Page[emr.Appointment], error) {
	var page emr.Page[emr.Appointment]
	if q.Vendor != nil {
		return page, invalid(opListAppointments, "Nextech has no vendor options here", "vendor")
	}
	patient := subjectID(q.Patient)
	if badID(q.Locations...) || badID(q.Practitioners...) || q.Patient != nil && !fhir.ValidID(patient.Reveal()) {
		return page, invalid(opListAppointments, "an id is not one of Nextech's")
	}
	filter := new(fhir.Query)
	if q.Patient != nil {
		filter.Add("patient", patient.Reveal())
	}
	addDays(filter, "date", q.From, q.To)
	if len(q.Locations) > 0 {
		filter.Add("location.id", plain(q.Locations)...)
	}
	if len(q.Practitioners) > 0 {
		filter.Add("practitioner.id", plain(q.Practitioners)...)
	}
	if words := searchable(q.Statuses); len(words) > 0 {
		filter.Add("status", words...)
	}
	search := call(opListAppointments, http.MethodGet, "/Appointment", "/Appointment")
	search.Patient = patient
	bundle, next, answer, err := p.page(ctx, search, filter, at)
	if err != nil {
		return page, err
	}
	var known emr.PatientID
	for r, err := range fhir.Resources[fhir.Appointment](bundle) {
		if err != nil {
			return page, p.unreadable(search, answer, err)
		}
		a, err := p.appointment(search, answer, r)
		if err != nil {
			return page, err
		}
		if q.Patient != nil && !a.Patient.IsZero() && !a.Patient.EqualFold(patient) {
			if known.IsZero() && !isGUID(patient.Reveal()) { // a chart number: whose?
				person, err := p.getPatient(ctx, opListAppointments, patient)
				if err != nil {
					return page, err
				}
				known = person.ID
			}
			if known.IsZero() || !a.Patient.EqualFold(known) {
				return page, p.http.Error(search, answer, emr.KindProtocol, "Nextech ignored the patient asked for")
			}
			a.Patient = patient
		}
		if wanted(a, q) {
			page.Items = append(page.Items, a)
		}
	}
	page.Next = next
	return page, nil
}

// wanted applies what Nextech's filter leaves open: days without a zone, and states it
// cannot be asked for.
func wanted(a *emr.Appointment, q emr.AppointmentQuery) bool {
	if !a.Start.IsZero() && !within(a.Start, q.From, q.To) {
		return false
	}
	for _, s := range q.Statuses {
		if a.Status == s {
			return true
		}
	}
	return len(q.Statuses) == 0
}

// searchable gives the status parameter, none when a state cannot be asked for.
func searchable(all []emr.Status) []string {
	var words []string
	for _, s := range all {
		switch s {
		case emr.StatusBooked, emr.StatusArrived, emr.StatusFulfilled, emr.StatusCancelled, emr.StatusNoShow, emr.StatusPending:
			words = append(words, string(s))
		default:
			return nil
		}
	}
	return words
}

// appointment maps one; a is for the error. Patient and practitioner may be missing: a
// block without a patient, a room without a provider.
func (c *Client) appointment(call *transport.Call, a *transport.Answer, r *fhir.Appointment) (*emr.Appointment, error) {
	id := r.ID
	if id == "" {
		id = official(r.Identifier)
	}
	start, err1 := c.moment(r.Start)
	end, err2 := c.moment(r.End)
	if id == "" || err1 != nil || err2 != nil {
		kind := emr.KindProtocol
		if !call.Safe {
			kind = emr.KindAmbiguous
		}
		return nil, c.http.Error(call, a, kind, "Nextech sent an appointment without an id, or whose time is not an instant with an offset")
	}
	m := &emr.Appointment{
		ID: emr.NewAppointmentID(id), Write: emr.WriteDone, Start: start, End: end,
		Note: emr.NewPHI(r.Comment), Purposes: purposes(r.Extension),
		Created: utc(string(r.Created)), Updated: utc(string(r.Meta.LastUpdated)),
		Source: emr.NewSource(r.Raw().Bytes()),
	}
	m.Status, m.VendorStatus = c.status(r)
	m.Confirmed = m.Status == emr.StatusBooked || m.Status == emr.StatusArrived || m.Status == emr.StatusFulfilled
	typeID, _ := referenced(r.Extension, extType)
	m.Type = emr.AppointmentTypeID(typeID)
	for _, part := range r.Participant { // never by position
		if id, ok := pointsTo(part.Actor, "Patient"); ok {
			m.Patient = emr.NewPatientID(id)
		}
		if id, ok := pointsTo(part.Actor, "Location"); ok {
			m.Location = emr.LocationID(id)
		}
		if id, ok := pointsTo(part.Actor, "Practitioner"); ok {
			m.Practitioner = emr.PractitionerID(id)
		}
	}
	return m, nil
}

// status reads the state. Select leaves it out when the practice's own status maps to
// none of FHIR's: then the extension has the practice's word.
func (c *Client) status(r *fhir.Appointment) (emr.Status, string) {
	switch word := strings.ToLower(r.Status); word {
	case "proposed":
		return emr.StatusHeld, r.Status
	case "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow":
		return emr.Status(word), r.Status
	case "":
		id, name := referenced(r.Extension, extStatus)
		if name == "" && id != "" {
			name = extStatus + "/" + id
		}
		return emr.StatusUnknown, name
	}
	return emr.StatusUnknown, r.Status
}

// isPlainText tells a stray page ("Cannot GET /Patient", HTML) from an empty answer or JSON.
func isPlainText(body []byte) bool {
	p := readProblem(body)
	return !p.json && len(strings.TrimSpace(string(body))) > 0
}

// isGUID tells Nextech's patient ids from chart numbers.
func isGUID(id string) bool { return len(id) == 36 && strings.Count(id, "-") == 4 }

func plain[T ~string](ids []T) []string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = string(id)
	}
	return all
}
