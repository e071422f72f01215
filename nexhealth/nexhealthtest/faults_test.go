package nexhealthtest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// TestEachFaultShowsWhatItsNameSays has a check for every public fault: a row, or the one
// that all vendors share.
func TestEachFaultShowsWhatItsNameSays(t *testing.T) {
	t.Parallel()
	book := func(b *bare) (reply, error) { return b.try(http.MethodPost, bookAt7, b.booking(tenAM, halfPast)) }
	own := map[emrtest.Fault]func(*testing.T, *bare){
		emrtest.FaultWriteNeverCompleted: func(t *testing.T, b *bare) { // accepted, and never carried out
			r, err := book(b)
			if err != nil || r.status != http.StatusCreated || b.sim.Appointments() != 1 {
				t.Fatalf("%v %d", err, r.status)
			}
			b.sim.SettleWrites()
			if a := b.get("/appointments/" + idText(r.data("appt")["id"]) + "?" + sub).data(); a["foreign_id"] != nil {
				t.Error("written")
			}
		},
		emrtest.FaultNextLoop: func(t *testing.T, b *bare) {
			first := b.get(everybody + "&per_page=10")
			again := b.get(everybody + "&per_page=10&end_cursor=" + first.cursor("end_cursor"))
			if simserver.ObjectIn(first.json, "page_info")["has_next_page"] != true || again.ids() != first.ids() || again.cursor("end_cursor") != first.cursor("end_cursor") {
				t.Errorf("%s, then %s", first.ids(), again.ids())
			}
		},
		emrtest.FaultNextForeignHost: func(t *testing.T, b *bare) {
			first := b.get(everybody + "&per_page=10")
			next := first.cursor("end_cursor")
			if !strings.HasPrefix(next, b.sim.trap) {
				t.Fatalf("%s", next)
			}
			if again := b.get(everybody + "&per_page=10&end_cursor=" + strings.NewReplacer("?", "%3F", "=", "%3D").Replace(next)); len(again.list()) != 10 || again.ids() == first.ids() {
				t.Errorf("%s, then %s", first.ids(), again.ids())
			}
			if b.sim.TrapRequests() != 0 {
				t.Error("somebody followed it")
			}
		},
		emrtest.FaultSlotTaken: func(t *testing.T, b *bare) {
			if r, err := book(b); err != nil || r.status != http.StatusBadRequest || !strings.Contains(r.body, takenText) || b.sim.Appointments() != 0 {
				t.Errorf("%v %d %s", err, r.status, r.body)
			}
			if n := len(b.sim.clinic.Appointments()); n != 1 {
				t.Errorf("%d appointments: somebody else has it", n)
			}
		},
		emrtest.FaultDuplicatePatient: func(t *testing.T, b *bare) {
			if r := b.do(http.MethodPost, "/patients?"+sub+"&location_id=7", newcomer()); r.status != http.StatusOK {
				t.Errorf("%d", r.status)
			}
			if found := b.get(everybody + "&per_page=9&name=Wren%20Stone").list(); len(found) != 1 {
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

func TestOnly429WithRetryAfterSaysWhenToComeBack(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for f, want := range map[emrtest.Fault]string{emrtest.FaultRateLimitedRetryAfter: "1", emrtest.FaultRateLimited: ""} {
		b.sim.FailNext(f, 1)
		if r := b.do(http.MethodGet, "/locations?"+sub, nil); r.header.Get("Retry-After") != want || r.json["code"] != false {
			t.Errorf("%s: %v", f, r.header)
		}
	}
}

func TestEachCallOfTheMainJobIsOfItsStep(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		method, target string
		body           any
		want           emrtest.Step
		violation      string
	}{
		{http.MethodGet, everybody + "&per_page=5", nil, emrtest.StepPatient, ""},
		{http.MethodGet, "/patients/70001?" + sub, nil, emrtest.StepPatient, ""},
		{http.MethodPost, "/patients?" + sub + "&location_id=7", newcomer(), emrtest.StepPatient, ""},
		{http.MethodGet, "/patients/70001/documents?" + sub, nil, "", ""},
		{http.MethodGet, slotsAt + "&lids[]=7&pids[]=15&start_date=2026-03-03&days=1", nil, emrtest.StepSlots, ""},
		{http.MethodPost, bookAt7, object{"appt": object{}}, emrtest.StepBook, "required"},
		{http.MethodGet, "/appointments?" + sub + "&location_id=7&per_page=5&start=2026-03-01&end=2026-03-02", nil, "", ""},
		{http.MethodGet, "/appointments/1?" + sub, nil, "", ""},
		{http.MethodPatch, "/appointments/1?" + sub, object{"appt": object{"cancelled": true}}, emrtest.StepCancel, ""},
		{http.MethodPatch, "/appointments/1?" + sub, object{"appt": object{"confirmed": true}}, "", ""},
		{http.MethodPatch, "/appointments/1?" + sub, "{", "", "not a JSON object"},
		{http.MethodGet, "/locations", nil, "", ""},
		{http.MethodGet, "/nowhere", nil, "", "no such path"},
	} {
		t.Run(tc.method+" "+tc.target, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			if tc.violation != "" {
				b.sim.ExpectViolation(tc.violation)
			}
			b.do(tc.method, tc.target, tc.body)
			all := b.sim.Requests()
			if first, last := all[0], all[len(all)-1]; first.Step != emrtest.StepToken || last.Step != tc.want {
				t.Errorf("%q after %q", last.Step, first.Step)
			}
		})
	}
}
