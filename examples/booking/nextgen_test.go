package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextgen/nextgentest"
)

// nextgenEnv turns the simulator's lines into variables.
func nextgenEnv(sim *nextgentest.Sim) map[string]string {
	env := map[string]string{}
	for _, l := range sim.Env() {
		key, value, _ := strings.Cut(l, "=")
		env[key] = value
	}
	return env
}

// TestNextGenLiveSendsExactlyWhatItsDocumentationWants looks at each request of a run: one
// token, one practice selection, the session id on every other call, literals typed by
// field, days named, local times without offset.
func TestNextGenLiveSendsExactlyWhatItsDocumentationWants(t *testing.T) {
	t.Parallel()
	sim := nextgentest.New(t)
	env := nextgenEnv(sim)
	r := call(t, t.Context(), vendors(), env, "-vendor", "nextgen", "-live", "-json")
	o := r.object(t)
	if r.code != exitOK || o.Error != nil || !isBooked(o.Appointment.Status) || !*o.Cancelled || sim.Appointments() != 0 {
		t.Fatalf("code %d: %s%s", r.code, r.stdout, r.stderr)
	}
	for _, secret := range []string{env["NEXTGEN_CLIENT_SECRET"], env["NEXTGEN_SITE_ID"]} {
		if strings.Contains(r.stdout+r.stderr, secret) {
			t.Error("the secret or the site is in the output")
		}
	}
	if sim.TokenRequests() != 1 || sim.SessionRequests() != 1 || sim.TrapRequests() != 0 {
		t.Errorf("%d tokens, %d selections, %d requests to the host that next links name", sim.TokenRequests(), sim.SessionRequests(), sim.TrapRequests())
	}
	session := ""
	for _, req := range sim.Requests() {
		path := strings.TrimPrefix(req.Path, "/nge/prod/nge-api/api")
		got := req.Header.Get("X-NG-SessionId")
		switch {
		case req.Token, path == "/users/me/login-defaults":
			if got != "" || req.RawQuery != "" {
				t.Errorf("%s: session id %q, query %q", path, got, req.RawQuery)
			}
			continue
		case session == "":
			session = got
		}
		if got == "" || got != session || !strings.HasPrefix(req.Header.Get("Authorization"), "Bearer ") {
			t.Errorf("%s %s: session id %q", req.Method, path, got)
		}
		checkNextGen(t, req.Method+" "+path, req.RawQuery, req.Body, o.Appointment.Start)
	}
}

// checkNextGen looks at what is special about one request.
func checkNextGen(t *testing.T, line, rawQuery string, body []byte, start string) {
	t.Helper()
	q, err := url.ParseQuery(rawQuery)
	if err != nil || strings.Contains(rawQuery, "%24") {
		t.Errorf("%s: the query cannot be read, or its $ is escaped", line)
	}
	filter := q.Get("$filter")
	switch line {
	case "GET /appointments/slots":
		if !strings.Contains(filter, "startDate ge dateTime'") || !strings.Contains(filter, "startDate lt dateTime'") {
			t.Errorf("slots are asked for with %s", filter)
		}
	case "GET /appointments":
		if !strings.Contains(filter, "appointmentDate ge dateTime'") {
			t.Errorf("appointments are asked for with %s", filter)
		}
	case "POST /appointments":
		var sent struct {
			PersonID, EventID, LocationID, AppointmentDate string
			ResourceIDs                                    []string `json:"ResourceIds"`
			DurationMinutes                                int
			AllowDoubleBooking                             bool
		}
		if json.Unmarshal(body, &sent) != nil || !strings.HasPrefix(start, sent.AppointmentDate) || len(sent.AppointmentDate) != len("2026-05-04T09:15:00") ||
			sent.PersonID == "" || sent.EventID == "" || sent.LocationID == "" || len(sent.ResourceIDs) == 0 || sent.DurationMinutes == 0 || sent.AllowDoubleBooking {
			t.Errorf("the booking of %s is %s", start, body)
		}
	}
	if strings.HasSuffix(line, "/cancel") && !strings.Contains(string(body), "CancelReasonId") {
		t.Errorf("a cancellation without reason: %s", body)
	}
	if method, _, _ := strings.Cut(line, " "); method == http.MethodDelete {
		t.Errorf("%s", line)
	}
}

func TestNextGenLiveSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	sim := nextgentest.New(t)
	for name, want := range map[string]emr.Kind{
		"NEXTGEN_CLIENT_ID": emr.KindConfig, "NEXTGEN_CLIENT_SECRET": emr.KindConfig, "NEXTGEN_SITE_ID": emr.KindConfig,
		"NEXTGEN_ENTERPRISE_ID": emr.KindConfig, "NEXTGEN_PRACTICE_ID": emr.KindConfig, "NEXTGEN_TIME_ZONE": emr.KindConfig,
	} {
		env := nextgenEnv(sim)
		delete(env, name)
		o := call(t, t.Context(), vendors(), env, "-vendor", "nextgen", "-live", "-json").wantFailure(t, want, "")
		if !strings.Contains(o.Error.Message, name) {
			t.Errorf("%+v does not name %s", o.Error, name)
		}
	}
	env := nextgenEnv(sim)
	env["NEXTGEN_REDIRECT_URL"] = "https://app.example.com/callback"
	o := call(t, t.Context(), vendors(), env, "-vendor", "nextgen", "-live", "-json").wantFailure(t, emr.KindConfig, "")
	if !strings.Contains(o.Error.Hint, "Patient Access") {
		t.Errorf("%+v", o.Error)
	}
	if len(sim.Requests()) != 0 {
		t.Error("something was sent")
	}
	env = nextgenEnv(sim)
	env["NEXTGEN_SITE_ID"] = sim.BeyondSite()
	o = call(t, t.Context(), vendors(), env, "-vendor", "nextgen", "-live", "-json").wantFailure(t, emr.KindAuth, "")
	if !strings.Contains(o.Error.Hint, "approved") || !slices.Contains([]string{"auth", "permission"}, o.Error.Kind) {
		t.Errorf("%+v", o.Error)
	}
}
