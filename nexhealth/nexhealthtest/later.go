package nexhealthtest

import "time"

// later runs f after d of real time, unless the simulator is closed before. Close waits
// for one that runs. The caller may hold the lock, f takes it.
func (s *Sim) later(d time.Duration, f func()) {
	s.timing.Lock()
	defer s.timing.Unlock()
	if s.ctx.Err() != nil {
		return
	}
	s.nextTimer++
	n := s.nextTimer
	s.running.Add(1)
	s.timers[n] = time.AfterFunc(max(d, 0), func() {
		defer s.running.Done()
		s.timing.Lock()
		delete(s.timers, n)
		s.timing.Unlock()
		f()
	})
}

// stopTimers ends what waits, and waits for what runs.
func (s *Sim) stopTimers() {
	s.cancel()
	s.timing.Lock()
	for n, t := range s.timers {
		if t.Stop() {
			s.running.Done()
		}
		delete(s.timers, n)
	}
	s.timing.Unlock()
	s.running.Wait()
}
