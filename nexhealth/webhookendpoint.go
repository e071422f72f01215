package nexhealth

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

const (
	opEndpoints      = "list webhook endpoints"
	opCreateEndpoint = "create webhook endpoint"
	opUpdateEndpoint = "change webhook endpoint"
	opDeleteEndpoint = "delete webhook endpoint"
)

// WebhookEndpoint is a URL to which NexHealth delivers events. It belongs to the account
// (the API key), not to an institution: what is delivered is said by its subscriptions.
type WebhookEndpoint struct {
	ID        string
	TargetURL string
	Secret    auth.Secret // secret_key: for WebhookConfig.Secrets
	// Active is switched off by NexHealth after 48 hours without success: see
	// Client.UpdateWebhookEndpoint.
	Active           bool
	Created, Updated time.Time
}

// WebhookEndpointUpdate changes an endpoint; what is zero stays.
type WebhookEndpointUpdate struct {
	TargetURL string
	Active    *bool
}

// Format prints the id only, for every verb: a URL's query may hold a key.
func (e WebhookEndpoint) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "nexhealth.WebhookEndpoint{"+e.ID+"}")
}

// LogValue is the text of Format.
func (e WebhookEndpoint) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(e)) }

// Format hides the URL, for every verb.
func (u WebhookEndpointUpdate) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "nexhealth.WebhookEndpointUpdate{}")
}

// LogValue is the text of Format.
func (u WebhookEndpointUpdate) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(u)) }

type endpointRecord struct {
	ID      vendorjson.ID   `json:"id"`
	URL     vendorjson.Text `json:"target_url"`
	Secret  vendorjson.Text `json:"secret_key"`
	Active  vendorjson.Bool `json:"active"`
	Created vendorjson.Time `json:"created_at"`
	Updated vendorjson.Time `json:"updated_at"`
}

func (r *endpointRecord) endpoint() *WebhookEndpoint {
	return &WebhookEndpoint{
		ID: string(r.ID), TargetURL: string(r.URL), Secret: auth.NewSecret(string(r.Secret)),
		Active: r.Active.Value, Created: r.Created.At, Updated: r.Updated.At,
	}
}

// WebhookEndpoints lists the account's endpoints with their secrets, active or not.
// NexHealth gives them at once.
func (c *Client) WebhookEndpoints(ctx context.Context) ([]*WebhookEndpoint, error) {
	get, err := c.call(opEndpoints, http.MethodGet, "/webhook_endpoints")
	if err != nil {
		return nil, err
	}
	get.Impersonal = true
	e, answer, err := c.send(ctx, get, nil, nil)
	if err != nil {
		return nil, err
	}
	records, err := decodeData[[]endpointRecord](c, get, answer, e)
	if err != nil {
		return nil, err
	}
	var all []*WebhookEndpoint
	for i := range records {
		if records[i].ID == "" {
			return nil, c.http.Error(get, answer, emr.KindProtocol, "NexHealth sent an endpoint without an id: report it with the request id")
		}
		all = append(all, records[i].endpoint())
	}
	return all, nil
}

// CreateWebhookEndpoint makes an active endpoint: https, or http on a loopback address,
// which reaches simulators only. Kind invalid for another URL, before anything is sent.
// NexHealth does not promise to refuse a second endpoint with the same URL, and after an
// error of kind ambiguous there may be one: EnsureWebhook looks first.
func (c *Client) CreateWebhookEndpoint(ctx context.Context, targetURL string) (*WebhookEndpoint, error) {
	if err := checkTarget(opCreateEndpoint, targetURL); err != nil {
		return nil, err
	}
	post, err := c.call(opCreateEndpoint, http.MethodPost, "/webhook_endpoints")
	if err != nil {
		return nil, err
	}
	return c.writeEndpoint(ctx, post, "", map[string]any{"target_url": targetURL, "active": true})
}

// UpdateWebhookEndpoint changes an endpoint and returns it as it is then. Switch one on
// again with Active after NexHealth switched it off.
func (c *Client) UpdateWebhookEndpoint(ctx context.Context, id string, u WebhookEndpointUpdate) (*WebhookEndpoint, error) {
	body := map[string]any{}
	if u.TargetURL != "" {
		if err := checkTarget(opUpdateEndpoint, u.TargetURL); err != nil {
			return nil, err
		}
		body["target_url"] = u.TargetURL
	}
	if u.Active != nil {
		body["active"] = *u.Active
	}
	if len(body) == 0 {
		return nil, invalid(opUpdateEndpoint, "say what is to change", "TargetURL", "Active")
	}
	patch, err := c.call(opUpdateEndpoint, http.MethodPatch, "/webhook_endpoints/{id}", id)
	if err != nil {
		return nil, err
	}
	return c.writeEndpoint(ctx, patch, id, body)
}

