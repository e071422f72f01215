package nexhealth

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/emrkit/emrkit/emr"
)

func TestTheDirectoryIsAskedForAndReadAsDocumented(t *testing.T) {
	t.Parallel()
	zones := cmpopts.IgnoreFields(emr.Location{}, "Zone") // not in JSON: tested below
	for name, do := range map[string]func(*testing.T, parts){
		"directory/locations": func(t *testing.T, p parts) {
			page, err := p.ListLocations(t.Context(), "")
			if err != nil || page.Next != "" {
				t.Fatal(err)
			}
			golden(t, "directory/locations", page.Items, zones)
		},
		"directory/providers": func(t *testing.T, p parts) {
			page, err := p.ListPractitioners(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "directory/providers", page.Items)
		},
		"directory/types": func(t *testing.T, p parts) {
			page, err := p.ListAppointmentTypes(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "directory/types", page.Items)
		},
		"directory/operatories": func(t *testing.T, p parts) {
			all, err := p.Operatories(t.Context(), "9002")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "directory/operatories", all)
		},
		"directory/descriptors": func(t *testing.T, p parts) {
			all, err := p.Descriptors(t.Context(), "", "Procedure Code")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "directory/descriptors", all)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			nx, _ := connect(t, nil, step{want: name, answer: name})
			do(t, parts{nx})
		})
	}
}

func TestALocationHasTheZoneNexHealthTellsOrTheConfiguredOne(t *testing.T) {
	t.Parallel()
	halifax, err := time.LoadLocation("America/Halifax")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		zone *time.Location
		want map[emr.LocationID]string
	}{
		{nil, map[emr.LocationID]string{"9001": "America/New_York", "9002": "America/Los_Angeles", "9003": "America/Chicago", "9004": ""}},
		{halifax, map[emr.LocationID]string{"9001": "America/Halifax", "9002": "America/Los_Angeles", "9003": "America/Chicago", "9004": ""}},
	} {
		nx, _ := connect(t, func(cfg *Config) { cfg.Zone = c.zone }, step{answer: "directory/locations"})
		for id, want := range c.want {
			l, err := nx.place(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if l.Zone != nil {
				got = l.Zone.String()
			}
			if got != want {
				t.Errorf("%s: zone %q, want %q", id, got, want)
			}
		}
	}
}

func TestTheRulesOfALocationAreKnown(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, nil, step{answer: "directory/locations"})
	for id, want := range map[emr.LocationID][3]bool{ // active, inserts, by operatory
		"": {true, true, false}, "9001": {true, true, false}, "9002": {true, false, true}, "9003": {false, true, false}, "9004": {true, true, false},
	} {
		l, err := nx.place(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if got := [3]bool{l.Active, l.inserts, l.byOperatory}; got != want {
			t.Errorf("%q: %v, want %v", id, got, want)
		}
	}
	for id, field := range map[emr.LocationID]string{"9901": "location", "4711": "location"} {
		_, err := nx.place(t.Context(), id)
		if e := wantKind(t, err, emr.KindNotFound); len(e.Fields) != 1 || e.Fields[0] != field {
			t.Errorf("fields %q", e.Fields)
		}
	}
}

func TestALocationWithAZoneNobodyKnowsSaysSo(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, nil, step{body: good(`[{"id":31,"locations":[{"id":9001,"tz":"Mars/Olympus"}]}]`)})
	l, err := nx.place(t.Context(), "")
	if err != nil || l.Zone != nil || len(l.warnings()) != 1 {
		t.Errorf("%+v, %v", l, err)
	}
}

func TestLocationsWithoutAnInstitutionAroundThemAreReadToo(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, nil, step{body: good(`[{"id":9001,"name":"Harbour","institution_id":31,"tz":"America/New_York"}]`)})
	page, err := parts{nx}.ListLocations(t.Context(), "")
	if err != nil || len(page.Items) != 1 || page.Items[0].ID != "9001" || page.Items[0].Zone == nil {
		t.Errorf("%+v, %v", page.Items, err)
	}
}

