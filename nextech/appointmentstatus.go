package nextech

import (
	"context"
	"errors"
	"net/http"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// CancelOptions is the Vendor part of an emr.Cancellation.
type CancelOptions struct {
	// AskStaff asks the practice to cancel instead of cancelling (Select 14.6 and later).
	// The appointment stays as it is, with Write accepted, until somebody there does it.
	AskStaff bool
}

// Confirm sets the status booked: on Select that is the confirmed appointment, and a
// held one becomes a booking.
func (p parts) Confirm(ctx context.Context, a *emr.Appointment) (*emr.Appointment, error) {
	return p.change(ctx, opConfirm, a, p.statusBody("booked"), emr.StatusBooked)
}

// Arrive sets the status arrived. Once an appointment has left it, Select does not set it
// again: kind conflict.
func (p parts) Arrive(ctx context.Context, a *emr.Appointment) (*emr.Appointment, error) {
	return p.change(ctx, opArrive, a, p.statusBody("arrived"), emr.StatusArrived)
}

// Cancel sets the status cancelled, with no extension (that would only ask the staff). An
// appointment that is cancelled already is the answer. Nextech keeps no reason.
//
// Kind invalid when Nextech refuses (422): Detail has its reason, Hint the known ones.
func (p parts) Cancel(ctx context.Context, a *emr.Appointment, why *emr.Cancellation) (*emr.Appointment, error) {
	var o CancelOptions
	if why != nil {
		var err error
		if o, err = emr.VendorOptions[CancelOptions](opCancel, why.Vendor); err != nil {
			return nil, err
		}
	}
	if a != nil && a.Status == emr.StatusCancelled {
		return a, nil
	}
	body := &fhir.Appointment{Status: "cancelled"}
	if o.AskStaff {
		if p.cfg.Product != Select {
			return nil, &emr.Error{Kind: emr.KindUnsupported, Vendor: vendor, Op: opCancel, Hint: "only Select takes cancellation requests for the staff"}
		}
		body.Extension = []fhir.Extension{fhir.NewExtension(p.appointmentURL(extRequest), "queue")}
		asked, err := p.change(ctx, opCancel, a, body, "")
		if asked != nil {
			asked.Write = emr.WriteAccepted
		}
		return asked, err
	}
	p.sign(body)
	done, err := p.change(ctx, opCancel, a, body, emr.StatusCancelled)
	var e *emr.Error
	if errors.As(err, &e) && e.Status == http.StatusUnprocessableEntity {
		// "Already cancelled" is one of a dozen reasons for a 422, told in free text only.
		if now, look := p.getAppointment(ctx, opCancel, a.ID); look == nil && now.Status == emr.StatusCancelled {
			return now, nil
		}
	}
	return done, err
}

// statusBody is the changed part only: both products update partially.
func (p parts) statusBody(status string) *fhir.Appointment {
	body := &fhir.Appointment{Status: status}
	if p.d.acceptParticipants {
		body.Participant = []fhir.AppointmentParticipant{{Status: "accepted"}}
	}
	p.sign(body)
	return body
}

// sign names the editor on Practice+.
func (p parts) sign(body *fhir.Appointment) {
	if p.cfg.Author != "" && p.cfg.Product == PracticePlus {
		body.Extension = append(body.Extension, fhir.NewExtension(extModifiedBy, fhir.Identifier{ID: extModifiedBy, Value: p.cfg.Author}))
	}
}

const hintUnproven = "Nextech answered with success, but may ignore changes in silence, and reading the appointment did not show the new state: look at it again"

// change sends a partial update of a and returns the appointment as it is afterwards.
// want is the state that must have come of it, "" for any. Only an appointment that
// Nextech shows in that state proves it; without one the kind is ambiguous.
func (c *Client) change(ctx context.Context, op string, a *emr.Appointment, body *fhir.Appointment, want emr.Status) (*emr.Appointment, error) {
	if a == nil {
		return nil, invalid(op, "say which appointment", "appointment")
	}
	path, err := transport.FHIRPath("Appointment", a.ID.Reveal())
	if err != nil {
		return nil, err
	}
	put := call(op, c.d.changeVerb, path, "/Appointment/{id}")
	put.Patient = a.Patient
	answer, err := c.write(ctx, put, body)
	if err != nil {
		return nil, err
	}
	if hasBody(answer) {
		r, err := fhir.DecodeAny(answer.Body, decoding)
		if r, ok := r.(*fhir.Appointment); ok {
			// Only a whole appointment in the wanted state is an answer; a fragment is read back.
			if now, err := c.appointment(put, answer, r); err == nil && !now.Start.IsZero() && now.ID.EqualFold(a.ID) && (want == "" || now.Status == want) {
				return now, nil
			}
		}
		if o, ok := r.(*fhir.OperationOutcome); ok && o.Failed() {
			return nil, c.unreadable(put, answer, &fhir.Error{Kind: fhir.OutcomeError, Outcome: o})
		}
		_ = err // whatever else came, the state is read back
	}
	now, err := c.getAppointment(ctx, op, a.ID)
	if err != nil {
		e := c.http.Error(put, answer, emr.KindAmbiguous, hintUnproven)
		e.Err = err
		return nil, e
	}
	if want != "" && now.Status == emr.StatusUnknown {
		return nil, c.http.Error(put, answer, emr.KindAmbiguous, hintUnproven)
	}
	if want != "" && now.Status != want {
		e := c.http.Error(put, answer, emr.KindConflict, "Nextech answered with success and left the appointment in another state: look at it again")
		return now, e
	}
	return now, nil
}

// PracticeStatusID is the id of a status the practice has defined.
type PracticeStatusID string

// SetPracticeStatus gives an appointment one of the practice's own statuses (Select 15.9
// and later): see PracticeStatuses. On Practice+ the kind is unsupported.
func (c *Client) SetPracticeStatus(ctx context.Context, id emr.AppointmentID, status PracticeStatusID) (*emr.Appointment, error) {
	if c.cfg.Product != Select {
		return nil, unsupportedStatuses(opSetStatus)
	}
	if badID(status) {
		return nil, invalid(opSetStatus, "this is no status id of Nextech's", "status")
	}
	body := &fhir.Appointment{Extension: []fhir.Extension{
		fhir.NewExtension(c.appointmentURL(extStatus), fhir.Reference{Reference: extStatus + "/" + string(status)}),
	}}
	return c.change(ctx, opSetStatus, &emr.Appointment{ID: id}, body, "")
}
