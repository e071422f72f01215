package nexhealth

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/emr"
)

func TestOnboardingsAreListedPageByPage(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil,
		step{want: "onboarding/list1", answer: "onboarding/list1"},
		step{want: "onboarding/list2", answer: "onboarding/list2"})
	all, err := emr.Collect(c.Onboardings(t.Context(), OnboardingQuery{Status: OnboardingInProgress, Order: OldestOnboardingsFirst}))
	if err != nil || len(all) != 3 {
		t.Fatalf("%d onboardings, %v; one comes on both pages", len(all), err)
	}
	o := all[1]
	link, _ := o.Link.Reveal(t.Context())
	switch {
	case o.ID != "k3vwl82zldm2", o.Subdomain != "north-pier-dental", o.Status != OnboardingInProgress, !strings.HasSuffix(link, "/onboardings/k3vwl82zldm2"),
		!o.Created.Equal(time.Date(2026, 1, 10, 9, 0, 0, 0, time.UTC)), !o.LinkExpires.Equal(time.Date(2026, 4, 10, 9, 0, 0, 0, time.UTC)), o.BookableSince.IsZero():
		t.Errorf("%+v", o)
	}
	want := &OnboardingBooking{Location: "9001", Types: []emr.AppointmentTypeID{"77", "78"}}
	if diff := cmp.Diff(want, o.Booking); diff != "" {
		t.Error(diff)
	}
	if all[0].Booking != nil || all[2].Booking != nil || all[0].Subdomain != "" {
		t.Error("what is null, or an empty object, is nothing")
	}
}

func TestAnOnboardingIsReadByItsText(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil, step{want: "onboarding/get", answer: "onboarding/get"})
	o, err := c.Onboarding(t.Context(), "k3vwl82zldm2")
	if err != nil || o.Status != OnboardingComplete || o.Booking == nil || o.Booking.Location != "9001" {
		t.Errorf("%+v, %v", o, err)
	}
	c, _ = connect(t, nil, step{route: "GET /onboardings/a%2Fb", status: 404, body: `{"code":false,"error":["x"],"data":null}`})
	_, err = c.Onboarding(t.Context(), "a/b")
	wantKind(t, err, emr.KindNotFound)
	c, _ = connect(t, nil)
	_, err = c.Onboarding(t.Context(), "..")
	wantKind(t, err, emr.KindInvalid)
}

func TestTheLinkOfAnOnboardingIsHidden(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil, step{answer: "onboarding/get"})
	o, err := c.Onboarding(t.Context(), "k3vwl82zldm2")
	if err != nil {
		t.Fatal(err)
	}
	stored, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprintf("%v", *o), fmt.Sprintf("%+v", *o), fmt.Sprintf("%#v", *o), string(stored)} {
		if strings.Contains(text, "app.nexhealth.com") {
			t.Errorf("the link shows: %s", text)
		}
	}
}

func TestOnboardingPagesThatDoNotEndAreAnError(t *testing.T) {
	t.Parallel()
	page := func(next string, records ...string) step {
		return step{body: `{"code":true,"data":[` + strings.Join(records, ",") + `],"page_info":{"has_next_page":true,"end_cursor":"` + next + `"}}`}
	}
	for name, steps := range map[string][]step{
		"a circle":      {page("a", `{"id":"x"}`), page("b", `{"id":"y"}`), page("a", `{"id":"x"}`)},
		"the same page": {page("a", `{"id":"x"}`), page("a", `{"id":"x"}`)},
		"no cursor":     {page("", `{"id":"x"}`)},
		"empty pages":   {page("a"), page("b"), page("c"), page("d"), page("e")},
		"no id":         {page("a", `{"status":"complete"}`)},
	} {
		c, _ := connect(t, nil, steps...)
		_, err := emr.Collect(c.Onboardings(t.Context(), OnboardingQuery{}))
		if k := emr.KindOf(err); k != emr.KindProtocol && (k != emr.KindTooLarge || name != "empty pages") {
			t.Errorf("%s: %v", name, err)
		}
	}
	c, _ := connect(t, nil, page("a", `{"id":"x"}`, `{"id":"y"}`))
	for o, err := range c.Onboardings(t.Context(), OnboardingQuery{}) {
		if err != nil || o.ID != "x" {
			t.Errorf("%v, %v", o, err)
		}
		break // and nothing more is asked for
	}
}

func TestOnboardingFiltersThatAreIgnoredAreNoticed(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil, step{body: `{"code":true,"description":"Note that following parameters are ignored: status.","data":[],"page_info":{"has_next_page":false}}`})
	_, err := emr.Collect(c.Onboardings(t.Context(), OnboardingQuery{Status: OnboardingFailed}))
	if e := wantKind(t, err, emr.KindProtocol); len(e.Fields) != 1 || e.Fields[0] != "status" {
		t.Errorf("fields %v", e.Fields)
	}
	c, _ = connect(t, nil, step{body: listed(`{"id":"x","status":"failed"}`, `{"id":"y","status":"complete"}`)})
	all, err := emr.Collect(c.Onboardings(t.Context(), OnboardingQuery{Status: OnboardingFailed}))
	if err != nil || len(all) != 1 || all[0].ID != "x" {
		t.Errorf("%v, %v", all, err)
	}
	for _, q := range []OnboardingQuery{{Status: "paused"}, {Order: "zip"}} {
		c, _ := connect(t, nil)
		_, err := emr.Collect(c.Onboardings(t.Context(), q))
		wantKind(t, err, emr.KindInvalid)
	}
}

