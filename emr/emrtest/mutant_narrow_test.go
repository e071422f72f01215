package emrtest

import (
	"context"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// narrowMutants each ignore one thing that they are asked for, as vendors do.
func narrowMutants() []mutant {
	var all []mutant
	for what, forget := range map[string]func(*emr.SlotQuery){
		"practitioner": func(q *emr.SlotQuery) { q.Practitioners = nil },
		"location":     func(q *emr.SlotQuery) { q.Locations = nil },
		"type":         func(q *emr.SlotQuery) { q.Type = "" },
	} {
		all = append(all, mutant{
			name:   "a driver that ignores the " + what + " of a slot search",
			caught: []string{"pages/slots asked for one " + what + " are only those"},
			spoil: func(s *spoiled) {
				inner := s.parts.SlotFinder
				s.parts.SlotFinder = slotsFunc(func(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
					forget(&q)
					return inner.FindSlots(ctx, q, at)
				})
			},
		})
	}
	for what, forget := range map[string]func(*emr.AppointmentQuery){
		"practitioner": func(q *emr.AppointmentQuery) { q.Practitioners = nil },
		"location":     func(q *emr.AppointmentQuery) { q.Locations = nil },
		"status":       func(q *emr.AppointmentQuery) { q.Statuses = nil },
		"patient":      func(q *emr.AppointmentQuery) { q.Patient = nil },
	} {
		all = append(all, mutant{
			name:   "a driver that ignores the " + what + " of a calendar search",
			caught: []string{"pages/appointments asked for one " + what + " are only those"},
			spoil:  func(s *spoiled) { s.parts.AppointmentReader = forgetful{s.parts.AppointmentReader, forget} },
		})
	}
	for what, forget := range map[string]func(*emr.PatientQuery){
		"phone":      func(q *emr.PatientQuery) { q.Phone = emr.PHI{} },
		"e-mail":     func(q *emr.PatientQuery) { q.Email = emr.PHI{} },
		"identifier": func(q *emr.PatientQuery) { q.Identifier = emr.Identifier{} },
	} {
		all = append(all, mutant{
			name:   "a driver that ignores the " + what + " of a person",
			caught: []string{"pages/people asked for by " + what + " are only those"},
			spoil: func(s *spoiled) {
				inner := s.parts.PatientFinder
				s.parts.PatientFinder = findFunc(func(ctx context.Context, q emr.PatientQuery, at emr.Cursor) (emr.Page[emr.Patient], error) {
					if forget(&q); strings.TrimSpace(q.Family.Reveal()) == "" {
						q.Vendor = struct{}{} // everybody
					}
					return inner.FindPatients(ctx, q, at)
				})
			},
		})
	}
	return all
}

// forgetful changes what the calendar is asked.
type forgetful struct {
	emr.AppointmentReader
	forget func(*emr.AppointmentQuery)
}

func (f forgetful) ListAppointments(ctx context.Context, q emr.AppointmentQuery, at emr.Cursor) (emr.Page[emr.Appointment], error) {
	f.forget(&q)
	return f.AppointmentReader.ListAppointments(ctx, q, at)
}
