package nexhealthtest

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// arrived is a webhook as the receiver got it.
type arrived struct {
	event, timestamp, signature string
	body                        []byte
}

// inbox is a receiver.
type inbox struct {
	mu  sync.Mutex
	got []arrived
}

func (i *inbox) all() []arrived {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]arrived(nil), i.got...)
}

func (i *inbox) events() string {
	var names []string
	for _, a := range i.all() {
		names = append(names, a.event)
	}
	return strings.Join(names, " ")
}

// hooked subscribes a receiver to bookings, patients and sync status; answer says its
// status. The simulator must be made before: hooked sets how it delivers.
func (b *bare) hooked(answer func(*http.Request) int) (*inbox, string) {
	b.t.Helper()
	in := &inbox{}
	b.sim.opts.Deliver = func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		var e struct {
			Name string `json:"event_name"`
		}
		_ = json.Unmarshal(body, &e)
		in.mu.Lock()
		in.got = append(in.got, arrived{e.Name, r.Header.Get("timestamp"), r.Header.Get("signature"), body})
		in.mu.Unlock()
		return &http.Response{StatusCode: answer(r), Body: http.NoBody}, nil
	}
	r := b.do(http.MethodPost, "/webhook_endpoints", object{"target_url": "https://hooks.example.com/nexhealth", "active": true})
	endpoint := "/webhook_endpoints/" + idText(r.data()["id"])
	for event, resource := range map[string]string{
		"appointment_insertion": "Appointment", "appointment_updated": "Appointment", "appointment_created": "Appointment",
		"patient_created": "Patient", "patient_updated": "Patient", "sync_status_write_change": "SyncStatus", "document_insertion": "Document",
	} {
		s := b.do(http.MethodPost, endpoint+"/webhook_subscriptions?"+sub, object{"resource_type": resource, "event": event})
		if s.status != http.StatusCreated {
			b.t.Fatalf("%d %s", s.status, s.body)
		}
	}
	return in, simserver.StringIn(r.data(), "secret_key")
}

func fine(*http.Request) int { return http.StatusOK }

// TestTheSignatureIsThatOfTheTestVector has the body and the signature of the dossier.
func TestTheSignatureIsThatOfTheTestVector(t *testing.T) {
	t.Parallel()
	body := `{"resource_type":"Appointment","event_name":"appointment_insertion.complete","data":{"appointment":{"id":88001}}}`
	const want = "58c3bfc78bc4749a69bf9f3058c481b2871b36f20208ee83717b28e802fec1f0"
	if len(body) != 113 || sign("test_secret_key", "2026-03-02T15:04:05Z", []byte(body), false) != want {
		t.Error("another signature")
	}
	if sign("test_secret_key", "2026-03-02T15:04:05Z", []byte(body), true) == want {
		t.Error("line breaks make no difference")
	}
	if got := wrap(strings.Repeat("a", 61)); got != strings.Repeat("a", 60)+"\na\n" {
		t.Errorf("%q", got)
	}
}

func TestAWriteIsToldWithASignedWebhook(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	in, secret := b.hooked(fine)
	id := b.book(tenAM)
	b.sim.SettleWrites()
	b.change(id, object{"cancelled": true})
	b.sim.SettleWrites()
	b.sim.FailWrites(1)
	b.sim.TimeOutWrites(1)
	b.book(elevenAM)
	b.change(b.book(tenAM), object{"confirmed": true})
	b.sim.SettleWrites()
	b.book(elevenAM)
	b.sim.FailAccepted()
	b.book(elevenAM)
	b.sim.TimeOutAccepted()
	want := "appointment_insertion.complete appointment_updated appointment_insertion.failed appointment_insertion.timed_out appointment_updated " +
		"appointment_insertion.failed appointment_insertion.timed_out"
	if in.events() != want {
		t.Errorf("%s", in.events())
	}
	for _, a := range in.all() {
		at, err := time.Parse(time.RFC3339, a.timestamp)
		if err != nil || at.Before(monday.Add(-time.Second)) || sign(secret, a.timestamp, a.body, false) != a.signature {
			t.Errorf("%s: %v, %s", a.event, err, a.signature)
		}
	}
	var e struct {
		Resource, Subdomain string
		Data                struct {
			Appointment map[string]any
			Previous    map[string]any `json:"previous_attributes"`
		}
	}
	if err := json.Unmarshal(in.all()[1].body, &e); err != nil || e.Subdomain != practiceSubdomain || e.Data.Appointment["cancelled"] != true ||
		e.Data.Previous["cancelled"] != false || e.Data.Appointment["foreign_id"] == nil {
		t.Errorf("%v %s", err, in.all()[1].body)
	}
}

