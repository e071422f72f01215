package emrtest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// writeClauses are about vendors that accept a booking before it is written
// (Habits.WritesLater). One that writes at once keeps them by answering WriteDone.
func writeClauses() []Clause {
	bookRead := needs(emr.CanBook, emr.CanReadAppointments)
	return []Clause{
		{
			Topic: "writes", Name: "a write that is written ends the wait",
			Text:  "AwaitWritten, called while a write is under way, returns the appointment when the vendor has written it.",
			Needs: bookRead, check: checkWritten,
		},
		{
			Topic: "writes", Name: "a failed write ends the wait with ErrWriteFailed",
			Text:  "When the clinic's system refuses a write that the vendor had accepted, AwaitWritten fails with ErrWriteFailed, together with the appointment.",
			Needs: bookRead, check: checkWriteFailed,
		},
		{
			Topic: "writes", Name: "news end the wait without waiting for the next look",
			Text:  "A watch hears how each write ends, also one that ended before the watch began, and AwaitWritten ends with the news; stopping twice is no error.",
			Needs: needs(emr.CanBook, emr.CanReadAppointments, emr.CanWatchWrites), check: checkNews,
		},
	}
}

// accept books and returns the appointment while its write is under way; nil when the
// vendor writes at once.
func (s *suite) accept() *emr.Appointment {
	s.Helper()
	a, err := s.client.Book(s.ctx, s.booking(s.patient(), s.slot()))
	s.ok("book a free slot", err)
	s.seen.id("appointment id", a.ID.Reveal())
	switch {
	case s.info.Habits.WritesLater && a.Write == emr.WriteAccepted:
		return a
	case s.info.Habits.WritesLater:
		s.Fatalf("a vendor that writes later answers with write state %q", a.Write)
	case a.Write != emr.WriteDone:
		s.Errorf("a vendor that writes at once answers with write state %q", a.Write)
	}
	return nil
}

// failWrites lets the vendor report its accepted writes as failed.
func (s *suite) failWrites() {
	s.Helper()
	if s.clinic.FailWrites == nil {
		s.Fatal("harness: Clinic.FailWrites is not set, and the vendor writes later")
	}
	s.clinic.FailWrites()
}

// inTime bounds what only a broken driver makes the suite wait for.
func (s *suite) inTime() (context.Context, context.CancelFunc) {
	patience := s.patience
	if patience == 0 {
		patience = 10 * time.Second
	}
	return context.WithTimeout(s.ctx, patience)
}

func checkWritten(s *suite) {
	a := s.accept()
	if a == nil {
		return
	}
	ctx, cancel := s.inTime()
	defer cancel()
	looks := &looking{Driver: s.driver, first: s.settle}
	written, err := emr.NewClient(looks, nil).AwaitWritten(ctx, a.ID)
	s.ok("await a write that is done meanwhile", err)
	if !s.sameAppointment(written.ID, a.ID) || written.Write != emr.WriteDone {
		s.Errorf("AwaitWritten returns another appointment, or one with write state %q", written.Write)
	}
	s.status("the written appointment", written, emr.StatusBooked)
}

func checkWriteFailed(s *suite) {
	a := s.accept()
	if a == nil {
		return
	}
	ctx, cancel := s.inTime()
	defer cancel()
	s.failWrites()
	refused, err := s.client.AwaitWritten(ctx, a.ID)
	s.kind("await a write that failed", err, emr.KindConflict)
	s.is("await a write that failed", err, emr.ErrWriteFailed)
	if refused == nil || !s.sameAppointment(refused.ID, a.ID) || refused.Write != emr.WriteFailed {
		s.Error("the failed appointment does not come with the error, or its write state is another")
	}
}

func checkNews(s *suite) {
	slots := s.slots(2)
	for i, end := range []struct {
		as emr.WriteState
		do func()
	}{{emr.WriteDone, s.settle}, {emr.WriteFailed, s.failWrites}} {
		a, err := s.client.Book(s.ctx, s.booking(s.patient(), slots[i]))
		s.ok("book a free slot", err)
		s.seen.id("appointment id", a.ID.Reveal())
		if a.Write != emr.WriteAccepted {
			return // written at once: there are no news
		}
		ctx, cancel := s.inTime()
		defer cancel()
		news, stop := s.parts.WriteWatcher.WatchWrite(a.ID)
		if news == nil || stop == nil {
			s.Fatal("WatchWrite gives no channel, or nothing to stop it with")
		}
		// The record stays as it is until the news are there: only they can end the wait.
		stale := &looking{Driver: s.driver, stale: true, first: end.do}
		last, err := emr.NewClient(stale, nil).AwaitWritten(ctx, a.ID)
		_ = s.failed(err)
		if (end.as == emr.WriteFailed) != errors.Is(err, emr.ErrWriteFailed) || last == nil || last.Write != end.as {
			s.Errorf("the news that a write is %s do not end the wait: %v", end.as, err)
		}
		s.hears(ctx, "a watch begun before the write was "+string(end.as), news, end.as)
		stop()
		stop()
		known, stop := s.parts.WriteWatcher.WatchWrite(a.ID)
		s.hears(ctx, "a watch begun after the write was "+string(end.as), known, end.as)
		stop()
	}
}

// hears wants news on the channel.
func (s *suite) hears(ctx context.Context, what string, news <-chan emr.WriteState, want emr.WriteState) {
	s.Helper()
	for {
		select {
		case state, ok := <-news:
			if state == want {
				return
			}
			if !ok {
				s.Errorf("%s: the channel is closed before the news", what)
				return
			}
		case <-ctx.Done():
			s.Errorf("%s hears nothing", what)
			return
		}
	}
}

// looking is a driver that does something after its first look at an appointment.
type looking struct {
	emr.Driver
	first func()
	stale bool // looks show the write as accepted until news have come

	once sync.Once
	told atomic.Bool
}

func (l *looking) Parts() emr.Parts {
	p := l.Driver.Parts()
	p.AppointmentReader = lookingReader{p.AppointmentReader, l}
	if l.stale {
		p.WriteWatcher = relay{p.WriteWatcher, l}
	} else {
		p.WriteWatcher = nil
	}
	return p
}

type lookingReader struct {
	emr.AppointmentReader
	l *looking
}

func (r lookingReader) GetAppointment(ctx context.Context, id emr.AppointmentID) (*emr.Appointment, error) {
	a, err := r.AppointmentReader.GetAppointment(ctx, id)
	if r.l.stale && !r.l.told.Load() && err == nil {
		a.Write = emr.WriteAccepted
	}
	r.l.once.Do(r.l.first)
	return a, err
}

// relay passes news on and notes that they came.
type relay struct {
	emr.WriteWatcher
	l *looking
}

func (r relay) WatchWrite(id emr.AppointmentID) (<-chan emr.WriteState, func()) {
	news, stop := r.WriteWatcher.WatchWrite(id)
	out, ended := make(chan emr.WriteState), make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case state, ok := <-news:
				if !ok {
					return
				}
				r.l.told.Store(true)
				select {
				case out <- state:
				case <-ended:
					return
				}
			case <-ended:
				return
			}
		}
	}()
	return out, sync.OnceFunc(func() { close(ended); <-done; stop() })
}
