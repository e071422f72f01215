package nexhealthtest

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// storedDocument is a file of a patient.
type storedDocument struct {
	id, patient, filename, kind string // patient is the clinic's id
	content                     []byte
	created                     time.Time
}

// seedDocuments gives each patient of the seed one letter.
func (s *Sim) seedDocuments() {
	for _, p := range s.clinic.Patients() {
		s.documents = append(s.documents, &storedDocument{
			id: itoa(s.number()), patient: p.ID, filename: "welcome.pdf", kind: "61", content: []byte("%PDF-1.4\n% a letter\n%%EOF\n"), created: s.seeded,
		})
	}
}

// documentTypes are of the practice; 63 is not active.
var documentTypes = []struct {
	id     int
	name   string
	active bool
}{{61, "Health History and Patient Forms", true}, {62, "Referral Letters", true}, {63, "Microfiche", false}}

func (s *Sim) documentRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/document_types", sub: required, loc: required, params: of(flag, "active"), handle: s.listDocumentTypes},
		{method: http.MethodGet, path: "/document_types/{id}", sub: required, loc: required, handle: s.readDocumentType},
		{method: http.MethodGet, path: "/patients/{id}/documents", sub: required, handle: s.listDocuments},
		{method: http.MethodPost, path: "/patients/{id}/documents", sub: required, loc: required, form: true, handle: s.upload},
		{method: http.MethodGet, path: "/documents/{id}/download", handle: s.download},
	}
}

// listDocumentTypes: active ones unless asked otherwise.
func (s *Sim) listDocumentTypes(q *query) *simserver.Reply {
	var all []object
	for _, t := range documentTypes {
		if q.home() && t.active == (q.get("active") != "false") {
			all = append(all, object{"id": t.id, "name": t.name, "active": t.active})
		}
	}
	return q.list(all)
}

func (s *Sim) readDocumentType(q *query) *simserver.Reply {
	for _, t := range documentTypes {
		if itoa(t.id) == q.vars["id"] && q.home() {
			return q.done(http.StatusOK, object{"id": t.id, "name": t.name, "active": t.active})
		}
	}
	return q.unknown("Document type")
}

func (d *storedDocument) object() object {
	return object{
		"id": number(d.id), "filename": d.filename, "type": "application/pdf", "url": "/documents/" + d.id + "/download",
		"created_at": stamp(d.created), "document_type_id": number(d.kind),
	}
}

func (s *Sim) listDocuments(q *query) *simserver.Reply {
	return q.onePatient(func(p simserver.Patient) *simserver.Reply {
		var all []object
		for _, d := range s.documents {
			if d.patient == p.ID {
				all = append(all, d.object())
			}
		}
		return q.list(all)
	})
}

// onePatient finds the patient of the path.
func (q *query) onePatient(do func(simserver.Patient) *simserver.Reply) *simserver.Reply {
	if p, ok := q.sim.patientBy(q.vars["id"]); ok && q.home() {
		return do(p)
	}
	return q.unknown("Patient")
}

// upload takes multipart/form-data with the part file, which has a file name, and
// document_type_id where it is sent (documented). PDF only: documented for v2; how
// something else is refused is assumed.
func (s *Sim) upload(q *query) *simserver.Reply {
	return q.onePatient(func(p simserver.Patient) *simserver.Reply {
		d := &storedDocument{id: itoa(s.number()), patient: p.ID, created: q.Now}
		if why := q.readForm(d); why != "" {
			return q.invalid(why)
		}
		s.documents = append(s.documents, d)
		s.uploads++
		reply := q.done(http.StatusCreated, d.object())
		s.accept(write{kind: storage, id: d.id, never: q.Take(emrtest.FaultWriteNeverCompleted)})
		return reply
	})
}

// readForm says what is wrong with the form, "" for nothing.
func (q *query) readForm(d *storedDocument) string {
	_, options, err := mime.ParseMediaType(q.Header.Get("Content-Type"))
	if err != nil || options["boundary"] == "" || q.TooLarge {
		q.Violate("the form cannot be read")
		return "Bad request"
	}
	parts := multipart.NewReader(bytes.NewReader(q.Body), options["boundary"])
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			q.Violate("the form cannot be read")
			return "Bad request"
		}
		content, err := io.ReadAll(part)
		switch {
		case err != nil:
			return "Bad request"
		case part.FormName() == "file":
			d.filename, d.content = part.FileName(), content
		case part.FormName() == "document_type_id":
			d.kind = strings.TrimSpace(string(content))
		default:
			q.Violate("the form has the unknown part %q", shown(part.FormName()))
		}
	}
	return q.checkForm(d)
}

func (q *query) checkForm(d *storedDocument) string {
	switch {
	case d.content == nil:
		q.Violate("no part with the name file")
		return "Missing parameter file"
	case d.filename == "":
		q.Violate("the part file has no file name")
		return "file is invalid"
	case !bytes.HasPrefix(d.content, []byte("%PDF-")):
		q.Violate("the file is no PDF")
		return "file must be a PDF"
	}
	for _, t := range documentTypes {
		if d.kind == "" || d.kind == itoa(t.id) {
			return ""
		}
	}
	return "document_type_id is invalid"
}

// download: that the path of url works with the token is assumed.
func (s *Sim) download(q *query) *simserver.Reply {
	for _, d := range s.documents {
		if d.id == q.vars["id"] && q.env == s.opts.Environment {
			return &simserver.Reply{Status: http.StatusOK, ContentType: "application/pdf", Body: d.content}
		}
	}
	return q.unknown("Document")
}

// Uploads counts the documents that were stored through the API.
func (s *Sim) Uploads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.uploads
}
