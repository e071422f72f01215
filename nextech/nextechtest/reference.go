package nextechtest

import (
	"net/http"

	"github.com/emrkit/emrkit/internal/simserver"
	"github.com/emrkit/emrkit/nextech"
)

// named is an entry of one of the practice's own lists.
type named struct{ ID, Name string }

// practiceStatuses are Select's (15.9 and later). The first five stand for FHIR statuses,
// the others are the practice's own: an appointment that has one has no FHIR status.
var practiceStatuses = []named{
	{"0", "Pending"}, {"1", "Confirmed"}, {"2", "In"}, {"3", "Out"}, {"4", "No Show"},
	{"6", "Online Book"}, {"7", "Online Hold"}, {"8", "Waiting List"},
}

func isPracticeStatus(id string) bool { return id == "6" || id == "7" || id == "8" }

func statusName(id string) string {
	n, _ := simserver.Find(practiceStatuses, id, func(n named) string { return n.ID })
	return n.Name
}

var patientTypes = []named{{"1", "Self-pay"}, {"2", "Insured"}, {"3", "Study"}}

func patientType(id string) (named, bool) {
	return simserver.Find(patientTypes, id, func(n named) string { return n.ID })
}

// referenceRoutes are the lists that are no FHIR resources.
func (s *Sim) referenceRoutes() []route {
	var all []route
	for _, l := range []struct {
		path string
		only nextech.Product
		list func() []object
	}{
		{"/appointment-type", "", s.appointmentTypes},
		{"/appointment-purpose", "", s.appointmentPurposes},
		{"/appointment-status", nextech.Select, s.appointmentStatuses},
		{"/patient-type", "", s.patientTypes},
	} {
		all = append(all,
			route{method: http.MethodGet, path: l.path, only: l.only, list: true,
				params: params{"identifier": token, "name": text},
				handle: func(q *query) *simserver.Reply { return s.page(q, s.byIDAndName(q, l.list())) }},
			route{method: http.MethodGet, path: l.path + "/{id}", only: l.only,
				handle: func(q *query) *simserver.Reply { return one(q, l.list()) }})
	}
	return all
}

// byIDAndName filters a list by the two parameters they all have.
func (s *Sim) byIDAndName(q *query, all []object) []object {
	var kept []object
	for _, o := range all {
		name := ""
		for _, e := range o["extension"].([]object) {
			if v, ok := e["valueString"].(string); ok {
				name = v
			}
		}
		if q.matches("identifier", token, o["id"].(string)) && q.matches("name", text, name) {
			kept = append(kept, o)
		}
	}
	return kept
}

// one answers a read by id.
func one(q *query, all []object) *simserver.Reply {
	for _, o := range all {
		if o["id"] == q.vars["id"] {
			return answer(http.StatusOK, o)
		}
	}
	return notFound("The resource was not found")
}

// appointmentTypes: Practice+ tells no length.
func (s *Sim) appointmentTypes() []object {
	var all []object
	for _, t := range s.clinic.Types {
		e := []object{ext("appointment-type", "valueString", t.Name)}
		if !s.d.bare {
			e = []object{
				ext(s.d.url("appointment-type#name"), "valueString", t.Name),
				ext(s.d.url("appointment-type#defaultDuration"), "valueInteger", int(t.Length.Minutes())),
			}
		}
		all = append(all, object{"resourceType": "appointment-type", "id": t.ID, "extension": e})
	}
	return all
}

// appointmentPurposes: Select names the types a purpose is for.
func (s *Sim) appointmentPurposes() []object {
	var all []object
	for _, p := range s.clinic.Purposes {
		e := []object{ext(s.d.scheduling("appointment-purpose"), "valueString", p.Name)}
		for _, id := range p.Types {
			if t, ok := s.clinic.Type(id); ok && !s.d.bare {
				e = append(e, ext(s.d.url("appointment-type"), "valueReference", reference("appointment-type/"+id, t.Name)))
			}
		}
		all = append(all, object{"resourceType": "appointment-purpose", "id": p.ID, "extension": e})
	}
	return all
}

func (s *Sim) appointmentStatuses() []object { return s.named("appointment-status", practiceStatuses) }

func (s *Sim) patientTypes() []object { return s.named("patient-type", patientTypes) }

func (s *Sim) named(kind string, list []named) []object {
	var all []object
	for _, n := range list {
		all = append(all, object{
			"resourceType": kind, "id": n.ID, "extension": []object{ext(s.d.url(kind+"#name"), "valueString", n.Name)},
		})
	}
	return all
}
