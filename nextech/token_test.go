package nextech

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jarcoal/httpmock"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// tokenServer answers token and data requests of one client and keeps both.
type tokenServer struct {
	mu     sync.Mutex
	tokens []*http.Request
	forms  []url.Values
	data   []*http.Request
	answer func(n int, form url.Values) (int, string)
	refuse map[string]bool // access tokens that data calls refuse
}

func (s *tokenServer) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		_ = req.Body.Close()
	}
	status, text := 200, `{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Location","id":"7","status":"active","name":"West Office"}}]}`
	if strings.HasSuffix(req.URL.Path, "/token") {
		form, _ := url.ParseQuery(string(body))
		s.tokens, s.forms = append(s.tokens, req), append(s.forms, form)
		status, text = s.answer(len(s.tokens), form)
	} else {
		s.data = append(s.data, req)
		if s.refuse[req.Header.Get("Authorization")] {
			status, text = 401, ""
		}
	}
	res := httpmock.NewStringResponse(status, text)
	res.Header.Set("Content-Type", "application/json")
	res.Request = req
	return res, nil
}

// azureToken is an Azure AD v1 answer: numbers are strings.
func azureToken(access, refresh string) string {
	return `{"token_type":"Bearer","scope":"user_impersonation","expires_in":"3599","ext_expires_in":"0","expires_on":"1495481979","not_before":"1495478079",
		"resource":"https://select.nextech-api.com/api","access_token":"` + access + `","refresh_token":"` + refresh + `","id_token":"x"}`
}

