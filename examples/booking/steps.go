package main

import (
	"context"
	"fmt"

	"github.com/emrkit/emrkit/emr"
)

// job is the main job with one vendor. The code below knows no vendor: what a
// connection cannot do it says through Client.Has.
type job struct {
	client   *emr.Client
	plan     *plan
	progress *progress
	report   *report
}

func (j *job) run(ctx context.Context) error {
	patient, err := j.findPatient(ctx)
	if err != nil {
		return err
	}
	first, err := j.listSlots(ctx)
	if err != nil {
		return err
	}
	booked, err := j.book(ctx, patient, first)
	if err != nil {
		return err
	}
	if err := j.readBack(ctx, booked); err != nil {
		return err
	}
	return j.cancel(ctx, booked)
}

// findPatient finds the one patient who agrees in birth date and one more field, or
// creates one. Of several it takes none.
func (j *job) findPatient(ctx context.Context) (*emr.Patient, error) {
	step := j.begin("patient", "looking for the patient")
	found, err := j.client.FindOrCreatePatient(ctx, j.plan.patient)
	if err == nil && found.Patient == nil {
		err = severalMatch(j.client.Info().Vendor, found.AskFor)
	}
	if err != nil {
		return nil, step.fail(err)
	}
	id := found.Patient.ID.Reveal()
	j.report.Patient = &patientResult{ID: id, Created: found.Created}
	how := "found"
	if found.Created {
		how = "created"
	}
	step.done(how + ", id " + id)
	return found.Patient, nil
}

// listSlots counts every free time and keeps the first.
func (j *job) listSlots(ctx context.Context) (*emr.Slot, error) {
	step := j.begin("slots", "listing free times")
	query := j.query()
	var first *emr.Slot
	n := 0
	for slot, err := range j.client.FindSlots(ctx, query) {
		if err != nil {
			return nil, step.fail(err)
		}
		if first == nil {
			first = slot
		}
		n++
		j.progress.count(n)
	}
	j.report.Slots = &n
	step.done(fmt.Sprintf("%d free %s", n, days(query.From, query.To.AddDays(-1))))
	return first, nil
}

// query asks for the days of the plan. "Tomorrow" is the clinic's, where its zone is known.
func (j *job) query() emr.SlotQuery {
	q := j.plan.filter
	q.From = j.plan.from
	if q.From.IsZero() {
		q.From = emr.Today(j.client.Info().Zone).AddDays(1)
	}
	q.To = q.From.AddDays(j.plan.days)
	return q
}

// book books the first free time, and no other: when somebody else was faster, whoever
// asked for that time should hear of it.
func (j *job) book(ctx context.Context, patient *emr.Patient, slot *emr.Slot) (*emr.Appointment, error) {
	step := j.begin("book", "booking the first free time")
	if slot == nil {
		return nil, step.fail(noFreeTime(j.client.Info().Vendor))
	}
	j.report.tried = slot
	a, err := j.client.Book(ctx, &emr.Booking{Patient: patient, Slot: slot})
	if err != nil {
		return nil, step.fail(err)
	}
	j.report.book(a, slot)
	more := append([]string{"id " + a.ID.Reveal(), place(slot)}, a.Warnings...)
	step.done(timeRange(slot.Start, slot.End), more...)
	return a, nil
}

// readBack looks the appointment up again: what the calendar says is the truth.
func (j *job) readBack(ctx context.Context, booked *emr.Appointment) error {
	step := j.begin("read back", "reading the appointment back")
	if !j.client.Has(emr.CanReadAppointments) {
		step.skip("this connection cannot read appointments")
		return nil
	}
	read, err := j.client.GetAppointment(ctx, booked.ID)
	if err == nil {
		err = differs(j.client.Info().Vendor, booked, read)
	}
	if err != nil {
		return step.fail(err)
	}
	j.report.book(read, j.report.tried)
	step.done(string(read.Status) + ", same id and time")
	return nil
}

// cancel calls the appointment off, unless it is to be kept or the vendor cannot.
func (j *job) cancel(ctx context.Context, booked *emr.Appointment) error {
	step := j.begin("cancel", "cancelling the appointment")
	cancelled := false
	switch {
	case j.plan.keep:
		step.skip("kept, as -keep asks")
	case !j.client.Has(emr.CanCancel):
		step.skip("cannot be cancelled here, the appointment stays", j.client.Caveat(emr.CanCancel))
	default:
		if _, err := j.client.Cancel(ctx, booked.ID, nil); err != nil {
			return step.fail(err)
		}
		cancelled = true
		step.done("cancelled")
	}
	j.report.Cancelled = &cancelled
	return nil
}
