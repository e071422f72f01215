package nexhealthtest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestEndpointsAndSubscriptionsKeepTheirRules(t *testing.T) {
	t.Parallel()
	const hooks = "/webhook_endpoints"
	for _, tc := range []struct {
		name, target string
		body         object
		status       int
		violation    string
	}{
		{"https", hooks, object{"target_url": "https://hooks.example.com"}, 201, ""},
		{"loopback", hooks, object{"target_url": "http://127.0.0.1:1/x"}, 201, ""},
		{"plain http", hooks, object{"target_url": "http://hooks.example.com"}, 400, "not https"},
		{"no address", hooks, object{"active": true}, 400, "target_url"},
		{"wrapped", hooks, object{"webhook_endpoint": object{}}, 400, "unknown member"},
		{"no subdomain", "subscriptions", object{"resource_type": "Appointment", "event": "appointment_insertion"}, 400, "subdomain"},
		{"onboarding", "subscriptions", object{"resource_type": "Onboarding", "event": "onboarding_created"}, 201, ""},
		{"onboarding with a subdomain", "subscriptions?" + sub, object{"resource_type": "Onboarding", "event": "onboarding_created"}, 400, "a subdomain for Onboarding"},
		{"in lower case", "subscriptions?" + sub, object{"resource_type": "appointment", "event": "appointment_insertion"}, 400, "resource_type"},
		{"with a suffix", "subscriptions?" + sub, object{"resource_type": "Appointment", "event": "appointment_insertion.complete"}, 400, "event"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			if tc.violation != "" {
				b.sim.ExpectViolation(tc.violation)
			}
			if tc.name == "wrapped" {
				b.sim.ExpectViolation("without the required target_url")
			}
			target := tc.target
			if rest, ok := strings.CutPrefix(target, "subscriptions"); ok {
				e := b.do(http.MethodPost, hooks, object{"target_url": "https://hooks.example.com"})
				target = hooks + "/" + idText(e.data()["id"]) + "/webhook_subscriptions" + rest
			}
			if r := b.do(http.MethodPost, target, tc.body); r.status != tc.status {
				t.Errorf("%d %s", r.status, r.body)
			}
		})
	}
}

func TestASubscriptionMovesAndIsSwitchedOff(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	in, _ := b.hooked(fine)
	first := "/webhook_endpoints/" + b.get("/webhook_endpoints").ids()
	other := b.do(http.MethodPost, "/webhook_endpoints", object{"target_url": "https://hooks.example.com/b"})
	all := b.get(first + "/webhook_subscriptions?resource_type=Appointment&event=appointment_insertion").list()
	if len(all) != 1 || all[0]["institution_id"] != 101.0 {
		t.Fatalf("%v", all)
	}
	one := "/webhook_subscriptions/" + idText(all[0]["id"])
	moved := b.do(http.MethodPatch, first+one+"?"+sub, object{"new_endpoint_id": other.data()["id"]})
	if moved.status != http.StatusOK || moved.data()["webhook_endpoint_id"] != other.data()["id"] {
		t.Errorf("%s", moved.body)
	}
	second := "/webhook_endpoints/" + idText(other.data()["id"])
	b.sim.ExpectViolation("without the required parameter subdomain")
	if r := b.do(http.MethodPatch, second+one, object{"active": false}); r.status != http.StatusBadRequest {
		t.Errorf("without a subdomain: %d", r.status)
	}
	b.book(tenAM)
	b.sim.SettleWrites()
	if d := b.sim.Deliveries(); len(in.all()) != 1 || d[0].Target != "https://hooks.example.com/b" {
		t.Errorf("%+v", d)
	}
	if r := b.do(http.MethodPatch, second+one+"?"+sub, object{"active": false}); r.data()["active"] != false {
		t.Errorf("%s", r.body)
	}
	b.book(elevenAM)
	b.sim.SettleWrites()
	if len(in.all()) != 1 {
		t.Error("a subscription that is off")
	}
	if r := b.do(http.MethodDelete, second, nil); r.status != http.StatusNoContent || len(b.get("/webhook_endpoints").list()) != 1 {
		t.Errorf("%d", r.status)
	}
}

func TestWebhooksGoOutOverRealSocketsAndFollowNoRedirect(t *testing.T) {
	t.Parallel()
	got := make(chan string, 10)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { got <- "elsewhere" }))
	defer elsewhere.Close()
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- r.Header.Get("Content-Type") + " " + string(body[:1])
		http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
	}))
	defer receiver.Close()
	b := open(t, nil)
	e := b.do(http.MethodPost, "/webhook_endpoints", object{"target_url": receiver.URL})
	b.do(http.MethodPost, "/webhook_endpoints/"+idText(e.data()["id"])+"/webhook_subscriptions?"+sub,
		object{"resource_type": "Appointment", "event": "appointment_insertion"})
	b.book(tenAM)
	b.sim.SettleWrites()
	if first := <-got; first != "application/json {" || len(got) != 0 {
		t.Errorf("%q and %d more", first, len(got))
	}
	if d := b.sim.Deliveries(); d[0].Status != http.StatusTemporaryRedirect || !d[0].Waiting {
		t.Errorf("%+v", d[0])
	}
}

func TestASimulatorInMemorySendsNothingIntoTheNetwork(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	e := b.do(http.MethodPost, "/webhook_endpoints", object{"target_url": "https://hooks.example.com/"})
	b.do(http.MethodPost, "/webhook_endpoints/"+idText(e.data()["id"])+"/webhook_subscriptions?"+sub,
		object{"resource_type": "Appointment", "event": "appointment_insertion"})
	b.book(tenAM)
	b.sim.SettleWrites()
	if _, err := b.sim.Deliver(0, Sound); err == nil || !strings.Contains(err.Error(), "Options.Deliver") {
		t.Errorf("%v", err)
	}
}

func TestARetryMayKeepTheTimestamp(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.KeepTimestamps, o.WrappedBase64 = true, true })
	in, secret := b.hooked(func(*http.Request) int { return http.StatusInternalServerError })
	b.book(tenAM)
	b.sim.SettleWrites()
	b.sim.Advance(time.Minute)
	all := in.all()
	if len(all) != 2 || all[0].timestamp != all[1].timestamp || sign(secret, all[1].timestamp, all[1].body, true) != all[1].signature {
		t.Errorf("%d: %v", len(all), all)
	}
}

func TestOtherEventsAreToldToo(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	in, _ := b.hooked(fine)
	b.sim.HoldWebhooks(true)
	made := b.do(http.MethodPost, "/patients?"+sub+"&location_id=7", newcomer()).data("user")
	if err := b.sim.SetSync("7", SyncState{WriteRed: true}); err != nil {
		t.Fatal(err)
	}
	if err := b.sim.SetSync("10", SyncState{}); err != nil { // the same sync
		t.Fatal(err)
	}
	booked := b.booking(tenAM, halfPast)
	booked["appt"].(object)["patient_id"] = made["id"]
	b.do(http.MethodPost, bookAt7, booked)
	b.sim.SettleWrites()
	b.sim.HoldWebhooks(false)
	if in.events() != "patient_created sync_status_write_change patient_updated appointment_insertion.complete" {
		t.Errorf("%s", in.events())
	}
}
