package emrtest

import (
	"context"

	"github.com/emrkit/emrkit/emr"
)

// The parts as functions.
type (
	bookFunc   func(context.Context, *emr.Booking) (*emr.Appointment, error)
	createFunc func(context.Context, *emr.NewPatient) (*emr.Patient, error)
	personFunc func(context.Context, emr.PatientID) (*emr.Patient, error)
	findFunc   func(context.Context, emr.PatientQuery, emr.Cursor) (emr.Page[emr.Patient], error)
	slotsFunc  func(context.Context, emr.SlotQuery, emr.Cursor) (emr.Page[emr.Slot], error)
	cancelFunc func(context.Context, *emr.Appointment, *emr.Cancellation) (*emr.Appointment, error)
	placesFunc func(context.Context, emr.Cursor) (emr.Page[emr.Location], error)
	rawFunc    func(context.Context, *emr.RawRequest) (*emr.RawResponse, error)
	uploadFunc func(context.Context, *emr.NewDocument) (*emr.Document, error)
	visitsFunc func(context.Context, emr.EncounterQuery, emr.Cursor) (emr.Page[emr.Encounter], error)
	openFunc   func(context.Context, emr.SummaryQuery) (*emr.Content, error)
	changeFunc func(context.Context, emr.ChangeQuery, emr.Cursor) (emr.Page[emr.Change], error)
	checkFunc  func(context.Context) (*emr.Health, error)
	updateFunc func(context.Context, *emr.PatientUpdate) (*emr.Patient, error)
	arriveFunc func(context.Context, *emr.Appointment) (*emr.Appointment, error)
	holdFunc   func(context.Context, *emr.Booking) (*emr.Appointment, error)
	moveFunc   func(context.Context, *emr.Appointment, *emr.Move) (*emr.Appointment, error)
)

func (f rawFunc) Raw(ctx context.Context, r *emr.RawRequest) (*emr.RawResponse, error) {
	return f(ctx, r)
}
func (f uploadFunc) UploadDocument(ctx context.Context, n *emr.NewDocument) (*emr.Document, error) {
	return f(ctx, n)
}
func (f visitsFunc) ListEncounters(ctx context.Context, q emr.EncounterQuery, at emr.Cursor) (emr.Page[emr.Encounter], error) {
	return f(ctx, q, at)
}
func (f openFunc) OpenSummary(ctx context.Context, q emr.SummaryQuery) (*emr.Content, error) {
	return f(ctx, q)
}
func (f changeFunc) ListChanges(ctx context.Context, q emr.ChangeQuery, at emr.Cursor) (emr.Page[emr.Change], error) {
	return f(ctx, q, at)
}
func (f checkFunc) Check(ctx context.Context) (*emr.Health, error) { return f(ctx) }
func (f updateFunc) UpdatePatient(ctx context.Context, u *emr.PatientUpdate) (*emr.Patient, error) {
	return f(ctx, u)
}
func (f arriveFunc) Arrive(ctx context.Context, a *emr.Appointment) (*emr.Appointment, error) {
	return f(ctx, a)
}
func (f holdFunc) Hold(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
	return f(ctx, b)
}
func (f moveFunc) Reschedule(ctx context.Context, a *emr.Appointment, m *emr.Move) (*emr.Appointment, error) {
	return f(ctx, a, m)
}

func (f bookFunc) Book(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
	return f(ctx, b)
}
func (f createFunc) CreatePatient(ctx context.Context, n *emr.NewPatient) (*emr.Patient, error) {
	return f(ctx, n)
}
func (f personFunc) GetPatient(ctx context.Context, id emr.PatientID) (*emr.Patient, error) {
	return f(ctx, id)
}
func (f findFunc) FindPatients(ctx context.Context, q emr.PatientQuery, at emr.Cursor) (emr.Page[emr.Patient], error) {
	return f(ctx, q, at)
}
func (f slotsFunc) FindSlots(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
	return f(ctx, q, at)
}
func (f cancelFunc) Cancel(ctx context.Context, a *emr.Appointment, c *emr.Cancellation) (*emr.Appointment, error) {
	return f(ctx, a, c)
}
func (f placesFunc) ListLocations(ctx context.Context, at emr.Cursor) (emr.Page[emr.Location], error) {
	return f(ctx, at)
}
