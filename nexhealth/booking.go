package nexhealth

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// BookingOptions is the Vendor part of an emr.Booking.
type BookingOptions struct {
	// NotifyPatient has NexHealth send the patient its own notifications.
	NotifyPatient bool
	// Descriptors are the practice's own appointment types or procedure codes: see
	// Client.Descriptors.
	Descriptors []string
	// PerTimeslot is how many appointments one time takes, 1 to 5, with eClinicalWorks and
	// NextGen only; 0 is one.
	PerTimeslot int
	// Dependent books for somebody in the care of Booking.Patient, who is the guardian. The
	// answer then names no patient: read the appointment to learn whose it is. A lost
	// answer to such a booking stays ambiguous, for the guardian's calendar does not tell.
	Dependent *Dependent
	// Block blocks the time instead of booking it for somebody: Booking.Patient has no id.
	// A lost answer stays ambiguous.
	Block bool
	// NewPatient says that the patient is new to the practice.
	NewPatient bool
	// Referrer is the URL of the page where the booking was made.
	Referrer emr.PHI
}

// Dependent is the person a guardian books for. All but the sex is needed.
type Dependent struct {
	Given, Family emr.PHI
	Born          emr.BirthDate
	Sex           emr.Sex // as for a new patient: see Config.GenderUnsaid
}

// Book posts to /appointments once. NexHealth takes the booking and writes it into the
// practice's system later: Write is accepted until the record has an id of that system's.
// Notes have 128 characters at most.
//
// Kind invalid before anything is sent: ids that are no whole numbers, no practitioner, no
// operatory where the location books by operatory. Precondition, with
// Config.RequireWritable: NexHealth cannot write to the practice's system at present;
// otherwise Warnings says so, where it is known by the time the answer comes.
// Conflict (ErrSlotTaken): somebody else has the time. Ambiguous: the request was sent and
// no usable answer came.
func (p parts) Book(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
	o, err := p.checkBooking(opBook, b)
	if err != nil {
		return nil, err
	}
	location := emr.LocationID(p.location(b.Slot.Location))
	if err := p.checkOperatory(ctx, b.Slot, location); err != nil {
		return nil, err
	}
	if p.cfg.RequireWritable {
		if err := p.requireWritable(ctx, location); err != nil {
			return nil, err
		}
	}
	body, err := p.newBooking(opBook, b, o)
	if err != nil {
		return nil, err
	}
	post, err := p.call(opBook, http.MethodPost, "/appointments")
	if err != nil {
		return nil, err
	}
	post.Patient = subjectID(b.Patient)
	query := p.scoped().set("location_id", string(location)).set("notify_patient", flag(o.NotifyPatient))
	warnings := p.lookForWarnings(ctx, location)
	defer warnings.stop()
	e, answer, err := p.send(ctx, post, query, body)
	if err != nil {
		return nil, err
	}
	raw, err := decodeData[json.RawMessage](p.Client, post, answer, e, "appt", "appointment")
	if err != nil {
		return nil, err
	}
	made, err := appointmentFrom(raw, slotZone(b.Slot, p.cfg.Zone), nil)
	if err != nil {
		return nil, p.unreadable(post, answer, err)
	}
	if !vendorjson.IsWholeNumber(made.ID.Reveal()) || made.Start.IsZero() {
		return nil, p.http.Error(post, answer, emr.KindProtocol, "NexHealth's answer to the booking names no start, or an id that cannot be asked for")
	}
	if made.Location != "" && made.Location != location {
		return nil, p.http.Error(post, answer, emr.KindProtocol, "NexHealth answered with an appointment at another location than the one asked for")
	}
	if o.Dependent != nil {
		made.Patient = emr.PatientID{} // the dependent's, and the caller knows the guardian's
	}
	if told := *made; told.Write == emr.WriteAccepted { // news may be faster than the answer
		if p.outcome(ctx, &told); told.Write == emr.WriteDone {
			made = &told // that it failed is for AwaitWritten to tell: the answer was that it is accepted
		}
	}
	made.Warnings = warnings.wait(ctx)
	if len(made.Warnings) > 0 && p.log != nil {
		p.log.WarnContext(ctx, "nexhealth took a booking that may not get into the practice's system soon", "op", opBook)
	}
	return made, nil
}

// slotZone is the zone the slot's start carries, unless that is UTC, which a store may
// have made of it.
func slotZone(s *emr.Slot, fallback *time.Location) *time.Location {
	if zone := s.Start.Location(); zone != time.UTC && zone != time.Local {
		return zone
	}
	return fallback
}

// checkOperatory refuses a booking that names no operatory where the location wants one.
// Where the location cannot be read soon, NexHealth decides.
func (c *Client) checkOperatory(ctx context.Context, s *emr.Slot, location emr.LocationID) error {
	if len(s.Resources) > 0 {
		return nil
	}
	const most = 2 * time.Second
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	if here, err := c.place(ctx, location); err == nil && here.byOperatory {
		return invalid(opBook, "this location books by operatory: book a slot as FindSlots returned it, with its Resources", "resources")
	}
	return nil
}
