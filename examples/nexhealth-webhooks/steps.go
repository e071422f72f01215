package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
)

// step is one part of the story: it fills in the row and says in words what happened.
type step struct {
	name string
	do   func(ctx context.Context, r *row) (string, error)
}

func (d *demo) steps() []step {
	return []step{
		{"register", d.register},
		{"patient", d.findPatient},
		{"book", d.book},
		{"written", d.written},
		{"repeated", d.repeated},
		{"tampered", d.spoiled(nexhealthtest.Tampered, "one byte was changed on the way: refused")},
		{"stale", d.spoiled(nexhealthtest.Stale, "sent again an hour later: refused")},
		{"book again", d.bookAgain},
		{"failed", d.failed},
		{"too late", d.tooLate},
		{"cancel", d.cancel},
		{"sign off", d.signOff},
	}
}

// register tells NexHealth where to deliver, and gets the secret that deliveries are
// signed with. It may run at each start: what is there already is used.
func (d *demo) register(ctx context.Context, _ *row) (string, error) {
	e, err := d.nx.EnsureWebhook(ctx, d.receiver.url(), nexhealth.AppointmentInsertion, nexhealth.AppointmentUpdated)
	if err != nil {
		return "", err
	}
	d.endpoint = e
	return "endpoint " + e.ID + " with 2 subscriptions", d.receiver.accept(e.Secret, d.nx.Outcomes())
}

func (d *demo) findPatient(ctx context.Context, _ *row) (string, error) {
	found, err := d.client.FindOrCreatePatient(ctx, nobody())
	if err == nil && found.Patient == nil {
		err = unexpected("the invented person is several")
	}
	if err != nil {
		return "", err
	}
	d.patient = found.Patient
	from := emr.Today(d.client.Info().Zone).AddDays(2)
	for slot, err := range d.client.FindSlots(ctx, emr.SlotQuery{From: from, To: from.AddDays(14)}) {
		if err != nil {
			return "", err
		}
		if n := len(d.slots); n > 0 && slot.Start.Before(d.slots[n-1].End) {
			continue // at the same time with somebody else
		}
		if d.slots = append(d.slots, slot); len(d.slots) == 3 {
			return "an invented person, and three free times", nil
		}
	}
	return "", unexpected("the simulated practice has no three free times in 14 days")
}

// book is answered as soon as NexHealth has the booking: it is accepted, not written.
func (d *demo) book(ctx context.Context, r *row) (_ string, err error) {
	if d.booked, err = d.client.Book(ctx, &emr.Booking{Patient: d.patient, Slot: d.slots[0]}); err != nil {
		return "", err
	}
	r.tells(d.booked)
	if d.booked.Write != emr.WriteAccepted {
		return "", unexpected("the booking is not just accepted")
	}
	return "accepted: not yet in the practice's own system", nil
}

// written waits. News by webhook end the wait at once; without them, AwaitWritten looks.
func (d *demo) written(ctx context.Context, r *row) (string, error) {
	a, err := d.client.AwaitWritten(ctx, d.booked.ID)
	if err != nil {
		return "", err
	}
	r.tells(a)
	r.Event = text("appointment_insertion.complete")
	if _, err := d.receiver.await(ctx, nexhealth.AppointmentInsertion, nexhealth.OutcomeComplete, a.ID); err != nil {
		return "", err
	}
	return "in the practice's own system", nil
}

// repeated delivers the same event once more, as happens when an answer is lost.
func (d *demo) repeated(_ context.Context, r *row) (string, error) {
	before := d.receiver.handled()
	if err := d.redeliver(r, nexhealthtest.Sound, http.StatusOK); err != nil {
		return "", err
	}
	if d.receiver.handled() != before {
		return "", unexpected("a repetition was handled again")
	}
	return "the same event again: answered, not handled twice", nil
}

// spoiled delivers the event again with something wrong, which must not be handled.
func (d *demo) spoiled(how nexhealthtest.Spoil, words string) func(context.Context, *row) (string, error) {
	return func(_ context.Context, r *row) (string, error) {
		before := d.receiver.handled()
		if err := d.redeliver(r, how, http.StatusUnauthorized); err != nil {
			return "", err
		}
		if d.receiver.handled() != before {
			return "", unexpected("a delivery that is not NexHealth's was handled")
		}
		return words, nil
	}
}

