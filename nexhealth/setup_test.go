package nexhealth

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/emr"
)

func TestEachStateIsDerivedFromWhatIsKnown(t *testing.T) {
	t.Parallel()
	now := monday
	one := func(active ...bool) *Institution {
		i := &Institution{ID: "31", Name: "North Pier", Subdomain: "pier"}
		for _, a := range active {
			i.Locations = append(i.Locations, InstitutionLocation{ID: "9001", Inactive: !a})
		}
		return i
	}
	flow := func(status OnboardingStatus, subdomain string, age time.Duration) *Onboarding {
		return &Onboarding{ID: OnboardingID(string(status) + subdomain + age.String()), Status: status, Subdomain: subdomain, Created: now.Add(-age), LinkExpires: now.Add(90*24*time.Hour - age)}
	}
	const day, old = 24 * time.Hour, 100 * 24 * time.Hour
	read := &SyncStatus{Institution: "31", Read: SyncGreen, Write: SyncGreen, ReadAt: now.Add(-time.Minute)}
	down := &SyncStatus{Institution: "31", Read: SyncRed, Write: SyncRed, ReadAt: now.Add(-time.Hour)}
	for _, c := range []struct {
		name  string
		inst  *Institution
		flows []*Onboarding
		syncs []*SyncStatus
		note  *SetupNote
		want  SetupState
		group SetupGroup
	}{
		{"noted only", nil, nil, nil, &SetupNote{Name: "Quay"}, SetupPlanned, SetupToDo},
		{"created in the portal", nil, nil, nil, &SetupNote{Name: "Quay", Matching: MatchingNone}, SetupPlanned, SetupToDo},
		{"matching institution", nil, nil, nil, &SetupNote{Name: "Quay", Matching: MatchingFound}, SetupMatchFound, SetupToDo},
		{"access requested", nil, nil, nil, &SetupNote{Name: "Quay", Matching: MatchingRequested}, SetupConsentPending, SetupInProgress},
		{"consent pending", nil, nil, nil, &SetupNote{Name: "Quay", Matching: MatchingRequested, Consent: ConsentPending}, SetupConsentPending, SetupInProgress},
		{"consent declined", nil, nil, nil, &SetupNote{Name: "Quay", Consent: ConsentDeclined}, SetupConsentDeclined, SetupToDo},
		{"consent granted, not shown yet", nil, nil, nil, &SetupNote{Name: "Quay", Consent: ConsentGranted}, SetupAwaitingSync, SetupInProgress},
		{"consent granted to a request, not shown yet", nil, nil, nil, &SetupNote{Name: "Quay", Matching: MatchingRequested, Consent: ConsentGranted}, SetupAwaitingSync, SetupInProgress},
		{"complete, not seen", nil, []*Onboarding{flow(OnboardingComplete, "quay", day)}, nil, nil, SetupAwaitingSync, SetupInProgress},
		{"link sent", nil, []*Onboarding{flow(OnboardingInProgress, "", day)}, nil, nil, SetupLinkOpen, SetupInProgress},
		{"link sent, match noted", nil, []*Onboarding{flow(OnboardingInProgress, "", day)}, nil, &SetupNote{Onboarding: flow(OnboardingInProgress, "", day).ID, Matching: MatchingFound}, SetupMatchFound, SetupToDo},
		{"link ran out", nil, []*Onboarding{flow(OnboardingInProgress, "", old)}, nil, nil, SetupLinkExpired, SetupToDo},
		{"matched, not seen", nil, []*Onboarding{flow(OnboardingInProgress, "quay", day)}, nil, nil, SetupInstalling, SetupInProgress},
		{"locations are added", one(true), []*Onboarding{flow(OnboardingComplete, "pier", old), flow(OnboardingInProgress, "pier", day)}, []*SyncStatus{read}, nil, SetupInstalling, SetupInProgress},
		{"an old link does not matter any more", one(true), []*Onboarding{flow(OnboardingInProgress, "pier", old), flow(OnboardingComplete, "pier", day)}, []*SyncStatus{read}, nil, SetupActive, SetupAll},
		{"failed", nil, []*Onboarding{flow(OnboardingFailed, "", day)}, nil, nil, SetupFailed, SetupToDo},
		{"failed, then done again", one(true), []*Onboarding{flow(OnboardingFailed, "pier", 2*day), flow(OnboardingComplete, "pier", day)}, []*SyncStatus{read}, nil, SetupActive, SetupAll},
		{"a word nobody knows", nil, []*Onboarding{flow("paused", "", day)}, nil, nil, SetupUnknown, SetupToDo},
		{"complete without a sync", one(true), []*Onboarding{flow(OnboardingComplete, "pier", day)}, nil, nil, SetupAwaitingSync, SetupInProgress},
		{"complete, never read", one(true), nil, []*SyncStatus{{Institution: "31", Read: SyncGreen}}, nil, SetupAwaitingSync, SetupInProgress},
		{"active without an onboarding", one(true), nil, []*SyncStatus{down, read}, nil, SetupActive, SetupAll},
		{"down", one(true), nil, []*SyncStatus{down}, nil, SetupSyncDown, SetupAll},
		{"deactivated", one(false, false), nil, []*SyncStatus{read}, nil, SetupDeactivated, SetupAll},
		{"a late note does not hide what the API shows", one(true), nil, []*SyncStatus{read}, &SetupNote{Subdomain: "pier", Consent: ConsentPending}, SetupActive, SetupAll},
	} {
		var institutions []*Institution
		if c.inst != nil {
			institutions = append(institutions, c.inst)
		}
		var notes []SetupNote
		if c.note != nil {
			notes = append(notes, *c.note)
		}
		all := DeriveSetups(institutions, c.flows, c.syncs, notes, now)
		if len(all) != 1 {
			t.Errorf("%s: %d setups", c.name, len(all))
			continue
		}
		s := all[0]
		if s.State != c.want || s.Group() != c.group || s.Reason == "" || (s.Note != nil) != (c.note != nil) {
			t.Errorf("%s: %s in %s (%s), want %s in %s", c.name, s.State, s.Group(), s.Reason, c.want, c.group)
		}
		if c.inst != nil && s.Consent() != ConsentGranted {
			t.Errorf("%s: an institution that the API shows has consented", c.name)
		}
	}
}

