package medtech

import (
	"bytes"
	"context"
	"net/http"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// Arrive puts the status arrived. It cannot be taken back.
func (p parts) Arrive(ctx context.Context, a *emr.Appointment) (*emr.Appointment, error) {
	return p.change(ctx, opArrive, a, statusArrived)
}

// Cancel puts the status cancelled: a PUT, not the DELETE of older guides. ALEX keeps no
// reason and no note. Conflict when the time belongs to another patient by now.
func (p parts) Cancel(ctx context.Context, a *emr.Appointment, why *emr.Cancellation) (*emr.Appointment, error) {
	if why != nil && why.Vendor != nil {
		return nil, invalid(opCancel, "ALEX has no vendor options here", "vendor")
	}
	return p.change(ctx, opCancel, a, statusCancelled)
}

// change sends the whole appointment as it was last read, with another status, to
// PUT /Appointment?patient.identifier=system|NHI. The NHI is read from the patient's
// record first; with Config.UpdateByID the appointment's id stands in the path instead.
func (p parts) change(ctx context.Context, op string, a *emr.Appointment, status string) (*emr.Appointment, error) {
	if a == nil || a.ID.IsZero() {
		return nil, invalid(op, "name the appointment", "appointment")
	}
	if a.Source.IsZero() || a.Patient.IsZero() {
		read, err := p.getAppointment(ctx, op, a.ID)
		if err != nil {
			return nil, emr.Unsent(err)
		}
		a = read
	}
	if a.Status == statusOf(status) {
		return a, nil
	}
	r, err := fhir.Decode[fhir.Appointment](a.Source.Reveal(), decoding)
	if err != nil {
		return nil, invalid(op, "the appointment is not one of ALEX's: read it again", "appointment")
	}
	r.Status = status
	if !a.Start.IsZero() && !a.End.IsZero() { // with the practice's offset, whatever the answer had
		r.Start, r.End = p.instant(a.Start), p.instant(a.End)
	}
	call, err := p.call(op, http.MethodPut, "Appointment")
	if p.cfg.UpdateByID {
		call, err = p.call(op, http.MethodPut, "Appointment", a.ID.Reveal())
	}
	if err != nil {
		return nil, err
	}
	call.Patient = a.Patient
	if !p.cfg.UpdateByID {
		if a.Patient.IsZero() {
			return nil, invalid(op, "the appointment names no patient, and ALEX changes appointments of patients only", "patient")
		}
		number, err := p.nhi(ctx, op, &emr.Patient{ID: a.Patient})
		if err != nil {
			return nil, emr.Unsent(err)
		}
		call.Query = new(fhir.Query).Token("patient.identifier", NHISystem, number).Encode()
	}
	answer, err := p.send(ctx, call, r)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(answer.Body)) > 0 && !isSaidDone(answer) {
		now, err := decode[fhir.Appointment](p.Client, call, answer)
		if err != nil {
			return nil, err
		}
		if now.ID == "" {
			now.ID = r.ID
		}
		done, err := p.appointment(call, answer, now)
		if err != nil {
			return nil, err
		}
		p.settle(ctx, op, done, &emr.Patient{ID: a.Patient})
		return p.changed(call, answer, a, done, status)
	}
	now, err := p.getAppointment(ctx, op, a.ID)
	if err != nil {
		e := p.failure(call, answer, emr.KindAmbiguous, "ALEX took the change, and the appointment could not be read back: read it before changing it again")
		e.Err = err
		return nil, e
	}
	return p.changed(call, answer, a, now, status)
}

// changed is the appointment after a change, if it is the one that was to be changed and
// has the status: ALEX finds it by the patient, and an answer that shows something else is
// ambiguous.
func (p parts) changed(call *transport.Call, answer *transport.Answer, was, now *emr.Appointment, status string) (*emr.Appointment, error) {
	done := now.Status == statusOf(status) || status == statusArrived && now.Status == emr.StatusFulfilled
	if !done || !isSame(now.ID.Reveal(), was.ID.Reveal()) ||
		!now.Patient.IsZero() && !was.Patient.IsZero() && !isSame(now.Patient.Reveal(), was.Patient.Reveal()) {
		return nil, p.failure(call, answer, emr.KindAmbiguous, "ALEX took the change and answered with something else: read the appointment before changing it again")
	}
	now.ID = was.ID // some ids are escaped differently in the answer
	return now, nil
}
