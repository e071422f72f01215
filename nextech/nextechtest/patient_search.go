package nextechtest

import (
	"net/http"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
	"github.com/emrkit/emrkit/nextech"
)

// The scopes are those of the registration guide. Which call needs which is assumed.
const (
	readPatient      = "patient/*.read"
	writePatient     = "patient/*.write"
	readAppointment  = "appointment/*.read"
	writeAppointment = "appointment/*.write"
	readSlot         = "slot/*.read"
)

// patientParams: name and address stand in the general search section only.
var patientParams = params{
	"_lastUpdated": stamp, "family": text, "given": text, "birthdate": day, "phone": token, "email": text,
	"address-city": text, "address-state": text, "address-postalcode": text, "identifier": token,
	"name": text, "address": text,
}

func (s *Sim) patientRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/Patient", scope: readPatient, params: patientParams, list: true, handle: s.searchPatients},
		{method: http.MethodGet, path: "/Patient/ID", only: nextech.Select, scope: readPatient, params: patientParams, handle: s.patientID},
		{method: http.MethodGet, path: "/Patient/{uid}", scope: readPatient, handle: s.readPatient},
		{method: http.MethodPost, path: "/Patient/", scope: writePatient, handle: s.createPatient},
		{method: http.MethodPut, path: "/Patient/", scope: writePatient, handle: s.updatePatient},
	}
}

// charts: Select takes the chart number wherever an id of a patient is asked for.
func (s *Sim) charts() bool { return !s.d.plus() }

func (s *Sim) matchingPatients(q *query) []simserver.Patient {
	var all []simserver.Patient
	for _, p := range s.clinic.Patients() {
		if s.patientMatches(q, p) {
			all = append(all, p)
		}
	}
	return all
}

func (s *Sim) patientMatches(q *query, p simserver.Patient) bool {
	ids := []string{p.ID}
	if s.charts() {
		ids = append(ids, p.Chart)
	}
	name := fullName(p.Given, p.Middle, p.Family)
	address := append([]string{p.City, p.State, p.Zip}, p.Lines...)
	return q.matches("family", text, p.Family) &&
		q.matches("given", text, p.Given, p.Middle, p.Nickname) &&
		q.matches("name", text, p.Family, p.Given, p.Middle, name) &&
		q.matches("email", text, p.Emails...) &&
		q.matches("identifier", token, ids...) &&
		q.matches("address", text, address...) &&
		q.matches("address-city", text, p.City) &&
		q.matches("address-state", text, p.State) &&
		q.matches("address-postalcode", text, p.Zip) &&
		q.onDay("birthdate", p.Born) &&
		q.within("_lastUpdated", p.Updated, utc) &&
		q.allGroups("phone", func(want string) bool { return hasPhone(p, want) })
}

// hasPhone compares digits, because numbers are free text on both sides (assumed). Any
// telephone counts (documented), also a hidden one (assumed).
func hasPhone(p simserver.Patient, want string) bool {
	for _, t := range p.Phones {
		if d := simserver.Digits(want); d != "" && d == simserver.Digits(t.Number) {
			return true
		}
	}
	return false
}

func (s *Sim) searchPatients(q *query) *simserver.Reply {
	return found(s, q, s.matchingPatients(q), s.patient)
}

// patientID is GET /Patient/ID. Its answer is in no public source: the patient with
// nothing but ids is assumed, 400 for several is from the 2017 documentation.
func (s *Sim) patientID(q *query) *simserver.Reply {
	all := s.matchingPatients(q)
	switch len(all) {
	case 0:
		return notFound("No patient matched the search")
	case 1:
		return answer(http.StatusOK, object{
			"resourceType": "Patient", "id": all[0].ID, "identifier": s.patientIdentifiers(all[0])[:2],
		})
	}
	return invalid("The search is not specific enough")
}

func (s *Sim) readPatient(q *query) *simserver.Reply {
	p, ok := s.clinic.Patient(q.vars["uid"], s.charts())
	if !ok {
		return notFound("The patient was not found")
	}
	return answer(http.StatusOK, s.patient(p))
}

// createPatient refuses what lacks a required field with 400, and with 409 whom the
// practice knows already. Both statuses are documented, the bodies assumed.
func (s *Sim) createPatient(q *query) *simserver.Reply {
	body, refusal := q.decode()
	if refusal != nil {
		return refusal
	}
	if simserver.StringIn(body, "resourceType") != "Patient" {
		return invalid("resourceType must be Patient")
	}
	p, missing := s.newPatient(q, body)
	if len(missing) > 0 {
		return invalid("Required: " + joined(missing))
	}
	if q.Take(emrtest.FaultDuplicatePatient) {
		s.clinic.AddPatient(p, func(have simserver.Patient) bool { return simserver.SamePerson(have, p) })
	}
	added, ok := s.clinic.AddPatient(p, func(have simserver.Patient) bool { return simserver.SamePerson(have, p) })
	if !ok {
		return outcome(http.StatusConflict, "duplicate", "A patient with the same name, e-mail, birth date, postal code and phone exists")
	}
	return s.done(http.StatusCreated, s.patient(added))
}