func TestHeldWebhooksGoOutInAnyOrderTwiceLateAndSpoiled(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	in, secret := b.hooked(fine)
	b.sim.HoldWebhooks(true)
	b.change(b.book(tenAM), object{"confirmed": true})
	b.sim.SettleWrites()
	if len(in.all()) != 0 || len(b.sim.Deliveries()) != 2 || !b.sim.Deliveries()[0].Waiting {
		t.Fatalf("%s", in.events())
	}
	for _, n := range []int{1, 0, 0} {
		if status, err := b.sim.Deliver(n, Sound); err != nil || status != http.StatusOK {
			t.Errorf("%d %v", status, err)
		}
	}
	if in.events() != "appointment_updated appointment_insertion.complete appointment_insertion.complete" {
		t.Errorf("%s", in.events())
	}
	b.sim.HoldWebhooks(false)
	if len(in.all()) != 3 {
		t.Errorf("sent again: %s", in.events())
	}
	for _, how := range []Spoil{Tampered, WrongSecret, Stale, Restamped, Unsigned} {
		if _, err := b.sim.Deliver(0, how); err != nil {
			t.Error(err)
		}
		last := in.all()[len(in.all())-1]
		right := sign(secret, last.timestamp, last.body, false) == last.signature
		if right != (how == Stale) || !json.Valid(last.body) {
			t.Errorf("%s: the signature is right: %v", how, right)
		}
	}
	if _, err := b.sim.Deliver(99, Sound); err == nil {
		t.Error("there is no such delivery")
	}
}

func TestAWebhookThatFailsIsTriedAgainForTwoDays(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		b := open(t, func(o *Options) { o.TokenLife = 72 * time.Hour })
		in, _ := b.hooked(func(*http.Request) int { return http.StatusBadGateway })
		b.book(tenAM)
		start := time.Now()
		b.sim.SettleWrites()
		time.Sleep(29 * time.Second)
		if len(in.all()) != 1 {
			t.Errorf("%d attempts", len(in.all()))
		}
		sleep(t, 1)
		if len(in.all()) != 2 || in.all()[0].timestamp == in.all()[1].timestamp {
			t.Errorf("%d attempts, or the same timestamp", len(in.all()))
		}
		b.sim.Advance(time.Hour) // five more are due at once: one goes out
		time.Sleep(48 * time.Hour)
		if len(in.all()) < 8 || time.Since(start) < 48*time.Hour {
			t.Errorf("%d attempts", len(in.all()))
		}
		if e := b.get("/webhook_endpoints?active=false").list(); len(e) != 1 {
			t.Error("the endpoint is still active after 48 hours")
		}
		if d := b.sim.Deliveries(); d[0].Waiting || d[0].Status != http.StatusBadGateway {
			t.Errorf("%+v", d[0])
		}
	})
}

func TestAnEarlyWebhookComesBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.EarlyWebhooks = true })
	answered := false
	early := false
	in, _ := b.hooked(func(*http.Request) int {
		early = !answered
		b.get("/locations?" + sub) // the receiver may ask meanwhile
		return http.StatusOK
	})
	id := b.book(tenAM)
	answered = true
	if !early || in.events() != "appointment_insertion.complete" {
		t.Errorf("%v %s", early, in.events())
	}
	if a := b.read(id); a["foreign_id"] == nil {
		t.Error("not written")
	}
}

func TestTheWriteDelayIsOfTheClinicsTimeAndOfRealTime(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		b := open(t, func(o *Options) { o.WriteDelay = time.Minute })
		in, _ := b.hooked(fine)
		b.book(tenAM)
		time.Sleep(59 * time.Second)
		if in.events() != "" {
			t.Errorf("too early: %s", in.events())
		}
		sleep(t, 1)
		if in.events() != "appointment_insertion.complete" {
			t.Errorf("%q", in.events())
		}
		b.book(elevenAM)
		b.sim.Advance(time.Minute)
		if in.events() != "appointment_insertion.complete appointment_insertion.complete" {
			t.Errorf("%q", in.events())
		}
	})
}