// TestWhatBelongsTogetherIsOneSetup: onboardings by subdomain, syncs by institution, notes
// by onboarding, subdomain or name; what names nothing stands alone.
func TestWhatBelongsTogetherIsOneSetup(t *testing.T) {
	t.Parallel()
	place := func(id emr.LocationID, active bool) InstitutionLocation {
		return InstitutionLocation{ID: id, Inactive: !active}
	}
	institutions := []*Institution{
		{ID: "1", Name: "North Pier", Subdomain: "pier", Locations: []InstitutionLocation{place("9001", true)}},
		{ID: "2", Name: "Clínica Ágora", Subdomain: "agora"}, {ID: "3", Name: "No Subdomain"},
	}
	onboardings := []*Onboarding{
		{ID: "a", Subdomain: "pier"}, {ID: "b"}, {ID: "c"}, {ID: "d", Subdomain: "quay"}, {ID: "e", Subdomain: "quay"}, {ID: "f", Subdomain: "pier"},
	}
	sync := &SyncStatus{Institution: "1", ReadAt: monday, Locations: []InstitutionLocation{place("9001", true), place("9002", false)}}
	syncs := []*SyncStatus{sync, sync, {Institution: "4", ReadAt: monday}}
	notes := []SetupNote{
		{Onboarding: "c", Reference: "by onboarding"}, {Subdomain: "quay", Reference: "by subdomain, unseen"}, {Subdomain: "pier", Reference: "by subdomain"},
		{Name: "clinica agora", Reference: "by name"}, {Subdomain: "harbour", Name: "North Pier", Reference: "of none that is there"}, {Reference: "of nothing"},
	}
	got := map[string]string{}
	for _, s := range DeriveSetups(institutions, onboardings, syncs, notes, monday) {
		name, flows := "", ""
		if s.Institution != nil {
			name = string(s.Institution.ID)
		}
		for _, o := range s.Onboardings {
			flows += string(o.ID)
		}
		note := ""
		if s.Note != nil {
			note = s.Note.Reference
		}
		got[name+"/"+flows+"/"+note] = strconv.Itoa(len(s.Syncs))
		if name == "1" {
			if l := s.NotActivated(); len(l) != 1 || l[0].ID != "9002" {
				t.Errorf("not activated: %v", l)
			}
		}
	}
	want := map[string]string{
		"1/af/by subdomain": "2", "2//by name": "0", "3//": "0", "/b/": "0", "/c/by onboarding": "0", "/de/by subdomain, unseen": "0",
		"//of none that is there": "0", "//of nothing": "0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("setups (-want +got)\n%s", diff)
	}
	if text := fmt.Sprintf("%v %+v", notes[0], SetupNote{Name: "North Pier", Matching: MatchingFound, Consent: ConsentPending}); !strings.Contains(text, "found pending") || strings.Contains(text, "Pier") || strings.Contains(text, "by onboarding") {
		t.Errorf("a note prints %q", text)
	}
}

