package nextech

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// BookingOptions is the Vendor part of an emr.Booking.
type BookingOptions struct {
	// Prospect books for somebody the practice does not know yet (Select only):
	// Booking.Patient has no id, travels with the booking, becomes a prospect, and is
	// removed again if the booking is refused. Needed: name, e-mail, a telephone; advised:
	// birth date and postal code. A lost answer to such a booking stays ambiguous, because
	// nobody can be looked for.
	Prospect bool
	// Purposes stand in for those of the slot.
	Purposes []emr.PurposeID
	// NoPurpose keeps Select from filling a missing purpose with the practice's first one
	// for the type. Select 16.3 and later decide by practice whether a purpose is needed.
	NoPurpose bool
	// PracticeDecides leaves it to the practice's preference whether Book books or holds.
	PracticeDecides bool
	// Author stands in for Config.Author (Practice+).
	Author string
}

// Book posts to /Appointment/ once. Times go out with the slot's own offset.
//
// Conflict (ErrSlotTaken): somebody else has the time, or the practice's preferences
// forbid the booking; Detail has Nextech's words. Ambiguous: the request was sent and no
// usable answer came.
func (p parts) Book(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
	return p.place(ctx, opBook, b, "book")
}

// Hold is Book with the instruction to hold. Confirm makes it a booking, Cancel lets go.
func (p parts) Hold(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
	return p.place(ctx, opHold, b, "hold")
}

func (p parts) place(ctx context.Context, op string, b *emr.Booking, schedule string) (*emr.Appointment, error) {
	o, err := p.checkBooking(op, b)
	if err != nil {
		return nil, err
	}
	if o.PracticeDecides {
		schedule = ""
	}
	if len(o.Purposes) == 0 {
		o.Purposes = b.Slot.Purposes
	}
	if len(o.Purposes) == 0 && !o.NoPurpose && p.d.purposeRequired {
		first, err := p.firstPurpose(ctx, b.Slot.Type)
		if err != nil {
			return nil, unreadPurposes(err)
		}
		if first != "" {
			o.Purposes = []emr.PurposeID{first}
		}
	}
	post := call(op, http.MethodPost, "/Appointment/", "/Appointment/")
	post.Patient = b.Patient.ID
	answer, err := p.write(ctx, post, p.booking(b, o, schedule))
	if err != nil {
		return nil, err
	}
	return p.placed(ctx, post, answer, b, schedule)
}

// unreadPurposes is the error of the look-up before a booking: nothing was booked.
func unreadPurposes(err error) error {
	err = emr.Unsent(err)
	var e *emr.Error
	if errors.As(err, &e) {
		e.Hint = "the practice's appointment purposes could not be read, and nothing was booked: try again, or name a purpose (BookingOptions.Purposes)"
	}
	return err
}

// placed reads the answer to a booking: the appointment, or only its id in Location, or
// nothing, which is ambiguous. A booking echoed as "proposed" is read back, because that
// is both what was sent and the word for held.
func (p parts) placed(ctx context.Context, post *transport.Call, answer *transport.Answer, b *emr.Booking, schedule string) (*emr.Appointment, error) {
	var made *emr.Appointment
	id, _ := fhir.LocationID(answer.Header.Get("Location"), "Appointment")
	if hasBody(answer) {
		r, err := fhir.DecodeAny(answer.Body, decoding)
		switch r := r.(type) {
		case *fhir.Appointment:
			if made, err = p.appointment(post, answer, r); err != nil && id == "" {
				return nil, err
			}
		case *fhir.AppointmentResponse:
			if strings.EqualFold(r.ParticipantStatus, "accepted") {
				id = firstText(id, idOf(r.Appointment))
				break
			}
			return nil, p.answered(post, answer, r)
		case *fhir.OperationOutcome:
			if r.Failed() {
				return nil, p.unreadable(post, answer, &fhir.Error{Kind: fhir.OutcomeError, Outcome: r})
			}
		default:
			if err != nil && id == "" {
				return nil, p.unreadable(post, answer, err)
			}
		}
	}
	switch {
	case made != nil && (made.Status != emr.StatusHeld || schedule == "hold"):
		return made, nil
	case made != nil:
		id = made.ID.Reveal()
	case id == "":
		return nil, p.http.Error(post, answer, emr.KindAmbiguous, "Nextech took the booking and told no id: look for it before booking again")
	}
	read, err := p.getAppointment(ctx, post.Op, emr.NewAppointmentID(id))
	if err == nil {
		return read, nil
	}
	if made != nil {
		return made, nil
	}
	return asBooked(b, id, schedule), nil
}

// answered is the error for a 2xx that is not a yes. Only "declined" is a no; tentative,
// needs-action or nothing may well have put the appointment into the calendar.
func (p parts) answered(post *transport.Call, answer *transport.Answer, r *fhir.AppointmentResponse) error {
	e := p.http.Error(post, answer, emr.KindAmbiguous, "Nextech took the booking and said neither yes nor no: look for it before booking again")
	if strings.EqualFold(r.ParticipantStatus, "declined") {
		e = p.http.Error(post, answer, emr.KindConflict, hintBook)
		e.Err = emr.ErrSlotTaken
	}
	return e.WithDetail(fhir.Excerpt(r.Comment))
}

// asBooked is the appointment that was sent, with the id Nextech gave it: it said yes,
// and reading back failed.
func asBooked(b *emr.Booking, id, schedule string) *emr.Appointment {
	a := &emr.Appointment{
		ID: emr.NewAppointmentID(id), Status: emr.StatusBooked, Write: emr.WriteDone,
		Start: b.Slot.Start, End: b.Slot.End, Location: b.Slot.Location, Practitioner: b.Slot.Practitioner,
		Type: b.Slot.Type, Purposes: b.Slot.Purposes, Note: b.Note, Patient: b.Patient.ID,
	}
	if schedule == "hold" {
		a.Status = emr.StatusHeld
	}
	return a
}
