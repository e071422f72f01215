package nexhealth

import (
	"slices"
	"time"

	"github.com/emrkit/emrkit/nexhealth/internal/practice"
)

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
