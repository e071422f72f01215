package nextgen

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// Book posts to /appointments once. The time goes out as the practice's clock shows it,
// without offset. The note becomes Details.
//
// What is booked is a calendar (resource): where the slot names none, it is that of the
// practitioner. A blank location is the practice's only one; a blank type is refused.
//
// Kind invalid before anything is sent: ids that are no UUIDs, purposes, parts of a
// minute, a practitioner without a calendar or with several, a time that clocks show twice
// (see Config.Fold). Conflict (ErrSlotTaken): status 409, or 400 with words about the
// calendar; Detail has NextGen's words, and BookingOptions can override its checks.
// Ambiguous: the request was sent and no usable answer came.
func (p parts) Book(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
	if b == nil || b.Slot == nil {
		return nil, emr.Unsent(invalid(opBook, "give the slot to book", "slot"))
	}
	o, err := emr.VendorOptions[BookingOptions](opBook, b.Vendor)
	if err != nil {
		return nil, emr.Unsent(err)
	}
	if b.Patient == nil || !isGUID(b.Patient.ID.Reveal()) {
		return nil, emr.Unsent(invalid(opBook, "NextGen books for a person with an id: find or create the patient first", "patient"))
	}
	body, slot, err := p.bookingOf(ctx, opBook, b.Slot, o)
	if err != nil {
		return nil, emr.Unsent(err)
	}
	body.Person, body.Details, body.Description = b.Patient.ID.Reveal(), b.Note.Reveal(), o.Description.Reveal()
	body.Practitioner, body.Referring, body.VisitLink = string(slot.Practitioner), string(o.ReferringProvider), o.VirtualVisitLink.Reveal()
	post, err := p.call(opBook, http.MethodPost, "/appointments")
	if err != nil {
		return nil, emr.Unsent(err)
	}
	post.Patient = b.Patient.ID
	answer, err := p.send(ctx, post, nil, body)
	if err != nil {
		return nil, err
	}
	return p.made(ctx, post, answer, b.Patient.ID, slot)
}

// bookingOf checks a slot, fills its blanks in and writes the body of a booking or move.
// Its errors are those of look-ups: nothing was sent.
func (p parts) bookingOf(ctx context.Context, op string, wanted *emr.Slot, o BookingOptions) (*bookingBody, *emr.Slot, error) {
	bad := checkPlace(wanted)
	if o.ReferringProvider != "" && !isGUID(string(o.ReferringProvider)) {
		bad = append(bad, "referring provider")
	}
	if len(bad) > 0 {
		return nil, nil, invalid(op, "NextGen books whole minutes with UUIDs of event, location, calendar and provider; it has no purposes", bad...)
	}
	at, err := p.local(op, wanted.Start)
	if err != nil {
		return nil, nil, err
	}
	slot := *wanted
	if slot.Type == "" {
		return nil, nil, invalid(op, "NextGen books an appointment type (event): find slots with a type, or set Slot.Type", "type")
	}
	if slot.Location == "" {
		if slot.Location, err = p.onlyLocation(ctx, op); err != nil {
			return nil, nil, err
		}
	}
	if len(slot.Resources) == 0 {
		if slot.Resources, err = p.calendarOf(ctx, op, slot.Practitioner); err != nil {
			return nil, nil, err
		}
	}
	return newBooking(&slot, at, o), &slot, nil
}

// onlyLocation is the location of the selection, or the only one there is.
func (p parts) onlyLocation(ctx context.Context, op string) (emr.LocationID, error) {
	if p.cfg.LocationID != "" {
		return p.cfg.LocationID, nil
	}
	all, err := p.locations(ctx)
	if err != nil {
		return "", err
	}
	if len(all) != 1 {
		return "", invalid(op, "name the location: the practice has several, or none is listed", "location")
	}
	return all[0].ID, nil
}

// calendarOf is the one calendar of a practitioner.
func (p parts) calendarOf(ctx context.Context, op string, who emr.PractitionerID) ([]emr.ResourceID, error) {
	if who == "" {
		return nil, invalid(op, "NextGen books a calendar (resource): book a slot as FindSlots returned it, or name a resource or practitioner", "resources")
	}
	found, err := p.calendarsOf(ctx, who)
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, invalid(op, "the practitioner has no calendar (resource), or several: name the resource", "resources")
	}
	return found, nil
}

// made is the appointment behind a good answer: told in it, named by its id in the body or
// in Location, or, where the answer says nothing at all, found in the person's day.
func (p parts) made(ctx context.Context, post *transport.Call, answer *transport.Answer, who emr.PatientID, slot *emr.Slot) (*emr.Appointment, error) {
	if startsWith(answer.Body, '{') {
		if r, err := readAppointment(bytes.TrimPrefix(answer.Body, []byte("\ufeff"))); err == nil && !r.Deleted.Value && p.ours(r.Practice) {
			if a, ok := p.appointment(r, json.RawMessage(answer.Body)); ok && a.Start.Equal(slot.Start) && a.Patient.EqualFold(who) {
				return a, nil
			}
		}
	}
	if id := madeID(answer, "id", "appointmentId"); id != "" && !isSent(id, who, slot) {
		made := emr.NewAppointmentID(id)
		found, err := p.getBooked(ctx, post.Op, made)
		switch kind := emr.KindOf(err); {
		case err == nil:
			return found.Appointment, nil
		case kind != emr.KindNotFound && kind != emr.KindProtocol:
			return &emr.Appointment{ID: made, Status: emr.StatusBooked, Write: emr.WriteDone}, nil // all that is known
		}
	}
	all, err := p.visitsOn(ctx, post.Op, who, emr.DateOf(slot.Start.In(p.cfg.Zone)))
	if err == nil {
		all = slices.DeleteFunc(all, func(b *booked) bool { return !b.is(slot) })
		if one := newest(all); one != nil {
			return one.Appointment, nil
		}
	}
	e := p.http.Error(post, answer, emr.KindAmbiguous, "NextGen took the request without naming the appointment, and it was not found: look for it before booking again")
	e.Err = err
	return nil, e
}

// isSent reports whether an id in an answer is one of those that were sent, such as the
// person's where Location leads there: it is no appointment's.
func isSent(id string, who emr.PatientID, slot *emr.Slot) bool {
	return who.EqualFold(emr.NewPatientID(id)) || sameID(id, slot.Type) || sameID(id, slot.Location) || sameID(id, slot.Practitioner) ||
		slices.ContainsFunc(slot.Resources, func(r emr.ResourceID) bool { return sameID(id, r) })
}

// is reports whether a live appointment is what was asked for.
func (b *booked) is(slot *emr.Slot) bool {
	return b.Status.Live() && b.Start.Equal(slot.Start) && (b.Type == "" || sameID(b.Type, slot.Type)) &&
		(len(b.Resources) == 0 || slices.ContainsFunc(b.Resources, func(r emr.ResourceID) bool {
			return slices.ContainsFunc(slot.Resources, func(s emr.ResourceID) bool { return sameID(r, s) })
		}))
}

// newest is the appointment that was made last, or the only one; nil where the records do
// not tell which it is.
func newest(all []*booked) *booked {
	var last *booked
	for _, b := range all {
		switch {
		case last == nil:
			last = b
		case b.Created.IsZero() || last.Created.IsZero() || b.Created.Equal(last.Created):
			return nil
		case b.Created.After(last.Created):
			last = b
		}
	}
	return last
}
