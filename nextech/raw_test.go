package nextech

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestRawReachesTheRestOfTheEndpointTableAndNothingElse(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, Select, nil, step{body: `{"resourceType":"Bundle"}`}, step{status: 201, body: `{}`})
	res, err := parts{nx}.Raw(t.Context(), &emr.RawRequest{Path: "/patient-recall", Query: url.Values{"subject": {"Patient/7"}, "recall-date": {"ge2026-01-01"}}})
	if err != nil || res.Status != 200 || res.RequestID == "" {
		t.Fatal(res, err)
	}
	if got := r.seen[0].URL.RequestURI(); got != "/api/patient-recall?recall-date=ge2026-01-01&subject=Patient%2F7" {
		t.Errorf("asked for %s", got)
	}
	body := []byte(`{"resourceType":"Composition"}`)
	if _, err = (parts{nx}).Raw(t.Context(), &emr.RawRequest{Method: http.MethodPost, Path: "/Patient/7/Composition", Route: "/Patient/{id}/Composition", Body: body}); err != nil {
		t.Fatal(err)
	}
	if got := r.seen[1]; got.Header.Get("Content-Type") != "application/json" || r.bodies[1] != string(body) || got.Header.Get("nx-practice-id") != testPractice {
		t.Errorf("sent %v %s", got.Header, r.bodies[1])
	}
}

func TestFault_F14_rawPathsStayBelowTheBase(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, Select, nil, step{body: "{}"})
	for _, path := range []string{"", "Patient", "/../token", "/Patient/..", "/Patient/%2e%2e/x", "//evil.example.com/x", "/Patient?x=1", "/Patient#x", "/Patient//7", "/a%2fb", "/a\\b"} {
		if _, err := (parts{nx}).Raw(t.Context(), &emr.RawRequest{Path: path}); emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("%q: %v", path, err)
		}
	}
	for _, name := range []string{"Authorization", "Host", "Nx-Practice-Id"} {
		_, err := parts{nx}.Raw(t.Context(), &emr.RawRequest{Path: "/Patient", Header: http.Header{name: {"x"}}})
		if name != "Nx-Practice-Id" && emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("header %s: %v", name, err)
		}
	}
	if len(r.seen) > 1 {
		t.Errorf("%d requests", len(r.seen))
	}
	for _, req := range r.seen {
		if req.Header.Get("nx-practice-id") != testPractice {
			t.Error("the caller replaced the practice id")
		}
	}
}

func TestFault_H1_aRawReadIsRepeatedAndARawWriteIsNot(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]int{"": 2, http.MethodGet: 2, http.MethodHead: 2, http.MethodPost: 1, http.MethodPut: 1, http.MethodDelete: 1} {
		nx, r := connect(t, Select, nil, step{status: 503}, step{body: "{}"})
		_, err := parts{nx}.Raw(t.Context(), &emr.RawRequest{Method: method, Path: "/patient-recall"})
		if len(r.seen) != want || (err == nil) != (want == 2) {
			t.Errorf("%q: %d requests, %v", method, len(r.seen), err)
		}
		r.mu.Lock()
		r.steps = nil
		r.mu.Unlock()
	}
}
