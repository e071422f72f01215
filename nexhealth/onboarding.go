package nexhealth

import (
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// OnboardingID is NexHealth's id of an onboarding: a text.
type OnboardingID string

// OnboardingStatus is how far an onboarding is: one of the constants, or a word this
// version does not know, kept as it came.
type OnboardingStatus string

// The statuses. Source: OpenAPI document, GET /onboardings.
const (
	OnboardingInProgress OnboardingStatus = "in_progress" // the link is made, the setup is not finished
	OnboardingComplete   OnboardingStatus = "complete"    // finished, also when NexHealth's staff did it by hand
	OnboardingFailed     OnboardingStatus = "failed"      // failed, was cancelled or disabled: it will not go on
)

// Onboarding is the setup of one practice, or of further locations of one, by a link that
// the practice's staff opens.
type Onboarding struct {
	ID        OnboardingID
	Subdomain string // "" until NexHealth has matched it to an institution
	Status    OnboardingStatus
	// Link is for the practice's staff. Whoever has it can go on with the setup: it prints
	// as [redacted]; Link.Reveal gives it.
	Link        auth.Secret
	LinkExpires time.Time // three months after Created
	// Booking is what the practice chose for online booking, nil before it did.
	Booking *OnboardingBooking
	// BookableSince is when its location first had free slots; zero until then.
	BookableSince time.Time
	Created       time.Time
}

// OnboardingBooking is what the practice chose for online booking.
type OnboardingBooking struct {
	Location emr.LocationID // "" until it is chosen
	Types    []emr.AppointmentTypeID
}

// Expired reports whether the practice can no longer use the link. A finished onboarding
// needs none.
func (o *Onboarding) Expired(now time.Time) bool {
	return o.Status == OnboardingInProgress && !o.LinkExpires.IsZero() && !now.Before(o.LinkExpires)
}

// onboardingRecord is an onboarding as NexHealth sends it, in webhooks too.
// Source: OpenAPI document, API_V20240412_Entities_Api_Onboarding.
type onboardingRecord struct {
	ID        vendorjson.Text `json:"id"`
	Subdomain vendorjson.Text `json:"subdomain"`
	Status    vendorjson.Text `json:"status"`
	URL       vendorjson.Text `json:"url"`
	Expires   vendorjson.Time `json:"url_expires_at"`
	// null, an empty object, or what was chosen so far. The location may be a number or a
	// numeric text.
	Booking *struct {
		Location vendorjson.ID                  `json:"location_id"`
		Types    vendorjson.List[vendorjson.ID] `json:"appointment_type_ids"`
	} `json:"booking_params"`
	Ready   vendorjson.Time `json:"availability_ready_at"`
	Created vendorjson.Time `json:"created_at"`
}

func (r *onboardingRecord) onboarding() *Onboarding {
	o := &Onboarding{
		ID: OnboardingID(r.ID), Subdomain: string(r.Subdomain), Status: OnboardingStatus(r.Status),
		Link: auth.NewSecret(string(r.URL)), LinkExpires: r.Expires.At, BookableSince: r.Ready.At, Created: r.Created.At,
	}
	if b := r.Booking; b != nil && (b.Location != "" || len(b.Types) > 0) {
		o.Booking = &OnboardingBooking{Location: emr.LocationID(b.Location)}
		for _, id := range b.Types {
			if id != "" {
				o.Booking.Types = append(o.Booking.Types, emr.AppointmentTypeID(id))
			}
		}
	}
	return o
}
