package nexhealth

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestRawRequestsGetTheConnectionsScope(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, path string
		query        url.Values
		want         string
	}{
		{"", "/payments", url.Values{"patient_id": {"7"}}, "/payments?location_id=9001&patient_id=7&subdomain=north-pier-dental"},
		{"GET", "/patients/7/alerts", nil, "/patients/7/alerts?subdomain=north-pier-dental"},
		{"POST", "/patients/7/alerts", nil, "/patients/7/alerts?subdomain=north-pier-dental"},
		{"POST", "/patients/7/documents", nil, "/patients/7/documents?location_id=9001&subdomain=north-pier-dental"},
		{"GET", "/document_types/3", nil, "/document_types/3?location_id=9001&subdomain=north-pier-dental"},
		{"GET", "/patients", url.Values{"location_id": {"9002"}}, "/patients?location_id=9002&subdomain=north-pier-dental"},
		{"GET", "/patients", url.Values{"subdomain": {testSubdomain}}, "/patients?location_id=9001&subdomain=north-pier-dental"},
		{"POST", "/webhook_endpoints/1/webhook_subscriptions", url.Values{"subdomain": {""}}, "/webhook_endpoints/1/webhook_subscriptions"},
		{"PATCH", "/webhook_endpoints/1/webhook_subscriptions/2", nil, "/webhook_endpoints/1/webhook_subscriptions/2?subdomain=north-pier-dental"},
		{"DELETE", "/webhook_endpoints/1/webhook_subscriptions/2", nil, "/webhook_endpoints/1/webhook_subscriptions/2"},
		{"GET", "/webhook_endpoints", nil, "/webhook_endpoints"},
		{"GET", "/institutions/31", nil, "/institutions/31"},
		{"GET", "/locations", nil, "/locations?subdomain=north-pier-dental"},
		{"GET", "/locations/9001", nil, "/locations/9001"},
		{"POST", "/onboardings", nil, "/onboardings"},
		{"GET", "/payment_plans", nil, "/payment_plans?location_id=9001&subdomain=north-pier-dental"},
		{"GET", "/payment_plans/4", nil, "/payment_plans/4"},
		{"GET", "/nex_staff", nil, "/nex_staff?subdomain=north-pier-dental"},
	} {
		nx, r := connect(t, nil, step{body: `{"code":false,"error":["as it is"],"data":null}`})
		got, err := parts{nx}.Raw(t.Context(), &emr.RawRequest{Method: c.method, Path: c.path, Route: "/x", Query: c.query})
		if err != nil || got.Status != 200 || got.RequestID == "" || string(got.Body) != `{"code":false,"error":["as it is"],"data":null}` {
			t.Fatalf("%s: %+v, %v", c.path, got, err)
		}
		if line := r.seen[0].URL.RequestURI(); line != c.want {
			t.Errorf("%s %s: %s, want %s", c.method, c.path, line, c.want)
		}
	}
}

func TestFault_F14_rawRequestsStayWithTheirInstitutionAndBelowTheBase(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, nil)
	for _, r := range []*emr.RawRequest{
		nil, {Path: ""}, {Path: "payments"}, {Path: "//evil.example.com/x"}, {Path: "/a/../b"}, {Path: "/a/%2e%2e/b"}, {Path: "/a?b=c"}, {Path: "/a#b"},
		{Path: "/authenticates", Method: "POST"}, {Path: "/payments", Query: url.Values{"subdomain": {"other-dental"}}},
		{Path: "/payments", Query: url.Values{"subdomain": {testSubdomain, "other-dental"}}},
	} {
		_, err := parts{nx}.Raw(t.Context(), r)
		wantKind(t, err, emr.KindInvalid)
	}
}

func TestARawWriteIsSentOnceAndItsAnswerMayBeEmpty(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, nil, step{status: 204})
	got, err := parts{nx}.Raw(t.Context(), &emr.RawRequest{Method: http.MethodPatch, Path: "/patients/7/alerts/1", Route: "/patients/{id}/alerts/{id}", Body: []byte(`{"patient_alert":{"note":"x"}}`)})
	if err != nil || got.Status != 204 || r.bodies[0] != `{"patient_alert":{"note":"x"}}` || r.seen[0].Header.Get("Content-Type") != "application/json" {
		t.Errorf("%+v, %v", got, err)
	}
	nx, r = connect(t, nil, step{status: 500})
	_, err = parts{nx}.Raw(t.Context(), &emr.RawRequest{Method: http.MethodPost, Path: "/payments", Route: "/payments"})
	wantKind(t, err, emr.KindAmbiguous)
	if len(r.requests()) != 1 {
		t.Errorf("%d requests", len(r.requests()))
	}
}