// DeleteWebhookEndpoint removes an endpoint. Kind not_found when it is not there.
func (c *Client) DeleteWebhookEndpoint(ctx context.Context, id string) error {
	del, err := c.call(opDeleteEndpoint, http.MethodDelete, "/webhook_endpoints/{id}", id)
	if err != nil {
		return err
	}
	del.Impersonal = true
	_, _, err = c.send(ctx, del, nil, nil)
	return err
}

// writeEndpoint sends body, and reads the endpoint that comes back; want is its id where
// that is known.
func (c *Client) writeEndpoint(ctx context.Context, call *transport.Call, want string, body any) (*WebhookEndpoint, error) {
	call.Impersonal = true
	e, answer, err := c.send(ctx, call, nil, body)
	if err != nil {
		return nil, err
	}
	r, err := decodeData[endpointRecord](c, call, answer, e)
	if err != nil {
		return nil, err
	}
	if r.ID == "" || want != "" && string(r.ID) != want {
		return nil, c.http.Error(call, answer, emr.KindProtocol, "NexHealth does not answer with the endpoint: list the endpoints before trying again")
	}
	return r.endpoint(), nil
}

// EnsureWebhook makes sure that there is one active endpoint for targetURL, subscribed to
// the events for the connection's institution, and returns it. It looks before it makes
// anything, so it may be called at each start and again after an error.
//
// Only this API version's subscriptions are made: NexHealth pins a subscription to the
// version of the request that made it.
func (c *Client) EnsureWebhook(ctx context.Context, targetURL string, events ...EventName) (*WebhookEndpoint, error) {
	if err := checkTarget(opCreateEndpoint, targetURL); err != nil {
		return nil, err
	}
	for _, name := range events {
		if name.Resource() == "" {
			return nil, invalid(opSubscribe, "the resource of this event is not known: use CreateWebhookSubscription and name it", "Event")
		}
	}
	endpoint, err := c.endpointFor(ctx, targetURL)
	if err != nil {
		return nil, err
	}
	have := map[EventName]*WebhookSubscription{}
	for _, q := range []WebhookSubscriptionQuery{{}, {Everywhere: true, Resource: ResourceOnboarding}} {
		if q.Everywhere && !anyOnboarding(events) {
			continue
		}
		subscriptions, err := c.WebhookSubscriptions(ctx, endpoint.ID, q)
		if err != nil {
			return nil, err
		}
		for _, s := range subscriptions {
			have[s.Event] = s
		}
	}
	on := true
	for _, name := range events {
		s := have[name]
		switch {
		case s == nil:
			s, err = c.CreateWebhookSubscription(ctx, endpoint.ID, NewWebhookSubscription{Event: name})
		case !s.Active:
			s, err = c.UpdateWebhookSubscription(ctx, endpoint.ID, s.ID, WebhookSubscriptionUpdate{Active: &on})
		}
		if err != nil {
			return nil, err
		}
		have[name] = s
	}
	return endpoint, nil
}

func anyOnboarding(events []EventName) bool {
	for _, name := range events {
		if name.Resource() == ResourceOnboarding {
			return true
		}
	}
	return false
}

// endpointFor finds the endpoint of a URL, switches it on, or makes it.
func (c *Client) endpointFor(ctx context.Context, targetURL string) (*WebhookEndpoint, error) {
	all, err := c.WebhookEndpoints(ctx)
	if err != nil {
		return nil, err
	}
	var asleep *WebhookEndpoint
	for _, e := range all {
		switch {
		case e.TargetURL != targetURL:
		case e.Active:
			return e, nil
		case asleep == nil:
			asleep = e
		}
	}
	if asleep == nil {
		return c.CreateWebhookEndpoint(ctx, targetURL)
	}
	on := true
	return c.UpdateWebhookEndpoint(ctx, asleep.ID, WebhookEndpointUpdate{Active: &on})
}

// checkTarget refuses a URL that events must not go to in the clear.
func checkTarget(op, target string) error {
	u, err := url.Parse(target)
	plain := err == nil && strings.EqualFold(u.Scheme, "http") && onThisMachine(target)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" || !plain && !strings.EqualFold(u.Scheme, "https") {
		return invalid(op, "the URL must be https (http only on a loopback address, for simulators), without user name and fragment", "TargetURL")
	}
	return nil
}
