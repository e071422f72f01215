package nexhealth

import (
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Matching is what the portal said when the institution was to be created. The API does
// not tell it.
type Matching string

// The answers of the portal.
const (
	MatchingNotChecked Matching = ""
	MatchingNone       Matching = "none"      // no such institution: it was created
	MatchingFound      Matching = "found"     // there is one: access can be requested
	MatchingRequested  Matching = "requested" // access was requested: see SetupNote.Consent
)

// Consent is what the practice says to a request for access. The API does not tell it,
// but an institution that the API shows has consented.
type Consent string

// The answers of a practice.
const (
	ConsentNotAsked Consent = ""
	ConsentPending  Consent = "pending"
	ConsentGranted  Consent = "granted"
	ConsentDeclined Consent = "declined"
)

// ConsentWay is how a practice is asked.
type ConsentWay string

// The ways.
const (
	ConsentByEmail  ConsentWay = "email"
	ConsentByWebApp ConsentWay = "web app"
)

// SetupNote is what the application knows of an institution and NexHealth's API does not
// tell: what happened in the portal. It is tied to a setup by Onboarding, else by
// Subdomain, else by Name (whatever case, accents and punctuation). It is the
// application's to store, as JSON for instance; print shows the states only.
type SetupNote struct {
	Name       string
	Subdomain  string
	Onboarding OnboardingID

	Matching   Matching
	Consent    Consent
	ConsentWay ConsentWay
	Asked      time.Time // when the practice was asked
	Reason     string    // what somebody found out about a failure
	Reference  string    // the application's own key
}

// Format prints the states, for every verb: what people write into a note stays out of logs.
func (n SetupNote) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "nexhealth.SetupNote{"+string(n.Matching)+" "+string(n.Consent)+"}")
}

// LogValue is the text of Format.
func (n SetupNote) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(n)) }
