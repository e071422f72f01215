package nextgen

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

const (
	south  = "c0ffee01-1111-4222-8333-444455556602"
	closed = "c0ffee01-1111-4222-8333-444455556603"
)

func TestLocationsAreThePracticesOwnThatCanBeScheduled(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil)
	w.routes["GET /master/locations"] = reply{body: listed(`{"id":"`+harbor+`","name":"Harbor","isDeleted":false,"isSchedulable":true}`,
		`{"id":"`+strings.ToUpper(south)+`","isDeleted":false,"isSchedulable":false}`, `{"id":"`+closed+`","isDeleted":true,"isSchedulable":true}`)}
	w.replies = []reply{{body: listed(
		`{"practiceId":"0006","locationId":"`+harbor+`","locationName":" Harbor Clinic ","addressLine1":"1 Pier","addressLine2":"","city":"Portland","state":"ME","zip":"041011234","phone":"2075550100"}`,
		`{"practiceId":"0006","locationId":"`+south+`","locationName":"South"}`, `{"practiceId":"0006","locationId":"`+closed+`","locationName":"Closed"}`,
		`{"practiceId":"0007","locationId":"`+tessa+`","locationName":"Elsewhere"}`)}}
	for range 2 {
		found, err := emr.Collect(emr.NewClient(c, nil).Locations(t.Context()))
		want := []*emr.Location{{ID: harbor, Name: "Harbor Clinic", Active: true, Phone: "2075550100", Address: "1 Pier, Portland, ME 04101-1234", Zone: c.cfg.Zone}}
		if diff := cmp.Diff(want, found, vendortest.Models()); err != nil || diff != "" {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
	}
	if diff := cmp.Diff([]string{"GET /master/practices/0006/locations?$top=100", "GET /master/practices/0006/locations?$top=100"}, w.asked()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestLocationsAreGivenWhereTheSitesListIsNotToBeHad(t *testing.T) {
	t.Parallel()
	for _, r := range []reply{{status: 403}, {status: 404}, {status: 405}} {
		c, w := connect(t, nil, reply{body: listed(`{"practiceId":"0006","locationId":"` + harbor + `","locationName":"Harbor"}`)})
		w.routes["GET /master/locations"] = r
		if found, err := emr.Collect(emr.NewClient(c, nil).Locations(t.Context())); err != nil || len(found) != 1 {
			t.Errorf("%d: %d, %v", r.status, len(found), err)
		}
	}
	c, w := connect(t, nil, reply{body: listed()})
	w.routes["GET /master/locations"] = reply{} // the quota is no reason to go on
	_, err := emr.Collect(emr.NewClient(c, nil).Locations(t.Context()))
	wantError(t, err, emr.KindQuota)
}

func TestPractitionersRenderServicesAtThePractice(t *testing.T) {
	t.Parallel()
	const row = `{"id":"` + drLee + `","firstName":"Kim","middleName":"A","lastName":"Lee","degree":"MD","description":"Lee, Kim","nationalProviderId":"1234567893","practiceId":"0006","isDeleted":false,"isRenderingAtPractice":true}`
	c, w := connect(t, nil, reply{body: listed(row, strings.Replace(row, `"isDeleted":false`, `"isDeleted":true`, 1), strings.Replace(row, "0006", "0007", 1), strings.Replace(row, `Practice":true`, `Practice":false`, 1))})
	found, err := emr.Collect(emr.NewClient(c, nil).Practitioners(t.Context()))
	want := []*emr.Practitioner{{ID: drLee, Name: "Kim Lee, MD", Given: "Kim A", Family: "Lee", NPI: "1234567893", Active: true}}
	if diff := cmp.Diff(want, found, vendortest.Models()); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	if diff := cmp.Diff([]string{"GET /providers?$filter=isDeleted%20eq%20false%20and%20isRenderingAtPractice%20eq%20true&$top=100"}, w.asked()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestCalendarsBelongToPractitionersOrToNobody(t *testing.T) {
	t.Parallel()
	p, w := desk(t, nil)
	all, err := p.Resources(t.Context())
	if err != nil || len(all) != 2 || *all[0] != (Resource{ID: leeColumn, Name: "Lee MD", Practitioner: drLee, Kind: "Person", Interval: 15 * time.Minute}) || all[1].Practitioner != "" {
		t.Errorf("%+v, %v", all, err)
	}
	for who, want := range map[emr.PractitionerID]int{drLee: 1, emr.PractitionerID(strings.ToUpper(drLee)): 1, followUp: 0, "": 0} {
		if found, err := p.calendarsOf(t.Context(), who); err != nil || len(found) != want {
			t.Errorf("%s: %v, %v", who, found, err)
		}
	}
	if len(w.seen) != 0 {
		t.Errorf("%v", w.asked())
	}
}

func TestReasonsAreTheFirstOfThePracticesList(t *testing.T) {
	t.Parallel()
	p, _ := desk(t, nil)
	if id, err := p.cancelReason(t.Context()); err != nil || id != reasonID {
		t.Errorf("%s, %v", id, err)
	}
	if id, err := p.rescheduleReason(t.Context()); err != nil || id != moveReason {
		t.Errorf("%s, %v", id, err)
	}
	c, w := connect(t, func(c *Config) { c.CancelReason = visit }, reply{body: listed()})
	if id, err := c.cancelReason(t.Context()); err != nil || id != visit || len(w.seen) != 0 {
		t.Errorf("%s, %v", id, err)
	}
	_, err := c.rescheduleReason(t.Context())
	if e := wantError(t, err, emr.KindInvalid); !strings.Contains(e.Hint, "Config.RescheduleReason") {
		t.Error(e)
	}
	if diff := cmp.Diff([]string{"GET /master/list-items?$filter=type%20eq%20%27as_resched_reason%27&$top=100"}, w.asked()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestCheckLooksAtVersionDatabaseAndPractice(t *testing.T) {
	t.Parallel()
	const ours = `{"id":"0006","enterpriseId":"00002","name":"North","isDeleted":false}`
	for _, c := range []struct {
		core, practices, warning string
		version                  string
		header                   string
	}{
		{`{"version":"6.0.0.209","isDbConnectionSuccess":true}`, listed(ours), "", "6.0.0.209", ""},
		{`{"version":"6.0.0.209","isDbConnectionSuccess":true}`, listed(ours), "", "6.0.0.1752", "6.0.0.1752"},
		{`{"version":"<b>","isDbConnectionSuccess":false}`, listed(ours), "database", "", "x"},
		{`{"version":"6"}`, listed(strings.Replace(ours, "0006", "6", 1)), "not among", "6", ""},
		{`{"version":"6"}`, listed(strings.Replace(ours, "00002", "00001", 1)), "not among", "6", ""},
		{`{"version":"6"}`, listed(strings.Replace(ours, "false", "true", 1)), "deleted", "6", ""},
	} {
		client, w := connect(t, nil)
		w.routes["GET /core/version"] = reply{body: c.core, header: http.Header{"Api-Version": {c.header}}}
		w.routes["GET /master/practices"] = reply{body: c.practices}
		h, err := parts{client}.Check(t.Context())
		if err != nil || h.OK != (c.warning == "") || h.Version != c.version || !strings.Contains(strings.Join(h.Warnings, ""), c.warning) {
			t.Errorf("%s %s: %+v, %v", c.core, c.practices, h, err)
		}
	}
}

func TestEncountersAndDocumentsAreThePersonsAtThisPractice(t *testing.T) {
	t.Parallel()
	who := &emr.Patient{ID: emr.NewPatientID(tessa)}
	const encounter = `{"id":"` + visit + `","practiceId":"0006","personId":"` + tessa + `","timestamp":"2031-03-03T23:30:00.5","isLocked":true,"renderingProviderId":"` + zeroGUID + `","checkOutDateTime":null}`
	c, w := connect(t, nil, reply{body: listed(encounter, strings.Replace(encounter, "0006", "0007", 1))})
	found, err := parts{c}.ListEncounters(t.Context(), emr.EncounterQuery{Patient: who, From: march(3), To: march(4)}, "")
	if err != nil || len(found.Items) != 1 || found.Items[0].Start != march(3) || found.Items[0].End != march(3) || !found.Items[0].Locked || found.Items[0].Practitioner != "" {
		t.Fatalf("%d, %v", len(found.Items), err)
	}
	if found, err := (parts{c}).ListEncounters(t.Context(), emr.EncounterQuery{Patient: who, From: march(4)}, ""); err != nil || len(found.Items) != 0 {
		t.Errorf("%d, %v", len(found.Items), err)
	}
	if got := w.asked()[0]; got != "GET /persons/"+tessa+"/chart/encounters?$top=100" {
		t.Error(got)
	}
	const document = `{"id":"` + movedVisit + `","personId":"` + tessa + `","practiceId":"0006","description":"Consent Forms","itemType":"ICS","createTimestamp":"2031-03-03T19:51:33.727","createTimestampUtc":"2031-03-04T00:51:33.727","encounterId":"` + visit + `"}`
	c, _ = connect(t, nil, reply{body: listed(document)})
	docs, err := parts{c}.ListDocuments(t.Context(), emr.DocumentQuery{Patient: who, Category: "ICS", From: march(3), To: march(4)}, "")
	if err != nil || len(docs.Items) != 1 {
		t.Fatalf("%d, %v", len(docs.Items), err)
	}
	if d := docs.Items[0]; d.Title.Reveal() != "Consent Forms" || d.Created.Format(time.RFC3339) != "2031-03-03T19:51:33-05:00" || d.Encounter.Reveal() != visit || d.ContentType != "application/pdf" || d.Size != -1 {
		t.Errorf("%+v", d)
	}
	for _, body := range []string{listed(strings.Replace(encounter, tessa, visit, 1)), listed(strings.Replace(document, tessa, visit, 1))} { // of somebody else
		c, _ := connect(t, nil, reply{body: body})
		_, err := parts{c}.ListEncounters(t.Context(), emr.EncounterQuery{Patient: who}, "")
		wantError(t, err, emr.KindProtocol)
		_, err = parts{c}.ListDocuments(t.Context(), emr.DocumentQuery{Patient: who}, "")
		wantError(t, err, emr.KindProtocol)
	}
	c, _ = connect(t, nil, reply{status: 404}) // no chart, or nothing in it
	if page, err := (parts{c}).ListEncounters(t.Context(), emr.EncounterQuery{Patient: who}, ""); err != nil || len(page.Items) != 0 {
		t.Error(err)
	}
	if page, err := (parts{c}).ListDocuments(t.Context(), emr.DocumentQuery{Patient: who}, ""); err != nil || len(page.Items) != 0 {
		t.Error(err)
	}
}

func TestADocumentIsOpenedAsPDF(t *testing.T) {
	t.Parallel()
	doc := &emr.Document{ID: emr.NewDocumentID(movedVisit), Patient: emr.NewPatientID(tessa)}
	c, w := connect(t, nil, reply{body: "%PDF-1.4\n%%EOF\n", kind: "application/pdf", header: http.Header{"Content-Length": {"15"}}})
	content, err := parts{c}.OpenDocument(t.Context(), doc)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(content.Body)
	if err != nil || string(data) != "%PDF-1.4\n%%EOF\n" || content.ContentType != "application/pdf" || content.Size != 15 || content.Body.Close() != nil {
		t.Errorf("%q %s %d, %v", data, content.ContentType, content.Size, err)
	}
	if got := w.seen[0]; got.URL.Path != apiPath+"/persons/"+tessa+"/chart/documents/"+movedVisit+"/pdf" || got.Header.Get(sessionHeader) != testSession || !strings.HasPrefix(got.Header.Get("Accept"), "application/pdf") {
		t.Errorf("%s %v", got.URL.Path, got.Header)
	}
	for _, r := range []struct {
		reply
		kind emr.Kind
	}{
		{reply{}, emr.KindQuota}, {reply{kind: "application/pdf"}, emr.KindQuota}, {reply{body: "{}"}, emr.KindProtocol}, {reply{body: "<html>", kind: "text/html"}, emr.KindProtocol},
		{reply{status: 404}, emr.KindNotFound}, {reply{status: 403}, emr.KindPermission},
	} {
		c, _ := connect(t, nil, r.reply)
		_, err := parts{c}.OpenDocument(t.Context(), doc)
		wantError(t, err, r.kind)
	}
	for _, d := range []*emr.Document{nil, {ID: doc.ID}, {Patient: doc.Patient}, {ID: emr.NewDocumentID("../x"), Patient: doc.Patient}} {
		_, err := parts{c}.OpenDocument(t.Context(), d)
		wantError(t, err, emr.KindInvalid)
	}
}

func TestRawSendsTheConnectionsOwnSession(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil, reply{body: "\x89PNG", kind: "image/png"})
	client := emr.NewClient(c, nil)
	got, err := client.Raw(t.Context(), &emr.RawRequest{Path: "/persons/" + tessa + "/photo", Query: map[string][]string{"$expand": {"A b"}}})
	if err != nil || string(got.Body) != "\x89PNG" || w.seen[0].URL.RawQuery != "$expand=A%20b" || w.seen[0].Header.Get(sessionHeader) != testSession {
		t.Errorf("%v, %s", err, w.seen[0].URL.RawQuery)
	}
	if _, err := client.Raw(t.Context(), &emr.RawRequest{Path: "/master/practices"}); err != nil || w.seen[1].Header.Get(sessionHeader) != "" {
		t.Error(err)
	}
	for _, r := range []*emr.RawRequest{
		{Method: http.MethodPut, Path: "/users/me/login-defaults"}, {Method: http.MethodPut, Path: "/USERS/me/Login-Defaults/"},
		{Path: "/master/events", Header: http.Header{"x-ng-sessionid": {"another"}}}, {Path: "/../other"},
	} {
		_, err := client.Raw(t.Context(), r)
		wantError(t, err, emr.KindInvalid)
	}
	if len(w.seen) != 2 {
		t.Errorf("%v", w.asked())
	}
}

// TestPublishedDirectory reads what was recorded from the vendor's sandbox.
func TestPublishedDirectoryIsRead(t *testing.T) {
	t.Parallel()
	read := func(name string) reply {
		return reply{body: strings.Replace(string(vendortest.Published(t, "nextgen/"+name+".json")), `"nextPageLink": "http`, `"nextPageLink": null, "was": "http`, 1)}
	}
	c, w := connect(t, nil)
	for route, name := range map[string]string{
		"/master/practices/0006/locations": "master-practice-locations-page1", "/master/locations": "master-locations-page1", "/providers": "providers-page1", "/master/events": "master-events-page1",
		"/resources": "resources", "/master/practices": "master-practices", "/master/appointments/categories": "master-appointment-categories-page1", "/master/list-items": "master-list-items-page1",
		"/core/version": "core-version", "/master/appointments/categories/" + visit + "/events": "master-appointment-category-events",
		"/persons/1c5d22d3-cc33-4082-98ad-7a58c637f646/chart/encounters": "chart-encounters", "/persons/1c5d22d3-cc33-4082-98ad-7a58c637f646/chart/documents": "chart-documents",
	} {
		w.routes["GET "+route] = read(name)
	}
	p, api := parts{c}, emr.NewClient(c, nil)
	who := &emr.Patient{ID: emr.NewPatientID("1c5d22d3-cc33-4082-98ad-7a58c637f646")}
	if all, err := p.Resources(t.Context()); err != nil || len(all) < 5 || all[0].Interval != 20*time.Minute || all[0].Practitioner == "" {
		t.Errorf("resources: %d, %v", len(all), err)
	}
	if all, err := p.Practices(t.Context()); err != nil || len(all) != 12 || all[0].ID != "0001" || all[0].Enterprise != "00001" {
		t.Errorf("practices: %d, %v", len(all), err)
	}
	if h, err := api.Check(t.Context()); err != nil || !h.OK || h.Version != "6.0.0.209" {
		t.Errorf("check: %+v, %v", h, err)
	}
	if all, err := emr.Collect(api.Encounters(t.Context(), emr.EncounterQuery{Patient: who})); err != nil || len(all) != 4 || all[0].Start != (emr.Date{Year: 2023, Month: 4, Day: 25}) || !all[0].Locked {
		t.Errorf("encounters: %d, %v", len(all), err)
	}
	if all, err := emr.Collect(api.Documents(t.Context(), emr.DocumentQuery{Patient: who})); err != nil || len(all) != 5 || all[0].Title.Reveal() != "Consent Forms" || all[0].Created.IsZero() {
		t.Errorf("documents: %d, %v", len(all), err)
	}
	for _, err := range []error{
		second(emr.Collect(api.Practitioners(t.Context()))), second(p.categories(t.Context())), second(p.eventsOf(t.Context(), visit)), second(p.listItems(t.Context(), "as_cancel_reason")),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	c, w = connect(t, func(c *Config) { c.PracticeID = "0001" })
	w.routes["GET /master/events"], w.routes["GET /master/practices/0001/locations"], w.routes["GET /master/locations"] = read("master-events-page1"), read("master-practice-locations-page1"), read("master-locations-page1")
	if all, err := emr.Collect(emr.NewClient(c, nil).AppointmentTypes(t.Context())); err != nil || len(all) == 0 || all[0].Name != "3 Month Follow-Up" || all[0].Length != 10*time.Minute {
		t.Errorf("types: %d, %v", len(all), err)
	}
	if all, err := emr.Collect(emr.NewClient(c, nil).Locations(t.Context())); err != nil || len(all) < 20 || all[0].Name != "Ambulatory Surgery Center" {
		t.Errorf("locations: %d, %v", len(all), err)
	}
}

func second[T any](_ T, err error) error { return err }
