package nexhealth

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

var monday = time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)

func TestSyncStatusIsReadWithWordsNobodyKnows(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil, step{want: "sync/list", answer: "sync/list"})
	all, err := c.SyncStatuses(t.Context(), SyncQuery{})
	if err != nil || len(all) != 2 {
		t.Fatalf("%d syncs, %v", len(all), err)
	}
	s := all[0]
	want := &SyncStatus{
		Institution: "31", SourceType: "DataSource", SourceName: "Front desk server",
		EMR:  EMR{ID: "11", Name: EMROpenDental, Display: "Open Dental", Hosting: HostedOnPrem},
		Read: SyncGreen, ReadAt: time.Date(2026, 3, 2, 14, 55, 0, 7e6, time.UTC),
		Write: SyncRed, WriteAt: time.Date(2026, 3, 1, 20, 16, 57, 7e6, time.UTC),
	}
	if diff := cmp.Diff(want, s, vendortest.Models(), cmpopts.IgnoreFields(SyncStatus{}, "Locations", "staleAfter")); diff != "" {
		t.Error(diff)
	}
	if !s.Serves("9001") || s.Serves("9002") || !s.Down() || s.Locations[1].ID != "9003" || !s.Locations[1].Inactive {
		t.Errorf("locations %v", s.Locations)
	}
	if o := all[1]; o.Read != "paused" || !o.ReadAt.IsZero() || o.Down() || o.EMR.Hosting != HostedCloud {
		t.Errorf("the second is %+v", o)
	}
}

func TestSyncQueriesAskForWhatTheyMean(t *testing.T) {
	t.Parallel()
	for name, q := range map[string]SyncQuery{
		"sync/everywhere": {Everywhere: true},
		"sync/red":        {Read: SyncGreen, Write: SyncRed, Locations: []emr.LocationID{"9001", "9002"}},
	} {
		c, _ := connect(t, nil, step{want: name, answer: name})
		if _, err := c.SyncStatuses(t.Context(), q); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, q := range []SyncQuery{
		{Locations: []emr.LocationID{"x"}}, {Read: "paused"}, {Write: "Green"}, {Everywhere: true, Subdomain: "x"},
	} {
		c, _ := connect(t, nil)
		_, err := c.SyncStatuses(t.Context(), q)
		wantKind(t, err, emr.KindInvalid)
	}
	// Filters that NexHealth ignores are made up for here, but for that of the institution.
	c, _ := connect(t, nil, step{answer: "sync/everywhere"})
	all, err := c.SyncStatuses(t.Context(), SyncQuery{Write: SyncRed, Locations: []emr.LocationID{"9101", "9002"}})
	if err != nil || len(all) != 1 || all[0].Institution != "32" {
		t.Errorf("%v, %v", all, err)
	}
	c, _ = connect(t, nil, step{body: strings.Replace(good(`[]`), "null", `"Note that following parameters are ignored: subdomain."`, 1)})
	_, err = c.SyncStatuses(t.Context(), SyncQuery{})
	wantKind(t, err, emr.KindProtocol)
}

func TestASyncIsStaleAfterTheThreshold(t *testing.T) {
	t.Parallel()
	at := func(ago time.Duration) *SyncStatus {
		return &SyncStatus{Read: SyncGreen, Write: SyncGreen, ReadAt: monday.Add(-ago), staleAfter: 45 * time.Minute}
	}
	for ago, want := range map[time.Duration]bool{
		-time.Hour: false, 0: false, 20 * time.Minute: false, 45 * time.Minute: false, 46 * time.Minute: true,
	} {
		if got := at(ago).Stale(monday); got != want {
			t.Errorf("%v ago: stale %v", ago, got)
		}
	}
	if s := at(31 * time.Minute); s.Stale(monday) || !s.StaleAfter(monday, 0) || s.StaleAfter(monday, time.Hour) {
		t.Error("the default bound is 30 minutes, and a bound may be given")
	}
	if s := (&SyncStatus{Read: SyncGreen, Write: SyncGreen}); !s.Stale(monday) {
		t.Error("a sync of unknown age is stale")
	}
}

func TestWarningsSayWhyABookingMayNotArrive(t *testing.T) {
	t.Parallel()
	fresh := monday.Add(-10 * time.Minute)
	for name, c := range map[string]struct {
		s    []*SyncStatus
		want []string
	}{
		"all is well": {[]*SyncStatus{{Read: SyncGreen, Write: SyncGreen, ReadAt: fresh}}, nil},
		"write red":   {[]*SyncStatus{{Read: SyncGreen, Write: SyncRed, ReadAt: fresh}}, []string{"cannot write"}},
		"read red":    {[]*SyncStatus{{Read: SyncRed, Write: SyncGreen, ReadAt: fresh}}, []string{"cannot read"}},
		"unknown":     {[]*SyncStatus{{Read: "paused", ReadAt: fresh}}, []string{"does not say whether it can write", "does not say whether it can read"}},
		"stale":       {[]*SyncStatus{{Read: SyncGreen, Write: SyncGreen, ReadAt: monday.Add(-3 * time.Hour)}}, []string{"3h0m0s ago"}},
		"no time":     {[]*SyncStatus{{Read: SyncGreen, Write: SyncGreen}}, []string{"does not say when"}},
		"no sync":     {nil, []string{"lists no sync"}},
		"twice":       {[]*SyncStatus{{Read: SyncGreen, Write: SyncRed, ReadAt: fresh}, {Read: SyncRed, Write: SyncRed, ReadAt: fresh}}, []string{"cannot write", "cannot read"}},
	} {
		got := syncWarnings(c.s, monday)
		if len(got) != len(c.want) || !slices.EqualFunc(got, c.want, strings.Contains) {
			t.Errorf("%s: %q", name, got)
		}
		for _, w := range got {
			if strings.Contains(w, "paused") {
				t.Errorf("%s: a word of the vendor's is repeated", name)
			}
		}
	}
}

func TestTheThresholdOfTheConfigurationCounts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(monday))
		c, _ := connect(t, func(cfg *Config) { cfg.StaleSync = 3 * time.Minute }, step{want: "sync/location", answer: "sync/location"})
		all, err := c.syncStatus(t.Context(), "")
		if err != nil || len(all) != 1 || !all[0].Stale(time.Now()) {
			t.Errorf("%v, %v: read five minutes ago, and three are allowed", all, err)
		}
	})
}

func TestASubdomainThatTheKeyDoesNotSeeIsPermission(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil, step{route: "GET /sync_status?subdomain=other", status: http.StatusForbidden,
		body: `{"code":false,"description":null,"error":["You don't have access to perform this action."],"data":null}`})
	_, err := c.SyncStatuses(t.Context(), SyncQuery{Subdomain: "other"})
	wantKind(t, err, emr.KindPermission)
}