func TestAnOnboardingIsCreatedByNameOrBySubdomain(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil,
		step{want: "onboarding/create_new", answer: "onboarding/create_new", status: 201},
		step{want: "onboarding/create_more", answer: "onboarding/create_more", status: 201})
	o, err := c.CreateOnboarding(t.Context(), &NewOnboarding{
		Name: " Quay Dental Group ", EMR: EMROpenDental, Zip: "04101", Website: "https://quay.example.com", Email: emr.NewPHI("office@quay.example.com"),
	})
	if err != nil || o.ID != "q9vwl82zldm9" || o.Subdomain != "" || o.Status != OnboardingInProgress || o.Link.IsZero() {
		t.Errorf("%+v, %v", o, err)
	}
	o, err = c.CreateOnboarding(t.Context(), &NewOnboarding{Subdomain: "north-pier-dental", EMR: EMRCurve})
	if err != nil || o.Subdomain != "north-pier-dental" {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestWhatNexHealthWouldIgnoreIsRefusedBeforehand(t *testing.T) {
	t.Parallel()
	for field, n := range map[string]*NewOnboarding{
		"Name,Subdomain":   {Name: "a", Subdomain: "b"},
		"Name":             {Name: "4711"},
		"Subdomain":        {Subdomain: "North Pier"},
		"Zip":              {Subdomain: "b", Zip: "98101"},
		"Website":          {Name: "a", Website: "nowhere"},
		"Email":            {Name: "a", Email: emr.NewPHI("canary text")},
		"EMR":              {Subdomain: "b", EMR: EMRDrChrono},
		"Name,Subdomain ":  {},
		"Name,Subdomain  ": nil,
	} {
		c, r := connect(t, nil)
		_, err := c.CreateOnboarding(t.Context(), n)
		e := wantKind(t, err, emr.KindInvalid)
		if got := strings.Join(e.Fields, ","); got != strings.TrimSpace(field) || len(r.requests()) != 0 || strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: %v, %d requests", field, err, len(r.requests()))
		}
	}
}

func TestASandboxKeyCannotOnboard(t *testing.T) {
	t.Parallel()
	c, r := connect(t, nil, step{status: http.StatusForbidden, body: `{"code":false,"description":null,"error":["You don't have access to perform this action."],"data":null}`})
	_, err := c.CreateOnboarding(t.Context(), &NewOnboarding{Name: "Quay"})
	if e := wantKind(t, err, emr.KindPermission); !strings.Contains(e.Hint, "production keys only") || len(r.requests()) != 1 {
		t.Errorf("%v after %d requests", err, len(r.requests()))
	}
}

func TestAnOnboardingWhoseAnswerIsLostIsAmbiguousAndSentOnce(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]step{
		"500":   {status: 500, body: `{"code":false}`},
		"empty": {status: 201},
		"no id": {status: 201, body: good(`{"url":"https://x.example.com"}`)},
		"HTML":  {status: 201, body: "<html>", header: http.Header{"Content-Type": {"text/html"}}},
	} {
		c, r := connect(t, nil, s)
		_, err := c.CreateOnboarding(t.Context(), &NewOnboarding{Name: "Quay"})
		if e := wantKind(t, err, emr.KindAmbiguous); !strings.Contains(e.Hint, "list the onboardings") || len(r.requests()) != 1 {
			t.Errorf("%s: %v after %d requests", name, err, len(r.requests()))
		}
	}
}

// FuzzOnboarding: whatever comes for an onboarding, an institution or a sync, nothing panics.
func FuzzOnboarding(f *testing.F) {
	for _, name := range []string{"onboarding/list1", "onboarding/get", "institution/list", "sync/list"} {
		f.Add(readFixture(f, name+".response.json"))
	}
	f.Fuzz(func(_ *testing.T, data []byte) {
		e, err := readEnvelope(data)
		if err != nil {
			return
		}
		var many []json.RawMessage
		_ = json.Unmarshal(e.Data, &many)
		for _, raw := range append(many, e.Data) {
			var o onboardingRecord
			if json.Unmarshal(raw, &o) == nil {
				_ = fmt.Sprint(o.onboarding().Expired(monday))
			}
			var i institutionRecord
			if json.Unmarshal(raw, &i) == nil {
				_ = fmt.Sprint(institutionOf(raw, &i))
			}
			var s syncRecord
			if json.Unmarshal(raw, &s) == nil {
				_ = s.sync().Warnings(monday)
			}
		}
	})
}
