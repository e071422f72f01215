package nexhealth

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

func replayed(name string, status int) step {
	s := step{want: "webhook/" + name, answer: "webhook/" + name, status: status}
	if status == http.StatusNoContent {
		s.answer = ""
	}
	return s
}

const hookURL = "https://hooks.example.com/nexhealth"

func TestWebhookEndpointsAreManaged(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil, replayed("endpoint_list", 200), replayed("endpoint_create", 201), replayed("endpoint_update", 200), replayed("endpoint_delete", 204))
	all, err := c.WebhookEndpoints(t.Context())
	if err != nil || len(all) != 2 || all[0].Active || all[1].ID != "41" || all[1].TargetURL != hookURL || all[1].Created.IsZero() {
		t.Fatalf("%+v, %v", all, err)
	}
	made, err := c.CreateWebhookEndpoint(t.Context(), hookURL)
	if err != nil || made.ID != "41" || !made.Active {
		t.Fatalf("%+v, %v", made, err)
	}
	if text, _ := made.Secret.Reveal(t.Context()); text != "kT7vPz2mQx9sLd4w" || strings.Contains(fmt.Sprintf("%+v %#v", made, *made), text) {
		t.Error("the secret is not there, or prints")
	}
	on := true
	if e, err := c.UpdateWebhookEndpoint(t.Context(), "40", WebhookEndpointUpdate{Active: &on}); err != nil || !e.Active {
		t.Errorf("%+v, %v", e, err)
	}
	if err := c.DeleteWebhookEndpoint(t.Context(), "40"); err != nil {
		t.Error(err)
	}
}

func TestWebhookSubscriptionsAreManaged(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil, replayed("subscription_list", 200), replayed("subscription_list_all", 200), replayed("subscription_create", 201),
		replayed("subscription_create_onboarding", 201), replayed("subscription_update", 200), replayed("subscription_move", 200), replayed("subscription_delete", 204))
	ctx := t.Context()
	all, err := c.WebhookSubscriptions(ctx, "41", WebhookSubscriptionQuery{})
	if err != nil || len(all) != 2 || all[0].Event != AppointmentInsertion || all[0].Institution != "31" || all[1].Active {
		t.Fatalf("%+v, %v", all, err)
	}
	all, err = c.WebhookSubscriptions(ctx, "41", WebhookSubscriptionQuery{Everywhere: true, Resource: ResourceOnboarding})
	if err != nil || len(all) != 1 || all[0].Institution != "" {
		t.Fatalf("%+v, %v", all, err)
	}
	s, err := c.CreateWebhookSubscription(ctx, "41", NewWebhookSubscription{Event: AppointmentInsertion})
	if err != nil || s.ID != "77" || s.Endpoint != "41" || !s.Active {
		t.Errorf("%+v, %v", s, err)
	}
	if s, err = c.CreateWebhookSubscription(ctx, "41", NewWebhookSubscription{Event: OnboardingUpdated, Inactive: true}); err != nil || s.Active {
		t.Errorf("%+v, %v", s, err)
	}
	on := true
	if s, err = c.UpdateWebhookSubscription(ctx, "41", "78", WebhookSubscriptionUpdate{Active: &on}); err != nil || !s.Active {
		t.Errorf("%+v, %v", s, err)
	}
	if s, err = c.UpdateWebhookSubscription(ctx, "41", "77", WebhookSubscriptionUpdate{MoveTo: "40", Subdomain: "south-pier-dental"}); err != nil || s.Endpoint != "40" {
		t.Errorf("%+v, %v", s, err)
	}
	if err := c.DeleteWebhookSubscription(ctx, "41", "77"); err != nil {
		t.Error(err)
	}
}

