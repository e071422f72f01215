package medtechtest

import (
	"iter"
	"maps"
	"net/http"
	"slices"

	"github.com/emrkit/emrkit/internal/simserver"
)

// taskRoutes: that tasks are read by NHI, patient id and provider was seen; the names of
// the parameters are assumed. Writing needs no role that is known.
func (s *Sim) taskRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/Task", roles: []string{roleTaskRead}, handle: func(q *query) *simserver.Reply {
			return q.search("Task", "No Task records found.")
		}, needs: []string{"patient.identifier", "patient._id", "owner.identifier", "_id"},
			params: params{"patient.identifier": nhi, "patient._id": word, "owner.identifier": number, "_id": word}},
		{method: http.MethodPost, path: "/Task", handle: s.createTask},
		{method: http.MethodGet, path: "/Task/{id}", roles: []string{roleTaskRead}, handle: func(q *query) *simserver.Reply { return q.read("Task") }},
	}
}

// createTask: the body is assumed to be plain FHIR R4.
func (s *Sim) createTask(q *query) *simserver.Reply {
	body, refusal := q.decode("Task")
	if refusal != nil {
		return refusal
	}
	switch {
	case simserver.StringIn(body, "status") == "", simserver.StringIn(body, "intent") == "":
		return q.rule("The mandatory status or intent is missing")
	case simserver.StringIn(body, "description") == "":
		return q.rule("The mandatory description is missing")
	}
	r := &record{Stored: Stored{Type: "Task", Identifier: firstIdentifier(body), Body: slices.Clone(q.Body)}, at: q.Now, viaAPI: true}
	if body["for"] != nil { // a task of the staff has no patient
		p, refusal := q.subject(body, "for")
		if refusal != nil {
			return refusal
		}
		r.patient, r.NHI = p.ID, s.nhiOf(q.f, p)
	}
	if refusal := q.knownPractitioner(child(body, "owner")); refusal != nil {
		return refusal
	}
	if simserver.StringIn(body, "authoredOn") != "" {
		if _, ok := q.written(body, "authoredOn"); !ok {
			return q.invalid(textInvalid)
		}
	}
	r.body = pick(body, slices.Sorted(keys(body))...)
	return q.created(s.keep(q.f, r).body)
}

func keys(o map[string]any) iter.Seq[string] { return maps.Keys(o) }

// isOwner compares with owner.identifier, where it is sent.
func (q *query) isOwner(r *record) bool {
	if !q.values.Has("owner.identifier") {
		return true
	}
	p, ok := q.f.practitionerBy(q.token("owner.identifier"))
	id, isRef := q.refID(child(r.body, "owner"), "Practitioner")
	have, known := q.f.practitioner(id)
	return ok && isRef && known && have.ID == p.ID
}
