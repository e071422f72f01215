package nexhealth

import (
	"context"

	"github.com/emrkit/emrkit/emr"
)

// Reschedule moves the appointment to another time, and to another operatory where the
// slot names one. Kind unsupported, nothing changed: another practitioner, location or
// type, which NexHealth cannot change, and where the practice's system does not let it
// (NexHealth answers 400). Conflict (ErrSlotTaken): somebody else has the time.
func (p parts) Reschedule(ctx context.Context, a *emr.Appointment, m *emr.Move) (*emr.Appointment, error) {
	if a == nil || m == nil || m.To == nil {
		return nil, invalid(opReschedule, "say which appointment, and where to", "appointment")
	}
	if _, err := emr.VendorOptions[BookingOptions](opReschedule, m.Vendor); err != nil { // they count where the move is emulated
		return nil, err
	}
	to := m.To
	same := func(was, will string) bool { return will == "" || was == will }
	if !same(string(a.Practitioner), string(to.Practitioner)) || !same(string(a.Location), string(to.Location)) || !same(string(a.Type), string(to.Type)) {
		return nil, unsupported(opReschedule, "NexHealth moves an appointment in time only, not to another practitioner, location or type: with Move.Emulate the new one is booked and the old one cancelled")
	}
	var bad []string
	if to.Start.IsZero() || !to.End.After(to.Start) {
		bad = append(bad, "start")
	}
	if len(to.Resources) > 1 || checkIDs(opReschedule, "resources", to.Resources...) != nil {
		bad = append(bad, "resources")
	}
	if !isShort(m.Note) {
		bad = append(bad, "note")
	}
	if len(bad) > 0 {
		return nil, invalid(opReschedule, "NexHealth moves to a time with an end, to at most one operatory; a note has 128 characters at most", bad...)
	}
	body := apptChange{Start: utcText(to.Start), End: utcText(to.End), Note: m.Note.Reveal()}
	if len(to.Resources) > 0 {
		var err error
		if body.Operatory, err = number(opReschedule, "resources", to.Resources[0]); err != nil {
			return nil, err
		}
	}
	return p.change(ctx, transition{
		op: opReschedule, body: body,
		shows: func(now *emr.Appointment) bool { return now.Start.Equal(to.Start) },
	}, a)
}