func TestEveryStateIsInAListAndHasItsReason(t *testing.T) {
	t.Parallel()
	reasons := map[string]bool{}
	for _, s := range SetupStates() {
		reasons[s.reason()] = true
		if !SetupAll.Has(s) {
			t.Errorf("%s is not in ALL", s)
		}
	}
	if len(reasons) != len(SetupStates()) {
		t.Error("two states have one reason")
	}
	todo, doing := SetupToDo.States(), SetupInProgress.States()
	if len(SetupAll.States()) != len(SetupStates()) || len(todo) == 0 || len(doing) == 0 {
		t.Errorf("TO DO %v, IN PROGRESS %v", todo, doing)
	}
	for _, s := range todo {
		if slices.Contains(doing, s) || !SetupToDo.Has(s) || SetupInProgress.Has(s) {
			t.Errorf("%s is in two lists", s)
		}
	}
}

func TestSetupsPutTheListsTogetherAndFilterThem(t *testing.T) {
	t.Parallel()
	flows := listed(
		`{"id":"a1","status":"in_progress","url_expires_at":"2099-01-01T00:00:00Z","created_at":"2026-02-01T00:00:00Z"}`,
		`{"id":"a2","status":"failed","subdomain":"clinica-agora","created_at":"2026-02-01T00:00:00Z"}`)
	notes := []SetupNote{{Name: "clinica agora", Reason: "no server", Reference: "77"}, {Name: "Quay", Matching: MatchingFound}}
	for _, c := range []struct {
		q    SetupQuery
		want []SetupState
	}{
		{SetupQuery{}, []SetupState{SetupFailed, SetupMatchFound, SetupAwaitingSync, SetupLinkOpen, SetupSyncDown, SetupDeactivated}},
		{SetupQuery{Group: SetupToDo}, []SetupState{SetupFailed, SetupMatchFound}},
		{SetupQuery{Group: SetupInProgress}, []SetupState{SetupAwaitingSync, SetupLinkOpen}},
		{SetupQuery{Group: SetupAll, States: []SetupState{SetupSyncDown, SetupFailed}}, []SetupState{SetupFailed, SetupSyncDown}},
		{SetupQuery{Group: SetupToDo, States: []SetupState{SetupActive}}, nil},
	} {
		c.q.Notes = notes
		nx, r := connect(t, nil,
			step{want: "institution/list", answer: "institution/list"},
			step{route: "GET /onboardings?per_page=100", body: flows},
			step{want: "sync/everywhere", answer: "sync/everywhere"})
		all, err := nx.Setups(t.Context(), c.q)
		var got []SetupState
		for _, s := range all {
			got = append(got, s.State)
			if s.State == SetupFailed && (s.Institution.Subdomain != "clinica-agora" || s.Note.Reference != "77") {
				t.Errorf("the failed one is %+v", s)
			}
			if s.State == SetupSyncDown {
				if l := s.NotActivated(); len(l) != 2 || l[0].ID != "9003" || l[1].ID != "9002" {
					t.Errorf("locations that can be activated: %v", l)
				}
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil || len(r.requests()) != 3 {
			t.Errorf("%v: %v after %d requests: %s", c.q.Group, err, len(r.requests()), diff)
		}
	}
	for _, q := range []SetupQuery{{Group: "DONE"}, {States: []SetupState{"done"}}} {
		nx, _ := connect(t, nil)
		_, err := nx.Setups(t.Context(), q)
		wantKind(t, err, emr.KindInvalid)
	}
}
