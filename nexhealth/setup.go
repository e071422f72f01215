package nexhealth

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/emrkit/emrkit/emr"
)

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
	group := cmp.Or(q.Group, SetupAll)
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
