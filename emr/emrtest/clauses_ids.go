package emrtest

import (
	"strings"

	"github.com/emrkit/emrkit/emr"
)

func idClauses() []Clause {
	return []Clause{
		{
			Topic: "ids", Name: "ids that could reach another record are refused",
			Text:  "An id that is empty, . or .., or holds a slash, %, ?, blank or control character is kind invalid, and nothing is sent.",
			check: checkWrongIDs,
		},
		{
			Topic: "ids", Name: "an unknown patient is not found",
			Text:  "An id that no patient has is kind not_found.",
			Needs: needs(emr.CanGetPatient),
			check: func(s *suite) {
				id := emr.NewPatientID(s.clinic.unknown())
				s.kind("an unknown patient", second(s.client.GetPatient(s.ctx, id)), emr.KindNotFound)
				if _, err := s.parts.PatientGetter.GetPatient(s.ctx, id); emr.KindOf(s.failed(err)) != emr.KindNotFound {
					s.Errorf("an unknown patient: the driver's error has kind %q, want not_found", emr.KindOf(err))
				}
			},
		},
	}
}

// wrongIDs would reach another record, all records or another host if they were put
// into a URL without care.
func wrongIDs(longest int) map[string]string {
	return map[string]string{
		"empty": "", "dot": ".", "dot dot": "..", "parent": "../x", "slash": "a/b", "escaped dot": "%2e", "escaped slash": "a%2fb",
		"query": "a?b=c", "fragment": "a#b", "blank": "a b", "line break": "a\nb", "long": strings.Repeat("a", max(longest, 64)+1),
	}
}

func checkWrongIDs(s *suite) {
	slot := s.madeUpSlot()
	for name, id := range wrongIDs(s.clinic.LongestID) {
		patient, appointment := emr.NewPatientID(id), emr.NewAppointmentID(id)
		ask := func(can emr.Capability, what string, f func() error) {
			if s.client.Has(can) {
				what += " with id " + name
				s.sends(what, 0, 0, func() { s.kind(what, f(), emr.KindInvalid) })
			}
		}
		ask(emr.CanGetPatient, "GetPatient", func() error { return second(s.client.GetPatient(s.ctx, patient)) })
		ask(emr.CanUpdatePatient, "UpdatePatient", func() error {
			return second(s.client.UpdatePatient(s.ctx, &emr.PatientUpdate{ID: patient, Emails: s.invent().Emails}))
		})
		ask(emr.CanReadAppointments, "GetAppointment", func() error { return second(s.client.GetAppointment(s.ctx, appointment)) })
		ask(emr.CanCancel, "Cancel", func() error { return second(s.client.Cancel(s.ctx, appointment, nil)) })
		ask(emr.CanConfirm, "Confirm", func() error { return second(s.client.Confirm(s.ctx, appointment)) })
		ask(emr.CanArrive, "Arrive", func() error { return second(s.client.Arrive(s.ctx, appointment)) })
		ask(emr.CanReschedule, "Reschedule", func() error {
			return second(s.client.Reschedule(s.ctx, &emr.Move{Appointment: appointment, To: slot}))
		})
		ask(emr.CanReadEncounters, "Encounters", func() error {
			return drain(s.client.Encounters(s.ctx, emr.EncounterQuery{Patient: &emr.Patient{ID: patient}}))
		})
		ask(emr.CanReadDocuments, "Documents", func() error {
			return drain(s.client.Documents(s.ctx, emr.DocumentQuery{Patient: &emr.Patient{ID: patient}}))
		})
		ask(emr.CanReadSummaries, "OpenSummary", func() error {
			return opened(s.client.OpenSummary(s.ctx, s.summary(patient)))
		})
		ask(emr.CanUploadDocuments, "UploadDocument", func() error {
			return second(s.client.UploadDocument(s.ctx, s.document(&emr.Patient{ID: patient})))
		})
		if id != "" { // without an id some vendors book for a new person
			ask(emr.CanBook, "Book", func() error {
				b := s.booking(&emr.Patient{ID: patient}, slot)
				if s.info.Habits.AcceptsDoubleBooking { // the client would look into the calendar first
					return second(s.reporting(emr.Allow).Book(s.ctx, b))
				}
				return second(s.client.Book(s.ctx, b))
			})
		}
	}
}
