package patientaccess_test

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextgen/nextgentest"
	"github.com/emrkit/emrkit/nextgen/patientaccess"
)

// start runs a gateway in memory where the patient agrees at once.
func start(t testing.TB, change func(*nextgentest.PatientAccessOptions)) (*nextgentest.PatientAccess, *emr.Options) {
	t.Helper()
	o := &nextgentest.PatientAccessOptions{InMemory: true, SignIn: nextgentest.PatientAccessApprove}
	if change != nil {
		change(o)
	}
	sim := nextgentest.NewPatientAccess(t, o)
	return sim, &emr.Options{HTTPClient: sim.HTTPClient(), Retry: &emr.Retry{Attempts: 1}}
}

// signedIn goes all the way of a person: discovery, browser, callback.
func signedIn(t testing.TB, sim *nextgentest.PatientAccess, cfg patientaccess.Config, o *emr.Options) (*signin.Grant, patientaccess.Config, error) {
	t.Helper()
	cfg.AuthorizeURL, cfg.TokenURL = "", ""
	cfg, err := cfg.Discover(t.Context(), o)
	if err != nil {
		return nil, cfg, err
	}
	flow, err := patientaccess.NewSignIn(cfg, o)
	if err != nil {
		return nil, cfg, err
	}
	attempt, err := flow.Begin()
	if err != nil {
		t.Fatal(err)
	}
	there, err := sim.Browse(t.Context(), attempt.URL())
	if err != nil {
		t.Fatal(err)
	}
	g, err := flow.Finish(t.Context(), attempt, there.Query())
	return g, cfg, err
}

func tokenRequests(sim *nextgentest.PatientAccess) (n int) {
	for _, r := range sim.Requests() {
		if r.Token {
			n++
		}
	}
	return n
}

func TestAPersonSignsInAndAllTypesOfTheRecordAreRead(t *testing.T) {
	t.Parallel()
	for _, v := range []patientaccess.Version{patientaccess.R4, patientaccess.DSTU2} {
		t.Run(string(v), func(t *testing.T) {
			t.Parallel()
			sim, o := start(t, func(o *nextgentest.PatientAccessOptions) {
				o.RequirePKCE, o.RequireAud, o.SendIssuer = true, true, true
			})
			cfg := sim.Config()
			if v == patientaccess.DSTU2 {
				cfg = sim.ConfigDSTU2()
			}
			g, cfg, err := signedIn(t, sim, cfg, o)
			if err != nil {
				t.Fatal(err)
			}
			self, _ := sim.PatientIDs()
			if g.Patient.Reveal() != self || g.Token.Refresh.IsZero() {
				t.Error("the grant lacks the patient or the refresh token")
			}
			cfg.PageSize = 2
			c, err := patientaccess.NewSignedIn(cfg, g, o)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = c.Close() })
			for _, kind := range v.Types() {
				n := 0
				for r, err := range c.Search(t.Context(), kind, nil) {
					if err != nil {
						t.Fatalf("%s: %v", kind, err)
					}
					if r.ResourceType() != kind || r.Raw().Len() == 0 {
						t.Errorf("%s: a %s", kind, r.ResourceType())
					}
					n++
					again, err := c.Read(t.Context(), kind, r.ResourceID())
					if err != nil || again.ResourceID() != r.ResourceID() {
						t.Errorf("%s by its id: %v", kind, err)
					}
				}
				if want := sim.Count(kind, self); v == patientaccess.R4 && n != want || n == 0 {
					t.Errorf("%s: %d, want %d", kind, n, want)
				}
			}
			if n := tokenRequests(sim); n != 1 {
				t.Errorf("%d token requests", n)
			}
		})
	}
}

func TestDiscoveryFollowsTheGatewaysDocuments(t *testing.T) {
	t.Parallel()
	for way, kind := range map[nextgentest.PatientAccessDiscovery]emr.Kind{
		nextgentest.PatientAccessDocumented: "", nextgentest.PatientAccessNoSMART: "",
		nextgentest.PatientAccessNoDiscovery: emr.KindConfig, nextgentest.PatientAccessTrapped: emr.KindUntrustedURL, nextgentest.PatientAccessPlain: emr.KindUntrustedURL,
	} {
		sim, o := start(t, func(o *nextgentest.PatientAccessOptions) { o.Discovery = way })
		_, _, err := signedIn(t, sim, sim.Config(), o)
		if emr.KindOf(err) != kind || sim.TrapRequests() != 0 {
			t.Errorf("%q: %v, %d requests to the trap", way, err, sim.TrapRequests())
		}
	}
}

