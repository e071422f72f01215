package emrtest

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/emrkit/emrkit/emr"
)

func connectionClauses() []Clause {
	return []Clause{
		{
			Topic: "connection", Name: "info and parts are pure",
			Text:  "Info and Parts give the same answer each time and send nothing.",
			check: checkPure,
		},
		{
			Topic: "connection", Name: "caveats are sentences about known capabilities",
			Text:  "Info names the vendor, and each caveat is one sentence about a capability that exists.",
			check: checkCaveats,
		},
		{
			Topic: "connection", Name: "hold comes with cancel",
			Text:  "A driver declares holding a slot only if it can also release it.",
			check: checkHoldComesWithCancel,
		},
		{
			Topic: "connection", Name: "a vendor that books taken times has a calendar to read",
			Text:  "A driver with Habits.AcceptsDoubleBooking that books also reads appointments: else no double booking could be refused.",
			Needs: needs(emr.CanBook),
			check: func(s *suite) {
				if s.info.Habits.AcceptsDoubleBooking && s.parts.AppointmentReader == nil {
					s.Error("the vendor books taken times, and the driver does not read appointments")
				}
			},
		},
		{
			Topic: "connection", Name: "calls after close are refused",
			Text:  "After Close every call fails with kind config and sends nothing; closing again does nothing.",
			check: checkClosed,
		},
		{
			Topic: "connection", Name: "closing does not trap a running call",
			Text:  "A call that runs while the connection is closed ends with its answer, or with kind canceled or config.",
			Needs: needs(emr.CanFindSlots), check: checkCloseWhileRunning,
		},
		{
			Topic: "connection", Name: "eight goroutines may use one driver",
			Text:  "The methods of the parts may be called by many goroutines at once.",
			check: checkConcurrent,
		},
	}
}

func checkPure(s *suite) {
	s.sends("Info and Parts", 0, 0, func() {
		for range 3 {
			info, parts := s.driver.Info(), s.driver.Parts()
			if info.Vendor != s.info.Vendor || info.Product != s.info.Product || info.Name != s.info.Name ||
				info.Environment != s.info.Environment || info.Habits != s.info.Habits ||
				!slices.Equal(info.Limits.UploadTypes, s.info.Limits.UploadTypes) ||
				info.Limits.SlotWindow != s.info.Limits.SlotWindow || info.Limits.UploadBytes != s.info.Limits.UploadBytes ||
				!maps.Equal(info.Caveats, s.info.Caveats) {
				s.Error("Info gives another answer the second time")
			}
			if (info.Zone == nil) != (s.info.Zone == nil) || info.Zone != nil && info.Zone.String() != s.info.Zone.String() {
				s.Error("Info gives another zone the second time")
			}
			for _, c := range emr.Capabilities() {
				if parts.Has(c) != s.parts.Has(c) {
					s.Errorf("Parts gives another answer for %q the second time", c)
				}
			}
		}
	})
}

func checkCaveats(s *suite) {
	if s.info.Vendor == "" {
		s.Error("Info.Vendor is empty")
	}
	if s.info.Name != "conformance" {
		s.Error("Info.Name is not the Name of the options")
	}
	for c, caveat := range s.info.Caveats {
		if !slices.Contains(emr.Capabilities(), c) {
			s.Errorf("a caveat is about %q, which is no capability", c)
		}
		if strings.TrimSpace(caveat) == "" || strings.Contains(caveat, "\n") {
			s.Errorf("the caveat about %q is not one sentence", c)
		}
	}
}

func checkHoldComesWithCancel(s *suite) {
	if s.parts.AppointmentHolder != nil && s.parts.AppointmentCanceller == nil {
		s.Error("the driver declares hold and cannot release it: declare cancel, too, or neither")
	}
}

func checkClosed(s *suite) {
	if err := s.driver.Close(); err != nil {
		s.Errorf("close: %v", s.failed(err))
	}
	for _, call := range s.calls() {
		if s.client.Has(call.can) {
			s.sends(call.name+" after Close", 0, 0, func() {
				s.kind(call.name+" after Close", call.do(s.ctx, s.client), emr.KindConfig)
			})
		}
	}
	if err := s.driver.Close(); err != nil {
		s.Errorf("close again: %v", s.failed(err))
	}
}

func checkCloseWhileRunning(s *suite) {
	ctx, arrived, done := newEndable(s.ctx), s.clinic.Stall(false), make(chan error, 1)
	go func() { done <- drain(s.client.FindSlots(ctx, s.clinic.Slots)) }()
	<-arrived
	closed := make(chan error, 1)
	go func() { closed <- s.driver.Close() }()
	ctx.end(context.Canceled)
	err := s.failed(s.back("a search during Close", done))
	if k := emr.KindOf(err); err != nil && k != emr.KindCanceled && k != emr.KindConfig {
		s.Errorf("a call during Close has kind %q: %v", k, err)
	}
	if err := s.back("Close during a search", closed); err != nil {
		s.Errorf("close: %v", s.failed(err))
	}
}

func checkConcurrent(s *suite) {
	var reads []anyCall
	for _, call := range s.calls() {
		if s.client.Has(call.can) && !call.write {
			reads = append(reads, call)
		}
	}
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range reads {
				call := reads[(worker+i)%len(reads)]
				err := s.failed(call.do(s.ctx, s.client))
				switch emr.KindOf(err) {
				case "", emr.KindNotFound, emr.KindInvalid, emr.KindPermission: // the ids are made up, and some vendors deny what is not there
				default:
					s.Errorf("%s: %v", call.name, err)
				}
			}
		})
	}
	wg.Wait()
}
