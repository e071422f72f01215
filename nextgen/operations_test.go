package nextgen

import (
	"context"
	"io"

	"github.com/emrkit/emrkit/emr"
)

// directoryOperations are the calls of the base, for tests that are about all of them.
func directoryOperations() map[string]func(context.Context, parts) error {
	who := &emr.Patient{ID: emr.NewPatientID(testPerson)}
	return map[string]func(context.Context, parts) error{
		opLocations:     func(ctx context.Context, p parts) error { _, err := p.ListLocations(ctx, ""); return err },
		opPractitioners: func(ctx context.Context, p parts) error { _, err := p.ListPractitioners(ctx, ""); return err },
		opTypes:         func(ctx context.Context, p parts) error { _, err := p.ListAppointmentTypes(ctx, ""); return err },
		opResources:     func(ctx context.Context, p parts) error { _, err := p.Resources(ctx); return err },
		opPractices:     func(ctx context.Context, p parts) error { _, err := p.Practices(ctx); return err },
		opCategories:    func(ctx context.Context, p parts) error { _, err := p.categories(ctx); return err },
		opReasons:       func(ctx context.Context, p parts) error { _, err := p.cancelReason(ctx); return err },
		"events of a category": func(ctx context.Context, p parts) error {
			_, err := p.eventsOf(ctx, testPerson)
			return err
		},
		opEncounters: func(ctx context.Context, p parts) error {
			_, err := p.ListEncounters(ctx, emr.EncounterQuery{Patient: who}, "")
			return err
		},
		opListDocuments: func(ctx context.Context, p parts) error {
			_, err := p.ListDocuments(ctx, emr.DocumentQuery{Patient: who}, "")
			return err
		},
		opOpenDocument: func(ctx context.Context, p parts) error {
			content, err := p.OpenDocument(ctx, &emr.Document{ID: emr.NewDocumentID(testPerson), Patient: who.ID})
			if err == nil {
				_, err = io.Copy(io.Discard, content.Body)
				_ = content.Body.Close()
			}
			return err
		},
		opCheck: func(ctx context.Context, p parts) error { _, err := p.Check(ctx); return err },
		opRaw: func(ctx context.Context, p parts) error {
			_, err := p.Raw(ctx, &emr.RawRequest{Path: "/persons/" + testPerson + "/chart/diagnoses", Route: "/persons/{id}/chart/diagnoses"})
			return err
		},
	}
}
