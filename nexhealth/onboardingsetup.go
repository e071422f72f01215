package nexhealth

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth/internal/practice"
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

// Setup is one institution, or one that is to become one, with all that is known.
type Setup struct {
	State SetupState
	// Reason says in our own words what State means and what to do.
	Reason string

	Institution *Institution  // nil while the API shows none
	Onboardings []*Onboarding // of this institution, the newest first
	Syncs       []*SyncStatus
	Note        *SetupNote // nil without one
}

// Group is the list that the setup belongs to, SetupAll when it is finished.
func (s *Setup) Group() SetupGroup { return s.State.Group() }

// Consent is granted for an institution that the API shows, else what the note says.
func (s *Setup) Consent() Consent {
	switch {
	case s.Institution != nil:
		return ConsentGranted
	case s.Note != nil:
		return s.Note.Consent
	}
	return ConsentNotAsked
}

// NotActivated are the locations that a sync reads and that are not in use: those that
// can be activated in the portal without another installation, and those that were
// deactivated there.
func (s *Setup) NotActivated() []InstitutionLocation {
	if s.Institution == nil {
		return nil
	}
	active := map[emr.LocationID]bool{}
	for _, l := range s.Institution.Active() {
		active[l.ID] = true
	}
	var all []InstitutionLocation
	for _, sync := range s.Syncs {
		for _, l := range sync.Locations {
			if !active[l.ID] {
				active[l.ID] = true // once
				all = append(all, l)
			}
		}
	}
	return all
}

// SetupQuery narrows Setups.
type SetupQuery struct {
	Group  SetupGroup   // "" is SetupAll
	States []SetupState // empty: all of the group
	Notes  []SetupNote
}

// Setups puts institutions, onboardings and syncs of the API key together and says how
// far each is, the TO DO ones first. It makes three requests, and one more for each
// further page of onboardings. States that only the portal knows come from q.Notes.
//
// Kind invalid for a group or a state that does not exist, before anything is sent.
func (c *Client) Setups(ctx context.Context, q SetupQuery) ([]*Setup, error) {
	const op = "list setups"
	group := or(q.Group, SetupAll)
	if group != SetupAll && group != SetupToDo && group != SetupInProgress {
		return nil, invalid(op, "the group is TO DO, IN PROGRESS or ALL", "Group")
	}
	for _, s := range q.States {
		if !slices.Contains(SetupStates(), s) {
			return nil, invalid(op, "there is no such state: see SetupStates", "States")
		}
	}
	institutions, err := c.institutions(ctx)
	if err != nil {
		return nil, err
	}
	onboardings, err := emr.Collect(c.Onboardings(ctx, OnboardingQuery{}))
	if err != nil {
		return nil, err
	}
	syncs, err := c.SyncStatuses(ctx, SyncQuery{Everywhere: true})
	if err != nil {
		return nil, err
	}
	all := DeriveSetups(institutions, onboardings, syncs, q.Notes, time.Now())
	return slices.DeleteFunc(all, func(s *Setup) bool {
		return !group.Has(s.State) || len(q.States) > 0 && !slices.Contains(q.States, s.State)
	}), nil
}

