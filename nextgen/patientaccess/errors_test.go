package patientaccess

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

func outcome(severity, code string) string {
	return `{"resourceType":"OperationOutcome","issue":[{"severity":"` + severity + `","code":"` + code + `","diagnostics":"about Zelda"}]}`
}

func TestAnswersThatRefuseHaveTheirKindAndHint(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		answer reply
		kind   emr.Kind
		code   string
		hint   string
	}{
		"access denied as an array":   {reply{status: 403, body: `["Access denied"]`}, emr.KindPermission, codeDenied, "approved"},
		"access denied in words":      {reply{status: 403, kind: "text/plain", body: "Forbidden"}, emr.KindPermission, codeDenied, "approved"},
		"access denied in an outcome": {reply{status: 403, body: outcome("error", "forbidden")}, emr.KindPermission, "forbidden", "approved"},
		"refused in words":            {reply{status: 401, kind: "text/plain", body: "Unauthorized"}, emr.KindAuth, "", "sign-in"},
		"no such record":              {reply{status: 404, body: outcome("error", "not-found")}, emr.KindNotFound, "not-found", ""},
		"a write":                     {reply{status: 405, kind: "text/plain"}, emr.KindUnsupported, "", "no such"},
		"the other version":           {reply{status: 406, kind: "text/plain"}, emr.KindConfig, "", "version"},
		"the quota":                   {reply{}, emr.KindQuota, "", "tomorrow"},
		"the quota in blanks":         {reply{body: " \r\n"}, emr.KindQuota, "", "tomorrow"},
		"an outcome in a success":     {reply{body: outcome("error", "forbidden")}, emr.KindPermission, "forbidden", "approved"},
		"an outcome of no known code": {reply{body: outcome("fatal", "zelda")}, emr.KindProtocol, "", ""},
		"too costly in a success":     {reply{body: outcome("error", "too-costly")}, emr.KindTooLarge, "too-costly", ""},
		"throttled in a success":      {reply{body: outcome("error", "throttled")}, emr.KindRateLimited, "throttled", ""},
		"a warning is no record":      {reply{body: outcome("warning", "informational")}, emr.KindProtocol, "", ""},
		"no FHIR":                     {reply{body: `{"items":[]}`}, emr.KindProtocol, "", "version"},
		"half a document":             {reply{body: `{"resourceType":"Condition","id":"1"`}, emr.KindProtocol, "", ""},
		"a login page":                {reply{kind: "text/html", body: "<html>sign in</html>"}, emr.KindProtocol, "", ""},
		"too many":                    {reply{status: 429, kind: "text/plain"}, emr.KindRateLimited, "", ""},
		"down":                        {reply{status: 503, kind: "text/plain"}, emr.KindUnavailable, "", ""},
		"cut off":                     {reply{cut: true}, emr.KindUnavailable, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := open(t, R4, func(*http.Request) reply { return row.answer })
			_, err := c.Read(t.Context(), "Condition", "1")
			e := wantKind(t, err, row.kind)
			if e.Code != row.code || !strings.Contains(e.Hint, row.hint) || strings.Contains(err.Error(), "Zelda") {
				t.Errorf("code %q, %v", e.Code, err)
			}
		})
	}
}

func TestASearchOfATypeThatIsNotThereIsUnsupported(t *testing.T) {
	t.Parallel()
	c, _ := open(t, DSTU2, func(*http.Request) reply { return reply{status: 404, kind: "text/plain"} })
	_, err := ofZelda(t, c)
	wantKind(t, err, emr.KindUnsupported)
	_, err = parts{c}.ListLocations(t.Context(), "")
	wantKind(t, err, emr.KindUnsupported)
}

func TestAnOutcomeAmongTheResultsIsAnError(t *testing.T) {
	t.Parallel()
	c, _ := open(t, R4, always(`{"resourceType":"Bundle","entry":[{"resource":`+outcome("error", "too-costly")+`}]}`))
	_, err := ofZelda(t, c)
	wantKind(t, err, emr.KindTooLarge)
	c, _ = open(t, R4, always(`{"resourceType":"Bundle","entry":[{"fullUrl":"x"}]}`))
	_, err = ofZelda(t, c)
	wantKind(t, err, emr.KindProtocol)
	c, _ = open(t, R4, always(searchset("", 1, "1")))
	_, err = parts{c}.ListLocations(t.Context(), "")
	wantKind(t, err, emr.KindProtocol)
}

func TestErrorsOfTheTokenEndpointSayWhatToDo(t *testing.T) {
	t.Parallel()
	for code, row := range map[string]struct {
		again bool // matches emr.ErrLoginRequired
		hint  string
	}{
		"invalid_grant":       {true, "48 hours"},
		"unauthorized_client": {false, "approve the app"},
		"invalid_client":      {false, "NEXTGEN_FHIR_CLIENT_SECRET"},
		"invalid_scope":       {false, "Scopes"},
	} {
		c, g := open(t, R4, always("{}"))
		g.token = reply{status: 400, kind: "application/json", body: `{"error":"` + code + `","error_description":"Zelda"}`}
		_, err := c.Read(t.Context(), "Condition", "1")
		e := asError(err)
		if e == nil || e.Code != code || !strings.Contains(e.Hint, row.hint) || errors.Is(err, emr.ErrLoginRequired) != row.again || strings.Contains(err.Error(), "Zelda") {
			t.Errorf("%s: %v", code, err)
		}
		if len(g.requests()) != 0 {
			t.Errorf("%s: %v", code, g.requests())
		}
	}
}

