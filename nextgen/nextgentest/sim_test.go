package nextgentest

import (
	"net/http"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
)

func TestAVersionThatIsOlderHasNeitherNewMembersNorNewRoutes(t *testing.T) {
	t.Parallel()
	for v, want := range map[string]bool{"": true, "6.0.0.767": false, "6.0.0.1753": true, "5.9": false, "7": true} {
		b := open(t, func(o *Options) { o.Version = v })
		one := b.get("/appointments/" + b.book(0))
		if _, has := one.json["appointmentNumber"]; has != want {
			t.Errorf("%q: %v", v, has)
		}
		if v != "" && one.header.Get("api-version") != v {
			t.Errorf("%q: header %q", v, one.header.Get("api-version"))
		}
		if r := b.do(http.MethodGet, "/persons?"+where("modifyTimestamp ge dateTime'2026-01-01T00:00:00'"), nil); (r.status == 200) != want {
			t.Errorf("%q: %d %s", v, r.status, r.body)
		}
	}
}

func TestTheSimulatorIsDrivenBehindTheClientsBack(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.sim.RevokeTokens()
	if r := b.do(http.MethodGet, "/providers", nil); r.status != 401 {
		t.Errorf("%d", r.status)
	}
	b.signIn(homeSite)
	b.sim.SetTime(monday.AddDate(0, 1, 0))
	if now := b.sim.Now(); now.Before(monday.AddDate(0, 1, 0)) || now.After(monday.AddDate(0, 1, 0).Add(time.Minute)) {
		t.Errorf("%v", now)
	}
	if r := b.do(http.MethodGet, "/providers", nil); r.status != 401 {
		t.Errorf("a token of last month: %d", r.status)
	}
	b.signIn(homeSite)
	b.sim.AnswerNextWith(StepDirectory, 502, "text/html", []byte("<html>"))
	if r := b.do(http.MethodGet, "/providers", nil); r.status != 502 || r.body != "<html>" {
		t.Errorf("%d %s", r.status, r.body)
	}
	form := b.form(b.sim.BeyondSite())
	if r := b.post(form); r.status != 400 {
		t.Errorf("%d", r.status)
	}
	if len(b.sim.Violations()) != 0 || len(b.sim.Requests()) < 5 || b.sim.TokenRequests() != 4 || b.sim.SessionRequests() != 1 {
		t.Errorf("%v, %d tokens, %d sessions", b.sim.Violations(), b.sim.TokenRequests(), b.sim.SessionRequests())
	}
	if r := b.do(http.MethodGet, "/users/99/api-access", nil); r.status != 403 {
		t.Errorf("another user: %d", r.status)
	}
	b.sim.FailNext(emrtest.FaultLostReply, 1)
	if r := b.do(http.MethodPut, "/users/me/login-defaults", object{"EnterpriseId": "00002", "PracticeId": "0006"}); r.status != 200 {
		t.Errorf("choosing a practice is no write: %d", r.status)
	}
}

func TestRecordsAreReadOneByOne(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	if one := b.get("/providers/" + b.id("provider", "15")).json; str(one, "nationalProviderId") != "1000000015" || str(one, "email") == "" {
		t.Errorf("%v", one)
	}
	if one := b.get("/resources/" + b.id("resource", "24")).json; one["interval"] != 10.0 || str(one, "providerId") != b.id("provider", "24") {
		t.Errorf("%v", one)
	}
	if one := b.get("/master/appointments/categories/" + b.id("category", lunch)).json; one["excludeSlotsInSearch"] != true || one["modifiedBy"] == nil {
		t.Errorf("%v", one)
	}
	for _, list := range []string{"insurances", "races", "ethnicities"} {
		if r := b.get("/persons/" + b.person(0) + "/" + list); r.body == "" || r.body[0] != '[' {
			t.Errorf("%s: %s", list, r.body)
		}
	}
	for _, target := range []string{"/providers/1", "/resources/1", "/master/appointments/categories/1", "/resources/1/appointments"} {
		if r := b.do(http.MethodGet, target, nil); r.status != 400 {
			t.Errorf("%s: %d", target, r.status)
		}
	}
	id := b.book(0)
	if r := b.do(http.MethodPut, "/appointments/"+id+"/kept", object{"EncounterId": b.id("encounter", "301")}); r.status != 200 || r.body != "" {
		t.Errorf("%d %s", r.status, r.body)
	}
	one := b.get("/appointments/" + id).json
	if one["isKept"] != true || str(one, "workflowStatus") != "KEPT" || str(one, "encounterId") != b.id("encounter", "301") {
		t.Errorf("%v", one)
	}
	if r := b.do(http.MethodPost, "/appointments/"+id+"/cancel", object{"CancelReasonId": b.id("item", "102")}); r.status != 400 {
		t.Errorf("cancel what was kept: %d", r.status)
	}
}
