package nextechtest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

// recall is a reminder that a patient is due.
type recall struct {
	id, status string
	patient    simserver.Patient
	due        string
	deleted    bool
}

// recalls are three for three of the seeded patients, one of them deleted. The words of
// the status are documented.
func (s *Sim) recalls() []recall {
	patients := s.clinic.Patients()
	words := []string{"Need to Schedule", "Scheduled", "Discontinued"}
	if s.d.plus() {
		words = []string{"Active", "Closed", "Deleted"}
	}
	var all []recall
	for i, word := range words {
		if i >= len(patients) {
			break
		}
		p := patients[i]
		all = append(all, recall{
			id: "PR-" + itoa(i+1), status: word, patient: p, deleted: i == 2,
			due: p.Created.AddDate(0, i+1, 0).Format("2006-01-02"),
		})
	}
	return all
}

func (s *Sim) recallRoutes() []route {
	p := params{
		"identifier": token, "subject": token, "created": day, "location": token, "practitioner": token,
		"recall-status-name": token, "recall-date": day, "deleted": token,
	}
	if s.d.plus() {
		p["_lastUpdated"] = stamp
	} else {
		p["last-updated"] = stamp
	}
	return []route{
		{method: http.MethodGet, path: "/patient-recall", params: p, list: true, handle: s.searchRecalls},
		{method: http.MethodGet, path: "/patient-recall/{id}", handle: func(q *query) *simserver.Reply {
			var all []object
			for _, r := range s.recalls() {
				all = append(all, s.recall(r))
			}
			return one(q, all)
		}},
	}
}

func (s *Sim) searchRecalls(q *query) *simserver.Reply {
	deleted := []string{"false"} // by default only live ones (documented)
	if v := q.values.Get("deleted"); v != "" {
		deleted = strings.Split(strings.ToLower(v), ",")
	}
	location := s.clinic.Locations[0].ID
	var all []object
	for _, r := range s.recalls() {
		word := "false"
		if r.deleted {
			word = "true"
		}
		if slices.Contains(deleted, word) && q.matches("identifier", token, r.id) &&
			q.matches("subject", token, "Patient/"+r.patient.ID) && q.matches("recall-status-name", token, r.status) &&
			q.matches("location", token, "location/"+location) && q.matches("practitioner", token, "practitioner/"+firstPractitioner) &&
			q.onDay("recall-date", r.due) && q.within("created", r.patient.Created, utc) &&
			q.within("_lastUpdated", r.patient.Created, utc) && q.within("last-updated", r.patient.Created, utc) {
			all = append(all, s.recall(r))
		}
	}
	return s.page(q, all)
}

// recall: the two products differ in the name of the value of a reference (published).
func (s *Sim) recall(r recall) object {
	value, base := "valueResourceReference", "http://hl7.org/fhir/StructureDefinition/"
	if s.d.plus() {
		value, base = "valueReference", "http://hl7.org/fhir/structuredefinition/"
	}
	l := s.clinic.Locations[0]
	d, _ := s.clinic.Practitioner(firstPractitioner)
	o := object{
		"resourceType": "patient-recall", "identifier": official(r.id), "created": s.created(r.patient.Created),
		"subject": reference("Patient/"+r.patient.ID, r.patient.Family+", "+r.patient.Given),
		"extension": []object{
			ext(base+"Practitioner", value, reference("Practitioner/"+d.ID, d.Family+", "+d.Given)),
			ext(base+"Location", value, reference("Location/"+l.ID, l.Name)),
			ext(s.d.url("recall-date"), "valueDate", r.due),
			ext(s.d.url("recall-status-name"), "valueString", r.status),
			ext(s.d.url("recall-template-name"), "valueString", "1 Month"),
			ext(s.d.url("recall-step-name"), "valueString", "1 Month"),
			ext(s.d.url("recall-deleted"), "valueBoolean", r.deleted),
			ext(s.d.url("recall-last-updated"), "valueDateTime", s.created(r.patient.Created)),
		},
	}
	o["id"] = r.id // absent in Select's published sample, present in a recorded one
	return o
}
