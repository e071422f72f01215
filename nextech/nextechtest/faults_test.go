package nextechtest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// TestEachFaultShowsWhatItsNameSays has a row for every public fault.
func TestEachFaultShowsWhatItsNameSays(t *testing.T) {
	t.Parallel()
	book := func(b *bare) (reply, error) {
		return b.try(http.MethodPost, "/Appointment/", b.booking(tenAM, halfPast))
	}
	status := func(want int) func(*testing.T, *bare) {
		return func(t *testing.T, b *bare) {
			t.Helper()
			if r, err := book(b); err != nil || r.status != want || b.sim.Appointments() != 0 {
				t.Errorf("%v %d %d", err, r.status, b.sim.Appointments())
			}
			if r, err := book(b); err != nil || r.status != http.StatusCreated {
				t.Errorf("the next call: %v %d %s", err, r.status, r.body)
			}
		}
	}
	rows := map[emrtest.Fault]func(*testing.T, *bare){
		emrtest.FaultLostReply: func(t *testing.T, b *bare) {
			if _, err := book(b); err == nil || b.sim.Appointments() != 1 {
				t.Errorf("%v, %d bookings", err, b.sim.Appointments())
			}
		},
		emrtest.FaultWriteNeverCompleted: func(t *testing.T, b *bare) {
			if _, err := book(b); err == nil || b.sim.Appointments() != 0 {
				t.Errorf("%v, %d bookings", err, b.sim.Appointments())
			}
		},
		emrtest.FaultSlowToken: func(t *testing.T, b *bare) {
			start := time.Now()
			if b.signIn(); time.Since(start) != 2*time.Second {
				t.Errorf("took %v", time.Since(start))
			}
		},
		emrtest.FaultRevokedToken: func(t *testing.T, b *bare) {
			for range 2 { // the token stays revoked
				if r, err := book(b); err != nil || r.status != http.StatusUnauthorized {
					t.Errorf("%v %d", err, r.status)
				}
			}
			b.signIn()
			if r, err := book(b); err != nil || r.status != http.StatusCreated {
				t.Errorf("a new token: %v %d", err, r.status)
			}
		},
		emrtest.FaultRateLimited:           status(http.StatusTooManyRequests),
		emrtest.FaultRateLimitedRetryAfter: status(http.StatusTooManyRequests),
		emrtest.FaultUnavailableOnce:       status(http.StatusServiceUnavailable),
		emrtest.FaultServerError:           status(http.StatusInternalServerError),
		emrtest.FaultHTML:                  status(http.StatusOK),
		emrtest.FaultTruncatedJSON: func(t *testing.T, b *bare) {
			r, err := book(b)
			if err != nil || r.status != http.StatusCreated || json.Valid([]byte(r.body)) || b.sim.Appointments() != 1 {
				t.Errorf("%v %d %s", err, r.status, r.body)
			}
		},
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
			check, ok := rows[f]
			if !ok {
				t.Fatal("no row for this fault")
			}
			bubble(t, func(t *testing.T) {
				b := open(t, func(o *Options) { o.Links = TrueLinks })
				b.sim.FailNext(f, 1)
				check(t, b)
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
