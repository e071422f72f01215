package nextgentest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestPatientAccessEveryAdvertisedTypeIsReadAndSearched(t *testing.T) {
	t.Parallel()
	for n, types := range [][]paType{paR4Types(), paDSTU2Types()} {
		b := paSignedIn(t, nil)
		v := b.sim.versions[n]
		self, _ := b.sim.PatientIDs()
		if n == 0 && len(types) != 28 {
			t.Errorf("%d types, the vendor advertises 28", len(types))
		}
		for _, kind := range types {
			target := v.base() + "/" + kind.name
			if _, ok := kind.params["patient"]; ok {
				target += "?patient=" + self
			}
			r := b.get(target)
			entries := paEntries(r)
			if r.Status != http.StatusOK || len(entries) == 0 || !strings.HasPrefix(r.Header.Get("Content-Type"), strings.TrimSuffix(v.mediaType(), "; charset=utf-8")) {
				t.Errorf("%s: %d, %d entries", kind.name, r.Status, len(entries))
				continue
			}
			resource := entries[0].(map[string]any)["resource"].(map[string]any)
			one := b.get(v.base() + "/" + kind.name + "/" + resource["id"].(string))
			if resource["resourceType"] != kind.name || one.Status != http.StatusOK || one.JSON["id"] != resource["id"] {
				t.Errorf("%s: read %d", kind.name, one.Status)
			}
		}
	}
}

func TestPatientAccessListsComeInPages(t *testing.T) {
	t.Parallel()
	b := paSignedIn(t, nil)
	self, _ := b.sim.PatientIDs()
	var ids []string
	target, pages := "/Observation?patient="+self+"&_maxresults=9", 0
	for ; target != ""; pages++ {
		r := b.get(target)
		for _, e := range paEntries(r) {
			ids = append(ids, e.(map[string]any)["resource"].(map[string]any)["id"].(string))
		}
		target = paLink(r, "next")
	}
	slices.Sort(ids)
	if want := b.sim.Count("Observation", self); pages != 3 || len(ids) != want || len(slices.Compact(ids)) != want {
		t.Errorf("%d pages, %d observations, want %d", pages, len(ids), want)
	}
	if r := b.get("/Observation?patient=" + self); len(paEntries(r)) != 10 || paLink(r, "next") == "" {
		t.Errorf("without _maxresults: %d", len(paEntries(r)))
	}
	capped := paSignedIn(t, func(o *PatientAccessOptions) { o.CapResults = true })
	if r := capped.get("/Observation?patient=" + self + "&_maxresults=9"); len(paEntries(r)) != 9 || paLink(r, "next") != "" || r.JSON["total"] != 23.0 {
		t.Errorf("capped: %d, next %q, total %v", len(paEntries(r)), paLink(r, "next"), r.JSON["total"])
	}
}

func TestPatientAccessSearchesCompare(t *testing.T) {
	t.Parallel()
	b := paSignedIn(t, nil)
	self, _ := b.sim.PatientIDs()
	for query, want := range map[string]int{
		"/Patient": 1, "/Patient?_id=" + self: 1, "/Patient?family=m%C3%BCller": 1, "/Patient?family=lindqvist": 0, "/Patient?birthdate=1996-02-29": 1, "/Patient?birthdate=gt1996-02-29": 0,
		"/Condition?patient=" + self: 3, "/Condition?patient=Patient/" + self: 3, "/Condition?patient=" + self + "&clinical-status=active": 3,
		"/Condition?patient=" + self + "&clinical-status=resolved,inactive":         0,
		"/Condition?patient=" + self + "&onset-date=ge2021":                         1,
		"/Condition?patient=" + self + "&onset-date=lt2021-09-01":                   2,
		"/Condition?patient=" + self + "&onset-date=1999":                           1,
		"/Observation?patient=" + self + "&code=http://loinc.org|29463-7":           6,
		"/Observation?patient=" + self + "&code=29463-7&date=ge2020&date=le2020-12": 2,
		"/Condition?patient=" + self + "&_revinclude=Provenance:target":             4,
		"/Location?name=main": 1, "/Practitioner?identifier=1999999984": 1, "/Provenance": 3,
	} {
		q, _ := url.Parse(query)
		if r := b.get(q.Path + "?" + q.Query().Encode()); r.Status != http.StatusOK || len(paEntries(r)) != want {
			t.Errorf("%s: %d, %d entries, want %d", query, r.Status, len(paEntries(r)), want)
		}
	}
	if r := b.get("/Immunization?patient=" + self + "&status=not-done"); r.Status != http.StatusOK || r.JSON["total"] != 0.0 || strings.Contains(r.Body, `"entry"`) {
		t.Errorf("nothing found: %s", r.Body)
	}
}

