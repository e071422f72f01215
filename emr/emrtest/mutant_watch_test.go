package emrtest

import "github.com/emrkit/emrkit/emr"

// watchFunc is a WriteWatcher as a function.
type watchFunc func(emr.AppointmentID) (<-chan emr.WriteState, func())

func (f watchFunc) WatchWrite(id emr.AppointmentID) (<-chan emr.WriteState, func()) { return f(id) }

func watchMutants() []mutant {
	later := &emr.Habits{WritesLater: true, KeepsNotes: true}
	news := []string{"writes/news end the wait without waiting for the next look"}
	shows := func(name string, state func(emr.WriteState) emr.WriteState, caught string) mutant {
		return mutant{name: name, habits: later, caught: []string{caught}, spoil: func(s *spoiled) {
			s.parts.WriteWatcher = nil
			s.parts.AppointmentReader = reading{s.parts.AppointmentReader, func(a *emr.Appointment) { a.Write = state(a.Write) }}
		}}
	}
	always := func(state emr.WriteState) func(emr.WriteState) emr.WriteState {
		return func(emr.WriteState) emr.WriteState { return state }
	}
	watches := func(name string, watch func(inner emr.WriteWatcher) watchFunc) mutant {
		return mutant{name: name, habits: later, caught: news, spoil: func(s *spoiled) {
			s.parts.WriteWatcher = watch(s.parts.WriteWatcher)
		}}
	}
	return []mutant{
		shows("a driver that never shows that it wrote", always(emr.WriteAccepted), "writes/a write that is written ends the wait"),
		shows("a driver that shows nothing of a failed write", always(emr.WriteAccepted), "writes/a failed write ends the wait with ErrWriteFailed"),
		shows("a driver that shows a failed write as a good one", always(emr.WriteDone), "writes/a failed write ends the wait with ErrWriteFailed"),
		shows("a driver that shows a failed write as one that timed out", always(emr.WriteTimedOut), "writes/a failed write ends the wait with ErrWriteFailed"),
		watches("a driver whose news get lost", func(emr.WriteWatcher) watchFunc {
			return func(emr.AppointmentID) (<-chan emr.WriteState, func()) { return make(chan emr.WriteState), func() {} }
		}),
		watches("a driver that tells each failed write as written", func(inner emr.WriteWatcher) watchFunc {
			return func(id emr.AppointmentID) (<-chan emr.WriteState, func()) {
				told, stop := inner.WatchWrite(id)
				if len(told) > 0 {
					<-told
					good := make(chan emr.WriteState, 1)
					good <- emr.WriteDone
					return good, stop
				}
				return told, stop
			}
		}),
		watches("a driver that forgets what it told before the watch", func(inner emr.WriteWatcher) watchFunc {
			return func(id emr.AppointmentID) (<-chan emr.WriteState, func()) {
				told, stop := inner.WatchWrite(id)
				for len(told) > 0 {
					<-told
				}
				return told, stop
			}
		}),
		watches("a driver whose watch cannot be stopped twice", func(inner emr.WriteWatcher) watchFunc {
			return func(id emr.AppointmentID) (<-chan emr.WriteState, func()) {
				told, stop := inner.WatchWrite(id)
				stopped := make(chan struct{})
				return told, func() { close(stopped); stop() }
			}
		}),
		watches("a driver whose watch goes on after it was stopped", func(inner emr.WriteWatcher) watchFunc {
			return func(id emr.AppointmentID) (<-chan emr.WriteState, func()) {
				told, stop := inner.WatchWrite(id)
				go func() { select {} }()
				return told, stop
			}
		}),
	}
}
