package emr_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// echoing answers bookings, holds and moves with what alter makes of the truth.
type echoing struct {
	*fake
	alter func(*emr.Appointment)
}

func (e *echoing) Parts() emr.Parts {
	p := e.fake.Parts()
	p.AppointmentBooker, p.AppointmentHolder = e, e
	if p.AppointmentRescheduler != nil {
		p.AppointmentRescheduler = e
	}
	return p
}

func (e *echoing) altered(a *emr.Appointment, err error) (*emr.Appointment, error) {
	if a != nil {
		e.alter(a)
	}
	return a, err
}

func (e *echoing) Book(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
	return e.altered(e.fake.Book(ctx, b))
}

func (e *echoing) Hold(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
	return e.altered(e.fake.Hold(ctx, b))
}

func (e *echoing) Reschedule(ctx context.Context, a *emr.Appointment, m *emr.Move) (*emr.Appointment, error) {
	return e.altered(e.fake.Reschedule(ctx, a, m))
}

// contradictions are answers that are not the booking asked for.
var contradictions = map[string]func(*emr.Appointment){
	"cancelled":       func(a *emr.Appointment) { a.Status = emr.StatusCancelled },
	"a no-show":       func(a *emr.Appointment) { a.Status = emr.StatusNoShow },
	"refused":         func(a *emr.Appointment) { a.Write = emr.WriteFailed },
	"another day":     func(a *emr.Appointment) { a.Start = a.Start.AddDate(0, 0, 1) },
	"another patient": func(a *emr.Appointment) { a.Patient = emr.NewPatientID("canary") },
}

// agreements are answers that are told otherwise, or in part.
var agreements = map[string]func(*emr.Appointment){
	"only the id":         func(a *emr.Appointment) { *a = emr.Appointment{ID: a.ID} },
	"pending":             func(a *emr.Appointment) { a.Status = emr.StatusPending },
	"a word nobody knows": func(a *emr.Appointment) { a.Status = emr.StatusUnknown },
	"not written yet":     func(a *emr.Appointment) { a.Write = emr.WriteAccepted },
	"another zone":        func(a *emr.Appointment) { a.Start = a.Start.UTC() },
	"longer":              func(a *emr.Appointment) { a.End = a.End.Add(time.Hour) },
	"folded ids":          func(a *emr.Appointment) { a.Patient = emr.NewPatientID(strings.ToUpper(a.Patient.Reveal())) },
}

func TestFault_B9_anAnswerThatContradictsTheBookingIsReadBack(t *testing.T) {
	t.Parallel()
	calls := map[string]func(c *emr.Client, ctx context.Context, b *emr.Booking) (*emr.Appointment, error){
		"book": (*emr.Client).Book, "hold": (*emr.Client).Hold,
	}
	for name, alter := range contradictions {
		for op, call := range calls {
			for _, kept := range []bool{true, false} { // as booked in the calendar, or as answered
				synctest.Test(t, func(t *testing.T) {
					f, b := newFake(), booking()
					if !kept {
						f.changed = alter
					}
					a, err := call(client(t, &echoing{f, alter}, nil), t.Context(), b)
					if kept && (err != nil || !a.Start.Equal(b.Slot.Start) || a.Patient != b.Patient.ID || !a.Status.Live()) ||
						!kept && (a != nil || emr.KindOf(err) != emr.KindAmbiguous || !strings.Contains(err.Error(), "the answer is") || strings.Contains(err.Error(), "canary")) {
						t.Error(name, op, kept, a, err)
					}
					if f.count(op) != 1 || f.count("list") == 0 {
						t.Error(name, op, "sent", f.count(op), "looked", f.count("list"))
					}
				})
			}
			f := newFake()
			_, err := call(client(t, &echoing{f, alter}, &emr.ClientOptions{Lost: emr.Report}), t.Context(), booking())
			if emr.KindOf(err) != emr.KindAmbiguous || f.count("list") != 0 {
				t.Error(name, op, "with Report:", err)
			}
		}
	}
	for name, alter := range agreements {
		f := newFake()
		f.info.Habits.FoldsIDs = true
		a, err := client(t, &echoing{f, alter}, nil).Book(t.Context(), booking())
		if err != nil || a.ID.IsZero() || f.total() != 1 {
			t.Error(name, a, err, f.total())
		}
	}
}

func TestBook_aProspectsAnswerIsComparedByTimeOnly(t *testing.T) {
	t.Parallel()
	prospect := booking()
	prospect.Patient, prospect.Vendor = &emr.Patient{}, struct{}{}
	f := newFake()
	f.changed = contradictions["another patient"] // the vendor made the patient on the way
	if a, err := client(t, f, nil).Book(t.Context(), prospect); err != nil || a.Patient.IsZero() {
		t.Error(a, err)
	}
	f = newFake()
	f.changed = contradictions["another day"]
	_, err := client(t, f, nil).Book(t.Context(), prospect)
	wantKind(t, err, emr.KindAmbiguous)
	if f.total() != 1 {
		t.Error("a prospect was looked for")
	}
}

