package medtechtest

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
)

func TestWhatIsNoOptionIsAnError(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{Empty: "x"}, {Times: "x"}, {BookingStatus: "x"}, {PageSize: -1}} {
		if s, err := Start(&o); err == nil {
			_ = s.Close()
			t.Errorf("%+v is an option", o)
		}
	}
}

func TestASimulatorOnSocketsAnswersAndStops(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.InMemory = false })
	b.get("/Location")
	if b.sim.HTTPClient() != nil || len(b.sim.Requests()) != 2 {
		t.Errorf("%d requests", len(b.sim.Requests()))
	}
	if err := b.sim.Close(); err != nil {
		t.Error(err)
	}
	if _, err := b.try(http.MethodGet, "/Location", nil); err == nil {
		t.Error("it still answers")
	}
}

func TestTheClockIsThePractices(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Zone = time.UTC })
	before := len(b.get("/Slot?schedule.actor.identifier=" + asked(cpnSystem, okaforCPN) + "&start=ge2026-03-03&start=le2026-03-03").entries())
	b.sim.SetTime(time.Date(2026, 3, 3, 14, 0, 0, 0, time.UTC))
	b.signIn()
	after := len(b.get("/Slot?schedule.actor.identifier=" + asked(cpnSystem, okaforCPN) + "&start=ge2026-03-03&start=le2026-03-03").entries())
	if before != 24 || after != 7 || b.sim.Now().Before(time.Date(2026, 3, 3, 14, 0, 0, 0, time.UTC)) {
		t.Errorf("%d, then %d", before, after)
	}
}

func TestAnnouncedViolationsDoNotFailATestAndMissingOnesDo(t *testing.T) {
	t.Parallel()
	s, err := Start(&Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	b := &bare{t: t, sim: s, header: http.Header{facilityHeaderName: {homeFacility}}}
	b.signIn()
	b.do(http.MethodGet, "/Patient", nil)
	b.do(http.MethodGet, "/Group", nil)
	s.ExpectViolation("a search without one of")
	s.ExpectViolation("never happens")
	_ = s.Close()
	got := s.server.Unexpected()
	if len(got) != 2 || !strings.Contains(got[0], "no such path") || !strings.Contains(got[1], "no violation with the text never happens") {
		t.Errorf("%q", got)
	}
}

func TestEverybodyCanAskAtOnce(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Parallel, o.RotateTexts, o.Observe = -1, true, func(emrtest.Request, []string) {} })
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 3 {
				r, err := b.try(http.MethodPost, "/Appointment", b.appointment(0, "booked"))
				if err != nil || r.status != http.StatusCreated && r.status != http.StatusUnprocessableEntity {
					t.Errorf("%v %d", err, r.status)
				}
				_, _ = b.try(http.MethodPost, "/Media", b.media("x"))
				_, _ = b.try(http.MethodGet, "/Media?"+byNHI(0), nil)
				_ = b.sim.Stored("Media")
				_ = b.sim.MaxParallel()
				_ = b.sim.RepeatedCorrelations()
			}
		})
	}
	all.Wait()
	if b.sim.Appointments() != 1 || len(b.sim.Stored("Media")) != 24 {
		t.Errorf("%d bookings of one time, %d images", b.sim.Appointments(), len(b.sim.Stored("Media")))
	}
}
