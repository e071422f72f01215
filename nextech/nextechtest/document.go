package nextechtest

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
	"github.com/emrkit/emrkit/nextech"
)

// mostUpload is documented for document uploads, of the whole request.
const mostUpload = 10 << 20

// The media types are documented; the names are written as the vendor lists them, the
// short ones completed (assumed).
var (
	selectMedia = []string{
		"application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-excel.12",
		"image/tif", "image/tiff", "text/html", "text/plain", "text/xml", "image/bmp", "image/gif", "image/jpeg", "image/png",
	}
	practicePlusMedia = []string{"application/pdf", "image/gif", "image/jpeg", "image/png", "image/x-png"}
	noteCategories    = []string{"Past Medical History", "Identification", "Referral"}
)

func (s *Sim) documentRoutes() []route {
	return []route{
		{method: http.MethodPost, path: "/Patient/{uid}/DocumentReference", scope: writePatient, handle: s.upload},
		{method: http.MethodPost, path: "/Patient/{uid}/Composition", only: nextech.Select, scope: writePatient, handle: s.note},
		{method: http.MethodGet, path: "/Patient/{uid}/Encounter", scope: readPatient, params: params{"date": day}, list: true, handle: s.encounters},
		{method: http.MethodGet, path: "/Patient/{uid}/Binary/$autogen-ccd-if", only: nextech.Select, scope: readPatient,
			params: params{"start": slot, "end": slot}, handle: s.summary},
	}
}

// stored counts a document and gives its id.
func (s *Sim) stored() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uploads++
	return itoa(8000 + s.uploads)
}

// upload stores a document; the answer has no data, as in the published sample of
// Select. 413 and 400 as statuses are assumed, what is required is documented.
func (s *Sim) upload(q *query) *simserver.Reply {
	if len(q.Body) > mostUpload {
		q.Violate("an upload of more than 10 MB")
		q.TooLarge = true
	}
	body, refusal := q.decode()
	if refusal != nil {
		return refusal
	}
	p, ok := s.clinic.Patient(q.vars["uid"], s.charts())
	if !ok {
		return notFound("The patient was not found")
	}
	content := children(body, "content")
	var file map[string]any
	if len(content) > 0 {
		file = simserver.ObjectIn(content[0], "attachment")
	}
	if wrong := s.wrongUpload(q, body, file); wrong != "" {
		return invalid("Invalid or missing: " + wrong)
	}
	id := s.stored()
	o := object{
		"resourceType": "DocumentReference", "id": id, "masterIdentifier": object{"use": "official", "value": id},
		"subject": reference("Patient/"+p.ID, p.Family+", "+p.Given), "created": s.created(q.Now),
		"author":  []object{{"reference": "", "display": "API user"}},
		"content": []object{{"attachment": object{"contentType": simserver.StringIn(file, "contentType")}.with("title", simserver.StringIn(file, "title"))}},
	}
	o.with("description", simserver.StringIn(body, "description"))
	if e, ok := body["extension"]; ok {
		o["extension"] = e
	}
	if s.d.plus() {
		o["status"], o["type"], o["indexed"] = body["status"], body["type"], body["indexed"]
	}
	return s.done(http.StatusCreated, o)
}

func (s *Sim) wrongUpload(q *query, body, file map[string]any) string {
	media := selectMedia
	if s.d.plus() {
		media = practicePlusMedia
	}
	data, err := base64.StdEncoding.DecodeString(simserver.StringIn(file, "data"))
	category := simserver.StringIn(s.extension(q, body, s.d.url("note-category")), "valueString")
	switch {
	case simserver.StringIn(body, "resourceType") != "DocumentReference":
		return "resourceType"
	case !slices.Contains(media, strings.ToLower(simserver.StringIn(file, "contentType"))):
		return "contentType"
	case err != nil || len(data) == 0:
		return "data"
	case !s.d.plus() && simserver.StringIn(file, "title") == "":
		return "title"
	case s.d.plus() && simserver.StringIn(body, "status") == "":
		return "status"
	case s.d.plus() && simserver.StringIn(body, "indexed") == "":
		return "indexed"
	case s.d.plus() && len(simserver.ObjectIn(body, "type")) == 0:
		return "type"
	case category != "" && !slices.Contains(noteCategories, category):
		return "note-category"
	}
	return ""
}

// note stores a non-clinical note (Select).
func (s *Sim) note(q *query) *simserver.Reply {
	body, refusal := q.decode()
	if refusal != nil {
		return refusal
	}
	p, ok := s.clinic.Patient(q.vars["uid"], true)
	if !ok {
		return notFound("The patient was not found")
	}
	sections := children(body, "section")
	if simserver.StringIn(body, "resourceType") != "Composition" || len(sections) == 0 || simserver.StringIn(simserver.ObjectIn(sections[0], "text"), "div") == "" {
		return invalid("Invalid or missing: section.text.div")
	}
	id := s.stored()
	return s.done(http.StatusCreated, object{
		"resourceType": "Composition", "id": id, "identifier": object{"use": "official", "value": id},
		"subject": reference("Patient/"+p.ID, p.Family+", "+p.Given), "date": s.created(q.Now),
		"author":  []object{{"display": "API user"}},
		"section": []object{{"title": simserver.StringIn(sections[0], "title"), "text": object{"div": simserver.StringIn(simserver.ObjectIn(sections[0], "text"), "div")}}},
	})
}
