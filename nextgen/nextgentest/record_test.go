package nextgentest

import (
	"net/http"
	"strings"
	"testing"
)

func TestEncountersAndDocumentsOfAPerson(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	chart := "/persons/" + b.person(0) + "/chart"
	r := b.get(chart + "/encounters?$top=10&$orderby=timestamp%20desc")
	rows := r.rows()
	if len(rows) != 2 || r.header.Get("x-ng-information-available") != "Yes" || str(rows[0], "renderingProviderId") != zeroGUID || str(rows[1], "renderingProviderId") != b.id("provider", "15") {
		t.Fatalf("%s %v", r.body, r.header)
	}
	if rows[0]["timestampLocalUtcOffset"] != -14400.0 || str(rows[0], "timestamp") != "2026-04-04T08:00:00" || str(rows[0], "timestampUtc") != "2026-04-04T12:00:00" {
		t.Errorf("%v", rows[0])
	}
	if n := len(b.get(chart + "/encounters?" + where("timestamp ge dateTime'2026-03-01T00:00:00'")).rows()); n != 1 {
		t.Errorf("%d since March", n)
	}
	if one := b.get(chart + "/encounters/" + str(rows[0], "id")).json; one["isClinical"] != true {
		t.Errorf("%v", one)
	}
	docs := b.get(chart + "/documents").rows()
	if len(docs) != 3 || docs[2]["isRestricted"] != true {
		t.Fatalf("%v", docs)
	}
	if one := b.get(chart + "/documents/" + str(docs[0], "id")).json; one["totalPages"] != 1.0 {
		t.Errorf("%v", one)
	}
	pdf := b.get(chart + "/documents/" + str(docs[0], "id") + "/pdf")
	if pdf.header.Get("Content-Type") != "application/pdf" || pdf.header.Get("Content-Disposition") != "attachment; filename=response.pdf" || !strings.HasPrefix(pdf.body, "%PDF-") {
		t.Errorf("%v", pdf.header)
	}
	for target, want := range map[string]int{
		chart + "/documents/" + str(docs[2], "id"):                            403,
		chart + "/documents/" + str(docs[2], "id") + "/pdf":                   403,
		chart + "/documents/" + homeSite:                                      404,
		chart + "/documents/1":                                                400,
		chart + "/encounters/" + homeSite:                                     404,
		"/persons/" + b.person(1) + "/chart/documents/" + str(docs[0], "id"):  404,
		"/persons/" + b.person(1) + "/chart/encounters/" + str(rows[0], "id"): 404,
	} {
		if r := b.do(http.MethodGet, target, nil); r.status != want {
			t.Errorf("%s: %d %s", target, r.status, r.body)
		}
	}
	if r := b.get("/persons/" + b.person(1) + "/chart/encounters"); len(r.rows()) != 0 || r.header.Get("x-ng-information-available") != "Unknown" {
		t.Errorf("%s %v", r.body, r.header)
	}
}

func TestMasterDataAndTheDirectory(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for target, want := range map[string]int{
		"/master/practices": 4, "/master/enterprises": 2, "/master/locations?$top=50": 12, "/master/practices/0006/locations": 3, "/master/practices/9999/locations": 0,
		"/master/events/" + b.id("event", "9") + "/locations": 1, "/master/events/" + b.id("event", "12") + "/locations": 2, "/master/time-zones?$top=50": 30,
		"/master/appointments/categories/" + b.id("category", procedures) + "/events": 3, "/master/appointments/classes/" + b.id("class", "2") + "/resources": 3,
		"/providers": 6, "/resources": 7, "/resources?resourceType=Place": 1, "/resources?resourceType=Person&isDeleted=false": 5, "/resources?isDeleted=true": 1,
		"/master/list-items?$top=50": 32,
	} {
		if n := len(b.get(target).rows()); n != want {
			t.Errorf("%s: %d, want %d", target, n, want)
		}
	}
	for _, target := range []string{
		"/providers/" + homeSite, "/resources/" + homeSite, "/master/appointments/categories/" + homeSite, "/master/appointments/categories/" + homeSite + "/events",
		"/master/appointments/classes/" + homeSite + "/resources", "/appointments/" + homeSite, "/resources/" + homeSite + "/appointments",
	} {
		if r := b.do(http.MethodGet, target, nil); r.status != 404 || r.body != "" || r.header.Get("Content-Type") != jsonType {
			t.Errorf("%s: %d %s", target, r.status, r.body)
		}
	}
	zone := b.get("/master/time-zones?" + where("zoneName eq 'America/New_York'")).rows()
	if len(zone) != 1 || zone[0]["utcOffset"] != -18000.0 || str(zone[0], "utcOffsetDisplay") != "UTC-05:00" {
		t.Errorf("%v", zone)
	}
	place := b.get("/master/locations/default").json
	if str(place, "id") != b.id("location", "7") || place["isSchedulable"] != true {
		t.Errorf("%v", place)
	}
}

func TestOptionsThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	for _, o := range []*Options{{Created: "x"}, {Conflict: 418}, {Pointer: "x"}, {MostTop: -1}, {Addr: "no address"}} {
		if s, err := Start(o); err == nil {
			_ = s.Close()
			t.Errorf("%+v is taken", o)
		}
	}
}