func TestWithoutARefreshTokenTheConnectionEndsWithItsToken(t *testing.T) {
	t.Parallel()
	g := &fakeServer{t: t, answer: always(`{"resourceType":"Condition","id":"1"}`)}
	token := func(ends time.Time) *signin.Grant {
		return &signin.Grant{Token: &auth.Token{Access: auth.NewSecret("granted-0001"), Type: "Bearer", Issued: time.Now().Add(-time.Hour), Expires: ends}, Patient: emr.NewPatientID(zelda)}
	}
	o := &emr.Options{HTTPClient: &http.Client{Transport: g}}
	c, err := NewSignedIn(testConfig(R4), token(time.Now().Add(time.Hour)), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := c.Read(t.Context(), "Condition", "1"); err != nil || g.seen[0].Header.Get("Authorization") != "Bearer granted-0001" {
		t.Fatal(err)
	}
	if id, err := c.Patient(t.Context()); err != nil || id.Reveal() != zelda {
		t.Errorf("patient: %v", err)
	}
	over, err := NewSignedIn(testConfig(R4), token(time.Now().Add(-time.Minute)), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = over.Close() })
	if _, err := over.Read(t.Context(), "Condition", "1"); !errors.Is(err, emr.ErrLoginRequired) {
		t.Errorf("after the end: %v", err)
	}
	if len(g.tokens) != 0 {
		t.Errorf("%d token requests", len(g.tokens))
	}
}

// TestPatientContext: the token answer may lack the patient.
func TestThePatientIsFoundWhereTheSignInDoesNotSay(t *testing.T) {
	t.Parallel()
	bare := own(t, "patient.r4.json")
	two := `{"resourceType":"Bundle","entry":[{"resource":` + bare + `},{"resource":{"resourceType":"Patient","id":"ward"}}]}`
	for name, row := range map[string]struct {
		answer string
		kind   emr.Kind
		fields []string
	}{
		"a Bundle with one": {`{"resourceType":"Bundle","entry":[{"resource":` + bare + `}]}`, "", nil},
		"the Patient alone": {bare, "", nil},
		"several":           {two, emr.KindPrecondition, []string{"patient"}},
		"nobody":            {`{"resourceType":"Bundle"}`, emr.KindNotFound, nil},
		"without an id":     {`{"resourceType":"Patient"}`, emr.KindProtocol, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, g := open(t, R4, func(req *http.Request) reply {
				if strings.HasSuffix(req.URL.Path, "/Patient") {
					return reply{body: row.answer}
				}
				return reply{body: searchset("", 1, "1")}
			})
			ids, err := collect(c, t, "Condition", nil)
			if row.kind != "" {
				if e := wantKind(t, err, row.kind); !slices.Equal(e.Fields, row.fields) || strings.Contains(err.Error(), zelda) || strings.Contains(err.Error(), "ward") {
					t.Errorf("%v", err)
				}
				return
			}
			if _, again := collect(c, t, "Condition", new(fhir.Query).Add("code", "x")); err != nil || again != nil || len(ids) != 1 {
				t.Fatalf("%v %v", err, again)
			}
			want := []string{"/Patient?_maxresults=100", "/Condition?_maxresults=100&" + patientQuery, "/Condition?_maxresults=100&code=x&" + patientQuery}
			if got := g.requests(); !slices.Equal(got, want) {
				t.Errorf("requests %v", got)
			}
		})
	}
}

func TestSomebodyWhoSeesSeveralRecordsChooses(t *testing.T) {
	t.Parallel()
	c, g := open(t, R4, func(req *http.Request) reply {
		if strings.HasSuffix(req.URL.Path, "/Patient") {
			return reply{body: `{"resourceType":"Bundle","entry":[{"resource":` + own(t, "patient.r4.json") + `},{"resource":{"resourceType":"Patient","id":"ward"}}]}`}
		}
		return reply{body: searchset("", 1, "1")}
	})
	all, err := c.Patients(t.Context())
	if err != nil || len(all) != 2 {
		t.Fatalf("%d (%v)", len(all), err)
	}
	for _, err := range c.Search(WithPatient(t.Context(), all[1].ID), "Condition", nil) {
		if err != nil {
			t.Fatal(err)
		}
	}
	cfg := testConfig(R4)
	cfg.Patient = all[1].ID
	chosen, g2 := openWith(t, cfg, nil, always(searchset("", 1, "1")))
	if _, err := collect(chosen, t, "Condition", nil); err != nil {
		t.Fatal(err)
	}
	for _, asked := range []string{g.requests()[1], g2.requests()[0]} {
		if asked != "/Condition?_maxresults=100&patient=ward" {
			t.Error(asked)
		}
	}
}
