package emrtest

import (
	"io"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func recordClauses() []Clause {
	return []Clause{
		{
			Topic: "records", Name: "a document is stored once",
			Text:  "UploadDocument sends the content once and returns the document of that patient.",
			Needs: needs(emr.CanUploadDocuments), check: checkUpload,
		},
		{
			Topic: "records", Name: "documents are listed and opened",
			Text:  "A patient's documents are listed, each of that patient and with an id of its own, and can be opened and closed.",
			Needs: needs(emr.CanReadDocuments), check: checkDocuments,
		},
		{
			Topic: "records", Name: "encounters are those of the patient",
			Text:  "Encounters lists the visits of one patient, each with an id of its own and no End before its Start.",
			Needs: needs(emr.CanReadEncounters), check: checkEncounters,
		},
		{
			Topic: "records", Name: "a clinical summary can be read",
			Text:  "OpenSummary opens a document with a media type, content, and its true size, or -1 where that is not told.",
			Needs: needs(emr.CanReadSummaries),
			check: func(s *suite) {
				summary, err := s.client.OpenSummary(s.ctx, s.summary(s.chart()))
				s.ok("open the summary", err)
				s.content(summary)
			},
		},
		{
			Topic: "records", Name: "a new appointment is among the changes",
			Text:  "Changes since an instant before a booking hold that appointment as changed, and every change says what happened to which record.",
			Needs: needs(emr.CanReadChanges, emr.CanBook), check: checkChanges,
		},
		{
			Topic: "records", Name: "check tells the state of the connection",
			Text:  "Check of a working connection is OK and sends at least one request.",
			Needs: needs(emr.CanCheck),
			check: func(s *suite) {
				before := s.clinic.Requests()
				health, err := s.client.Check(s.ctx)
				s.ok("check", err)
				if !health.OK || health.SyncAge < 0 {
					s.Error("a working connection is not OK")
				}
				if s.clinic.Requests() == before {
					s.Error("Check asked nobody")
				}
			},
		},
		{
			Topic: "records", Name: "raw requests use the connection",
			Text:  "Raw sends the caller's request with the connection's token and returns the vendor's answer unread.",
			Needs: needs(emr.CanRaw),
			check: func(s *suite) {
				if s.clinic.Raw == nil {
					s.Fatal("harness: Clinic.Raw is not set, and the driver does raw requests")
				}
				answer, err := s.client.Raw(s.ctx, s.clinic.Raw)
				s.ok("raw request", err)
				if answer.Status < 200 || answer.Status > 299 {
					s.Errorf("a raw request is answered with status %d", answer.Status)
				}
			},
		},
		{
			Topic: "records", Name: "raw requests cannot leave the host",
			Text:  "A raw path that would lead to another host, or above the base URL, is kind invalid or untrusted_url and sends nothing.",
			Needs: needs(emr.CanRaw), check: checkRawStays,
		},
	}
}

// chart is the patient with records.
func (s *suite) chart() emr.PatientID {
	s.Helper()
	if s.clinic.Chart == nil {
		return s.patient().ID
	}
	id := s.clinic.Chart()
	s.seen.id("patient id", id.Reveal())
	return id
}

// summary asks for a patient's clinical summary, or that of a visit.
func (s *suite) summary(patient emr.PatientID) emr.SummaryQuery {
	return emr.SummaryQuery{Patient: &emr.Patient{ID: patient}, Encounter: s.clinic.Visit}
}

// content reads and closes what a call opened, and returns it.
func (s *suite) content(opened *emr.Content) string {
	s.Helper()
	if opened.ContentType == "" {
		s.Error("the content has no media type")
	}
	text, err := io.ReadAll(opened.Body)
	s.ok("read the content", err)
	s.ok("close the content", opened.Body.Close())
	if opened.Size >= 0 && opened.Size != int64(len(text)) {
		s.Errorf("the content has %d bytes and says %d: -1 is for a size that is not told", len(text), opened.Size)
	}
	if len(text) == 0 {
		s.Error("the content is empty")
	}
	return string(text)
}

func checkUpload(s *suite) {
	p := s.patient()
	n := s.document(p)
	var stored *emr.Document
	s.sends("an upload", -1, 1, func() {
		var err error
		stored, err = s.client.UploadDocument(s.ctx, n)
		s.ok("upload a document", err)
	})
	if !stored.Patient.IsZero() && !s.samePatient(stored.Patient, p.ID) {
		s.Error("the document belongs to another patient")
	}
	if s.parts.DocumentReader == nil {
		return
	}
	_, _ = n.Content.Seek(0, io.SeekStart)
	want, _ := io.ReadAll(n.Content)
	for _, d := range all(s, "documents", s.client.Documents(s.ctx, emr.DocumentQuery{Patient: p})) {
		if d.ID == stored.ID {
			opened, err := s.client.OpenDocument(s.ctx, d)
			s.ok("open the document", err)
			if s.content(opened) != string(want) {
				s.Error("the document has other content than was uploaded")
			}
			return
		}
	}
	s.Error("an uploaded document is not listed")
}

func checkDocuments(s *suite) {
	p := s.chart()
	seen := map[emr.DocumentID]bool{}
	list := all(s, "documents", s.client.Documents(s.ctx, emr.DocumentQuery{Patient: &emr.Patient{ID: p}}))
	for _, d := range list {
		if d.ID.IsZero() || seen[d.ID] {
			s.Error("a document has no id of its own")
		}
		seen[d.ID] = true
		if !s.samePatient(d.Patient, p) {
			s.Error("a document of another patient is listed")
		}
	}
	if len(list) == 0 {
		s.Fatal("harness: the patient has no document: set Clinic.Chart")
	}
	opened, err := s.client.OpenDocument(s.ctx, list[0])
	s.ok("open the document", err)
	s.content(opened)
}

func checkEncounters(s *suite) {
	p := s.chart()
	seen := map[emr.EncounterID]bool{}
	list := all(s, "encounters", s.client.Encounters(s.ctx, emr.EncounterQuery{Patient: &emr.Patient{ID: p}}))
	for _, e := range list {
		if e.ID.IsZero() || seen[e.ID] {
			s.Error("an encounter has no id of its own")
		}
		seen[e.ID] = true
		if !s.samePatient(e.Patient, p) {
			s.Error("an encounter of another patient is listed")
		}
		if !e.Start.IsZero() && !e.End.IsZero() && e.End.Before(e.Start) {
			s.Error("an encounter ends before it starts")
		}
	}
	if len(list) == 0 {
		s.Error("harness: the patient has no encounter: set Clinic.Chart")
	}
}

func checkChanges(s *suite) {
	a, found := s.book(s.patient(), s.slot()), false
	for _, change := range all(s, "changes", s.client.Changes(s.ctx, emr.ChangeQuery{Since: time.Now().Add(-time.Hour)})) {
		if change.Kind != emr.ChangeAppointment || change.Appointment == nil || change.Appointment.ID.IsZero() {
			s.Error("a change is not about an appointment, and only those were asked for")
			continue
		}
		switch change.Action {
		case emr.ActionChanged, emr.ActionRemoved:
		default:
			s.Errorf("a change of an appointment has the action %q", change.Action)
		}
		found = found || change.Action == emr.ActionChanged && s.sameAppointment(change.Appointment.ID, a.ID)
	}
	if !found {
		s.Error("a new appointment is not among the changes")
	}
}

func checkRawStays(s *suite) {
	for _, path := range []string{
		"//evil.example/steal", "https://evil.example/steal", `/\evil.example`, "/../../elsewhere", "@evil.example/",
	} {
		s.sends("a raw request to "+path, 0, 0, func() {
			err := s.failed(second(s.client.Raw(s.ctx, &emr.RawRequest{Path: path})))
			if k := emr.KindOf(err); k != emr.KindInvalid && k != emr.KindUntrustedURL {
				s.Errorf("a raw request to %s: kind %q, want invalid or untrusted_url", path, k)
			}
			if err != nil && strings.Contains(err.Error(), "steal") {
				s.Error("the error repeats the path")
			}
		})
	}
}