// DeriveSetups is what Setups does, of records that the application has read or stored.
func DeriveSetups(institutions []*Institution, onboardings []*Onboarding, syncs []*SyncStatus, notes []SetupNote, now time.Time) []*Setup {
	var all []*Setup
	bySubdomain := map[string]*Setup{}
	byID := map[InstitutionID]*Setup{}
	for _, i := range institutions {
		s := &Setup{Institution: i}
		all, byID[i.ID] = append(all, s), s
		if i.Subdomain != "" {
			bySubdomain[i.Subdomain] = s
		}
	}
	for _, o := range onboardings {
		s := bySubdomain[o.Subdomain]
		if s == nil || o.Subdomain == "" {
			s = &Setup{}
			all = append(all, s)
			if o.Subdomain != "" { // an institution that the key does not see yet
				bySubdomain[o.Subdomain] = s
			}
		}
		s.Onboardings = append(s.Onboardings, o)
	}
	for _, sync := range syncs {
		if s := byID[sync.Institution]; s != nil {
			s.Syncs = append(s.Syncs, sync)
		}
	}
	for i := range notes {
		s := noted(all, &notes[i])
		if s == nil {
			s = &Setup{}
			all = append(all, s)
		}
		s.Note = &notes[i]
	}
	for _, s := range all {
		slices.SortStableFunc(s.Onboardings, func(a, b *Onboarding) int { return b.Created.Compare(a.Created) })
		s.State = s.derive(now)
		s.Reason = s.State.reason()
	}
	rank := map[SetupGroup]int{SetupToDo: 0, SetupInProgress: 1, SetupAll: 2}
	slices.SortStableFunc(all, func(a, b *Setup) int { return rank[a.Group()] - rank[b.Group()] })
	return all
}

// noted finds the setup that a note is about.
func noted(all []*Setup, n *SetupNote) *Setup {
	find := func(is func(*Setup) bool) *Setup {
		if i := slices.IndexFunc(all, is); i >= 0 {
			return all[i]
		}
		return nil
	}
	switch name := practice.PlainName(n.Name); {
	case n.Onboarding != "":
		return find(func(s *Setup) bool {
			return slices.ContainsFunc(s.Onboardings, func(o *Onboarding) bool { return o.ID == n.Onboarding })
		})
	case n.Subdomain != "":
		return find(func(s *Setup) bool {
			return s.Institution != nil && s.Institution.Subdomain == n.Subdomain ||
				slices.ContainsFunc(s.Onboardings, func(o *Onboarding) bool { return o.Subdomain == n.Subdomain })
		})
	case name != "":
		return find(func(s *Setup) bool { return s.Institution != nil && practice.PlainName(s.Institution.Name) == name })
	}
	return nil
}

// derive says how far a setup is. What the API tells counts more than a note.
func (s *Setup) derive(now time.Time) SetupState {
	if s.Institution != nil && s.Institution.Deactivated() {
		return SetupDeactivated
	}
	for _, o := range s.Onboardings { // any that is open: locations may be added beside each other
		if o.Status == OnboardingInProgress && !o.Expired(now) {
			if s.Institution != nil || o.Subdomain != "" {
				return SetupInstalling
			}
			if state, ok := s.fromNote(); ok {
				return state
			}
			return SetupLinkOpen
		}
	}
	if len(s.Onboardings) > 0 {
		switch o := s.Onboardings[0]; o.Status {
		case OnboardingInProgress:
			return SetupLinkExpired
		case OnboardingFailed:
			return SetupFailed
		case OnboardingComplete:
		default:
			return SetupUnknown
		}
	}
	if s.Institution == nil && len(s.Onboardings) == 0 {
		if state, ok := s.fromNote(); ok {
			return state
		}
		return SetupPlanned
	}
	return s.fromSyncs()
}

// fromNote is the state that only the portal knows.
func (s *Setup) fromNote() (SetupState, bool) {
	if s.Note == nil {
		return "", false
	}
	switch {
	case s.Note.Consent == ConsentDeclined:
		return SetupConsentDeclined, true
	case s.Note.Consent == ConsentPending, s.Note.Consent == ConsentNotAsked && s.Note.Matching == MatchingRequested:
		return SetupConsentPending, true
	case s.Note.Consent == ConsentGranted:
		return SetupAwaitingSync, true // the API does not show the institution yet
	case s.Note.Matching == MatchingFound:
		return SetupMatchFound, true
	}
	return "", false
}

func (s *Setup) fromSyncs() SetupState {
	read := slices.DeleteFunc(slices.Clone(s.Syncs), func(sync *SyncStatus) bool { return sync.ReadAt.IsZero() })
	switch {
	case len(read) == 0:
		return SetupAwaitingSync
	case !slices.ContainsFunc(read, func(sync *SyncStatus) bool { return !sync.Down() }):
		return SetupSyncDown
	}
	return SetupActive
}
