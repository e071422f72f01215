package nexhealth

import (
	"context"
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
	return func(yield func(*Onboarding, error) bool) {
		if err := q.check(); err != nil {
			yield(nil, err)
			return
		}
		seen := map[OnboardingID]bool{}
		asked := map[emr.Cursor]bool{"": true}
		for at, pages, empty := emr.Cursor(""), 0, 0; ; pages++ {
			if pages == mostOnboardingPages {
				yield(nil, tooLong(opOnboardings))
				return
			}
			page, err := c.onboardings(ctx, q, at)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, o := range page.Items {
				if seen[o.ID] {
					continue // a new one moved the pages
				}
				seen[o.ID] = true
				if !yield(o, nil) {
					return
				}
			}
			if empty++; len(page.Items) > 0 {
				empty = 0
			}
			at = page.Next
			switch {
			case at == "":
				return
			case asked[at], empty == 5:
				yield(nil, &emr.Error{Kind: emr.KindProtocol, Vendor: vendor, Op: opOnboardings, Hint: "NexHealth's pages go in a circle, so the list is not complete: report it"})
				return
			}
			asked[at] = true
		}
	}
}

// mostOnboardingPages bounds a list that never ends.
const mostOnboardingPages = 1000

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

// onboardings reads one page.
func (c *Client) onboardings(ctx context.Context, q OnboardingQuery, at emr.Cursor) (emr.Page[Onboarding], error) {
	var none emr.Page[Onboarding]
	get, err := c.call(opOnboardings, http.MethodGet, "/onboardings")
	if err != nil {
		return none, err
	}
	get.Impersonal = true
	p := new(params).set("subdomain", q.Subdomain).set("status", string(q.Status)).set("sort", string(q.Order))
	e, answer, next, err := c.page(ctx, get, p, at)
	if err != nil {
		return none, err
	}
	if err := c.filtered(get, answer, e, "subdomain", "status"); err != nil {
		return none, err
	}
	records, err := decodeData[[]onboardingRecord](c, get, answer, e)
	if err != nil {
		return none, err
	}
	page := emr.Page[Onboarding]{Next: next}
	for i := range records {
		o := records[i].onboarding()
		if o.ID == "" {
			return none, c.http.Error(get, answer, emr.KindProtocol, "NexHealth sent an onboarding without an id: report it with the request id")
		}
		if q.Status != "" && o.Status != q.Status || q.Subdomain != "" && o.Subdomain != q.Subdomain {
			continue // NexHealth has ignored filters before
		}
		page.Items = append(page.Items, o)
	}
	return page, nil
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