func TestAnAppThatIsNotApprovedIsTold(t *testing.T) {
	t.Parallel()
	for place, want := range map[nextgentest.PatientAccessApproval]string{
		nextgentest.PatientAccessNotAtAuthorize: "unauthorized_client", nextgentest.PatientAccessDeniedAuthorize: "access_denied",
		nextgentest.PatientAccessNotAtToken: "unauthorized_client", nextgentest.PatientAccessNotAtData: "access_denied",
	} {
		sim, o := start(t, func(o *nextgentest.PatientAccessOptions) { o.Approval = place })
		g, cfg, err := signedIn(t, sim, sim.Config(), o)
		if err == nil {
			c, bad := patientaccess.NewSignedIn(cfg, g, o)
			if bad != nil {
				t.Fatal(bad)
			}
			_, err = c.Patients(t.Context())
			_ = c.Close()
		}
		e, ok := errors.AsType[*emr.Error](err)
		if !ok || e.Code != want || !strings.Contains(e.Hint, "approve") {
			t.Errorf("%s: %v", place, err)
		}
	}
}

func TestFault_A15_aCallbackThatIsRefusedCausesNoTokenRequest(t *testing.T) {
	t.Parallel()
	sim, o := start(t, nil)
	cfg := sim.Config()
	flow, err := patientaccess.NewSignIn(cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(url.Values){
		"state of another sign-in": func(q url.Values) { q.Set("state", "x") },
		"no state":                 func(q url.Values) { q.Del("state") },
		"another server":           func(q url.Values) { q.Set("iss", "https://evil.example") },
		"an error":                 func(q url.Values) { q.Set("error", "access_denied") },
		"no code":                  func(q url.Values) { q.Del("code") },
	} {
		attempt, err := flow.Begin()
		if err != nil {
			t.Fatal(err)
		}
		asked, _ := url.Parse(attempt.URL())
		if q := asked.Query(); q.Get("code_challenge_method") != "S256" || q.Get("aud") != cfg.BaseURL || q.Get("state") == "" || q.Get("redirect_uri") != cfg.RedirectURL {
			t.Error("the person is sent without PKCE, aud, state or the callback URL")
		}
		callback := url.Values{"code": {"c1"}, "state": {asked.Query().Get("state")}}
		change(callback)
		if g, err := flow.Finish(t.Context(), attempt, callback); g != nil || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := tokenRequests(sim); n != 0 {
		t.Errorf("%d token requests", n)
	}
}

func TestFault_A12_theNewestRefreshTokenIsStoredAndUsed(t *testing.T) {
	t.Parallel()
	sim, o := start(t, nil)
	cfg := configOf(sim, patientaccess.R4)
	cfg.TokenStore, cfg.TokenKey = auth.NewMemoryStore(), "person 1"
	first := connect(t, cfg, o)
	if _, err := first.Patients(t.Context()); err != nil {
		t.Fatal(err)
	}
	_ = first.Close()
	sim.RevokeTokens(false) // the access token is gone; the first refresh token was replaced
	second := connect(t, cfg, o)
	if _, err := second.Patients(t.Context()); err != nil {
		t.Fatalf("a restart with the store: %v", err)
	}
	sim.Advance(49 * time.Hour)
	cfg.RefreshToken = auth.Secret{}
	third := connect(t, cfg, o)
	sim.RevokeTokens(false)
	_, err := third.Patients(t.Context())
	if e, ok := errors.AsType[*emr.Error](err); !ok || !errors.Is(err, emr.ErrLoginRequired) || !strings.Contains(e.Hint, "48 hours") {
		t.Errorf("after 49 hours: %v", err)
	}
}

func TestASignInThatDoesNotSayThePatient(t *testing.T) {
	t.Parallel()
	for _, bare := range []bool{false, true} {
		sim, o := start(t, func(o *nextgentest.PatientAccessOptions) { o.NoPatient, o.BarePatient = true, bare })
		g, cfg, err := signedIn(t, sim, sim.Config(), o)
		if err != nil || !g.Patient.IsZero() {
			t.Fatal(err)
		}
		c, err := patientaccess.NewSignedIn(cfg, g, o)
		if err != nil {
			t.Fatal(err)
		}
		self, _ := sim.PatientIDs()
		if id, err := c.Patient(t.Context()); err != nil || id.Reveal() != self {
			t.Errorf("bare %v: %v", bare, err)
		}
		_ = c.Close()
	}
}

func TestAProxyChoosesTheRecord(t *testing.T) {
	t.Parallel()
	sim, o := start(t, func(o *nextgentest.PatientAccessOptions) { o.SignIn = nextgentest.PatientAccessProxy })
	g, cfg, err := signedIn(t, sim, sim.Config(), o)
	if err != nil {
		t.Fatal(err)
	}
	c, err := patientaccess.NewSignedIn(cfg, g, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_, both := sim.PatientIDs()
	_, err = c.Patient(t.Context())
	if emr.KindOf(err) != emr.KindPrecondition || strings.Contains(err.Error(), both[0]) {
		t.Errorf("nobody chose: %v", err)
	}
	people, err := c.Patients(t.Context())
	if err != nil || len(people) != 2 {
		t.Fatalf("%d people (%v)", len(people), err)
	}
	for _, p := range people {
		if !slices.Contains(both, p.ID.Reveal()) {
			t.Error("a person of neither record")
		}
		for _, err := range c.Search(patientaccess.WithPatient(t.Context(), p.ID), "Encounter", nil) {
			if err != nil {
				t.Error(err)
			}
		}
	}
}

func TestQuotaAndDenialAreTold(t *testing.T) {
	t.Parallel()
	sim, o := start(t, nil)
	c := connect(t, configOf(sim, patientaccess.R4), o)
	read := func(kind string) (err error) {
		for _, err = range c.Search(t.Context(), kind, nil) {
			if err != nil {
				break
			}
		}
		return err
	}
	sim.Deny("Condition")
	if err := read("Condition"); emr.KindOf(err) != emr.KindPermission {
		t.Errorf("denied: %v", err)
	}
	sim.ExhaustQuota(1)
	if err := read("Observation"); emr.KindOf(err) != emr.KindQuota {
		t.Errorf("quota: %v", err)
	}
	if err := read("Observation"); err != nil {
		t.Errorf("the day after: %v", err)
	}
}

func TestSchedulingIsUnsupportedWithoutARequest(t *testing.T) {
	t.Parallel()
	for _, v := range []patientaccess.Version{patientaccess.R4, patientaccess.DSTU2} {
		sim, o := start(t, nil)
		c := emr.NewClient(connect(t, configOf(sim, v), o), nil)
		day := emr.Date{Year: 2030, Month: 3, Day: 4}
		slot := &emr.Slot{Start: time.Date(2030, 3, 4, 9, 0, 0, 0, time.UTC), End: time.Date(2030, 3, 4, 9, 30, 0, 0, time.UTC)}
		for name, call := range map[string]func(context.Context) error{
			"types": func(ctx context.Context) error { _, err := emr.Collect(c.AppointmentTypes(ctx)); return err },
			"slots": func(ctx context.Context) error {
				_, err := emr.Collect(c.FindSlots(ctx, emr.SlotQuery{From: day, To: day.AddDays(1)}))
				return err
			},
			"list": func(ctx context.Context) error {
				_, err := emr.Collect(c.Appointments(ctx, emr.AppointmentQuery{From: day, To: day.AddDays(1)}))
				return err
			},
			"get": func(ctx context.Context) error {
				_, err := c.GetAppointment(ctx, emr.NewAppointmentID("1"))
				return err
			},
			"book": func(ctx context.Context) error {
				_, err := c.Book(ctx, &emr.Booking{Patient: &emr.Patient{ID: emr.NewPatientID("1")}, Slot: slot})
				return err
			},
			"cancel": func(ctx context.Context) error { _, err := c.Cancel(ctx, emr.NewAppointmentID("1"), nil); return err },
			"create": func(ctx context.Context) error {
				_, err := c.CreatePatient(ctx, &emr.NewPatient{Family: emr.NewPHI("x")})
				return err
			},
			"upload": func(ctx context.Context) error {
				_, err := c.UploadDocument(ctx, &emr.NewDocument{Content: strings.NewReader("x")})
				return err
			},
		} {
			if err := call(t.Context()); emr.KindOf(err) != emr.KindUnsupported {
				t.Errorf("%s: %v", name, err)
			}
		}
		pa, _ := emr.As[*patientaccess.Client](c)
		for _, kind := range []string{"Appointment", "Slot", "Schedule"} {
			for _, err := range pa.Search(t.Context(), kind, nil) {
				if emr.KindOf(err) != emr.KindUnsupported {
					t.Errorf("%s: %v", kind, err)
				}
			}
			if _, err := pa.Read(t.Context(), kind, "1"); emr.KindOf(err) != emr.KindUnsupported {
				t.Errorf("%s: %v", kind, err)
			}
		}
		if n := len(sim.Requests()); n != 0 {
			t.Errorf("%d requests", n)
		}
	}
}

func TestPracticesOfTheSimulatorAreListed(t *testing.T) {
	t.Parallel()
	sim, o := start(t, nil)
	all, err := patientaccess.Practices(t.Context(), sim.PracticesURL(), o)
	if err != nil || len(all) != 3 || all[0].BaseURL != sim.Config().BaseURL || all[0].City == "" {
		t.Errorf("%+v (%v)", all, err)
	}
	for _, r := range sim.Requests() {
		if r.Header.Get("Authorization") != "" {
			t.Error("a token was sent for the list")
		}
	}
}
