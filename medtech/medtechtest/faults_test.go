package medtechtest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// next is the next link of a bundle, "" for none.
func (r reply) next() string {
	for _, l := range children(r.json, "link") {
		if simserver.StringIn(l, "relation") == "next" {
			return simserver.StringIn(l, "url")
		}
	}
	return ""
}

// TestEachFaultShowsWhatItsNameSays has a check for every public fault: a row, or the one
// that all vendors share.
func TestEachFaultShowsWhatItsNameSays(t *testing.T) {
	t.Parallel()
	book := func(b *bare) (reply, error) {
		return b.try(http.MethodPost, "/Appointment", b.appointment(0, "booked"))
	}
	own := map[emrtest.Fault]func(*testing.T, *bare){
		emrtest.FaultNextLoop: func(t *testing.T, b *bare) {
			first := b.get("/Practitioner")
			if again := b.get(first.next()); first.next() == "" || again.next() != "" || len(again.entries()) != 5 {
				t.Errorf("next leads to %q", first.next())
			}
		},
		emrtest.FaultNextForeignHost: func(t *testing.T, b *bare) {
			if next := b.get("/Practitioner").next(); !strings.HasPrefix(next, b.sim.trap+"/") {
				t.Errorf("next leads to %q", next)
			}
		},
		emrtest.FaultSlotTaken: func(t *testing.T, b *bare) {
			if r, err := book(b); err != nil || r.status != http.StatusUnprocessableEntity || b.sim.Appointments() != 0 {
				t.Errorf("%v %d %s", err, r.status, r.body)
			}
			if n := len(b.home().clinic.Appointments()); n != 1 {
				t.Errorf("%d appointments: somebody else has it", n)
			}
		},
		emrtest.FaultDuplicatePatient: func(t *testing.T, b *bare) {
			if r := b.do(http.MethodPost, "/Patient", newcomer(NHI(20_000))); r.status != http.StatusUnprocessableEntity {
				t.Errorf("%d", r.status)
			}
			if found := b.get("/Patient?identifier=" + asked(nhiSystem, NHI(20_000))).entries(); len(found) != 1 {
				t.Errorf("%d found", len(found))
			}
		},
	}
	for _, f := range emrtest.Faults() {
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T) {
				b := open(t, nil)
				b.sim.FailNext(f, 1)
				if check, ok := own[f]; ok {
					check(t, b)
					return
				}
				if !vendortest.CheckFault(t, f, vendortest.Desk{
					Book:   func() (int, string, error) { r, err := book(b); return r.status, r.body, err },
					Booked: b.sim.Appointments, SignIn: func() { b.signIn() },
				}) {
					t.Error("nothing checks this fault")
				}
			})
		})
	}
}

func TestAFaultWaitsForTheCallsOfItsStep(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for step, body := range map[emrtest.Step]object{
		StepMedia: b.media("a"), StepDocument: b.scan(), StepCommunication: b.message(), StepTask: b.task(),
	} {
		b.sim.FailNextOn(step, emrtest.FaultLostReply, 1)
		kind := body["resourceType"].(string)
		if r := b.do(http.MethodPost, "/Patient", newcomer("")); r.status != 201 {
			t.Errorf("another step: %d", r.status)
		}
		if _, err := b.try(http.MethodPost, "/"+kind, body); err == nil || len(b.sim.Stored(kind)) != 1 {
			t.Errorf("%s: %v, %d stored", kind, err, len(b.sim.Stored(kind)))
		}
	}
	b.sim.FailNextOn(StepAppointments, emrtest.FaultServerError, 1)
	b.sim.FailNextOn(emrtest.StepCancel, emrtest.FaultUnavailableOnce, 1)
	b.sim.FailNextOn(StepDirectory, emrtest.FaultRateLimited, 1)
	b.do(http.MethodPost, "/Appointment", b.appointment(0, "booked"))
	for _, call := range []struct {
		method, target string
		body           any
		status         int
	}{
		{"PUT", "/Appointment?" + byNHI(0), b.appointment(0, "arrived"), 500}, {"PUT", "/Appointment?" + byNHI(0), b.appointment(0, "cancelled"), 503},
		{"GET", "/Location", nil, 429}, {"GET", "/Location", nil, 200},
	} {
		if r := b.do(call.method, call.target, call.body); r.status != call.status {
			t.Errorf("%s %s: %d, want %d", call.method, call.target, r.status, call.status)
		}
	}
}

func TestOnly429WithRetryAfterSaysWhenToComeBack(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for f, want := range map[emrtest.Fault]string{emrtest.FaultRateLimitedRetryAfter: "1", emrtest.FaultRateLimited: ""} {
		b.sim.FailNext(f, 1)
		if r := b.do(http.MethodGet, "/Location", nil); r.header.Get("Retry-After") != want {
			t.Errorf("%v", r.header)
		}
	}
}