func (s *tokenServer) connect(t *testing.T, cfg Config) *Client {
	t.Helper()
	cfg.RequestsPerSecond = 1000
	c, err := New(cfg, &emr.Options{HTTPClient: &http.Client{Transport: s}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestEachWayToATokenSendsWhatIsDocumentedAndOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		cfg      Config
		url      string
		form     url.Values
		practice bool
	}{
		{"Select: Azure AD v1 with a password", Config{ClientID: "id", Username: "guid@nextech-api.com.test", Password: auth.NewSecret("p-word"), PracticeID: testPractice}, azureTokenURL,
			url.Values{"grant_type": {"password"}, "client_id": {"id"}, "username": {"guid@nextech-api.com.test"}, "password": {"p-word"}, "resource": {selectResource}}, true},
		{"Practice+: Azure AD v1 with client credentials", Config{Product: PracticePlus, ClientID: "id", ClientSecret: auth.NewSecret("s3cret"), Resource: "partner-api", PracticeID: testPractice}, azureTokenURL,
			url.Values{"grant_type": {"client_credentials"}, "client_id": {"id"}, "client_secret": {"s3cret"}, "resource": {"partner-api"}}, true},
		{"a sandbox with connect/token and scopes", Config{BaseURL: "https://sandbox.example.com/fhir", ClientID: "id", ClientSecret: auth.NewSecret("s3cret")}, "https://sandbox.example.com/fhir/connect/token",
			url.Values{"grant_type": {"client_credentials"}, "client_id": {"id"}, "client_secret": {"s3cret"}, "scope": {strings.Join(DefaultScopes(), " ")}}, false},
		{"a refresh token", Config{BaseURL: "https://sandbox.example.com", TokenURL: "https://login.example.com/oauth2/token", ClientID: "id", RefreshToken: auth.NewSecret("r-1"), PracticeID: testPractice}, "https://login.example.com/oauth2/token",
			url.Values{"grant_type": {"refresh_token"}, "client_id": {"id"}, "refresh_token": {"r-1"}}, true},
		{"A4 further form fields", Config{BaseURL: "https://sandbox.example.com", ClientID: "id", ClientSecret: auth.NewSecret("s3cret"), Scopes: []string{"a"}, TokenParams: url.Values{"audience": {"nx"}, "requested_token_use": {"on", "off"}}}, "https://sandbox.example.com/connect/token",
			url.Values{"grant_type": {"client_credentials"}, "client_id": {"id"}, "client_secret": {"s3cret"}, "scope": {"a"}, "audience": {"nx"}, "requested_token_use": {"on", "off"}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &tokenServer{answer: func(int, url.Values) (int, string) { return 200, azureToken("access-1", "r-2") }}
			nx := s.connect(t, c.cfg)
			client := emr.NewClient(nx, nil)
			for range 3 {
				if _, err := emr.Collect(client.Locations(t.Context())); err != nil {
					t.Fatal(err)
				}
			}
			if len(s.tokens) != 1 || len(s.data) != 3 {
				t.Fatalf("%d token and %d data requests", len(s.tokens), len(s.data))
			}
			if got := s.tokens[0].URL.String(); got != c.url {
				t.Errorf("token URL %s", got)
			}
			if diff := cmp.Diff(c.form, s.forms[0]); diff != "" {
				t.Errorf("form (-want +got)\n%s", diff)
			}
			for name := range s.tokens[0].Header {
				switch name {
				case "Content-Type", "Accept", "User-Agent":
				default:
					t.Errorf("header %s went to the token endpoint", name)
				}
			}
			for _, req := range s.data {
				if got := req.Header.Get("Authorization"); got != "Bearer access-1" {
					t.Errorf("Authorization %s", got)
				}
				if got := req.Header.Get("nx-practice-id"); (got == testPractice) != c.practice || !c.practice && got != "" {
					t.Errorf("practice header %q", got)
				}
			}
		})
	}
}

func TestFault_A9_aRevokedTokenIsReplacedOnceByTheRotatedRefreshToken(t *testing.T) {
	t.Parallel()
	store := auth.NewMemoryStore()
	s := &tokenServer{refuse: map[string]bool{"Bearer access-1": true}, answer: func(n int, f url.Values) (int, string) {
		return 200, azureToken("access-"+string(rune('0'+n)), "r-"+string(rune('1'+n)))
	}}
	nx := s.connect(t, Config{ClientID: "id", Username: "u", Password: auth.NewSecret("p-word"), PracticeID: testPractice, TokenStore: store})
	if _, err := (parts{nx}).ListLocations(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if len(s.tokens) != 2 || len(s.data) != 2 {
		t.Fatalf("%d token and %d data requests", len(s.tokens), len(s.data))
	}
	if got := s.forms[1]; got.Get("grant_type") != "refresh_token" || got.Get("refresh_token") != "r-2" || got.Get("resource") != selectResource {
		t.Errorf("second token request %v", got)
	}
}

func TestTokenErrorsSayWhatANextechCustomerDoesNext(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body, hint string
		grant            auth.Grant
		kind             emr.Kind
	}{
		{"wrong id or secret", `{"error":"invalid_client","error_description":"AADSTS70002: canary"}`, "NEXTECH_CLIENT_SECRET", auth.ClientCredentials, emr.KindAuth},
		{"an expired first password", `{"error":"invalid_grant","error_description":"AADSTS50055: canary","error_codes":[50055]}`, "portal.azure.com", auth.Password, emr.KindAuth},
		{"a refresh token of 15 days", `{"error":"invalid_grant","error_description":"AADSTS70008: canary"}`, "14 days", auth.RefreshToken, emr.KindAuth},
		{"a scope nobody knows", `{"error":"invalid_scope"}`, "patient/*.read", auth.ClientCredentials, emr.KindConfig},
		{"a resource nobody knows", `{"error":"invalid_resource"}`, "Practice+", auth.ClientCredentials, emr.KindConfig},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &tokenServer{answer: func(int, url.Values) (int, string) { return 400, c.body }}
			nx := s.connect(t, Config{
				BaseURL: "https://sandbox.example.com", TokenURL: "https://login.example.com/token", Grant: c.grant, ClientID: "id", ClientSecret: auth.NewSecret("s3cret"),
				Username: "guid@example.com", Password: auth.NewSecret("p-word"), RefreshToken: auth.NewSecret("r-1"), PracticeID: testPractice,
			})
			_, err := parts{nx}.ListLocations(t.Context(), "")
			var e *emr.Error
			if !errors.As(err, &e) || e.Kind != c.kind || !strings.Contains(e.Hint, c.hint) {
				t.Fatalf("got %v", err)
			}
			if strings.Contains(err.Error(), "canary") || len(s.data) != 0 {
				t.Errorf("text %s after %d data requests", err, len(s.data))
			}
		})
	}
}

