package emr_test

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// fake is a clinic and the driver to it: small, in memory, with answers that can be
// lost. It keeps what arrived, so that tests count requests.
type fake struct {
	info    emr.Info
	missing []emr.Capability
	latency time.Duration
	// override one part, for tests of that part
	slots    func(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error)
	calendar func(ctx context.Context, q emr.AppointmentQuery, at emr.Cursor) (emr.Page[emr.Appointment], error)
	people   func(ctx context.Context, q emr.PatientQuery, at emr.Cursor) (emr.Page[emr.Patient], error)
	changed  func(a *emr.Appointment) // alters each appointment as it is made
	moves    bool                     // can move natively
	stays    bool                     // says so and leaves the appointment where it is
	gotMove  *emr.Move
	gotBook  *emr.Booking
	gotQuery []emr.AppointmentQuery
	tells    func(a *emr.Appointment) // alters each appointment as it is listed
	closeErr error
	watcher  emr.WriteWatcher

	mu       sync.Mutex
	calls    map[string]int
	faults   map[string][]fault
	appts    []*emr.Appointment
	patients []*emr.Patient
}

// fault is what happens to one call.
type fault struct {
	err  error
	done bool          // the server did it all the same
	wait time.Duration // before the answer, within the caller's context
	do   func()        // before anything else
}

func newFake() *fake {
	return &fake{info: emr.Info{Vendor: "fake", Name: "clinic-1", Zone: newYork()},
		calls: map[string]int{}, faults: map[string][]fault{}}
}

func newYork() *time.Location { return mustZone("America/New_York") }

func mustZone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

func (f *fake) Info() emr.Info { return f.info }
func (f *fake) Close() error   { return f.closeErr }

func (f *fake) Parts() emr.Parts {
	p := emr.Parts{
		PatientFinder: f, PatientGetter: f, PatientCreator: f, PatientUpdater: f, SlotFinder: f, AppointmentReader: f,
		AppointmentBooker: f, AppointmentHolder: f, AppointmentConfirmer: f, AppointmentArriver: f, AppointmentCanceller: f,
		DocumentWriter: f, Checker: f, RawDoer: f, WriteWatcher: f.watcher,
	}
	if f.moves {
		p.AppointmentRescheduler = f
	}
	for _, c := range f.missing {
		switch c {
		case emr.CanFindPatients:
			p.PatientFinder = nil
		case emr.CanGetPatient:
			p.PatientGetter = nil
		case emr.CanCreatePatient:
			p.PatientCreator = nil
		case emr.CanReadAppointments:
			p.AppointmentReader = nil
		case emr.CanCancel:
			p.AppointmentCanceller = nil
		case emr.CanBook:
			p.AppointmentBooker = nil
		}
	}
	return p
}

// next queues faults for the coming calls of op; an empty fault is a good answer.
func (f *fake) next(op string, faults ...fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults[op] = append(f.faults[op], faults...)
}

func (f *fake) count(op string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[op]
}

func (f *fake) total() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, c := range f.calls {
		n += c
	}
	return n
}

// step is one request: counted, delayed, and perhaps lost.
func (f *fake) step(ctx context.Context, op string, do func() error) error {
	f.mu.Lock()
	f.calls[op]++
	var hit fault
	if q := f.faults[op]; len(q) > 0 {
		hit, f.faults[op] = q[0], q[1:]
	}
	f.mu.Unlock()
	if hit.do != nil {
		hit.do()
	}
	var err error
	if hit.err == nil || hit.done {
		err = func() error {
			f.mu.Lock()
			defer f.mu.Unlock()
			return do()
		}()
	}
	if wait := f.latency + hit.wait; wait > 0 {
		select {
		case <-ctx.Done():
			if op == "book" || op == "hold" || op == "create" || op == "cancel" {
				return &emr.Error{Kind: emr.KindAmbiguous, Attempts: 1, Err: ctx.Err()}
			}
			return ctx.Err()
		case <-time.After(wait):
		}
	}
	if hit.err != nil {
		return hit.err
	}
	return err
}

// lost is the reply that never came.
func lost() *emr.Error { return &emr.Error{Kind: emr.KindAmbiguous, Status: 502, Attempts: 1} }

func (f *fake) put(b *emr.Booking, status emr.Status) *emr.Appointment {
	s := b.Slot
	a := &emr.Appointment{ID: emr.NewAppointmentID("appt-" + strconv.Itoa(len(f.appts)+1)), Status: status, Write: emr.WriteDone,
		Start: s.Start, End: s.End, Patient: b.Patient.ID, Location: s.Location, Practitioner: s.Practitioner,
		Resources: s.Resources, Type: s.Type, Note: b.Note}
	if f.changed != nil {
		f.changed(a)
	}
	f.appts = append(f.appts, a)
	return a
}

