package nexhealth

import "slices"

// SetupState is how far the setup of an institution is. Each state says where it comes
// from: NexHealth's API, or a [SetupNote] of the application about what only the portal
// shows.
type SetupState string

// The states.
const (
	// SetupPlanned: the application noted the institution, and NexHealth's API shows
	// nothing of it. From a note.
	SetupPlanned SetupState = "planned"
	// SetupMatchFound: the portal said that NexHealth already has this institution: request
	// access there instead of creating it. From a note.
	SetupMatchFound SetupState = "match_found"
	// SetupConsentPending: access was requested, the practice has not answered. From a note.
	SetupConsentPending SetupState = "consent_pending"
	// SetupConsentDeclined: the practice said no. From a note.
	SetupConsentDeclined SetupState = "consent_declined"
	// SetupLinkOpen: the practice has a link and has not finished; no institution is
	// matched yet. From the onboarding.
	SetupLinkOpen SetupState = "link_open"
	// SetupLinkExpired: the link ran out before the practice was done: make a new one. From
	// the onboarding.
	SetupLinkExpired SetupState = "link_expired"
	// SetupInstalling: the institution is there and an onboarding of it is open. From the
	// onboarding.
	SetupInstalling SetupState = "installing"
	// SetupFailed: the onboarding failed, was cancelled or disabled. From the onboarding.
	SetupFailed SetupState = "failed"
	// SetupAwaitingSync: the institution is there, and no sync has read from it yet. From
	// the sync status.
	SetupAwaitingSync SetupState = "awaiting_sync"
	// SetupSyncDown: every sync is red in one direction or the other. From the sync status.
	SetupSyncDown SetupState = "sync_down"
	// SetupActive: at least one sync works. From the sync status.
	SetupActive SetupState = "active"
	// SetupDeactivated: no location is in use any more. From the institution.
	SetupDeactivated SetupState = "deactivated"
	// SetupUnknown: the onboarding has a status that this version does not know.
	SetupUnknown SetupState = "unknown"
)

// SetupStates are all states.
func SetupStates() []SetupState {
	return []SetupState{
		SetupPlanned, SetupMatchFound, SetupConsentDeclined, SetupLinkExpired, SetupFailed, SetupUnknown,
		SetupConsentPending, SetupLinkOpen, SetupInstalling, SetupAwaitingSync,
		SetupSyncDown, SetupActive, SetupDeactivated,
	}
}

// SetupGroup is one of the portal's lists of institutions. Which state is in which list is
// not documented: the division here is ours.
type SetupGroup string

// The groups.
const (
	SetupToDo       SetupGroup = "TO DO"       // somebody at the application's side has to act
	SetupInProgress SetupGroup = "IN PROGRESS" // the practice or NexHealth has to act
	SetupAll        SetupGroup = "ALL"         // everything, finished ones too
)

// Group is SetupToDo or SetupInProgress, or SetupAll for what is finished and in no
// other list.
func (s SetupState) Group() SetupGroup {
	switch s {
	case SetupPlanned, SetupMatchFound, SetupConsentDeclined, SetupLinkExpired, SetupFailed, SetupUnknown:
		return SetupToDo
	case SetupConsentPending, SetupLinkOpen, SetupInstalling, SetupAwaitingSync:
		return SetupInProgress
	}
	return SetupAll
}

// States are the states of the group; those of SetupAll are all.
func (g SetupGroup) States() []SetupState {
	return slices.DeleteFunc(SetupStates(), func(s SetupState) bool { return g != SetupAll && s.Group() != g })
}

// Has reports whether the group lists the state.
func (g SetupGroup) Has(s SetupState) bool { return g == SetupAll || s.Group() == g }

// reason says in our own words what the state means and what to do.
func (s SetupState) reason() string {
	switch s {
	case SetupPlanned:
		return "nothing is there yet: create the institution in the portal, or an onboarding link with a production key"
	case SetupMatchFound:
		return "NexHealth already has this institution: request access in the portal"
	case SetupConsentPending:
		return "the practice has been asked for its consent, by e-mail or in its web app, and has not answered"
	case SetupConsentDeclined:
		return "the practice has declined: talk to it, and request access again"
	case SetupLinkOpen:
		return "the practice has the link and has not finished"
	case SetupLinkExpired:
		return "the link ran out before the practice had finished: create a new onboarding"
	case SetupInstalling:
		return "the practice is setting up"
	case SetupFailed:
		return "the onboarding failed, was cancelled or disabled; NexHealth's API does not tell which: see the portal, and create a new one"
	case SetupAwaitingSync:
		return "the connection to the practice's system is not there yet, or has read nothing"
	case SetupSyncDown:
		return "the connection to the practice's system is down: is the office's server on?"
	case SetupActive:
		return "NexHealth reads from the practice's system"
	case SetupDeactivated:
		return "all locations were deactivated in the portal"
	}
	return "NexHealth tells a status that is not known here"
}
