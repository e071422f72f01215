package medtechtest

import (
	"net/http"
	"slices"

	"github.com/emrkit/emrkit/internal/simserver"
)

const (
	loinc      = "http://loinc.org"
	loincNote  = "11488-4"
	loincRSD   = "34109-9"
	loincScan  = "72170-4"
	mostScan   = 8 << 20 // the whole payload (seen in the vendor's notes)
	textNoDocs = "No Document records found for the Patient."
)

func (s *Sim) documentRoutes() []route {
	read := []string{roleNotes, roleLetters}
	return []route{
		{method: http.MethodGet, path: "/DocumentReference", roles: read, handle: s.searchDocuments,
			needs:  []string{"patient.identifier", "patient._id", "_id"},
			params: params{"patient.identifier": nhi, "patient._id": word, "_id": word, "type": word, "_security": word}},
		{method: http.MethodPost, path: "/DocumentReference", roles: []string{roleScan}, handle: s.createScan},
		{method: http.MethodGet, path: "/DocumentReference/{id}", roles: read, handle: func(q *query) *simserver.Reply { return q.read("DocumentReference") }},
		{method: http.MethodGet, path: "/Binary/{id}", roles: []string{roleBinary}, handle: s.readBinary},
	}
}

// searchDocuments: notes and letters have a role each; scans come with either (assumed).
func (s *Sim) searchDocuments(q *query) *simserver.Reply {
	if t := q.values.Get("type"); t != "" && t != loinc+"|"+loincNote && t != loinc+"|"+loincRSD && t != loinc+"|"+loincScan {
		q.Violate("type is not written http://loinc.org| and a known code")
		return q.forbidden()
	}
	roles := rolesIn(q.Bearer())
	for code, role := range map[string]string{loincNote: roleNotes, loincRSD: roleLetters} {
		if q.values.Get("type") == loinc+"|"+code && !slices.Contains(roles, role) {
			return q.forbidden()
		}
	}
	return q.search("DocumentReference", textNoDocs)
}

var scanMembers = []string{
	"resourceType", "identifier", "status", "type", "subject", "author", "date", "description", "content",
}

// createScan is the Inbox, Scan folder. The rules are the vendor's profile and notes;
// which status says that one is broken is assumed.
func (s *Sim) createScan(q *query) *simserver.Reply {
	if len(q.Body) > mostScan {
		q.Violate("a scan of more than 8 MB")
		q.TooLarge = true
	}
	body, refusal := q.decode("DocumentReference")
	if refusal != nil {
		return refusal
	}
	q.only(body, "the scan", scanMembers...)
	r := &record{Stored: Stored{Type: "DocumentReference", Body: slices.Clone(q.Body)}, at: q.Now, viaAPI: true}
	if r.Identifier = firstIdentifier(body); r.Identifier == "" || len(children(body, "identifier")) != 1 {
		q.Violate("a scan needs one identifier with a value")
		return q.rule(textNoReference)
	}
	types := children(child(body, "type"), "coding")
	content := children(body, "content")
	if len(types) != 1 || simserver.StringIn(types[0], "system") != loinc || simserver.StringIn(types[0], "code") != loincScan {
		q.Violate("the type of a scan is not LOINC %s", loincScan)
		return q.sim.outcome(http.StatusBadRequest, "not-supported", textUnable)
	}
	p, refusal := q.subject(body, "subject")
	if refusal != nil {
		return refusal
	}
	r.patient, r.NHI = p.ID, s.nhiOf(q.f, p)
	if refusal := q.checkAuthor(body); refusal != nil {
		return refusal
	}
	if len(content) != 1 || simserver.StringIn(body, "status") != "current" {
		return q.rule("The mandatory content or status is missing")
	}
	if _, ok := q.written(body, "date"); !ok {
		return q.rule("The mandatory date is missing")
	}
	file := child(content[0], "attachment")
	r.ContentType, r.Title = simserver.StringIn(file, "contentType"), simserver.StringIn(file, "title")
	data, ok := decodeData(simserver.StringIn(file, "data"))
	switch {
	case r.ContentType != "image/tiff" && r.ContentType != "application/pdf":
		q.Violate("a scan is TIFF or PDF")
		return q.rule("The content type is not supported")
	case !ok:
		return q.rule("The content data is missing or no base64")
	case r.Title == "":
		return q.rule("The mandatory title is missing")
	}
	r.Data = data
	r.body = pick(body, "resourceType", "identifier", "status", "type", "subject", "author", "date", "description")
	r.body["content"] = []object{{"attachment": object{"contentType": r.ContentType, "title": r.Title}}}
	return q.created(s.keep(q.f, r).body)
}

// checkAuthor: scans without were refused (seen), although the notes make it optional.
func (q *query) checkAuthor(body map[string]any) *simserver.Reply {
	authors := children(body, "author")
	if len(authors) == 0 && !q.sim.opts.AuthorOptional {
		q.Violate("a scan without author")
		return q.rule("The mandatory author is missing")
	}
	if len(authors) == 0 {
		return nil
	}
	return q.knownPractitioner(authors[0])
}

// readBinary answers in one of the two forms that a client must be ready for.
func (s *Sim) readBinary(q *query) *simserver.Reply {
	n, _, ok := q.f.ids.read("Binary", q.id)
	all := q.recordsOf("DocumentReference")
	at := slices.IndexFunc(all, func(r *record) bool { return ok && r.binary != 0 && int64(r.binary) == n })
	if at < 0 {
		return q.missing(textNoID)
	}
	r := all[at]
	if s.opts.RawBinary {
		return &simserver.Reply{Status: http.StatusOK, ContentType: r.ContentType, Body: r.Data}
	}
	return answer(http.StatusOK, object{"resourceType": "Binary", "id": q.id, "contentType": r.ContentType, "data": r.Data})
}