// taken is the clinic's own guard against double bookings.
func (f *fake) taken(s *emr.Slot) bool {
	return !f.info.Habits.AcceptsDoubleBooking && slices.ContainsFunc(f.appts, func(a *emr.Appointment) bool {
		return a.Status.Live() && a.Practitioner == s.Practitioner && a.Start.Before(s.End) && s.Start.Before(a.End)
	})
}

func (f *fake) Book(ctx context.Context, b *emr.Booking) (out *emr.Appointment, err error) {
	err = f.step(ctx, "book", func() error {
		f.gotBook = b
		if f.taken(b.Slot) {
			return &emr.Error{Kind: emr.KindConflict, Status: 409}
		}
		out = copied(f.put(b, emr.StatusBooked))
		return nil
	})
	return out, err
}

func (f *fake) Hold(ctx context.Context, b *emr.Booking) (out *emr.Appointment, err error) {
	err = f.step(ctx, "hold", func() error {
		if f.taken(b.Slot) {
			return &emr.Error{Kind: emr.KindConflict, Status: 409}
		}
		out = copied(f.put(b, emr.StatusHeld))
		return nil
	})
	return out, err
}

func copied(a *emr.Appointment) *emr.Appointment { c := *a; return &c }

func (f *fake) find(id emr.AppointmentID) (*emr.Appointment, error) {
	for _, a := range f.appts {
		if a.ID == id {
			return a, nil
		}
	}
	return nil, &emr.Error{Kind: emr.KindNotFound, Status: 404}
}

func (f *fake) set(ctx context.Context, op string, id emr.AppointmentID, change func(*emr.Appointment)) (out *emr.Appointment, err error) {
	err = f.step(ctx, op, func() error {
		a, err := f.find(id)
		if err != nil {
			return err
		}
		change(a)
		out = copied(a)
		return nil
	})
	return out, err
}

func (f *fake) GetAppointment(ctx context.Context, id emr.AppointmentID) (*emr.Appointment, error) {
	return f.set(ctx, "get", id, func(*emr.Appointment) {})
}

func (f *fake) Confirm(ctx context.Context, a *emr.Appointment) (*emr.Appointment, error) {
	return f.set(ctx, "confirm", a.ID, func(a *emr.Appointment) { a.Status, a.Confirmed = emr.StatusBooked, true })
}

func (f *fake) Arrive(ctx context.Context, a *emr.Appointment) (*emr.Appointment, error) {
	return f.set(ctx, "arrive", a.ID, func(a *emr.Appointment) { a.Status = emr.StatusArrived })
}

func (f *fake) Cancel(ctx context.Context, a *emr.Appointment, _ *emr.Cancellation) (*emr.Appointment, error) {
	return f.set(ctx, "cancel", a.ID, func(a *emr.Appointment) { a.Status = emr.StatusCancelled })
}

func (f *fake) Reschedule(ctx context.Context, a *emr.Appointment, m *emr.Move) (*emr.Appointment, error) {
	f.gotMove = m
	return f.set(ctx, "move", a.ID, func(a *emr.Appointment) {
		if !f.stays {
			a.Start, a.End = m.To.Start, m.To.End
		}
	})
}

func (f *fake) ListAppointments(ctx context.Context, q emr.AppointmentQuery, at emr.Cursor) (page emr.Page[emr.Appointment], err error) {
	if f.calendar != nil {
		return f.calendar(ctx, q, at)
	}
	err = f.step(ctx, "list", func() error {
		f.gotQuery = append(f.gotQuery, q)
		for _, a := range f.appts {
			if (q.Patient == nil || q.Patient.ID.EqualFold(a.Patient)) &&
				(len(q.Practitioners) == 0 || slices.Contains(q.Practitioners, a.Practitioner)) &&
				(len(q.Locations) == 0 || slices.Contains(q.Locations, a.Location)) {
				out := copied(a)
				if f.tells != nil {
					f.tells(out)
				}
				page.Items = append(page.Items, out)
			}
		}
		return nil
	})
	return page, err
}

// live counts the appointments that take time in the clinic's calendar.
func (f *fake) live() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, a := range f.appts {
		if a.Status.Live() {
			n++
		}
	}
	return n
}

func client(t testing.TB, f emr.Driver, o *emr.ClientOptions) *emr.Client {
	t.Helper()
	c := emr.NewClient(f, o)
	t.Cleanup(func() { _ = c.Close() })
	return c
}
