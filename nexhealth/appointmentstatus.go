package nexhealth

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// changeBody is the body of PATCH /appointments/{id}: what is absent stays as it is.
type changeBody struct {
	Appt apptChange `json:"appt"`
}

type apptChange struct {
	Cancelled *bool       `json:"cancelled,omitempty"`
	Confirmed *bool       `json:"confirmed,omitempty"`
	CheckedIn string      `json:"checkin_at,omitempty"`
	Start     string      `json:"start_time,omitempty"`
	End       string      `json:"end_time,omitempty"`
	Operatory json.Number `json:"operatory_id,omitempty"`
	Note      string      `json:"note,omitempty"`
}

var yes = true

// Confirm marks the appointment as confirmed by the office. It cannot be taken back. One
// that is confirmed already is a success. Kind unsupported where the practice's system
// does not take it.
func (p parts) Confirm(ctx context.Context, a *emr.Appointment) (*emr.Appointment, error) {
	return p.change(ctx, transition{
		op: opConfirm, body: apptChange{Confirmed: &yes}, already: codeConfirmed,
		shows: func(now *emr.Appointment) bool { return now.Confirmed || isPast(now.Status) },
	}, a)
}

// Arrive checks the patient in as of now. It cannot be taken back. Kinds as for Confirm.
func (p parts) Arrive(ctx context.Context, a *emr.Appointment) (*emr.Appointment, error) {
	now := time.Now().UTC().Truncate(time.Second)
	return p.change(ctx, transition{
		op: opArrive, body: apptChange{CheckedIn: utcText(now)}, already: codeArrived,
		shows: func(now *emr.Appointment) bool { return isPast(now.Status) },
	}, a)
}

// isPast reports whether the patient is, or was, there.
func isPast(s emr.Status) bool { return s == emr.StatusArrived || s == emr.StatusFulfilled }

// Cancel calls the appointment off. One that is cancelled already is a success. NexHealth
// takes no reason, and the practice's system gets the change later: Write is accepted.
// Kinds as for Confirm.
func (p parts) Cancel(ctx context.Context, a *emr.Appointment, why *emr.Cancellation) (*emr.Appointment, error) {
	if why != nil && why.Vendor != nil {
		return nil, invalid(opCancel, "NexHealth has no vendor options here", "vendor")
	}
	if a != nil && a.Status == emr.StatusCancelled {
		return a, nil
	}
	return p.change(ctx, transition{
		op: opCancel, body: apptChange{Cancelled: &yes}, already: codeCancelled,
		shows: func(now *emr.Appointment) bool { return now.Status == emr.StatusCancelled },
	}, a)
}

// transition is a change of one appointment.
type transition struct {
	op      string
	body    apptChange
	already string // code of the refusal that says it was done before
	shows   func(now *emr.Appointment) bool
}

// change sends a partial update, once, and returns the appointment as it is afterwards.
// Only an appointment that shows the change is proof; an answer that does not is read
// back. What still does not show it is a conflict, for a move ambiguous: NexHealth took the
// request and left the appointment as it was.
func (c *Client) change(ctx context.Context, t transition, a *emr.Appointment) (*emr.Appointment, error) {
	if a == nil {
		return nil, invalid(t.op, "say which appointment", "appointment")
	}
	patch, err := c.call(t.op, http.MethodPatch, "/appointments/{id}", a.ID.Reveal())
	if err != nil {
		return nil, err
	}
	patch.Patient = a.Patient
	if c.cfg.Outcomes != nil { // what webhooks told of changes before is no news of this one
		_ = c.cfg.Outcomes.changing(ctx, c.cfg.Subdomain, a.ID.Reveal())
	}
	e, answer, err := c.send(ctx, patch, c.scoped(), changeBody{t.body})
	if err != nil {
		c.refusedChange(ctx, a.ID, err)
		return c.doneBefore(ctx, t, a, err)
	}
	raw, err := decodeData[json.RawMessage](c, patch, answer, e, "appt", "appointment")
	if err == nil {
		now, bad := appointmentFrom(raw, cmp.Or(c.cfg.Zone, zoneOfTime(a.Start)), nil)
		if bad == nil && now.ID == a.ID && !now.Start.IsZero() && t.shows(now) {
			c.placed(ctx, now)
			return c.changed(ctx, now), nil
		}
	}
	now, err := c.getAppointment(ctx, t.op, a.ID)
	if err != nil {
		bad := c.http.Error(patch, answer, emr.KindAmbiguous, "NexHealth took the change, its answer does not show it, and the appointment could not be read: read it before changing it again")
		bad.Err = err
		return nil, bad
	}
	if !t.shows(now) {
		kind := emr.KindConflict
		if t.op == opReschedule { // where a conflict means that the time is taken
			kind = emr.KindAmbiguous
		}
		return now, c.http.Error(patch, answer, kind, "NexHealth answered with success and left the appointment as it was: the practice's system may not take this change")
	}
	return c.changed(ctx, now), nil
}

// changed marks a change that NexHealth has taken and the practice's system not yet has.
func (c *Client) changed(ctx context.Context, now *emr.Appointment) *emr.Appointment {
	now.Write = emr.WriteAccepted
	c.outcome(ctx, now)
	return now
}

// doneBefore is the answer to a change that was refused because it was made before: the
// appointment as it is. Where it cannot be read, it is what is known of it.
func (c *Client) doneBefore(ctx context.Context, t transition, a *emr.Appointment, refused error) (*emr.Appointment, error) {
	var e *emr.Error
	if t.already == "" || !errors.As(refused, &e) || e.Code != t.already {
		return nil, refused
	}
	now, err := c.getAppointment(ctx, t.op, a.ID)
	if err == nil {
		if t.shows(now) {
			return now, nil
		}
		return nil, refused
	}
	known := *a
	switch t.already {
	case codeCancelled:
		known.Status, known.VendorStatus = emr.StatusCancelled, "cancelled"
	case codeConfirmed:
		known.Confirmed = true
		known.Status = cmp.Or(known.Status, emr.StatusBooked)
	case codeArrived:
		known.Status = emr.StatusArrived
	}
	return &known, nil
}

// zoneOfTime is the zone a time carries, nil for UTC and for none.
func zoneOfTime(t time.Time) *time.Location {
	if zone := t.Location(); !t.IsZero() && zone != time.UTC && zone != time.Local {
		return zone
	}
	return nil
}
