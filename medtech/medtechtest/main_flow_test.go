package medtechtest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/internal/simserver"
)

func TestTheMainJobFromTokenToCancellation(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Options){
		"plain": nil,
		"long ids, absolute references, full bundles": func(o *Options) {
			o.LongIDs, o.AbsoluteReferences, o.FullBundles = true, true, true
		},
		"by id": func(o *Options) { o.PutByID, o.BookingStatus = true, "proposed" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, change)
			if got := b.get("/Patient?identifier=" + asked(nhiSystem, NHI(0))).entries(); len(got) != 1 || simserver.StringIn(got[0], "id") != b.person(0) {
				t.Fatalf("by NHI: %v", got)
			}
			family, born, phone := someone(1)
			q := url.Values{"family": {family}, "birthdate": {born}, "telecom": {phone}}
			if got := b.get("/Patient?" + q.Encode()).entries(); len(got) != 1 || simserver.StringIn(got[0], "id") != b.person(1) {
				t.Fatalf("by name, birth date and telephone: %v", got)
			}
			if got := b.get("/Patient/" + url.PathEscape(b.person(0))); simserver.StringIn(got.json, "birthDate") != "1991-05-17" {
				t.Fatalf("by id: %v", got.json)
			}
			if got := b.get("/Practitioner").entries(); len(got) != 5 {
				t.Fatalf("%d practitioners", len(got))
			}
			if got := b.get("/Location").entries(); len(got) != 1 || simserver.StringIn(children(got[0], "identifier")[0], "value") != homeFacility {
				t.Fatalf("location: %v", got)
			}
			free := b.get(slots()).entries()
			if len(free) != 24 || simserver.StringIn(free[4], "start") != tenAM || simserver.StringIn(free[4], "end") != quarter {
				t.Fatalf("%d slots, %v", len(free), free)
			}
			body := b.appointment(0, b.sim.opts.BookingStatus)
			body["slot"] = []object{{"reference": "Slot/" + simserver.StringIn(free[4], "id")}}
			made := b.do(http.MethodPost, "/Appointment", body)
			id := simserver.StringIn(made.json, "id")
			if made.status != http.StatusCreated || simserver.StringIn(made.json, "status") != "booked" || !strings.HasSuffix(made.header.Get("Location"), "/fhir/Appointment/"+inURL(id)+"/_history/"+inURL(id)) {
				t.Fatalf("booking: %d %s %v", made.status, made.body, made.header)
			}
			if n := len(b.get(slots()).entries()); n != 23 || b.sim.Appointments() != 1 {
				t.Errorf("%d slots, %d appointments", n, b.sim.Appointments())
			}
			listed := b.get("/Appointment?" + byNHI(0) + "&date=ge2026-03-03T00%3A00%3A00%2B13%3A00&date=le2026-03-04T00%3A00%3A00%2B13%3A00&status=booked").entries()
			if len(listed) != 1 || simserver.StringIn(listed[0], "id") != id {
				t.Errorf("list: %v", listed)
			}
			whole := made.json
			target := "/Appointment?" + byNHI(0)
			if b.sim.opts.PutByID {
				target = "/Appointment/" + id
			}
			for _, status := range []string{"arrived", "cancelled"} {
				whole["status"] = status
				if r := b.do(http.MethodPut, target, whole); r.status != http.StatusOK || simserver.StringIn(r.json, "status") != status {
					t.Errorf("%s: %d %s", status, r.status, r.body)
				}
			}
			if got := b.get("/Appointment/" + url.PathEscape(id)); simserver.StringIn(got.json, "status") != "cancelled" || b.sim.Appointments() != 0 {
				t.Errorf("after all: %s, %d live", got.body, b.sim.Appointments())
			}
		})
	}
}
