package emrtest

import (
	"context"
	"io"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

func recordMutants() []mutant {
	return []mutant{
		{
			name:   "a driver that uploads twice",
			caught: []string{"records/a document is stored once"},
			spoil: func(s *spoiled) {
				inner := s.parts.DocumentWriter
				s.parts.DocumentWriter = uploadFunc(func(ctx context.Context, n *emr.NewDocument) (*emr.Document, error) {
					if d, err := inner.UploadDocument(ctx, n); err != nil {
						return d, err
					}
					_, _ = n.Content.Seek(0, io.SeekStart)
					return inner.UploadDocument(ctx, n)
				})
			},
		},
		{
			name:   "a driver that lists the encounters of somebody else",
			caught: []string{"records/encounters are those of the patient"},
			spoil: func(s *spoiled) {
				inner := s.parts.EncounterReader
				s.parts.EncounterReader = visitsFunc(func(ctx context.Context, q emr.EncounterQuery, at emr.Cursor) (emr.Page[emr.Encounter], error) {
					page, err := inner.ListEncounters(ctx, q, at)
					page.Items = append(page.Items, &emr.Encounter{ID: emr.NewEncounterID("visit-other"), Patient: emr.NewPatientID("patient-other")})
					return page, err
				})
			},
		},
		{
			name:   "a driver whose summary is empty",
			caught: []string{"records/a clinical summary can be read"},
			spoil: func(s *spoiled) {
				inner := s.parts.SummaryReader
				s.parts.SummaryReader = openFunc(func(ctx context.Context, q emr.SummaryQuery) (*emr.Content, error) {
					if _, err := inner.OpenSummary(ctx, q); err != nil {
						return nil, err
					}
					return &emr.Content{ContentType: "application/xml", Body: io.NopCloser(strings.NewReader(""))}, nil
				})
			},
		},
		{
			name:   "a driver that is wrong about the size",
			caught: []string{"records/a clinical summary can be read"},
			spoil: func(s *spoiled) {
				inner := s.parts.SummaryReader
				s.parts.SummaryReader = openFunc(func(ctx context.Context, q emr.SummaryQuery) (*emr.Content, error) {
					c, err := inner.OpenSummary(ctx, q)
					if err == nil {
						c.Size = 0
					}
					return c, err
				})
			},
		},
		{
			name:   "a driver that forgets new changes",
			caught: []string{"records/a new appointment is among the changes"},
			spoil: func(s *spoiled) {
				inner := s.parts.ChangeReader
				s.parts.ChangeReader = changeFunc(func(ctx context.Context, q emr.ChangeQuery, at emr.Cursor) (emr.Page[emr.Change], error) {
					page, err := inner.ListChanges(ctx, q, at)
					page.Items = nil
					return page, err
				})
			},
		},
		{
			name:   "a driver whose changes do not say what happened",
			caught: []string{"records/a new appointment is among the changes"},
			spoil: func(s *spoiled) {
				inner := s.parts.ChangeReader
				s.parts.ChangeReader = changeFunc(func(ctx context.Context, q emr.ChangeQuery, at emr.Cursor) (emr.Page[emr.Change], error) {
					page, err := inner.ListChanges(ctx, q, at)
					for _, c := range page.Items {
						c.Action = ""
					}
					return page, err
				})
			},
		},
		{
			name:   "a driver that says it is well without asking",
			caught: []string{"records/check tells the state of the connection"},
			spoil: func(s *spoiled) {
				s.parts.Checker = checkFunc(func(ctx context.Context) (*emr.Health, error) { return &emr.Health{OK: true}, ctx.Err() })
			},
		},
		{
			name:   "a driver that puts a patient's name into slots",
			caught: []string{"privacy/slots hold nothing of a patient"},
			spoil: func(s *spoiled) {
				inner := s.parts.SlotFinder
				s.parts.SlotFinder = slotsFunc(func(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
					page, err := inner.FindSlots(ctx, q, at)
					people := s.memory.Patients()
					for _, slot := range page.Items {
						slot.TypeName = "after " + people[len(people)-1].Family.Reveal()
					}
					return page, err
				})
			},
		},
	}
}
