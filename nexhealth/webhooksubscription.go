package nexhealth

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

const (
	opSubscriptions = "list webhook subscriptions"
	opSubscribe     = "create webhook subscription"
	opResubscribe   = "change webhook subscription"
	opUnsubscribe   = "delete webhook subscription"
)

// WebhookSubscription says that events of a kind go to an endpoint. It is pinned to the
// API version of the request that made it.
type WebhookSubscription struct {
	ID               string
	Endpoint         string
	Institution      InstitutionID // "" for resources of the account, such as Onboarding
	Resource         ResourceType
	Event            EventName
	Active           bool
	Created, Updated time.Time
}

// WebhookSubscriptionQuery narrows WebhookSubscriptions. Fields that are blank do not.
type WebhookSubscriptionQuery struct {
	Subdomain string // "" is the connection's own; see Everywhere
	// Everywhere lists those of all institutions and of the account, and goes without
	// Subdomain. Those for onboardings are listed only so.
	Everywhere bool
	Resource   ResourceType
	Event      EventName
}

// NewWebhookSubscription asks for one.
type NewWebhookSubscription struct {
	Event    EventName
	Resource ResourceType // "": by Event
	// Subdomain "" is the connection's own. Onboarding belongs to no institution: leave it
	// blank there, and none is sent.
	Subdomain string
	Inactive  bool // kept, and delivers nothing yet
}

// WebhookSubscriptionUpdate changes a subscription; what is zero stays.
type WebhookSubscriptionUpdate struct {
	Active *bool
	// MoveTo is the id of another endpoint of the account. From then on the subscription
	// is found under that one only.
	MoveTo string
	// Subdomain "" is the connection's own. NexHealth wants one even for subscriptions
	// that belong to no institution: any that the key may see.
	Subdomain string
}

type subscriptionRecord struct {
	ID          vendorjson.ID   `json:"id"`
	Endpoint    vendorjson.ID   `json:"webhook_endpoint_id"`
	Institution vendorjson.ID   `json:"institution_id"`
	Resource    vendorjson.Text `json:"resource_type"`
	Event       vendorjson.Text `json:"event"`
	Active      vendorjson.Bool `json:"active"`
	Created     vendorjson.Time `json:"created_at"`
	Updated     vendorjson.Time `json:"updated_at"`
}

func (r *subscriptionRecord) subscription() *WebhookSubscription {
	return &WebhookSubscription{
		ID: string(r.ID), Endpoint: string(r.Endpoint), Institution: InstitutionID(r.Institution),
		Resource: ResourceType(r.Resource), Event: EventName(r.Event), Active: r.Active.Value,
		Created: r.Created.At, Updated: r.Updated.At,
	}
}

const subscriptionsRoute = "/webhook_endpoints/{id}/webhook_subscriptions"

// WebhookSubscriptions lists the subscriptions of an endpoint. NexHealth gives them at once.
func (c *Client) WebhookSubscriptions(ctx context.Context, endpoint string, q WebhookSubscriptionQuery) ([]*WebhookSubscription, error) {
	if q.Everywhere && q.Subdomain != "" {
		return nil, invalid(opSubscriptions, "Everywhere goes without a subdomain", "Subdomain")
	}
	get, err := c.call(opSubscriptions, http.MethodGet, subscriptionsRoute, endpoint)
	if err != nil {
		return nil, err
	}
	get.Impersonal = true
	p := new(params)
	if !q.Everywhere {
		p.set("subdomain", cmp.Or(q.Subdomain, c.cfg.Subdomain))
	}
	p.set("resource_type", string(q.Resource)).set("event", string(q.Event))
	e, answer, err := c.send(ctx, get, p, nil)
	if err != nil {
		return nil, err
	}
	if err := c.filtered(get, answer, e, "subdomain"); err != nil {
		return nil, err
	}
	records, err := decodeData[[]subscriptionRecord](c, get, answer, e)
	if err != nil {
		return nil, err
	}
	var all []*WebhookSubscription
	for i := range records {
		s := records[i].subscription()
		if s.ID == "" {
			return nil, c.http.Error(get, answer, emr.KindProtocol, "NexHealth sent a subscription without an id: report it with the request id")
		}
		if (q.Resource == "" || s.Resource == q.Resource) && (q.Event == "" || s.Event == q.Event) {
			all = append(all, s) // NexHealth has ignored filters before
		}
	}
	return all, nil
}

