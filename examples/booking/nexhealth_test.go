package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
)

// nexhealthEnv turns the simulator's lines into variables.
func nexhealthEnv(sim *nexhealthtest.Sim) map[string]string {
	env := map[string]string{}
	for _, l := range sim.Env() {
		key, value, _ := strings.Cut(l, "=")
		env[key] = value
	}
	return env
}

// TestNexHealthLiveSendsExactlyWhatItsDocumentationWants looks at each request of a run:
// version header everywhere, the bare key for the token only, one token, institution and
// location where they belong, a search before the create, times in UTC.
func TestNexHealthLiveSendsExactlyWhatItsDocumentationWants(t *testing.T) {
	t.Parallel()
	sim := nexhealthtest.New(t, nil)
	all := nexhealthEnv(sim)
	env := map[string]string{}
	for _, name := range []string{"NEXHEALTH_API_KEY", "NEXHEALTH_SUBDOMAIN", "NEXHEALTH_LOCATION_ID", "NEXHEALTH_BASE_URL"} {
		env[name] = all[name]
	}
	r := call(t, t.Context(), vendors(), env, "-vendor", "nexhealth", "-live", "-json")
	o := r.object(t)
	if r.code != exitOK || o.Error != nil || !isBooked(o.Appointment.Status) || !*o.Cancelled || sim.Appointments() != 0 {
		t.Fatalf("code %d: %s%s", r.code, r.stdout, r.stderr)
	}
	if strings.Contains(r.stdout+r.stderr, env["NEXHEALTH_API_KEY"]) {
		t.Error("the key is in the output")
	}
	tokens, searched := 0, false
	for _, req := range sim.Requests() {
		if got := req.Header.Values("Nex-Api-Version"); len(got) != 1 || got[0] != "v3.0.0" {
			t.Errorf("%s %s: version %q", req.Method, req.Path, got)
		}
		if req.Token {
			tokens++
			if req.Method != http.MethodPost || req.Path != "/authenticates" || req.RawQuery != "" || len(req.Body) > 0 || req.Header.Get("Authorization") != env["NEXHEALTH_API_KEY"] {
				t.Errorf("token request %s %s", req.Method, req.Path)
			}
			continue
		}
		q, err := url.ParseQuery(req.RawQuery)
		if err != nil || q.Get("subdomain") != env["NEXHEALTH_SUBDOMAIN"] || !strings.HasPrefix(req.Header.Get("Authorization"), "Bearer ") || strings.Contains(req.Header.Get("Authorization"), env["NEXHEALTH_API_KEY"]) {
			t.Errorf("%s %s is not of this connection", req.Method, req.Path)
		}
		if (len(req.Body) > 0) != (req.Header.Get("Content-Type") == "application/json") {
			t.Errorf("%s %s: content type %q", req.Method, req.Path, req.Header.Get("Content-Type"))
		}
		searched = checkNexHealth(t, req, q, env["NEXHEALTH_LOCATION_ID"], o.Appointment.Start, searched)
	}
	if tokens != 1 {
		t.Errorf("%d token requests", tokens)
	}
}

// checkNexHealth looks at what is special about one request; it returns whether patients
// have been searched for.
func checkNexHealth(t *testing.T, req emrtest.Request, q url.Values, location, start string, searched bool) bool {
	t.Helper()
	here := q.Get("location_id") == location
	switch line := req.Method + " " + req.Path; {
	case line == "GET /patients":
		searched = true
		if !here || q.Get("per_page") == "" {
			t.Error("patients are searched without location or per_page")
		}
	case line == "POST /patients":
		if !searched || !here || !strings.Contains(string(req.Body), `"return_existing_if_match":true`) {
			t.Error("a patient is created without a search, a location or return_existing_if_match")
		}
	case line == "GET /available_slots":
		if q.Get("lids[]") != location || q.Has("location_id") || q.Get("appointment_type_id") == "" && q.Get("pids[]") == "" {
			t.Errorf("slots are searched with %s", req.RawQuery)
		}
	case line == "POST /appointments":
		var body struct {
			Appt struct {
				Start string `json:"start_time"`
			} `json:"appt"`
		}
		local, err := time.Parse(time.RFC3339, start)
		if bad := json.Unmarshal(req.Body, &body); bad != nil || err != nil || !here || body.Appt.Start != local.UTC().Format(time.RFC3339) {
			t.Errorf("booked with start %q for %s", body.Appt.Start, start)
		}
	case strings.HasPrefix(line, "PATCH /appointments/"):
		if string(req.Body) != `{"appt":{"cancelled":true}}` || q.Has("location_id") {
			t.Errorf("cancelled with %d bytes", len(req.Body))
		}
	}
	return searched
}

func TestNexHealthWithoutConfigurationNamesTheMissingVariable(t *testing.T) {
	t.Parallel()
	sim := nexhealthtest.New(t, nil)
	for _, name := range []string{"NEXHEALTH_API_KEY", "NEXHEALTH_SUBDOMAIN", "NEXHEALTH_LOCATION_ID"} {
		env := nexhealthEnv(sim)
		delete(env, name)
		o := call(t, t.Context(), vendors(), env, "-vendor", "nexhealth", "-live", "-json").wantFailure(t, emr.KindConfig, "")
		if !strings.Contains(o.Error.Message, name) {
			t.Errorf("got %+v", o.Error)
		}
	}
	if n := len(sim.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestNexHealthWithAWrongKeyIsAnAuthFailure(t *testing.T) {
	t.Parallel()
	sim := nexhealthtest.New(t, nil)
	env := nexhealthEnv(sim)
	env["NEXHEALTH_API_KEY"] = "not-the-right-one-7731"
	o := call(t, t.Context(), vendors(), env, "-vendor", "nexhealth", "-live", "-json").wantFailure(t, emr.KindAuth, "")
	if !strings.Contains(o.Error.Hint, "NEXHEALTH_API_KEY") {
		t.Errorf("hint %q", o.Error.Hint)
	}
}
