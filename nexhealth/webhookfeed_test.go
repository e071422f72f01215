package nexhealth_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
)

// webhookFeed takes a simulator's webhooks to a Webhook, without a network: give deliver
// to the simulator, then subscribe.
type webhookFeed struct {
	outcomes *nexhealth.Outcomes
	hook     atomic.Pointer[nexhealth.Webhook]
}

func newWebhookFeed() *webhookFeed {
	return &webhookFeed{outcomes: nexhealth.NewOutcomes(nexhealth.OutcomesConfig{})}
}

// deliver is for nexhealthtest.Options.Deliver.
func (f *webhookFeed) deliver(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	if hook := f.hook.Load(); hook != nil {
		hook.ServeHTTP(rec, r)
	} else {
		rec.WriteHeader(http.StatusServiceUnavailable)
	}
	return rec.Result(), nil
}

// subscribe registers the handler with a connection of its own; change may be nil.
func (f *webhookFeed) subscribe(t testing.TB, sim *nexhealthtest.Sim, o *emr.Options, change func(*nexhealth.WebhookConfig)) {
	t.Helper()
	nx := dial(t, sim.Config(), o)
	defer func() { _ = nx.Close() }()
	e, err := nx.EnsureWebhook(t.Context(), hookAddress, nexhealth.AppointmentInsertion, nexhealth.AppointmentUpdated, nexhealth.PatientUpdated)
	if err != nil {
		t.Fatal(err)
	}
	cfg := nexhealth.WebhookConfig{Secrets: []auth.Secret{e.Secret}, Outcomes: f.outcomes, Now: sim.Now}
	if change != nil {
		change(&cfg)
	}
	hook, err := nexhealth.NewWebhook(cfg)
	if err != nil {
		t.Fatal(err)
	}
	f.hook.Store(hook)
}