func TestPatientAccessAProxySeesTwoRecordsAndNoOthers(t *testing.T) {
	t.Parallel()
	b := paOpen(t, func(o *PatientAccessOptions) { o.SignIn = PatientAccessProxy })
	got := b.redeem(b.code(b.ask()))
	if got.JSON["patient"] != nil {
		t.Error("a patient was chosen")
	}
	b.token = got.JSON["access_token"].(string)
	self, two := b.sim.PatientIDs()
	if r := b.get("/Patient"); len(paEntries(r)) != 2 {
		t.Errorf("%d patients", len(paEntries(r)))
	}
	for _, id := range two {
		if r := b.get("/Condition?patient=" + id); len(paEntries(r)) != 1 {
			t.Errorf("%d %s", r.Status, r.Body)
		}
	}
	for _, target := range []string{"/Patient/" + self, "/Condition?patient=" + self, "/Condition/" + paID("Condition", 0), "/Condition?patient=nobody"} {
		if r := b.get(target); r.Status != http.StatusForbidden || strings.TrimSpace(r.Body) != `["Access denied"]` {
			t.Errorf("%d %s", r.Status, r.Body)
		}
	}
}

func TestPatientAccessIsStrict(t *testing.T) {
	t.Parallel()
	self := paID("Patient", 0)
	for _, tc := range []struct {
		name, method, target, violation string
		status                          int
		without                         bool // a token
	}{
		{name: "no bearer", target: "/Patient", violation: "no Authorization", status: 401, without: true},
		{name: "_count", target: "/Condition?_count=5&patient=" + self, violation: "the query has _count", status: 400},
		{name: "an unknown parameter", target: "/Condition?subject=" + self, violation: "has subject", status: 400},
		{name: "a name that is no name", target: "/Condition?a%20b=" + self, violation: "has a parameter", status: 400},
		{name: "_maxresults where it is not advertised", target: "/CareTeam?_maxresults=5&patient=" + self, violation: "the query has _maxresults", status: 400},
		{name: "a page of nothing", target: "/Condition?_maxresults=0&patient=" + self, violation: "the value of _maxresults", status: 400},
		{name: "no date", target: "/Condition?onset-date=yesterday&patient=" + self, violation: "the value of onset-date", status: 400},
		{name: "twice", target: "/Condition?_id=1&_id=2", violation: "_id was sent 2 times", status: 200},
		{name: "no patient", target: "/Condition", violation: "names no patient", status: 403},
		{name: "another _revinclude", target: "/Condition?_revinclude=x&patient=" + self, violation: "Provenance:target", status: 400},
		{name: "a write", method: "POST", target: "/Condition", violation: "read only", status: 405},
		{name: "a change", method: "PUT", target: "/Patient/" + self, violation: "read only", status: 405},
		{name: "the calendar", target: "/Appointment?patient=" + self, violation: "not advertised", status: 404},
		{name: "Binary", target: "/Binary/1", violation: "not advertised", status: 404},
		{name: "a read with a query", target: "/Patient/" + self + "?_format=json", violation: "a read has a query", status: 200},
		{name: "a version", target: "/Patient/" + self + "/_history/1", status: 404},
		{name: "metadata is no write", method: "POST", target: "/metadata", violation: "read only", status: 405, without: true},
		{name: "metadata with a token", target: "/metadata", violation: "unknown header Authorization", status: 200},
		{name: "an id nobody has", target: "/Condition/1", status: 404},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := paSignedIn(t, nil)
			if tc.violation != "" {
				b.sim.ExpectViolation(tc.violation)
			}
			if tc.without {
				b.token = ""
			}
			method := tc.method
			if method == "" {
				method = http.MethodGet
			}
			if r := b.data(method, tc.target); r.Status != tc.status {
				t.Errorf("%d %s, want %d", r.Status, r.Body, tc.status)
			}
		})
	}
}

func TestPatientAccessDocumentsCanLieInBinary(t *testing.T) {
	t.Parallel()
	b := paSignedIn(t, func(o *PatientAccessOptions) { o.BinaryDocuments = true })
	self, _ := b.sim.PatientIDs()
	r := b.get("/DocumentReference?patient=" + self)
	resource := paEntries(r)[0].(map[string]any)["resource"].(map[string]any)
	at := resource["content"].([]any)[0].(map[string]any)["attachment"].(map[string]any)["url"].(string)
	if r := b.get(at); r.Status != http.StatusOK || r.Header.Get("Content-Type") != "text/plain" || !strings.HasPrefix(r.Body, "Feels well") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := b.get("/Binary/" + paID("DocumentReference", 2)); r.Status != http.StatusForbidden {
		t.Errorf("another patient's: %d", r.Status)
	}
	if r := b.get("/Binary/x"); r.Status != http.StatusNotFound {
		t.Errorf("nobody's: %d", r.Status)
	}
}