func TestA7_MissingScopesComparesGrantedWithNeeded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, granted string
		want          []string
	}{
		{"all", "patient/*.read patient/*.write appointment/*.read appointment/*.write slot/*.read", nil},
		{"wildcards", "patient/*.* appointment/*.* slot/*.read", nil},
		{"not told", "", nil},
		{"some", "patient/*.read slot/*.read appointment/*.read", []string{"patient/*.write", "appointment/*.write"}},
	} {
		s := &tokenServer{answer: func(int, url.Values) (int, string) {
			return 200, `{"token_type":"Bearer","expires_in":3600,"access_token":"a","scope":"` + c.granted + `"}`
		}}
		nx := s.connect(t, Config{BaseURL: "https://sandbox.example.com", ClientID: "id", ClientSecret: auth.NewSecret("s3cret")})
		got, err := nx.MissingScopes(t.Context())
		if err != nil || cmp.Diff(c.want, got) != "" {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
}

func TestFault_R6_neverMoreThanTwentyRequestsASecondForAnEndpoint(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var times []time.Time
		mock := httpmock.NewMockTransport()
		mock.RegisterNoResponder(func(*http.Request) (*http.Response, error) {
			mu.Lock()
			times = append(times, time.Now())
			mu.Unlock()
			res := httpmock.NewStringResponse(200, `{"resourceType":"Bundle"}`)
			res.Header.Set("Content-Type", "application/json")
			return res, nil
		})
		nx, err := New(Config{StaticToken: auth.NewSecret("test-token"), PracticeID: testPractice}, &emr.Options{HTTPClient: &http.Client{Transport: mock}})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = nx.Close() }()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		var done sync.WaitGroup
		for i := range 50 {
			done.Go(func() { // three spellings of one endpoint
				path := []string{"/patient", "/Patient", "/Patient/7"}[i%3]
				for ctx.Err() == nil {
					_, _ = parts{nx}.Raw(ctx, &emr.RawRequest{Path: path})
				}
			})
		}
		done.Wait()
		for i := range times {
			if i >= 20 && times[i].Sub(times[i-20]) < time.Second {
				t.Errorf("21 requests in %s", times[i].Sub(times[i-20]))
			}
		}
		if len(times) < 95 { // the bar for 5 seconds
			t.Errorf("only %d requests in 5 s", len(times))
		}
	})
}