// CreateWebhookSubscription makes one. Kind invalid without an event, with a resource that
// is neither given nor known, and with a subdomain for Onboarding, before anything is sent;
// after ambiguous, list before trying again.
func (c *Client) CreateWebhookSubscription(ctx context.Context, endpoint string, n NewWebhookSubscription) (*WebhookSubscription, error) {
	n.Resource = cmp.Or(n.Resource, n.Event.Resource())
	switch {
	case n.Event == "":
		return nil, invalid(opSubscribe, "name the event", "Event")
	case strings.Contains(string(n.Event), "."):
		return nil, invalid(opSubscribe, "subscribe to the plain name: deliveries add the outcome", "Event")
	case n.Resource == "":
		return nil, invalid(opSubscribe, "the resource of this event is not known here: name it", "Resource")
	case n.Resource[0] < 'A' || n.Resource[0] > 'Z':
		return nil, invalid(opSubscribe, "resource types are capitalised: Appointment", "Resource")
	case n.Resource == ResourceOnboarding && n.Subdomain != "":
		return nil, invalid(opSubscribe, "onboardings belong to no institution: leave the subdomain blank", "Subdomain")
	}
	post, err := c.call(opSubscribe, http.MethodPost, subscriptionsRoute, endpoint)
	if err != nil {
		return nil, err
	}
	p := new(params)
	if n.Resource != ResourceOnboarding {
		p.set("subdomain", cmp.Or(n.Subdomain, c.cfg.Subdomain))
	}
	body := map[string]any{"resource_type": string(n.Resource), "event": string(n.Event)}
	if n.Inactive {
		body["active"] = false
	}
	return c.writeSubscription(ctx, post, "", p, body)
}

// UpdateWebhookSubscription changes one and returns it as it is then. Kind not_found also
// when MoveTo is no endpoint of the account.
func (c *Client) UpdateWebhookSubscription(ctx context.Context, endpoint, id string, u WebhookSubscriptionUpdate) (*WebhookSubscription, error) {
	body := map[string]any{}
	if u.Active != nil {
		body["active"] = *u.Active
	}
	if u.MoveTo != "" {
		to, err := number(opResubscribe, "MoveTo", u.MoveTo)
		if err != nil {
			return nil, err
		}
		body["new_endpoint_id"] = to
	}
	if len(body) == 0 {
		return nil, invalid(opResubscribe, "say what is to change", "Active", "MoveTo")
	}
	patch, err := c.call(opResubscribe, http.MethodPatch, subscriptionsRoute+"/{id}", endpoint, id)
	if err != nil {
		return nil, err
	}
	return c.writeSubscription(ctx, patch, id, new(params).set("subdomain", cmp.Or(u.Subdomain, c.cfg.Subdomain)), body)
}

// DeleteWebhookSubscription removes one for good; its deliveries stop at once. Kind
// not_found when it is not there.
func (c *Client) DeleteWebhookSubscription(ctx context.Context, endpoint, id string) error {
	del, err := c.call(opUnsubscribe, http.MethodDelete, subscriptionsRoute+"/{id}", endpoint, id)
	if err != nil {
		return err
	}
	del.Impersonal = true
	_, _, err = c.send(ctx, del, nil, nil)
	return err
}

// writeSubscription sends body and reads the subscription that comes back; want is its id
// where that is known.
func (c *Client) writeSubscription(ctx context.Context, call *transport.Call, want string, p *params, body any) (*WebhookSubscription, error) {
	call.Impersonal = true
	e, answer, err := c.send(ctx, call, p, body)
	if err != nil {
		return nil, err
	}
	r, err := decodeData[subscriptionRecord](c, call, answer, e)
	if err != nil {
		return nil, err
	}
	if r.ID == "" || want != "" && string(r.ID) != want {
		return nil, c.http.Error(call, answer, emr.KindProtocol, "NexHealth does not answer with the subscription: list the subscriptions before trying again")
	}
	return r.subscription(), nil
}