// redeliver has the simulator send the first delivery of the written booking again.
func (d *demo) redeliver(r *row, how nexhealthtest.Spoil, want int) error {
	for _, sent := range d.sim.Deliveries() {
		if sent.Event != "appointment_insertion.complete" {
			continue
		}
		status, err := d.sim.Deliver(sent.N, how)
		if err != nil {
			return unexpected("the simulator could not deliver")
		}
		r.Event, r.Status = text(sent.Event), &status
		if status != want {
			return unexpected(fmt.Sprintf("answered %d, want %d", status, want))
		}
		return nil
	}
	return unexpected("there is no delivery to repeat")
}

// bookAgain books the other time; the practice's system will refuse it.
func (d *demo) bookAgain(ctx context.Context, r *row) (_ string, err error) {
	d.sim.FailWrites(1)
	if d.lost, err = d.client.Book(ctx, &emr.Booking{Patient: d.patient, Slot: d.slots[1]}); err != nil {
		return "", err
	}
	r.tells(d.lost)
	return "a second booking, accepted like the first", nil
}

// failed is what an application must not miss: the booking was accepted, and there is no
// appointment in the practice's system.
func (d *demo) failed(ctx context.Context, r *row) (string, error) {
	a, err := d.client.AwaitWritten(ctx, d.lost.ID)
	if !errors.Is(err, emr.ErrWriteFailed) || a == nil {
		return "", unexpected("the refused booking is not told as such", err)
	}
	r.tells(a)
	r.Event = text("appointment_insertion.failed")
	if _, err := d.receiver.await(ctx, nexhealth.AppointmentInsertion, nexhealth.OutcomeFailed, a.ID); err != nil {
		return "", err
	}
	return "refused by that system: offer another time", nil
}

// tooLate is a booking whose time came before it was written. Nobody knows whether the
// practice has it: look there before booking again.
func (d *demo) tooLate(ctx context.Context, r *row) (string, error) {
	d.sim.TimeOutWrites(1)
	booked, err := d.client.Book(ctx, &emr.Booking{Patient: d.patient, Slot: d.slots[2]})
	if err != nil {
		return "", err
	}
	a, err := d.client.AwaitWritten(ctx, booked.ID)
	if !errors.Is(err, emr.ErrWriteTimedOut) || a == nil {
		return "", unexpected("the booking that came too late is not told as such", err)
	}
	r.tells(a)
	r.Event = text("appointment_insertion.timed_out")
	if _, err := d.receiver.await(ctx, nexhealth.AppointmentInsertion, nexhealth.OutcomeTimedOut, a.ID); err != nil {
		return "", err
	}
	return "a third one: NexHealth gave up, ask the practice", nil
}

// cancel comes back as a change, the same that emr.Client.Changes lists.
func (d *demo) cancel(ctx context.Context, r *row) (string, error) {
	if _, err := d.client.Cancel(ctx, d.booked.ID, nil); err != nil {
		return "", err
	}
	r.Event = text("appointment_updated")
	c, err := d.receiver.await(ctx, nexhealth.AppointmentUpdated, "", d.booked.ID)
	if err != nil {
		return "", err
	}
	r.tells(c.Appointment)
	if c.Kind != emr.ChangeAppointment || c.Appointment.Status != emr.StatusCancelled {
		return "", unexpected("the change does not tell of the cancellation")
	}
	return "came back as a change: cancelled, and written", nil
}

// signOff removes the endpoint. A service that is restarted keeps it.
func (d *demo) signOff(ctx context.Context, _ *row) (string, error) {
	return "endpoint " + d.endpoint.ID + " removed", d.nx.DeleteWebhookEndpoint(ctx, d.endpoint.ID)
}

// unexpected is a step that did not go as described; cause may be nil.
func unexpected(hint string, cause ...error) error {
	return &emr.Error{Kind: emr.KindProtocol, Vendor: "nexhealth", Op: "webhooks", Hint: hint, Err: errors.Join(cause...)}
}

func text(s string) *string { return &s }