func TestWhatIsNeitherAnInstitutionNorALocationDoesNotVanish(t *testing.T) {
	t.Parallel()
	for body, kind := range map[string]emr.Kind{`[{"id":5,"name":"x"}]`: emr.KindProtocol, `[{"id":5,"subdomain":"north-pier-dental","locations":null}]`: "", `[]`: ""} {
		nx, _ := connect(t, nil, step{body: good(body)})
		page, err := parts{nx}.ListLocations(t.Context(), "")
		if emr.KindOf(err) != kind || len(page.Items) != 0 {
			t.Errorf("%s: %d locations, %v", body, len(page.Items), err)
		}
	}
}

func TestLocationsAreReadOnceForManyCallersAndAgainAfterAnHour(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		nx, r := connect(t, nil)
		r.also("GET /locations", office)
		var all sync.WaitGroup
		for range 30 {
			all.Go(func() {
				if _, err := nx.place(context.Background(), ""); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := len(r.requests()); n != 1 {
			t.Errorf("%d requests", n)
		}
		time.Sleep(time.Hour + time.Second)
		if _, err := nx.place(context.Background(), ""); err != nil || len(r.requests()) != 2 {
			t.Errorf("%v, %d requests", err, len(r.requests()))
		}
		_ = nx.Close()
	})
}

func TestWhereNobodyIsBookableOnlineAllActivePractitionersAreListed(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, func(c *Config) { c.PageSize = 1 },
		step{route: "GET /providers?", body: listed()},
		step{body: `{"code":true,"data":[{"id":501,"name":"Nora Quill"}],"page_info":{"has_next_page":true,"end_cursor":"b:x"}}`},
		step{body: `{"code":true,"data":[{"id":502,"name":"Ben Sorrel"}],"page_info":{"has_next_page":false}}`})
	all, err := nx.providers(t.Context())
	if err != nil || len(all) != 2 {
		t.Fatalf("%d practitioners, %v", len(all), err)
	}
	const base = "GET /providers?subdomain=north-pier-dental&location_id=9001&inactive=false&include%5B%5D=locations"
	want := []string{base + "&requestable=true&per_page=1", base + "&per_page=1", base + "&per_page=1&end_cursor=b%3Ax"}
	if diff := cmp.Diff(want, r.requests()); diff != "" {
		t.Errorf("requests (-want +got)\n%s", diff)
	}
	if id, err := nx.firstProvider(t.Context()); err != nil || id != "501" {
		t.Errorf("%s, %v", id, err)
	}
}

func TestAForeignCursorIsRefused(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, nil)
	p := parts{nx}
	_, err1 := p.ListPractitioners(t.Context(), "x")
	_, err2 := p.ListLocations(t.Context(), "x")
	_, err3 := p.ListAppointmentTypes(t.Context(), "x")
	for _, err := range []error{err1, err2, err3} {
		wantKind(t, err, emr.KindInvalid)
	}
}

func TestARecordWithoutAnIDDoesNotVanish(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		opLocations: good(`[{"id":31,"locations":[{"name":"Harbour"}]}]`), opPractitioners: listed(`{"name":"Nora Quill"}`),
		opTypes: good(`[{"id":0,"name":"Exam"}]`), opOperatories: listed(`{"id":null}`), opDescriptors: good(`[{}]`), opWorkingHours: listed(`{"begin_time":"09:00","end_time":"10:00"}`),
	} {
		nx, _ := connect(t, nil, step{body: body})
		wantKind(t, operations()[name](t.Context(), parts{nx}), emr.KindProtocol)
	}
}

// TestALaterPageWithoutBookablePractitionersIsNoNewList: only an empty list means that the
// mark is not kept.
func TestALaterPageWithoutBookablePractitionersIsNoNewList(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, nil, step{body: listed()})
	page, err := parts{nx}.ListPractitioners(t.Context(), "b:c1")
	if err != nil || len(page.Items) != 0 || page.Next != "" {
		t.Errorf("%v, %v", page, err)
	}
	nx, _ = connect(t, nil, step{body: office})
	_, err = nx.place(t.Context(), "4711")
	if e := wantKind(t, err, emr.KindNotFound); e.Vendor != vendor {
		t.Errorf("an error of %q", e.Vendor)
	}
}
