package nexhealth

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// syncNow is GET /sync_status of one sync that was read some time ago.
func syncNow(read, write string, ago time.Duration) string {
	at := time.Now().Add(-ago).UTC().Format(time.RFC3339)
	return good(fmt.Sprintf(`[{"institution_id":31,"sync_source_type":"DataSource","sync_source_name":"pier","emr":{"id":11,"name":"dentrix","display_name":"Dentrix","type":"onprem"},
		"read_status":%q,"read_status_at":%q,"write_status":%q,"write_status_at":%q,"locations":[{"id":9001,"name":"Harbour Street","inactive":false}]}]`, read, at, write, at))
}

func TestCheckTellsWhetherBookingsReachThePractice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		office   [2]string // replaced in GET /locations
		sync     string
		ok       bool
		warnings []string
	}{
		"all is well":          {sync: syncNow("green", "green", 5*time.Minute), ok: true},
		"writing is down":      {sync: syncNow("green", "red", 5*time.Minute), warnings: []string{"cannot write"}},
		"reading is down":      {sync: syncNow("red", "green", 5*time.Minute), warnings: []string{"cannot read"}},
		"the sync is stale":    {sync: syncNow("green", "green", 2*time.Hour), ok: true, warnings: []string{"last read"}},
		"no sync":              {sync: good(`[]`), warnings: []string{"no sync"}},
		"bookings stay":        {office: [2]string{`"insert_appt_client":true`, `"insert_appt_client":false`}, sync: syncNow("green", "green", time.Minute), warnings: []string{"insert_appt_client"}},
		"the location is gone": {office: [2]string{`"inactive":false`, `"inactive":true`}, sync: syncNow("green", "green", time.Minute), warnings: []string{"inactive"}},
		"the zone is lost":     {office: [2]string{"America/New_York", "Mars/Olympus"}, sync: syncNow("green", "green", time.Minute), ok: true, warnings: []string{"time zone"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			nx, _ := connect(t, nil,
				step{route: "GET /locations?subdomain=north-pier-dental", body: strings.Replace(office, c.office[0], c.office[1], 1)},
				step{route: "GET /sync_status?subdomain=north-pier-dental&location_ids%5B%5D=9001", body: c.sync})
			h, err := emr.NewClient(nx, nil).Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if h.OK != c.ok || len(h.Warnings) != len(c.warnings) || h.Version != "v3.0.0" {
				t.Fatalf("%+v", h)
			}
			for i, want := range c.warnings {
				if !strings.Contains(h.Warnings[i], want) {
					t.Errorf("warning %q, want %q", h.Warnings[i], want)
				}
			}
		})
	}
}

func TestCheckTellsTheAgeOfTheCopyAndWhatNexHealthWarnedOf(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, nil, step{body: `{"code":true,"description":"Note that following parameters are ignored: location_id.","data":[]}`})
	r.also("GET /locations", office).also("GET /sync_status", syncNow("green", "green", 10*time.Minute))
	if _, err := nx.readTypes(t.Context()); err != nil {
		t.Fatal(err)
	}
	h, err := parts{nx}.Check(t.Context())
	if err != nil || h.SyncAge < 9*time.Minute || h.SyncAge > 11*time.Minute {
		t.Fatalf("%+v, %v", h, err)
	}
	if len(h.Warnings) != 1 || !strings.Contains(h.Warnings[0], "ignored location_id") {
		t.Errorf("warnings %q", h.Warnings)
	}
}

func TestInfoSaysWhatTheConnectionIs(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, func(c *Config) { c.Environment = Sandbox })
	i := nx.Info()
	if i.Vendor != "nexhealth" || i.Environment != Sandbox || i.Name != "pier" || !i.Habits.WritesLater || !i.Habits.AcceptsDoubleBooking {
		t.Errorf("%+v", i)
	}
	c := emr.NewClient(nx, nil)
	for _, capability := range emr.Capabilities() {
		if !c.Has(capability) && c.Caveat(capability) == "" {
			t.Errorf("%s: nothing says why it is missing", capability)
		}
	}
	for _, missing := range []emr.Capability{emr.CanUpdatePatient, emr.CanHold, emr.CanReadEncounters, emr.CanReadSummaries} {
		if c.Has(missing) {
			t.Errorf("%s is declared", missing)
		}
	}
}
