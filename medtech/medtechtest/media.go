package medtechtest

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

// textNoReference was recorded.
const textNoReference = "The mandatory Identifier.value with the reference number is missing"

func (s *Sim) mediaRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/Media", roles: []string{roleMediaRead}, handle: func(q *query) *simserver.Reply {
			return q.search("Media", "No Media records found for the Patient.")
		}, needs: []string{"patient.identifier"}, params: params{"patient.identifier": nhi}},
		{method: http.MethodPost, path: "/Media", roles: []string{roleMediaWrite}, handle: s.createMedia},
		{method: http.MethodGet, path: "/Media/{id}", roles: []string{roleMediaRead}, handle: func(q *query) *simserver.Reply { return q.read("Media") }},
	}
}

// search lists the patient's records of a type. The bytes are left out of lists (assumed).
func (q *query) search(resourceType, nothing string) *simserver.Reply {
	patient, ok := q.patientAsked()
	if !ok {
		return q.nothing(textNoPatient)
	}
	var all []object
	for _, r := range q.recordsOf(resourceType) {
		if (patient == "" || r.patient == patient) && q.is("_id", r.ID) && q.isOfType(r) && q.isOwner(r) {
			all = append(all, r.body)
		}
	}
	return q.found(all, nothing)
}

// patientAsked is the patient of patient.identifier and patient._id; "" is any, false
// nobody.
func (q *query) patientAsked() (patient string, ok bool) {
	if q.values.Has("patient.identifier") {
		p, ok := q.sim.patientBy(q.f, q.token("patient.identifier"))
		if !ok {
			return "", false
		}
		patient = p.ID
	}
	if q.values.Has("patient._id") {
		p, ok := q.f.patient(q.values.Get("patient._id"))
		if !ok || patient != "" && patient != p.ID {
			return "", false
		}
		patient = p.ID
	}
	return patient, true
}

// read is one record, with its bytes.
func (q *query) read(resourceType string) *simserver.Reply {
	r, ok := q.recordBy(resourceType, q.id)
	if !ok {
		return q.missing(textNoID)
	}
	return answer(http.StatusOK, r.whole())
}

// whole is the resource with the bytes that lists leave out.
func (r *record) whole() object {
	o := object{}
	for name, v := range r.body {
		o[name] = v
	}
	if len(r.Data) == 0 || r.binary != 0 {
		return o
	}
	if r.Type == "DocumentReference" { // assumed: a scan comes back like a note
		o["content"] = []object{{"attachment": object{"contentType": r.ContentType, "title": r.Title, "data": r.Data}}}
		return o
	}
	content := object{}
	for name, v := range child(r.body, "content") {
		content[name] = v
	}
	content["data"] = base64.StdEncoding.EncodeToString(r.Data)
	o["content"] = content
	return o
}

var mediaMembers = []string{
	"resourceType", "identifier", "status", "type", "subject", "operator", "createdDateTime", "content", "note",
	"bodySite", "view", "modality", "encounter", "extension", "reasonCode",
}

// createMedia is the Inbox, Media folder. Recorded: identifier.value is mandatory, the
// answer, its headers. Assumed: the status of what else is wrong. Storing twice makes
// two: no rule of the vendor's prevents it.
func (s *Sim) createMedia(q *query) *simserver.Reply {
	body, refusal := q.decode("Media")
	if refusal != nil {
		return refusal
	}
	q.only(body, "the Media", mediaMembers...)
	if !s.opts.ClinicalMedia {
		q.none(body, "the Media", "bodySite", "view", "modality", "encounter", "extension", "reasonCode")
	}
	r := &record{Stored: Stored{Type: "Media", Body: slices.Clone(q.Body)}, at: q.Now, viaAPI: true}
	if r.Identifier = firstIdentifier(body); r.Identifier == "" {
		q.Violate("a Media without identifier.value")
		return q.rule(textNoReference)
	}
	p, refusal := q.subject(body, "subject")
	if refusal != nil {
		return refusal
	}
	r.patient, r.NHI = p.ID, s.nhiOf(q.f, p)
	content := child(body, "content")
	r.ContentType, r.Title = simserver.StringIn(content, "contentType"), simserver.StringIn(content, "title")
	data, ok := decodeData(simserver.StringIn(content, "data"))
	switch {
	case simserver.StringIn(body, "status") != "completed":
		return q.rule("The mandatory status is missing")
	case !strings.HasPrefix(r.ContentType, "image/") && r.ContentType != "application/pdf":
		return q.rule("The content type is not supported")
	case !ok:
		return q.rule("The content data is missing or no base64")
	case s.opts.MediaLimit > 0 && len(data) > s.opts.MediaLimit:
		return q.sim.outcome(http.StatusRequestEntityTooLarge, "too-long", "The image is too large.")
	}
	if simserver.StringIn(body, "createdDateTime") != "" {
		if _, ok := q.written(body, "createdDateTime"); !ok {
			return q.invalid(textInvalid)
		}
	}
	if refusal := q.knownPractitioner(child(body, "operator")); refusal != nil {
		return refusal
	}
	r.Data = data
	r.body = pick(body, "resourceType", "identifier", "status", "type", "subject", "operator", "createdDateTime")
	r.body["content"] = pick(content, "contentType", "title")
	return q.created(s.keep(q.f, r).whole())
}

// pick copies these members.
func pick(o map[string]any, names ...string) object {
	kept := object{}
	for _, name := range names {
		if v, ok := o[name]; ok {
			kept[name] = v
		}
	}
	return kept
}

func firstIdentifier(body map[string]any) string {
	if all := children(body, "identifier"); len(all) > 0 {
		return simserver.StringIn(all[0], "value")
	}
	return ""
}

// subject is the patient that a record is about.
func (q *query) subject(body map[string]any, member string) (simserver.Patient, *simserver.Reply) {
	id, ok := q.refID(child(body, member), "Patient")
	if !ok {
		q.Violate("%s does not name a patient here", member)
		return simserver.Patient{}, q.rule("The mandatory " + member + " is missing")
	}
	p, ok := q.f.patient(id)
	if !ok {
		return p, q.missing(textNoPatient)
	}
	return p, nil
}

// knownPractitioner: nil reference is fine.
func (q *query) knownPractitioner(ref map[string]any) *simserver.Reply {
	if ref == nil {
		return nil
	}
	id, _ := q.refID(ref, "Practitioner")
	if _, ok := q.f.practitioner(id); !ok {
		return q.missing(textNoProvider)
	}
	return nil
}

// isOfType compares with type, where it is sent.
func (q *query) isOfType(r *record) bool {
	want := q.values.Get("type")
	if want == "" {
		return true
	}
	for _, c := range codings(r.body["type"]) {
		if simserver.StringIn(c, "system")+"|"+simserver.StringIn(c, "code") == want {
			return true
		}
	}
	return false
}

// codings of a CodeableConcept, as it was sent or made here.
func codings(concept any) []map[string]any {
	switch v := concept.(type) {
	case object:
		var all []map[string]any
		list, _ := v["coding"].([]object)
		for _, c := range list {
			all = append(all, c)
		}
		return all
	case map[string]any:
		return children(v, "coding")
	}
	return nil
}