func TestReschedule_aContradictedNewAppointmentNeverCancelsTheOldOne(t *testing.T) {
	t.Parallel()
	old := func(f *fake) func(*emr.Appointment) {
		return func(a *emr.Appointment) { a.ID = emr.NewAppointmentID(strings.ToUpper(f.appts[0].ID.Reveal())) }
	}
	for name, alter := range contradictions {
		synctest.Test(t, func(t *testing.T) {
			for _, double := range []bool{true, false} {
				f, id := moving()
				f.info.Habits.AcceptsDoubleBooking = double
				f.changed = alter
				_, err := client(t, f, nil).Reschedule(t.Context(), moveTo(id, inDays(5)))
				if emr.KindOf(err) != emr.KindAmbiguous || f.count("cancel") != 0 || f.appts[0].Status != emr.StatusBooked {
					t.Error(name, double, err, f.count("cancel"))
				}
				// The answer told nothing: what is read decides.
				f, id = moving()
				f.changed = alter
				_, err = client(t, &echoing{f, agreements["only the id"]}, nil).Reschedule(t.Context(), moveTo(id, inDays(5)))
				if emr.KindOf(err) != emr.KindAmbiguous || f.count("cancel") != 0 {
					if name != "refused" || emr.KindOf(err) != emr.KindConflict {
						t.Error(name, "told nothing:", err, f.count("cancel"))
					}
				}
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		f, id := moving()
		f.info.Habits.FoldsIDs = true
		made, err := client(t, &echoing{f, old(f)}, nil).Reschedule(t.Context(), moveTo(id, inDays(5)))
		if err != nil || made.ID.EqualFold(id) || f.live() != 1 || f.appts[0].Status != emr.StatusCancelled {
			t.Error("the read-back finds the new one behind the old one's id:", err, f.live())
		}
		f, id = moving()
		f.changed = func(a *emr.Appointment) { a.Write = emr.WriteTimedOut }
		a, err := client(t, f, nil).Reschedule(t.Context(), moveTo(id, inDays(5)))
		if emr.KindOf(err) != emr.KindPartial || a == nil || f.count("cancel") != 0 {
			t.Error("the vendor gave up writing the new one:", a, err)
		}
		f, id = moving()
		f.changed = func(a *emr.Appointment) {
			a.Write = emr.WriteAccepted
			time.AfterFunc(time.Second, func() {
				f.mu.Lock()
				a.Write, a.Status = emr.WriteDone, emr.StatusCancelled
				f.mu.Unlock()
			})
		}
		a, err = client(t, f, nil).Reschedule(t.Context(), moveTo(id, inDays(5)))
		if emr.KindOf(err) != emr.KindAmbiguous || a == nil || f.count("cancel") != 0 {
			t.Error("written, and called off at once:", a, err)
		}
	})
}

func TestReschedule_theOldAppointmentInAnotherCaseIsStillTheOldOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, double := range []bool{true, false} {
			f, id := moving()
			f.info.Habits = emr.Habits{FoldsIDs: true, AcceptsDoubleBooking: double}
			f.calendar = func(context.Context, emr.AppointmentQuery, emr.Cursor) (page emr.Page[emr.Appointment], err error) {
				a := copied(f.appts[0])
				a.ID = emr.NewAppointmentID(strings.ToUpper(a.ID.Reveal()))
				page.Items = append(page.Items, a)
				return page, nil
			}
			longer := inDays(3) // same start and practitioner
			longer.End = longer.Start.Add(time.Hour)
			f.next("book", fault{err: lost()})
			a, err := client(t, f, nil).Reschedule(t.Context(), moveTo(id, longer))
			if emr.KindOf(err) != emr.KindAmbiguous || f.count("book") != 1 || f.count("cancel") != 0 {
				t.Error(double, a, err, f.count("book"), f.count("cancel"))
			}
		}
	})
}

func TestReschedule_aNativeAnswerThatContradictsTheMoveIsReadBack(t *testing.T) {
	t.Parallel()
	for name, alter := range contradictions {
		synctest.Test(t, func(t *testing.T) {
			f, id := moving()
			f.moves = true
			a, err := client(t, &echoing{f, alter}, nil).Reschedule(t.Context(), moveTo(id, inDays(5)))
			if err != nil || !a.Start.Equal(inDays(5).Start) || a.Status != emr.StatusBooked || f.count("move") != 1 || f.count("book") != 0 {
				t.Error(name, a, err)
			}
			f, id = moving()
			f.moves = true
			ignored := &echoing{f, alter}
			f.stays = true
			_, err = client(t, ignored, nil).Reschedule(t.Context(), moveTo(id, inDays(5)))
			if emr.KindOf(err) != emr.KindAmbiguous || f.count("move") != 1 {
				t.Error(name, "ignored by the vendor:", err)
			}
		})
	}
}
