package nextgentest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// TestEachFaultShowsWhatItsNameSays has a check for every public fault: a row, or the one
// that all vendors share.
func TestEachFaultShowsWhatItsNameSays(t *testing.T) {
	t.Parallel()
	book := func(b *bare) (reply, error) { return b.try(http.MethodPost, "/appointments", b.booking(0)) }
	own := map[emrtest.Fault]func(*testing.T, *bare){
		emrtest.FaultRevokedToken: func(t *testing.T, b *bare) {
			for range 2 { // the token stays revoked
				if r, err := book(b); err != nil || r.status != http.StatusUnauthorized || r.body != "invalid access token" || r.header.Get("Content-Type") != "text/plain" {
					t.Errorf("%v %d %s", err, r.status, r.body)
				}
			}
			b.signIn(homeSite) // the session outlives the token
			if r, err := book(b); err != nil || r.status != http.StatusCreated {
				t.Errorf("a new token: %v %d", err, r.status)
			}
		},
		emrtest.FaultTruncatedJSON: func(t *testing.T, b *bare) {
			if r := b.get("/providers"); json.Valid([]byte(r.body)) {
				t.Errorf("%s", r.body)
			}
			b.get("/providers")
		},
		emrtest.FaultNextLoop: func(t *testing.T, b *bare) {
			first := b.get("/master/events?$top=2&$skip=2")
			if first.next() != "$skip=2&$top=2" {
				t.Errorf("next leads to %q", first.next())
			}
			if b.get("/master/events?"+first.next()).next() == first.next() {
				t.Error("the second time as well")
			}
		},
		emrtest.FaultNextForeignHost: func(t *testing.T, b *bare) {
			link, _ := b.get("/master/events").json["nextPageLink"].(string)
			if !strings.HasPrefix(link, b.sim.trap+"/collect?") {
				t.Errorf("next leads to %q", link)
			}
		},
		emrtest.FaultSlotTaken: func(t *testing.T, b *bare) {
			if r, err := book(b); err != nil || r.status != http.StatusBadRequest || b.sim.Appointments() != 0 {
				t.Errorf("%v %d %s", err, r.status, r.body)
			}
			if n := len(b.home().clinic.Appointments()); n != 1 {
				t.Errorf("%d appointments: somebody else has it", n)
			}
		},
		emrtest.FaultDuplicatePatient: func(t *testing.T, b *bare) {
			if r := b.do(http.MethodPost, "/persons", newcomer()); r.status != http.StatusConflict || !strings.HasPrefix(r.header.Get("Content-Type"), "text/plain") {
				t.Errorf("%d %s", r.status, r.body)
			}
			if found := b.get("/persons/lookup?lastName=Quist").rows(); len(found) != 1 {
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
					Booked: b.sim.Appointments, SignIn: func() { b.signIn(homeSite) },
				}) {
					t.Error("nothing checks this fault")
				}
			})
		})
	}
}

// bubble runs a test where time costs nothing; it begins in the year 2000.
func bubble(t *testing.T, f func(*testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

func newcomer() object {
	return object{
		"LastName": "Quist", "FirstName": "Otto", "DateOfBirth": "1984-02-29T00:00:00", "Sex": "M", "CellPhone": "2065550177", "EmailAddress": "otto@example.com",
		"AddressLine1": "12 Elm St", "City": "Albany", "State": "NY", "Zip": "12207",
	}
}

func TestTheQuotaIsAnEmptySuccessAndAWriteIsNotDone(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.DailyQuota = 2 }) // one is the session's
	b.get("/providers")
	for _, r := range []reply{b.do(http.MethodGet, "/providers", nil), b.do(http.MethodPost, "/appointments", b.booking(0))} {
		if r.status != 200 || r.body != "" || r.header.Get("Content-Type") != jsonType || r.header.Get("Location") != "" {
			t.Errorf("%d %q %v", r.status, r.body, r.header)
		}
	}
	if b.sim.Appointments() != 0 {
		t.Error("a booking was made beyond the quota")
	}
	b.sim.Advance(24 * time.Hour)
	b.signIn(homeSite)
	if r := b.get("/providers"); r.body == "" {
		t.Error("the quota is of yesterday")
	}
	b = open(t, nil)
	b.sim.FailNext(FaultQuota, 1)
	if r := b.do(http.MethodGet, "/providers", nil); r.status != 200 || r.body != "" {
		t.Errorf("%d %q", r.status, r.body)
	}
}

func TestAFaultWaitsForTheCallsOfItsStep(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	id := b.book(0)
	for step, call := range map[emrtest.Step]struct {
		method, target string
		body           any
	}{
		StepSession:         {"PUT", "/users/me/login-defaults", object{"EnterpriseId": "00002", "PracticeId": "0006"}},
		StepDirectory:       {"GET", "/resources", nil},
		StepAppointments:    {"GET", "/appointments/" + id, nil},
		StepChange:          {"PATCH", "/appointments/" + id, object{"Details": "x"}},
		StepChart:           {"GET", "/persons/" + b.person(0) + "/chart/documents", nil},
		emrtest.StepPatient: {"GET", "/persons/" + b.person(0), nil},
		emrtest.StepSlots:   {"POST", "/appointments/availability", b.search()},
		emrtest.StepCancel:  {"POST", "/appointments/" + id + "/cancel", object{"CancelReasonId": b.id("item", "102")}},
	} {
		b.sim.FailNextOn(step, emrtest.FaultUnavailableOnce, 1)
		if r := b.do(http.MethodGet, "/core/version", nil); r.status != 200 {
			t.Errorf("%s: another step: %d", step, r.status)
		}
		for _, want := range []int{503, 200} {
			if r := b.do(call.method, call.target, call.body); r.status != want {
				t.Errorf("%s: %d, want %d: %s", step, r.status, want, r.body)
			}
		}
		b.sim.AnswerNext(step, 418, "as ordered")
		if step == emrtest.StepCancel {
			break
		}
		if r := b.do(call.method, call.target, call.body); r.status != 418 || !strings.Contains(r.body, "as ordered") {
			t.Errorf("%s: %d %s", step, r.status, r.body)
		}
	}
}

func TestOnly429WithRetryAfterSaysWhenToComeBack(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for f, want := range map[emrtest.Fault]string{emrtest.FaultRateLimitedRetryAfter: "1", emrtest.FaultRateLimited: ""} {
		b.sim.FailNext(f, 1)
		if r := b.do(http.MethodGet, "/providers", nil); r.header.Get("Retry-After") != want {
			t.Errorf("%v", r.header)
		}
	}
}
