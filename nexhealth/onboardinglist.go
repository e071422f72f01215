package nexhealth

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"

	"github.com/emrkit/emrkit/emr"
)

const (
	opOnboardings = "list onboardings"
	opOnboarding  = "get onboarding"
)

// OnboardingOrder is the order of a list of onboardings.
type OnboardingOrder string

// The orders. Source: OpenAPI document, GET /onboardings, sort.
const (
	NewestOnboardingsFirst OnboardingOrder = "-created_at"
	OldestOnboardingsFirst OnboardingOrder = "created_at"
	OnboardingsByStatus    OnboardingOrder = "status"
	OnboardingsBySubdomain OnboardingOrder = "subdomain"
)

// OnboardingQuery narrows Onboardings. Fields that are blank do not.
type OnboardingQuery struct {
	// Subdomain of an institution that the key sees. "" lists those of all institutions,
	// and those that have none yet.
	Subdomain string
	Status    OnboardingStatus
	Order     OnboardingOrder // "" is the newest first
}

// Onboardings lists the onboardings that the owner of the API key has created, page by
// page. Installations that belong to one are not listed; [Client.Onboarding] reads them.
//
// Kind invalid for a status or an order that cannot be asked for, before anything is
// sent; permission for a subdomain that the key does not see; protocol if the pages go in
// a circle or a filter was ignored.
func (c *Client) Onboardings(ctx context.Context, q OnboardingQuery) iter.Seq2[*Onboarding, error] {
	return recordList(ctx, opOnboardings, func(o *Onboarding) string { return string(o.ID) }, func(ctx context.Context, at emr.Cursor) (emr.Page[Onboarding], error) {
		if err := q.check(); err != nil {
			return emr.Page[Onboarding]{}, err
		}
		list, err := c.call(opOnboardings, http.MethodGet, "/onboardings")
		if err != nil {
			return emr.Page[Onboarding]{}, err
		}
		list.Impersonal = true
		return recordPage[onboardingRecord, Onboarding]{
			call:    list,
			query:   new(params).set("subdomain", q.Subdomain).set("status", string(q.Status)).set("sort", string(q.Order)),
			filters: []string{"subdomain", "status"},
			record: func(_ json.RawMessage, r *onboardingRecord) *Onboarding {
				if o := r.onboarding(); o.ID != "" {
					return o
				}
				return nil
			},
			wanted: func(o *Onboarding) bool { // NexHealth has ignored filters before
				return (q.Status == "" || o.Status == q.Status) && (q.Subdomain == "" || o.Subdomain == q.Subdomain)
			},
		}.fetch(ctx, c, at)
	})
}

func (q *OnboardingQuery) check() error {
	switch q.Status {
	case "", OnboardingInProgress, OnboardingComplete, OnboardingFailed:
	default:
		return invalid(opOnboardings, "ask for in_progress, complete or failed", "Status")
	}
	switch q.Order {
	case "", NewestOnboardingsFirst, OldestOnboardingsFirst, OnboardingsByStatus, OnboardingsBySubdomain:
		return nil
	}
	return invalid(opOnboardings, "the order is one of the constants", "Order")
}

// Onboarding reads one. Kind not_found when there is none or another organisation made it.
func (c *Client) Onboarding(ctx context.Context, id OnboardingID) (*Onboarding, error) {
	get, err := c.call(opOnboarding, http.MethodGet, "/onboardings/{hashid}", string(id))
	if err != nil {
		return nil, err
	}
	get.Impersonal = true
	e, answer, err := c.send(ctx, get, nil, nil)
	if err != nil {
		return nil, err
	}
	r, err := decodeData[onboardingRecord](c, get, answer, e, "onboarding")
	if err != nil {
		return nil, err
	}
	if o := r.onboarding(); o.ID == id {
		return o, nil
	}
	return nil, c.http.Error(get, answer, emr.KindProtocol, "NexHealth sent another onboarding than the one asked for: report it with the request id")
}
