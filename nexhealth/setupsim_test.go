package nexhealth_test

import (
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
)

// setupsOf are the setups by subdomain; "" is one without an institution.
func setupsOf(t *testing.T, nx *nexhealth.Client, notes ...nexhealth.SetupNote) map[string]*nexhealth.Setup {
	t.Helper()
	all, err := nx.Setups(t.Context(), nexhealth.SetupQuery{Notes: notes})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]*nexhealth.Setup{}
	for _, s := range all {
		key := ""
		if s.Institution != nil {
			key = s.Institution.Subdomain
		}
		found[key] = s
	}
	return found
}

// plainClient is a connection to the simulator without an emr.Client around it.
func plainClient(t *testing.T, sim *nexhealthtest.Sim, cfg nexhealth.Config) *nexhealth.Client {
	t.Helper()
	nx, err := nexhealth.New(cfg, &emr.Options{HTTPClient: sim.HTTPClient()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nx.Close() })
	return nx
}

func TestAPracticeIsFollowedFromItsLinkToItsFirstSync(t *testing.T) {
	t.Parallel()
	sim := nexhealthtest.New(t, &nexhealthtest.Options{InMemory: true})
	nx := plainClient(t, sim, sim.Config())
	note := nexhealth.SetupNote{Name: "Quay Dental", Reference: "77"}
	if s := setupsOf(t, nx, note)[""]; s == nil || s.State != nexhealth.SetupPlanned || s.Group() != nexhealth.SetupToDo {
		t.Fatalf("before the link: %+v", s)
	}

	o, err := nx.CreateOnboarding(t.Context(), &nexhealth.NewOnboarding{Name: "Quay Dental", Zip: "12207", EMR: nexhealth.EMROpenDental})
	if err != nil {
		t.Fatal(err)
	}
	note.Onboarding = o.ID
	if s := setupsOf(t, nx, note)[""]; s == nil || s.State != nexhealth.SetupLinkOpen || s.Group() != nexhealth.SetupInProgress || s.Note == nil || s.Note.Reference != "77" {
		t.Fatalf("with the link: %+v", s)
	}
	note.Matching, note.Consent = nexhealth.MatchingRequested, nexhealth.ConsentPending
	if s := setupsOf(t, nx, note)[""]; s.State != nexhealth.SetupConsentPending || s.Consent() != nexhealth.ConsentPending {
		t.Errorf("while the practice is asked: %s", s.State)
	}

	subdomain, err := sim.FinishOnboarding(string(o.ID), true)
	if err != nil {
		t.Fatal(err)
	}
	done := setupsOf(t, nx, note)[subdomain]
	if done == nil || done.State != nexhealth.SetupActive || done.Consent() != nexhealth.ConsentGranted || done.Note == nil || len(done.Syncs) != 1 {
		t.Fatalf("afterwards: %+v", done)
	}
	if o := done.Onboardings[0]; o.Status != nexhealth.OnboardingComplete || o.Booking == nil || o.Booking.Location == "" || o.BookableSince.IsZero() {
		t.Errorf("the onboarding is %+v", o)
	}
	found, err := nx.FindInstitutions(t.Context(), "QUAY dental")
	if err != nil || len(found) != 1 || found[0].Subdomain != subdomain {
		t.Errorf("found %v, %v", found, err)
	}
}

func TestAFailedInstallationIsVisibleWithItsReason(t *testing.T) {
	t.Parallel()
	sim := nexhealthtest.New(t, &nexhealthtest.Options{InMemory: true})
	nx := plainClient(t, sim, sim.Config())
	o, err := nx.CreateOnboarding(t.Context(), &nexhealth.NewOnboarding{Name: "Quay Dental"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sim.FinishOnboarding(string(o.ID), false); err != nil {
		t.Fatal(err)
	}
	failed, err := emr.Collect(nx.Onboardings(t.Context(), nexhealth.OnboardingQuery{Status: nexhealth.OnboardingFailed}))
	if err != nil || len(failed) != 1 || failed[0].ID != o.ID {
		t.Fatalf("%v, %v", failed, err)
	}
	note := nexhealth.SetupNote{Onboarding: o.ID, Reason: "their firewall"}
	all, err := nx.Setups(t.Context(), nexhealth.SetupQuery{Group: nexhealth.SetupToDo, States: []nexhealth.SetupState{nexhealth.SetupFailed}, Notes: []nexhealth.SetupNote{note}})
	if err != nil || len(all) != 1 || all[0].Reason == "" || all[0].Note.Reason != "their firewall" {
		t.Errorf("%v, %v", all, err)
	}
}

func TestASyncThatGoesDownShowsInCheckAndSetups(t *testing.T) {
	t.Parallel()
	sim := nexhealthtest.New(t, &nexhealthtest.Options{InMemory: true})
	nx := plainClient(t, sim, sim.Config())
	c := emr.NewClient(nx, nil)
	if h, err := c.Check(t.Context()); err != nil || !h.OK || h.SyncAge > 30*time.Minute {
		t.Fatalf("%+v, %v", h, err)
	}
	home, _, _ := sim.Subdomains()
	syncs, err := nx.SyncStatuses(t.Context(), nexhealth.SyncQuery{})
	if err != nil || len(syncs) == 0 {
		t.Fatal(err)
	}
	for _, s := range syncs {
		for _, l := range s.Locations {
			if err := sim.SetSync(string(l.ID), nexhealthtest.SyncState{ReadRed: true, WriteRed: true}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if h, err := c.Check(t.Context()); err != nil || h.OK || len(h.Warnings) == 0 {
		t.Errorf("%+v, %v", h, err)
	}
	if s := setupsOf(t, nx)[home]; s.State != nexhealth.SetupSyncDown {
		t.Errorf("the setup is %s", s.State)
	}
}

func TestASandboxKeySeesTheDemoPracticeAndCannotOnboard(t *testing.T) {
	t.Parallel()
	sim := nexhealthtest.New(t, &nexhealthtest.Options{InMemory: true, Environment: nexhealthtest.Sandbox})
	nx := plainClient(t, sim, sim.Config())
	all, err := emr.Collect(nx.Institutions(t.Context()))
	if err != nil || len(all) != 1 {
		t.Errorf("%d institutions, %v", len(all), err)
	}
	if _, err := nx.CreateOnboarding(t.Context(), &nexhealth.NewOnboarding{Name: "Quay Dental"}); emr.KindOf(err) != emr.KindPermission {
		t.Error(err)
	}
}
