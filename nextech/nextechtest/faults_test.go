package nextechtest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// TestEachFaultShowsWhatItsNameSays has a check for every public fault: a row, or the one
// that all vendors share.
func TestEachFaultShowsWhatItsNameSays(t *testing.T) {
	t.Parallel()
	book := func(b *bare) (reply, error) {
		return b.try(http.MethodPost, "/Appointment/", b.booking(tenAM, halfPast))
	}
	own := map[emrtest.Fault]func(*testing.T, *bare){
		emrtest.FaultNextLoop: func(t *testing.T, b *bare) {
			b.get("/Patient?family=roy") // one page: nothing to loop, the fault waits
			if next := at(t, b.get("/Patient?_getpagesoffset=10").link("next")); next != "10" {
				t.Errorf("next leads to %s", next)
			}
		},
		emrtest.FaultNextForeignHost: func(t *testing.T, b *bare) {
			if next := b.get("/Patient").link("next"); !strings.HasPrefix(next, b.sim.trap) || at(t, next) != "10" {
				t.Errorf("next leads to %s", next)
			}
		},
		emrtest.FaultSlotTaken: func(t *testing.T, b *bare) {
			if r, err := book(b); err != nil || r.status != http.StatusConflict || b.sim.Appointments() != 0 {
				t.Errorf("%v %d %s", err, r.status, r.body)
			}
			if n := len(b.sim.clinic.Appointments()); n != 1 {
				t.Errorf("%d appointments: somebody else has it", n)
			}
		},
		emrtest.FaultDuplicatePatient: func(t *testing.T, b *bare) {
			if r := b.do(http.MethodPost, "/Patient/", newcomer()); r.status != http.StatusConflict {
				t.Errorf("%d", r.status)
			}
			if found := b.get("/Patient?family=stone").entries(); len(found) != 1 {
				t.Errorf("%d found", len(found))
			}
		},
	}
	for _, f := range emrtest.Faults() {
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T) {
				b := open(t, func(o *Options) { o.Links = TrueLinks })
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

func TestOnly429WithRetryAfterSaysWhenToComeBack(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.sim.FailNext(emrtest.FaultRateLimitedRetryAfter, 1)
	if r := b.do(http.MethodGet, "/Location", nil); r.header.Get("Retry-After") != "1" {
		t.Errorf("%v", r.header)
	}
	b.sim.FailNext(emrtest.FaultRateLimited, 1)
	if r := b.do(http.MethodGet, "/Location", nil); r.header.Get("Retry-After") != "" {
		t.Errorf("%v", r.header)
	}
}
