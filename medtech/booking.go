package medtech

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// Book posts to /Appointment once: patient, practitioner, start and end, the status
// Config.BookingStatus, the note as comment, and the slot and the location where known.
// No id is made up; ALEX makes it.
//
// Conflict (ErrSlotTaken): somebody else has the time. Ambiguous: the request was sent
// and no usable answer came.
func (p parts) Book(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
	if err := checkBooking(b); err != nil {
		return nil, err
	}
	call, err := p.call(opBook, http.MethodPost, "Appointment")
	if err != nil {
		return nil, err
	}
	call.Patient = b.Patient.ID
	answer, err := p.send(ctx, call, p.booking(b))
	if err != nil {
		return nil, err
	}
	return p.placed(ctx, call, answer, b)
}

// checkBooking refuses what ALEX would, before anything is sent.
func checkBooking(b *emr.Booking) error {
	if b == nil || b.Slot == nil || b.Patient == nil {
		return invalid(opBook, "give the patient and the slot to book", "patient", "slot")
	}
	var fields []string
	need := func(ok bool, field string) {
		if !ok {
			fields = append(fields, field)
		}
	}
	s := b.Slot
	need(isReferable(b.Patient.ID.Reveal()), "patient")
	need(isReferable(string(s.Practitioner)), "practitioner")
	need(!s.Start.IsZero() && s.End.After(s.Start), "start")
	need(s.Location == "" || isReferable(string(s.Location)), "location")
	need(slotID(s.Resources, s.Start) == "" || isReferable(slotID(s.Resources, s.Start)), "resources")
	need(s.Type == "" && len(s.Purposes) == 0, "type")
	need(b.Vendor == nil, "vendor")
	if fields != nil {
		return invalid(opBook, "ALEX books a patient with a practitioner at a time: book a slot as FindSlots returned it; there are no appointment types", fields...)
	}
	return nil
}

// isReferable reports whether an id can stand in a reference.
func isReferable(id string) bool {
	_, err := transport.Path(id)
	return err == nil && isID(id)
}

// booking builds the resource. Times carry the practice's own offset.
func (c *Client) booking(b *emr.Booking) *fhir.Appointment {
	s := b.Slot
	r := &fhir.Appointment{
		Status: c.cfg.BookingStatus, Comment: b.Note.Reveal(), Start: c.instant(s.Start), End: c.instant(s.End),
	}
	if id := slotID(s.Resources, s.Start); id != "" {
		r.Slot = []fhir.Reference{c.reference("Slot", id)}
	}
	add := func(resource, id string) {
		if id == "" {
			return
		}
		actor := c.reference(resource, id)
		if c.cfg.ReferenceTypes {
			actor.Type = resource
		}
		r.Participant = append(r.Participant, fhir.AppointmentParticipant{Actor: actor, Status: "accepted"})
	}
	add("Patient", b.Patient.ID.Reveal())
	add("Practitioner", string(s.Practitioner))
	add("Location", string(s.Location))
	return r
}

// placed reads the answer to a booking: the appointment, else its id in Location, else
// nothing, which is ambiguous.
func (p parts) placed(ctx context.Context, call *transport.Call, answer *transport.Answer, b *emr.Booking) (*emr.Appointment, error) {
	id, written := locationID(answer.Header.Get("Location"), "Appointment"), idIn(answer.Header.Get("Location"), "Appointment")
	if len(bytes.TrimSpace(answer.Body)) > 0 && !isSaidDone(answer) {
		r, err := decode[fhir.Appointment](p.Client, call, answer)
		if err == nil {
			r.ID = cmp.Or(r.ID, id)
			var made *emr.Appointment
			if made, err = p.appointment(call, answer, r); err == nil {
				return p.withSlot(ctx, made, b), nil
			}
		}
		if id == "" || emr.KindOf(err) != emr.KindAmbiguous {
			return nil, err
		}
	}
	if id == "" {
		return nil, p.failure(call, answer, emr.KindAmbiguous, "ALEX took the booking and told no id: look for it before booking again")
	}
	// Its own spelling of the id counts: lists have that.
	made, err := p.readAppointment(ctx, opBook, emr.NewAppointmentID(id))
	if written != id && emr.KindOf(err) == emr.KindNotFound { // the escapes are the id's own
		made, err = p.readAppointment(ctx, opBook, emr.NewAppointmentID(written))
	}
	if err == nil {
		return p.withSlot(ctx, made, b), nil
	}
	return &emr.Appointment{ // it said yes, and reading back failed
		ID: emr.NewAppointmentID(id), Status: statusOf(p.cfg.BookingStatus), VendorStatus: p.cfg.BookingStatus, Write: emr.WriteDone,
		Start: b.Slot.Start, End: b.Slot.End, Patient: b.Patient.ID, Practitioner: b.Slot.Practitioner, Location: b.Slot.Location, Note: b.Note,
	}, nil
}

// withSlot adds which slot was booked, where the answer leaves it out (the guides differ
// about whether appointments have one) or spells it in another way.
func (p parts) withSlot(ctx context.Context, a *emr.Appointment, b *emr.Booking) *emr.Appointment {
	p.settle(ctx, opBook, a, b.Patient)
	mine, theirs := slotID(b.Slot.Resources, b.Slot.Start), slotID(a.Resources, a.Start)
	if a.Start.Equal(b.Slot.Start) && (theirs == "" || isSame(mine, theirs)) {
		a.Resources = b.Slot.Resources
	}
	return a
}

// isSaidDone reports whether an answer's outcome says that all went well.
func isSaidDone(answer *transport.Answer) bool {
	s := hear(answer.Body)
	return len(s.issues) > 0 && !s.grave(answer.Status, "")
}

// idIn is the id in a Location header, {base}/fhir/{Type}/{id}/_history/{version}, as it is
// written there: see locationID.
func idIn(header, resource string) string {
	if t, id := target(header); strings.EqualFold(t, resource) {
		return id
	}
	return ""
}
