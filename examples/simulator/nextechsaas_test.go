package main

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
)

// readingJob finds the third patient and lists the visits; it tells in which step it ended.
func readingJob(t *testing.T, c *emr.Client) (step string, err error) {
	t.Helper()
	known := emrtest.People()[2]
	p, err := emr.First(c.FindPatients(t.Context(), emr.PatientQuery{Family: known.Family, Given: known.Given, Born: known.Born}))
	if err != nil {
		return "patient", err
	}
	all, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: p}))
	if err == nil && len(all) != 3 {
		t.Errorf("%d visits", len(all))
	}
	return "visits", err
}

func TestThePrintedLinesOfNextechSaaSAreEnoughToRead(t *testing.T) {
	t.Parallel()
	p := start(t, "-vendor", "nextechsaas")
	if step, err := readingJob(t, p.connect(t)); err != nil {
		t.Fatalf("%s: %v", step, err)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	out := p.stderr.String()
	for _, line := range []string{"POST (token) refresh_token 200\n", "GET search 200\n", "GET .../encounters/... 200\n", "live bookings: 0; broken rules: 0"} {
		if strings.Count(out, line) != 1 {
			t.Errorf("not once %q in\n%s", line, out)
		}
	}
	for _, name := range []string{"NEXTECHSAAS_REFRESH_TOKEN", "NEXTECHSAAS_PRACTICE_ID"} {
		if p.env[name] == "" || strings.Contains(out, p.env[name]) {
			t.Errorf("%s is in the journal, or empty", name)
		}
	}
	if strings.Contains(out, "1044") {
		t.Error("the id of a patient is in the journal")
	}
}

func TestTheSignInOfNextechSaaSHasAPage(t *testing.T) {
	t.Parallel()
	p := start(t, "-vendor", "nextechsaas")
	q := url.Values{
		"client_id": {p.env["NEXTECHSAAS_CLIENT_ID"]}, "response_type": {"code"}, "resource": {p.env["NEXTECHSAAS_RESOURCE"]},
		"redirect_uri": {strings.Replace(p.env["NEXTECHSAAS_REDIRECT_URL"], ":8000", ":54321", 1)}, "state": {"x"},
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.env["NEXTECHSAAS_AUTH_URL"]+"?"+q.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		t.Errorf("%d %s", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	p.stop()
	if out := p.stderr.String(); !strings.Contains(out, "GET (sign-in) 200\n") {
		t.Errorf("the sign-in is not in\n%s", out)
	}
}

func TestAFaultOfNextechSaaSIsMetInItsStepAndToldInTheJournal(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fault string
		step  string   // where the job ends; "": it comes through
		kind  emr.Kind // of the error
		line  string   // of the journal
	}{
		{"500", "patient", emr.KindUnavailable, "GET search 500 (fault 500)\n"},
		{"503-once@patient", "", "", "GET search 503 (fault 503-once)\n"},
		{"html-200@patient", "patient", emr.KindProtocol, "GET search 200 (fault html-200)\n"},
		{"truncated-json@patient", "patient", emr.KindProtocol, "GET search 200 (fault truncated-json)\n"},
		{"revoked-token", "", "", "GET search 401 (fault revoked-token)\n"},
	} {
		t.Run(tc.fault, func(t *testing.T) {
			t.Parallel()
			p := start(t, "-vendor", "nextechsaas", "-fault", tc.fault)
			step, err := readingJob(t, p.connect(t))
			p.stop()
			var e *emr.Error
			if tc.kind == "" && err != nil || tc.kind != "" && (!errors.As(err, &e) || e.Kind != tc.kind || step != tc.step) {
				t.Errorf("ended in %q with %v", step, err)
			}
			if out := p.stderr.String(); !strings.Contains(out, tc.line) {
				t.Errorf("no %q in\n%s", tc.line, out)
			}
		})
	}
}

func TestFaultsThatNextechSaaSCannotHaveAreRefused(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"lost-reply", "slot-taken", "next-loop@patient", "duplicate-patient", "500@book", "429@slots"} {
		var out, problems bytes.Buffer
		if code := run(t.Context(), []string{"-vendor", "nextechsaas", "-fault", fault}, &out, &problems); code == 0 || out.Len() > 0 || !strings.Contains(problems.String(), "-fault") {
			t.Errorf("%s: %d %s", fault, code, problems.String())
		}
	}
}
