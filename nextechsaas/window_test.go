package nextechsaas

import (
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// TestAVisitAtTheEdgeOfADayIsAskedFor: late in the day in Los Angeles it is tomorrow in
// UTC, and a vendor that reads end as an instant leaves the last day out.
func TestAVisitAtTheEdgeOfADayIsAskedFor(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]string{
		"late": "2020-06-02T06:59:59.999Z", "early": "2020-06-01T07:00:00Z", "a day only": "2020-06-01", "no zone told": "2020-06-02T03:00:00",
	} {
		c, w := dial(t, func(cfg *Config) { cfg.Zone = losAngeles(t) }, reply{body: `[{"summary":{"encounterId":1,"encounterDate":"` + at + `"}}]`})
		all, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient("1"), From: date(2020, 6, 1), To: date(2020, 6, 2)}))
		if err != nil || len(all) != 1 || all[0].Start != date(2020, 6, 1) {
			t.Errorf("%s: %d, %v", name, len(all), err)
		}
		visit, err := time.Parse(time.DateOnly, at[:10])
		if err != nil {
			t.Fatal(err)
		}
		q := w.seen[0].URL.Query()
		start, end := q.Get("start"), q.Get("end")
		if day := visit.Format(time.DateOnly); start >= day || end <= day {
			t.Errorf("%s: the vendor was asked from %s to %s", name, start, end)
		}
	}
}

func TestADayAloneHasNoTime(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2020-07-01": "", "": "", "0001-01-01": "", "0001-01-01T00:00:00Z": "",
		"2020-06-02T03:04:05": "2020-06-02T03:04:05Z", "2020-06-02 03:04:05.5": "2020-06-02T03:04:05Z", "2020-06-02T03:04:05+02:00": "2020-06-02T01:04:05Z",
	} {
		at, day, ok := instant(text)
		if !ok || at.IsZero() != (want == "") || want != "" && (at.Format(time.RFC3339) != want || !day.IsZero()) || text == "2020-07-01" && day != date(2020, 7, 1) {
			t.Errorf("%q: %v, %v, %v", text, at, day, ok)
		}
	}
}

func TestALayoutWithATimeBeginsTheDayAtMidnight(t *testing.T) {
	t.Parallel()
	c, w := dial(t, func(cfg *Config) { cfg.DateLayout = "2006-01-02T15:04:05Z" }, reply{body: "[]"})
	if _, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient("1"), From: date(2020, 6, 2)})); err != nil {
		t.Fatal(err)
	}
	if got := w.seen[0].URL.Query().Get("start"); got != "2020-06-01T00:00:00Z" {
		t.Error(got)
	}
}

// TestVisitsThatChangeWhileTheyAreRead: each look finds the document in another place,
// before the id it belongs to.
func TestVisitsThatChangeWhileTheyAreRead(t *testing.T) {
	t.Parallel()
	const known = `{"summary":{"encounterId":9},"ccd":"x"},`
	const mine = `{"ccd":"<p>mine</p>","summary":{"encounterId":2}}]`
	c, w := dial(t, nil, reply{body: "[" + mine}, reply{body: "[" + known + mine}, reply{body: "[" + known + known + mine}, reply{body: "[" + known + known + known + mine})
	content, err := c.OpenSummary(t.Context(), emr.SummaryQuery{Patient: patient("1"), Encounter: emr.NewEncounterID("2")})
	wantKind(t, err, emr.KindUnavailable)
	if content != nil || len(w.seen) != mostLooks {
		t.Errorf("%d requests", len(w.seen))
	}
	c, _ = dial(t, nil, reply{body: "[" + mine}, reply{body: "[" + known + mine})
	if content, err = c.OpenSummary(t.Context(), emr.SummaryQuery{Patient: patient("1"), Encounter: emr.NewEncounterID("2")}); err != nil {
		t.Fatal(err)
	}
	html, err := io.ReadAll(content.Body)
	if err != nil || string(html) != "<p>mine</p>" {
		t.Errorf("%q, %v", html, err)
	}
	if err := content.Body.Close(); err != nil {
		t.Error(err)
	}
}

// Not parallel: the answer is large.
func TestFault_P4_visitsWithoutEndAreCut(t *testing.T) { //nolint:paralleltest // see above
	const visit = `{"summary":{"encounterId":1}},`
	c, _ := dial(t, nil, reply{stream: io.MultiReader(strings.NewReader("["), strings.NewReader(strings.Repeat(visit, mostVisits+1)), strings.NewReader(`{"summary":{"encounterId":1}}]`))})
	nx, ok := emr.As[*Client](c)
	if !ok {
		t.Fatal("not our client")
	}
	_, err := nx.Parts().EncounterReader.ListEncounters(t.Context(), emr.EncounterQuery{Patient: patient("1")}, "")
	if wantKind(t, err, emr.KindTooLarge).Hint == "" {
		t.Error("no hint")
	}
}

// TestRawRequestsAreCountedByKnownNames: a segment of a path may be somebody's number.
func TestRawRequestsAreCountedByKnownNames(t *testing.T) {
	t.Parallel()
	for path, class := range map[string]string{"/search": "search", "/encounters/categories": "encounters", "/1042/encounter": "encounters", "/RV-20871": "raw", "/Quint/1042": "raw"} {
		if got := endpointOf(path); got != class {
			t.Errorf("%s counts for %q", path, got)
		}
	}
	c, w := dial(t, nil, reply{body: "{}"})
	if _, err := c.Raw(t.Context(), &emr.RawRequest{Path: "/RV-20871", Route: "/{chart}", Query: url.Values{"term": {"Marisol"}}}); err != nil {
		t.Fatal(err)
	}
	if len(w.seen) != 1 || w.seen[0].Header.Get("X-Nextech-Practice-Id") != testPractice {
		t.Error("not sent as any other call")
	}
}

func TestAVisitIsLockedInEachForm(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`true`: true, `"True"`: true, `1`: true, `"Y"`: true, `"Locked"`: true, `false`: false, `"false"`: false, `0`: false, `"No"`: false, `"Unlocked"`: false, `""`: false, `null`: false,
	} {
		c, _ := dial(t, nil, reply{body: `[{"summary":{"encounterId":1,"encounterLocked":` + text + `}}]`})
		all, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient("1")}))
		if err != nil || len(all) != 1 || all[0].Locked != want {
			t.Errorf("%s: %d, %v", text, len(all), err)
		}
	}
	for _, text := range []string{`"perhaps"`, `{}`, `[true]`, `2`} {
		c, _ := dial(t, nil, reply{body: `[{"summary":{"encounterId":1,"encounterLocked":` + text + `}}]`})
		_, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient("1")}))
		wantKind(t, err, emr.KindProtocol)
	}
}