func TestWebhookManagementRefusesWhatCannotBeWithoutTraffic(t *testing.T) {
	t.Parallel()
	c, r := connect(t, nil)
	ctx := t.Context()
	on := true
	for name, call := range map[string]func() error{
		"http":              func() error { _, err := c.CreateWebhookEndpoint(ctx, "http://hooks.example.com/x"); return err },
		"no URL":            func() error { _, err := c.CreateWebhookEndpoint(ctx, ""); return err },
		"a name in the URL": func() error { _, err := c.CreateWebhookEndpoint(ctx, "https://me:pw@hooks.example.com/"); return err },
		"ftp": func() error {
			_, err := c.UpdateWebhookEndpoint(ctx, "1", WebhookEndpointUpdate{TargetURL: "ftp://hooks.example.com/x"})
			return err
		},
		"nothing to change":  func() error { _, err := c.UpdateWebhookEndpoint(ctx, "1", WebhookEndpointUpdate{}); return err },
		"an id that is none": func() error { return c.DeleteWebhookEndpoint(ctx, "../institutions") },
		"no id":              func() error { return c.DeleteWebhookSubscription(ctx, "41", "") },
		"an event's full name": func() error {
			_, err := c.CreateWebhookSubscription(ctx, "41", NewWebhookSubscription{Event: "appointment_insertion.complete"})
			return err
		},
		"no event": func() error { _, err := c.CreateWebhookSubscription(ctx, "41", NewWebhookSubscription{}); return err },
		"an unknown resource": func() error {
			_, err := c.CreateWebhookSubscription(ctx, "41", NewWebhookSubscription{Event: "provider_created"})
			return err
		},
		"a resource in small": func() error {
			_, err := c.CreateWebhookSubscription(ctx, "41", NewWebhookSubscription{Event: AppointmentUpdated, Resource: "appointment"})
			return err
		},
		"an onboarding's place": func() error {
			_, err := c.CreateWebhookSubscription(ctx, "41", NewWebhookSubscription{Event: OnboardingCreated, Subdomain: "x"})
			return err
		},
		"no change": func() error {
			_, err := c.UpdateWebhookSubscription(ctx, "41", "7", WebhookSubscriptionUpdate{})
			return err
		},
		"a move to nowhere": func() error {
			_, err := c.UpdateWebhookSubscription(ctx, "41", "7", WebhookSubscriptionUpdate{Active: &on, MoveTo: "x"})
			return err
		},
		"everywhere and here": func() error {
			_, err := c.WebhookSubscriptions(ctx, "41", WebhookSubscriptionQuery{Everywhere: true, Subdomain: "x"})
			return err
		},
		"ensure over http": func() error {
			_, err := c.EnsureWebhook(ctx, "http://hooks.example.com/x", AppointmentUpdated)
			return err
		},
		"ensure what is unknown": func() error { _, err := c.EnsureWebhook(ctx, hookURL, "provider_created"); return err },
	} {
		if err := call(); emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if sent := r.requests(); len(sent) > 0 {
		t.Errorf("sent %v", sent)
	}
}

func TestEnsureWebhookMakesOnlyWhatIsMissing(t *testing.T) {
	t.Parallel()
	// The endpoint is there; one subscription is, one sleeps, one is missing.
	c, r := connect(t, nil,
		replayed("endpoint_list", 200), replayed("subscription_list", 200), replayed("subscription_list_all", 200),
		replayed("subscription_update", 200),
		step{route: "POST /webhook_endpoints/41/webhook_subscriptions?subdomain=north-pier-dental", answer: "webhook/subscription_create", status: 201})
	e, err := c.EnsureWebhook(t.Context(), hookURL, AppointmentInsertion, AppointmentUpdated, PatientUpdated, OnboardingUpdated, PatientUpdated)
	if err != nil || e.ID != "41" {
		t.Fatalf("%+v, %v", e, err)
	}
	if !strings.Contains(r.bodies[len(r.bodies)-1], `"patient_updated"`) {
		t.Errorf("subscribed to %s", r.bodies[len(r.bodies)-1])
	}
}

func TestEnsureWebhookMakesOrWakesTheEndpoint(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil, step{route: "GET /webhook_endpoints", body: good("[]")}, replayed("endpoint_create", 201),
		step{route: "GET /webhook_endpoints/41/webhook_subscriptions", body: good("[]")}, replayed("subscription_create", 201))
	if _, err := c.EnsureWebhook(t.Context(), hookURL, AppointmentInsertion); err != nil {
		t.Error(err)
	}
	c, _ = connect(t, nil, replayed("endpoint_list", 200), replayed("endpoint_update", 200), step{route: "GET /webhook_endpoints/40/webhook_subscriptions", body: good("[]")})
	if e, err := c.EnsureWebhook(t.Context(), "https://old.example.com/hook"); err != nil || e.ID != "40" || !e.Active {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestWebhookManagementFailsAsItShould(t *testing.T) {
	t.Parallel()
	const refusal = `{"code":false,"description":null,"error":["You don't have access to perform this action."],"data":null}`
	for name, c := range map[string]struct {
		answer step
		call   func(c *Client, t *testing.T) error
		want   emr.Kind
	}{
		"a record without its id": {step{body: good(`{"target_url":"x"}`), status: 201}, createEndpoint, emr.KindAmbiguous},
		"no body":                 {step{status: 201}, createEndpoint, emr.KindAmbiguous},
		"a gateway's error":       {step{status: 502}, createEndpoint, emr.KindAmbiguous},
		"no access":               {step{body: refusal, status: 403}, createEndpoint, emr.KindPermission},
		"code false inside 200":   {step{body: refusal, status: 200}, createEndpoint, emr.KindPermission},
		"another one":             {step{body: good(`{"id":9}`)}, wakeEndpoint, emr.KindAmbiguous},
		"not there":               {step{body: `{"code":false,"error":["Not found"]}`, status: 404}, wakeEndpoint, emr.KindNotFound},
		"a list without ids":      {step{body: good(`[{"target_url":"x"}]`)}, listEndpoints, emr.KindProtocol},
		"no list":                 {step{body: good(`{"id":1}`)}, listEndpoints, emr.KindProtocol},
		"an unfiltered list": {step{body: `{"code":true,"description":"Note that following parameters are ignored: subdomain.","error":[],"data":[]}`},
			func(c *Client, t *testing.T) error {
				_, err := c.WebhookSubscriptions(t.Context(), "41", WebhookSubscriptionQuery{})
				return err
			}, emr.KindProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, r := connect(t, nil, c.answer)
			if err := c.call(client, t); emr.KindOf(err) != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
			if n := len(r.requests()); n != 1 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

func createEndpoint(c *Client, t *testing.T) error {
	_, err := c.CreateWebhookEndpoint(t.Context(), hookURL)
	return err
}

func wakeEndpoint(c *Client, t *testing.T) error {
	on := true
	_, err := c.UpdateWebhookEndpoint(t.Context(), "40", WebhookEndpointUpdate{Active: &on})
	return err
}

func listEndpoints(c *Client, t *testing.T) error {
	_, err := c.WebhookEndpoints(t.Context())
	return err
}

func TestDeliveriesOfTheFixturesAreRead(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		appointments []string // id and write
		others       int
	}{
		"insertion_complete":   {[]string{"88001 written"}, 0},
		"insertion_failed":     {[]string{"88001 failed"}, 0},
		"insertion_timed_out":  {[]string{"88001 timed_out"}, 0},
		"insertion_incomplete": {[]string{"88001 accepted"}, 0},
		"created":              {[]string{"88002 written", "88003 written"}, 0},
		"updated_cancelled":    {[]string{"88001 written"}, 0},
		"updated_failed":       {[]string{"88001 timed_out"}, 0},
		"patient_updated":      {nil, 1},
		"sync_status":          {nil, 1},
		"onboarding":           {nil, 1},
		"unknown":              {nil, 0},
	} {
		e, err := ParseEvent(readFixture(t, "webhook/"+name+".delivery.json"), nil)
		if err != nil || e.Problem != nil {
			t.Errorf("%s: %v, %v", name, err, e)
			continue
		}
		var got []string
		for _, a := range e.Appointments {
			got = append(got, a.ID.Reveal()+" "+string(a.Write))
		}
		if !slices.Equal(got, want.appointments) || len(e.Patients)+len(e.SyncStatus)+len(e.Onboardings) != want.others {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestAWebhookEndpointPrintsNeitherSecretNorURL: a target's query may hold a key.
func TestAWebhookEndpointPrintsNeitherSecretNorURL(t *testing.T) {
	t.Parallel()
	e := WebhookEndpoint{ID: "7", TargetURL: "https://app.example.com/h?key=hush-1", Secret: auth.NewSecret("hush-2")}
	u := WebhookEndpointUpdate{TargetURL: e.TargetURL}
	var out strings.Builder
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "e", e, "p", &e, "u", u)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		_, _ = fmt.Fprintf(&out, verb+verb+verb+verb, e, &e, []*WebhookEndpoint{&e}, u)
	}
	for _, word := range []string{"hush", fmt.Sprintf("%x", "hush")} {
		if strings.Contains(out.String(), word) {
			t.Errorf("printed: %s", out.String())
		}
	}
}
