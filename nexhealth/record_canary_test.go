package nexhealth

import (
	"context"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// recordOperations are the calls about people, for tests that are about all calls.
func recordOperations() map[string]func(context.Context, parts) error {
	start := time.Date(2031, time.March, 3, 14, 0, 0, 0, time.UTC)
	slot := &emr.Slot{Start: start, End: start.Add(30 * time.Minute), Location: "9001", Practitioner: "501", Resources: []emr.ResourceID{"33"}}
	visit := &emr.Appointment{ID: visitID, Patient: tessaID, Practitioner: "501", Location: "9001"}
	tessa := &emr.Patient{ID: tessaID}
	day := emr.Date{Year: 2031, Month: 3, Day: 3}
	return map[string]func(context.Context, parts) error{
		opFindPatients: func(ctx context.Context, p parts) error {
			n := tessaNew()
			_, err := p.FindPatients(ctx, emr.PatientQuery{Given: n.Given, Family: n.Family, Born: n.Born, Email: n.Emails[1], Phone: n.Phones[0].Number}, "")
			return err
		},
		opGetPatient:    func(ctx context.Context, p parts) error { return second(p.GetPatient(ctx, tessaID)) },
		opCreatePatient: func(ctx context.Context, p parts) error { return second(p.CreatePatient(ctx, tessaNew())) },
		opAlerts:        func(ctx context.Context, p parts) error { return second(p.PatientAlerts(ctx, tessaID, true)) },
		opGetAppointment: func(ctx context.Context, p parts) error {
			return second(p.GetAppointment(ctx, visitID))
		},
		opListAppointments: func(ctx context.Context, p parts) error {
			return second(p.ListAppointments(ctx, emr.AppointmentQuery{Patient: tessa, From: day, To: day.AddDays(1)}, ""))
		},
		opBook: func(ctx context.Context, p parts) error {
			return second(p.Book(ctx, &emr.Booking{Patient: tessa, Slot: slot, Note: emr.NewPHI("canary text")}))
		},
		opConfirm: func(ctx context.Context, p parts) error { return second(p.Confirm(ctx, visit)) },
		opArrive:  func(ctx context.Context, p parts) error { return second(p.Arrive(ctx, visit)) },
		opCancel: func(ctx context.Context, p parts) error {
			return second(p.Cancel(ctx, visit, &emr.Cancellation{Note: emr.NewPHI("canary text")}))
		},
		opReschedule: func(ctx context.Context, p parts) error {
			return second(p.Reschedule(ctx, visit, &emr.Move{Appointment: visitID, To: slot, Note: emr.NewPHI("canary text")}))
		},
		opListDocuments: func(ctx context.Context, p parts) error {
			return second(p.ListDocuments(ctx, emr.DocumentQuery{Patient: tessa}, ""))
		},
		opOpenDocument: func(ctx context.Context, p parts) error {
			c, err := p.OpenDocument(ctx, documentAt("/documents/18/download"))
			if err == nil {
				_ = c.Body.Close()
			}
			return err
		},
		opUpload: func(ctx context.Context, p parts) error {
			d := letter()
			d.Title, d.Content = emr.NewPHI("Tessa Marlow"), strings.NewReader("canary text")
			return second(p.UploadDocument(ctx, d))
		},
		opDocumentTypes: func(ctx context.Context, p parts) error { return second(p.DocumentTypes(ctx)) },
		opListChanges: func(ctx context.Context, p parts) error {
			return second(p.ListChanges(ctx, emr.ChangeQuery{Since: start, Kinds: []emr.ChangeKind{emr.ChangePatient}}, ""))
		},
		opRecalls: func(ctx context.Context, p parts) error {
			return second(emr.Collect(p.Recalls(ctx, RecallQuery{Patient: tessaID})))
		},
		opProcedures: func(ctx context.Context, p parts) error {
			return second(emr.Collect(p.Procedures(ctx, ProcedureQuery{Patient: tessaID})))
		},
		opCoverages: func(ctx context.Context, p parts) error {
			return second(emr.Collect(p.InsuranceCoverages(ctx, InsuranceCoverageQuery{Patient: tessaID})))
		},
		opCoverage: func(ctx context.Context, p parts) error { return second(p.InsuranceCoverage(ctx, "18")) },
	}
}
