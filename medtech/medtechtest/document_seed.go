package medtechtest

import (
	"fmt"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// seedDocuments gives every patient of the first practice a consultation note, one with
// no content, and a letter. As published: a note is called text/plain and is RTF; a
// letter has only a key to its bytes, here as the url of its attachment (assumed).
func (s *Sim) seedDocuments() {
	f := s.facilities[0]
	for i, p := range f.clinic.Patients() {
		at := s.seeded.Add(-time.Duration(30+i) * 24 * time.Hour)
		note := []byte(`{\rtf1\ansi Seen for a check. Well.\par}`)
		s.seedDocument(f, p, loincNote, "Consult note", at, object{"attachment": object{"contentType": "text/plain", "data": note},
			"format": object{"system": loinc, "code": "61150-9"}}, &record{})
		s.seedDocument(f, p, loincNote, "Consult note", at.Add(-time.Hour), nil, &record{})
		letter := &record{binary: 9000 + i, Stored: Stored{
			ContentType: "application/pdf", Data: fmt.Appendf(nil, "%%PDF-1.4\n%% letter %d\n%%%%EOF\n", i),
		}}
		key := "Binary/" + f.wire("Binary", itoa(letter.binary))
		s.seedDocument(f, p, loincRSD, "Discharge summary", at, object{"attachment": object{
			"contentType": "application/pdf", "url": key, "title": "Discharge summary.pdf",
		}}, letter)
	}
}

func (s *Sim) seedDocument(f *facility, p simserver.Patient, code, display string, at time.Time, content object, r *record) {
	r.Type, r.patient, r.at = "DocumentReference", p.ID, at
	r.body = object{
		"resourceType": "DocumentReference", "status": "current",
		"type":    object{"coding": []object{{"system": loinc, "code": code, "display": display}}},
		"subject": s.ref(f, "Patient", p.Chart), "author": []object{s.ref(f, "Practitioner", "15")}, "date": s.timeText(at),
		"context": object{"period": object{"start": s.timeText(at)}},
	}
	if content != nil {
		r.body["content"] = []object{content}
	}
	s.keep(f, r)
}
