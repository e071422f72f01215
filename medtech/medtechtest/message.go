package medtechtest

import (
	"net/http"
	"slices"

	"github.com/emrkit/emrkit/internal/simserver"
)

func (s *Sim) messageRoutes() []route {
	read := []string{roleMessageRead}
	return []route{
		{method: http.MethodGet, path: "/Communication", roles: read, handle: func(q *query) *simserver.Reply {
			return q.search("Communication", "No Communication records found.")
		}, needs: []string{"patient.identifier", "patient._id", "_id"}, params: params{"patient.identifier": nhi, "patient._id": word, "_id": word}},
		{method: http.MethodPost, path: "/Communication", roles: []string{roleMessageWrite}, handle: s.createMessage},
		{method: http.MethodGet, path: "/Communication/{id}", roles: read, handle: func(q *query) *simserver.Reply { return q.read("Communication") }},
	}
}

// createMessage: the body is assumed after the Australian profile, where category (one
// coding), subject, sent, sender and payload stand once each; who gets it is recipient.
func (s *Sim) createMessage(q *query) *simserver.Reply {
	body, refusal := q.decode("Communication")
	if refusal != nil {
		return refusal
	}
	p, refusal := q.subject(body, "subject")
	if refusal != nil {
		return refusal
	}
	payload, category := children(body, "payload"), children(body, "category")
	switch {
	case simserver.StringIn(body, "status") == "":
		return q.rule("The mandatory status is missing")
	case len(category) != 1 || len(children(category[0], "coding")) != 1:
		return q.rule("The mandatory category is missing")
	case len(payload) != 1 || simserver.StringIn(payload[0], "contentString") == "" && child(payload[0], "contentAttachment") == nil && child(payload[0], "contentReference") == nil:
		return q.rule("The mandatory payload is missing")
	case child(body, "sender") == nil:
		return q.rule("The mandatory sender is missing")
	}
	if _, ok := q.written(body, "sent"); !ok {
		return q.rule("The mandatory sent is missing")
	}
	for _, who := range append(children(body, "recipient"), child(body, "sender")) {
		if refusal := q.knownPractitioner(who); refusal != nil {
			return refusal
		}
	}
	r := &record{Stored: Stored{Type: "Communication", Identifier: firstIdentifier(body), NHI: s.nhiOf(q.f, p), Body: slices.Clone(q.Body)},
		patient: p.ID, at: q.Now, viaAPI: true, body: pick(body, slices.Sorted(keys(body))...)}
	return q.created(s.keep(q.f, r).body)
}