func TestAWrongBaseURLIsNamedWhenNoTokenURLWasSet(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(srv.Close)
	c, err := New(Config{BaseURL: srv.URL, ClientID: "id", ClientSecret: auth.NewSecret("s3cret")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_, err = c.Parts().LocationLister.ListLocations(t.Context(), "")
	var e *emr.Error
	if !errors.As(err, &e) || e.Kind != emr.KindConfig || !strings.Contains(e.Hint, "NEXTECH_BASE_URL") || strings.Contains(e.Hint, "token URL") {
		t.Errorf("%v, want kind config and a hint at the base URL", err)
	}
}

func TestSecretsAndReservedNamesAreNoTokenParams(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"", "client_assertion", "Secret", "api-key", "apikey", "subject_token", "code", "code_verifier", "passwd", // ours
		"grant_type", "client_id", "client_secret", "username", "password", "refresh_token", "scope", "resource", // of package auth
	} {
		cfg := Config{BaseURL: "https://sandbox.example.com", ClientID: "id", ClientSecret: auth.NewSecret("s3cret"), TokenParams: url.Values{name: {"value-canary"}}}
		_, err := New(cfg, nil)
		var e *emr.Error
		if !errors.As(err, &e) || e.Kind != emr.KindConfig || !slices.Equal(e.Fields, []string{"TokenParams"}) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestATokenErrorOfManyCallersIsNotChangedByTheHintForOne(t *testing.T) {
	t.Parallel()
	shared := &emr.Error{Kind: emr.KindAuth, Code: "invalid_client", Hint: "as it was"}
	err := (&tokenSource{grant: auth.Password}).hint(shared)
	var e *emr.Error
	if !errors.As(err, &e) || !strings.Contains(e.Hint, "NEXTECH_CLIENT_ID") || shared.Hint != "as it was" {
		t.Errorf("%v of %v", err, shared)
	}
}

func TestATokenURLOfTheCallersOwnIsNotCalledAWrongBaseURL(t *testing.T) {
	t.Parallel()
	s := &tokenServer{answer: func(int, url.Values) (int, string) { return 404, "" }}
	nx := s.connect(t, Config{BaseURL: "https://sandbox.example.com", TokenURL: "https://login.example.com/token", ClientID: "id", ClientSecret: auth.NewSecret("s3cret")})
	_, err := parts{nx}.ListLocations(t.Context(), "")
	var e *emr.Error
	if !errors.As(err, &e) || e.Kind != emr.KindConfig || strings.Contains(e.Hint, "base URL") || !strings.Contains(e.Hint, "token URL") {
		t.Errorf("%v, want a hint at the token URL", err)
	}
}

func TestATokenForAResourceLacksNoScope(t *testing.T) {
	t.Parallel()
	s := &tokenServer{answer: func(int, url.Values) (int, string) { return 200, azureToken("a", "") }} // scope user_impersonation
	nx := s.connect(t, Config{BaseURL: "https://sandbox.example.com", TokenURL: "https://login.example.com/token", ClientID: "id", ClientSecret: auth.NewSecret("s3cret"), Resource: "api", PracticeID: "7"})
	if got, err := nx.MissingScopes(t.Context()); err != nil || got != nil {
		t.Errorf("%v, %v", got, err)
	}
}

func TestACloseEndsTheTokensToo(t *testing.T) {
	t.Parallel()
	s := &tokenServer{answer: func(int, url.Values) (int, string) { return 200, azureToken("a", "") }}
	nx := s.connect(t, Config{BaseURL: "https://sandbox.example.com", ClientID: "id", ClientSecret: auth.NewSecret("s3cret")})
	if err := nx.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := nx.MissingScopes(t.Context()); emr.KindOf(err) != emr.KindConfig || len(s.tokens) != 0 {
		t.Errorf("%v after %d token requests", err, len(s.tokens))
	}
}

func TestEachOperationOnPatientsAppointmentsAndSlotsKnowsItsScope(t *testing.T) {
	t.Parallel()
	for scope, ops := range map[string][]string{
		"patient/*.read":      {opFindPatients, opGetPatient, opListEncounters, opOpenSummary, opListPatientChanges},
		"patient/*.write":     {opCreatePatient, opUpdatePatient, opUpload},
		"appointment/*.read":  {opGetAppointment, opListAppointments, opListChanges},
		"appointment/*.write": {opBook, opHold, opConfirm, opArrive, opCancel, opSetStatus},
		"slot/*.read":         {opFindSlots},
		"":                    {opLocations, opPractitioners, opTypes, opPurposes, opStatuses, opRaw},
	} {
		if scope != "" && !slices.Contains(neededScopes(), scope) {
			t.Errorf("%s is not asked for", scope)
		}
		for _, op := range ops {
			if got := scopeOf(op); got != scope {
				t.Errorf("%s: %q, want %q", op, got, scope)
			}
		}
	}
}
