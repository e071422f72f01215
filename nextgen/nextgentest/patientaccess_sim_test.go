package nextgentest

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/emrkit/emrkit/emr/emrtest"
)

func TestPatientAccessWhatIsNoOptionIsAnError(t *testing.T) {
	t.Parallel()
	for _, o := range []PatientAccessOptions{{SignIn: "x"}, {Discovery: "x"}, {Approval: "x"}, {PageSize: -1}} {
		if s, err := StartPatientAccess(&o); err == nil {
			_ = s.Close()
			t.Errorf("%+v is an option", o)
		}
	}
}

func TestPatientAccessFaultsHappen(t *testing.T) {
	t.Parallel()
	self := paID("Patient", 0)
	list := "/Condition?patient=" + self
	for _, tc := range []struct {
		fault  emrtest.Fault
		status int
		has    string
	}{
		{emrtest.FaultRateLimited, 429, ""}, {emrtest.FaultRateLimitedRetryAfter, 429, ""}, {emrtest.FaultUnavailableOnce, 503, ""},
		{emrtest.FaultServerError, 500, ""}, {emrtest.FaultHTML, 200, "<!DOCTYPE html>"}, {emrtest.FaultTruncatedJSON, 200, `"Bundle"`},
		{emrtest.FaultNextLoop, 200, `"next"`},
	} {
		b := paSignedIn(t, nil)
		b.sim.FailNext(tc.fault, 1)
		if r := b.get(list); r.Status != tc.status || !strings.Contains(r.Body, tc.has) {
			if tc.fault != emrtest.FaultTruncatedJSON || r.JSON != nil {
				t.Errorf("%s: %d %s", tc.fault, r.Status, r.Body)
			}
		}
		if r := b.get(list); r.Status != http.StatusOK || r.JSON == nil {
			t.Errorf("%s goes on: %d", tc.fault, r.Status)
		}
	}
	b := paSignedIn(t, nil)
	b.sim.FailNextOn(emrtest.StepPatient, emrtest.FaultRevokedToken, 1)
	if r := b.get(list); r.Status != http.StatusOK {
		t.Errorf("another step: %d", r.Status)
	}
	if r := b.get("/Patient/" + self); r.Status != http.StatusUnauthorized || b.get(list).Status != http.StatusUnauthorized {
		t.Errorf("the revoked token: %d", r.Status)
	}
}

func TestPatientAccessTheForeignLinkLeadsIntoTheTrap(t *testing.T) {
	t.Parallel()
	b := paSignedIn(t, nil)
	b.sim.FailNext(emrtest.FaultNextForeignHost, 1)
	self, _ := b.sim.PatientIDs()
	next := paLink(b.get("/Observation?patient="+self), "next")
	if next == "" || strings.HasPrefix(next, b.sim.origin) || b.sim.TrapRequests() != 0 {
		t.Fatalf("next is %q", next)
	}
	b.sim.ExpectViolation("a link to another host was followed")
	if b.get(next); b.sim.TrapRequests() != 1 {
		t.Error("the trap did not count")
	}
}

func TestPatientAccessQuotaDeniedAndNotApproved(t *testing.T) {
	t.Parallel()
	b := paSignedIn(t, nil)
	b.sim.ExhaustQuota(1)
	if r := b.get("/Patient"); r.Status != http.StatusOK || r.Body != "" {
		t.Errorf("quota: %d %q", r.Status, r.Body)
	}
	if r := b.get("/Patient"); r.Body == "" {
		t.Error("quota for ever")
	}
	b.sim.Deny("Coverage")
	self, _ := b.sim.PatientIDs()
	if r := b.get("/Coverage?patient=" + self); r.Status != http.StatusForbidden || r.JSON != nil {
		t.Errorf("denied: %d %s", r.Status, r.Body)
	}
	b = paSignedIn(t, func(o *PatientAccessOptions) { o.Approval = PatientAccessNotAtData })
	if r := b.get("/Patient"); r.Status != http.StatusForbidden {
		t.Errorf("not approved: %d", r.Status)
	}
}

func TestPatientAccessDiscoveryNamesTheEndpoints(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		how    PatientAccessDiscovery
		status int
		token  func(*PatientAccess) string
	}{
		{PatientAccessDocumented, 200, func(s *PatientAccess) string { return s.origin + paOAuthPath + "/token" }},
		{PatientAccessNoSMART, 404, func(s *PatientAccess) string { return s.origin + paOAuthPath + "/token" }},
		{PatientAccessNoDiscovery, 404, nil},
		{PatientAccessTrapped, 200, func(s *PatientAccess) string { return s.trap + paOAuthPath + "/token" }},
		{PatientAccessPlain, 200, func(*PatientAccess) string { return "http://fhir.example.com" + paOAuthPath + "/token" }},
	} {
		b := paOpen(t, func(o *PatientAccessOptions) { o.Discovery = tc.how })
		for _, v := range b.sim.versions {
			for _, name := range []string{"smart", "openid"} {
				r := b.get(v.base() + "/.well-known/" + name + "-configuration")
				if got, _ := r.JSON["token_endpoint"].(string); r.Status != tc.status || tc.status == 200 && got != tc.token(b.sim) {
					t.Errorf("%q %s: %d %s", tc.how, name, r.Status, got)
				}
			}
			r := b.get(v.base() + "/metadata")
			has := tc.token != nil && strings.Contains(r.Body, tc.token(b.sim))
			kind := map[bool]string{false: "CapabilityStatement", true: "Conformance"}[v.dstu2]
			if r.Status != http.StatusOK || r.JSON["resourceType"] != kind || has != (tc.token != nil) {
				t.Errorf("%q metadata: %d %v", tc.how, r.Status, r.JSON["resourceType"])
			}
		}
	}
	b := paOpen(t, nil)
	upper := strings.Replace(b.sim.versions[0].base(), "/r4", "/R4", 1)
	for _, at := range []string{upper + "/metadata", b.sim.versions[0].base() + "/.well-known/jwk", b.sim.origin + "/nge/prod/fhir-api-r4/.well-known/jwks.json"} {
		if r := b.get(at); r.Status != http.StatusOK || r.JSON == nil {
			t.Errorf("%d", r.Status)
		}
	}
}

func TestPatientAccessPracticesAreListedWithoutAToken(t *testing.T) {
	t.Parallel()
	b := paSignedIn(t, nil)
	b.sim.ExpectViolation("unknown header Authorization")
	b.get(b.sim.practices + paPracticesPath)
	b.token = ""
	r := b.get(b.sim.practices + paPracticesPath)
	if r.Status != http.StatusOK || len(paEntries(r)) != 2*len(paPractices) || strings.HasPrefix(b.sim.practices, b.sim.origin) {
		t.Errorf("%d, %d entries", r.Status, len(paEntries(r)))
	}
}

func TestPatientAccessOnSocketsAnswersEverybodyAndStops(t *testing.T) {
	t.Parallel()
	b := paSignedIn(t, func(o *PatientAccessOptions) { o.InMemory = false })
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_ = b.get("/Patient")
			_ = b.sim.FirstRefreshToken()
			b.sim.RevokeTokens(false)
			_ = b.sim.Requests()
		})
	}
	all.Wait()
	if b.sim.HTTPClient() != nil || b.sim.Appointments() != 0 || b.sim.TakeSlot(nil) == nil {
		t.Error("a calendar, or a client for memory")
	}
	if err := b.sim.Close(); err != nil {
		t.Error(err)
	}
}
