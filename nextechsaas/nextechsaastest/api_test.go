package nextechsaastest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/internal/vendortest"
)

// list reads an answer that is a list of objects.
func list(t testing.TB, r vendortest.Reply) []map[string]any {
	t.Helper()
	var all []map[string]any
	if err := json.Unmarshal([]byte(r.Body), &all); r.Status != http.StatusOK || err != nil {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	return all
}

func TestPatientsAreFoundByChartNumberAndName(t *testing.T) {
	t.Parallel()
	b := signedIn(t, func(o *Options) { o.PerSecond = -1 })
	for term, n := range map[string]int{
		"RV-20871": 1, "rv-20875": 1, "RV-2087": 0, "roy": 5, "Ines Roy": 5, "Lou": 1, "Müller-Østergård": 1, "王": 1, "nobody": 0, "Roy 1991": 0,
	} {
		if all := list(t, b.get("/search?term="+url.QueryEscape(term))); len(all) != n {
			t.Errorf("%q finds %d", term, len(all))
		}
	}
	p := list(t, b.get("/search?term=RV-20871"))[0]
	for name, want := range map[string]any{
		"patientId": 1042.0, "chartNumber": "RV-20871", "firstName": "Ines", "lastName": "Roy", "middleName": "",
		"dob": "1991-05-17T00:00:00.000Z", "ssn": "900-55-0000", "homePhone": "(206) 555-0142",
	} {
		if p[name] != want {
			t.Errorf("%s is %v", name, p[name])
		}
	}
	if len(p) != 8 {
		t.Errorf("%d members", len(p))
	}
	for _, q := range []string{"", "?term=", "?term=%20"} {
		if r := b.get("/search" + q); r.Status != http.StatusBadRequest {
			t.Errorf("%q: %d", q, r.Status)
		}
	}
	b = signedIn(t, func(o *Options) { o.OneObject, o.DateOnlyBirth = true, true })
	if r := b.get("/search?term=RV-20871"); r.JSON["patientId"] != 1042.0 || r.JSON["dob"] != "1991-05-17" {
		t.Error(r.Body)
	}
	if len(list(t, b.get("/search?term=Roy"))) != 5 || len(list(t, b.get("/search?term=nobody"))) != 0 {
		t.Error("several and none are lists")
	}
}

func TestVisitsComeWithDocuments(t *testing.T) {
	t.Parallel()
	b := signedIn(t, nil)
	all := list(t, b.get("/1044/encounters/search"))
	if len(all) != 3 {
		t.Fatalf("%d visits", len(all))
	}
	s, _ := all[1]["summary"].(map[string]any)
	for name, want := range map[string]any{
		"encounterId": 88331.0, "doctorId": 21.0, "doctorFirstName": "Bela", "doctorLastName": "Novak", "doctorProfessionalDesignation": "OD",
		"department": "Retina", "location": "West Office", "encounterDate": "2025-09-11T03:04:05.123Z", "type": "New Patient", "encounterLocked": true,
	} {
		if s[name] != want {
			t.Errorf("%s is %v", name, s[name])
		}
	}
	ccd, _ := all[0]["ccd"].(string)
	for _, part := range []string{"<html>", "<script>", "onload", "Ines Roy", `id="history"`, `id="results"`} {
		if !strings.Contains(ccd, part) {
			t.Errorf("no %s in the document", part)
		}
	}
	if got := b.sim.Visits(b.sim.Patient(2).ID); len(got) != 3 || got[1].Reveal() != "88331" {
		t.Errorf("%d visits", len(got))
	}
	if len(list(t, b.get("/1045/encounters/search"))) != 0 {
		t.Error("the fourth patient has visits")
	}
	if r := b.get("/999999999/encounters/search"); r.Status != http.StatusNotFound {
		t.Error(r.Status)
	}
}

func TestDaysAndSectionsNarrow(t *testing.T) {
	t.Parallel()
	b := signedIn(t, func(o *Options) { o.PerSecond = -1 })
	for q, n := range map[string]int{
		"start=2025-09-11": 2, "start=2025-09-12": 1, "end=2025-09-11": 2, "end=2025-09-10": 1, "start=2025-09-11&end=2025-09-11": 1, "start=2030-01-01": 0,
	} {
		if all := list(t, b.get("/1044/encounters/search?"+q)); len(all) != n {
			t.Errorf("%s finds %d", q, len(all))
		}
	}
	one := list(t, b.get("/1044/encounters/search?section=history"))
	if ccd, _ := one[0]["ccd"].(string); !strings.Contains(ccd, `id="history"`) || strings.Contains(ccd, `id="results"`) || len(one) != 3 {
		t.Error("the section does not narrow")
	}
	for _, q := range []string{"start=9-11-2025", "end=soon", "start=", "section=nothing", "section=history&section=results", "section=history,results"} {
		if r := b.get("/1044/encounters/search?" + q); r.Status != http.StatusBadRequest {
			t.Errorf("%s: %d", q, r.Status)
		}
	}
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	b = signedIn(t, func(o *Options) { o.DateLayout, o.Zone, o.Sections = "1-2-2006", zone, SectionsJoined })
	if all := list(t, b.get("/1044/encounters/search?start=9-10-2025&end=9-10-2025&section=history,results")); len(all) != 1 {
		t.Errorf("%d visits in the evening", len(all))
	}
	b = signedIn(t, func(o *Options) { o.Sections = SectionsRepeated })
	if r := b.get("/1044/encounters/search?section=history&section=results"); r.Status != http.StatusOK {
		t.Error(r.Status)
	}
}

func TestFormsThatAreOptions(t *testing.T) {
	t.Parallel()
	b := signedIn(t, nil)
	if r := b.get("/encounters/categories"); !strings.HasPrefix(r.Body, `["history",`) {
		t.Error(r.Body)
	}
	b = signedIn(t, func(o *Options) {
		o.CategoryObjects, o.LockedText, o.DocumentFirst, o.EncounterPath = true, true, true, "/{patientId}/encounter"
	})
	if all := list(t, b.get("/encounters/categories")); all[0]["name"] != "history" || all[0]["id"] != 1.0 {
		t.Error(all)
	}
	r := b.get("/1044/encounter")
	if !strings.HasPrefix(r.Body, `[{"ccd":"`) || !strings.Contains(r.Body, `"encounterLocked":"true"`) {
		t.Error(r.Body[:80])
	}
	if r := b.get("/1044/encounters/search"); r.Status != http.StatusNotFound {
		t.Error(r.Status)
	}
}

func TestALargeDocumentHasItsSizeAndIsWholeJSON(t *testing.T) {
	t.Parallel()
	for _, size := range []int64{1, 26, 1000, 300_001} {
		b := signedIn(t, func(o *Options) { o.LargeDocument = size })
		who, visit := b.sim.LargeVisit()
		all := list(t, b.get("/"+who.Reveal()+"/encounters/search"))
		last := all[len(all)-1]
		s, _ := last["summary"].(map[string]any)
		if ccd, _ := last["ccd"].(string); int64(len(ccd)) != size || s["encounterId"] != 88321.0 || visit.Reveal() != "88321" {
			t.Errorf("%d bytes in visit %v", len(ccd), s["encounterId"])
		}
	}
}

func TestPracticeAndTokenAreDemanded(t *testing.T) {
	t.Parallel()
	b := signedIn(t, nil).expect("no header x-nextech-practice-id", "no Authorization header", "unknown header Nx-Practice-Id")
	for name, c := range map[string]struct {
		headers []string
		status  int
	}{
		"another practice": {[]string{practiceHeader, "other"}, 403},
		"none":             {[]string{practiceHeader, "-"}, 403},
		"Select's header":  {[]string{practiceHeader, "-", "nx-practice-id", practiceID}, 403},
		"no token":         {[]string{"Authorization", "-"}, 401},
		"bad token":        {[]string{"Authorization", "Bearer x"}, 401},
	} {
		if r := b.get("/encounters/categories", c.headers...); r.Status != c.status || text(r, "Message") == "" {
			t.Errorf("%s: %d %s", name, r.Status, r.Body)
		}
	}
}

func TestTheAPIIsReadOnlyAndStrict(t *testing.T) {
	t.Parallel()
	b := signedIn(t, nil).expect("the API is read only", "unknown parameter", "sent twice", "a whole number")
	if r := b.call(http.MethodPost, "/search?term=a"); r.Status != http.StatusMethodNotAllowed {
		t.Error(r.Status)
	}
	for target, status := range map[string]int{
		"/search?term=Roy&page=2": 200, "/search?term=Roy&term=x": 200, "/encounters/categories?x=1": 200, "/abc/encounters/search": 400,
		"/patients/search?term=a": 404, "/Search?term=a": 404, "/1044": 404, "/1044/encounters": 404, "": 404,
	} {
		if r := b.get(target); r.Status != status {
			t.Errorf("%s: %d", target, r.Status)
		}
	}
	for range 21 { // the family's limit
		b.get("/search?term=Roy")
	}
	b.expect("more than 20 requests")
}
