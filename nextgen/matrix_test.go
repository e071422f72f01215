package nextgen

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// Rows of the fault matrix that the house repeats for each vendor; the others are beside
// what they are about, and in internal/transport.

func TestFault_X1_aCancelledContextSendsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for op, do := range operations(t) {
			w := &wire{t: t, routes: map[string]reply{}} // its token and session are still to come
			c := w.connect(t, nil, nil)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			err := do(ctx, parts{c})
			synctest.Wait()
			if emr.KindOf(err) != emr.KindCanceled || len(w.seen)+len(w.tokens)+len(w.logins) != 0 {
				t.Errorf("%s: %v after %d requests, %d tokens and %d selections", op, err, len(w.seen), len(w.tokens), len(w.logins))
			}
		}
	})
}

func TestFault_X4_whoCancelsAWriteThatWasSentHearsThatItsOutcomeIsUnknown(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	w := &wire{t: t, routes: map[string]reply{}}
	c, err := New(testConfig(t), &emr.Options{HTTPClient: &http.Client{Transport: rounds(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/appointments") {
			cancel()
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		return w.RoundTrip(r)
	})}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_, err = parts{c}.Book(ctx, visitBooking(t))
	wantError(t, err, emr.KindAmbiguous)
	if !strings.Contains(err.Error(), "ambiguous") || ctx.Err() == nil {
		t.Error(err)
	}
	clean(t, err)
}

// TestFault_A6_H7_H8: neither secret, token, session nor body follows a redirect.
func TestFault_A6_H7_H8_nothingFollowsARedirectToAnotherHost(t *testing.T) {
	t.Parallel()
	elsewhere := http.Header{"Location": {"https://evil.example.com/nge/prod/nge-api/api/x"}}
	for _, status := range []int{301, 302, 303, 307, 308} {
		for name, path := range map[string]string{"token": "/token", "practice selection": loginPath, "read": "/master/events", "booking": "/appointments"} {
			w := &wire{t: t, routes: map[string]reply{}, replies: []reply{{status: status, header: elsewhere}}}
			if name == "practice selection" {
				w.login = []reply{{status: status, header: elsewhere}, {status: status, header: elsewhere}, {status: status, header: elsewhere}}
			}
			var strange []string
			c, err := New(testConfig(t), &emr.Options{HTTPClient: &http.Client{Transport: rounds(func(r *http.Request) (*http.Response, error) {
				switch {
				case r.URL.Host != "nativeapi.nextgen.com":
					strange = append(strange, r.URL.Host)
				case name == "token" && strings.HasSuffix(r.URL.Path, path):
					return &http.Response{StatusCode: status, Header: elsewhere, Body: http.NoBody, Request: r}, nil
				}
				return w.RoundTrip(r)
			})}, Retry: &emr.Retry{BaseDelay: time.Millisecond}})
			if err != nil {
				t.Fatal(err)
			}
			if name == "booking" {
				_, err = parts{c}.Book(t.Context(), visitBooking(t))
			} else {
				err = types(t.Context(), c)
			}
			if kind := emr.KindOf(err); kind != emr.KindUntrustedURL && (name != "booking" || kind != emr.KindProtocol && kind != emr.KindAmbiguous) || len(strange) != 0 {
				t.Errorf("%d to the %s: %v, requests to %v", status, name, err, strange)
			}
			clean(t, err)
			_ = c.Close()
		}
	}
}

// TestFault_N3: what the Client makes of a lost answer is proved against the simulator
// (record_sim_test.go); here, that each write is sent once when it breaks off.
func TestFault_N3_aWriteThatBrokeOffIsSentOnce(t *testing.T) {
	t.Parallel()
	for op, do := range operations(t) {
		w := practice(&wire{t: t, routes: map[string]reply{}, replies: []reply{{cut: true}}})
		c := w.connect(t, nil, nil)
		err := do(t.Context(), parts{c})
		posts := 0
		for _, r := range w.seen {
			if r.Method != http.MethodGet && !strings.HasSuffix(r.URL.Path, "/availability") {
				posts++
			}
		}
		want := map[bool]emr.Kind{true: emr.KindAmbiguous, false: emr.KindUnavailable}[posts > 0]
		if err != nil && emr.KindOf(err) != want || err == nil && len(w.seen) > 0 || posts > 1 {
			t.Errorf("%s: %v after %v", op, err, w.asked())
		}
	}
}

func TestFault_F10_errorBodiesOfAnyShapeGiveATypedErrorWithAShortDetail(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("diagnostics ", 100_000)
	for _, body := range []string{
		`{}`, `[]`, `null`, `"text"`, "Not Found", "\xff\xfe\x00", "<html><b>" + long + "</b></html>", `{"message":7}`, `{"message":null}`, `{"message":["a","b"]}`,
		`{"message":{"text":"of an object"}}`, `{"Message":"yet another"}`, `{"message":"` + long + `"}`, `{"message":"<script>alert(1)</script>"}`, `{"message":"a","messageDetail":"b"}`, long, ``,
	} {
		p, w := desk(t, nil, reply{status: 400, body: body})
		_, err := p.GetPatient(t.Context(), emr.NewPatientID(tessa))
		e := wantError(t, err, emr.KindInvalid)
		if want, ok := map[string]string{"Not Found": "Not Found", `"text"`: "text", `{"message":["a","b"]}`: "a; b", `{"Message":"yet another"}`: "yet another", `{"message":"a","messageDetail":"b"}`: "a; b", ``: ""}[body]; ok && e.Detail() != want {
			t.Errorf("%.40s: detail %q", body, e.Detail())
		}
		if len([]rune(e.Detail())) > 200 || strings.Contains(e.Detail(), "<") || strings.Contains(e.Error(), "diagnostics") || strings.Contains(e.Error(), "script") || len(w.asked()) != 1 {
			t.Errorf("%.40s: detail of %d characters, %v", body, len(e.Detail()), w.asked())
		}
	}
}

func TestFault_F12_whoIsOutsideTheQueryIsNeverFound(t *testing.T) {
	t.Parallel()
	p, _ := desk(t, nil, answered(t, "patient/lookup")) // three people, whatever was asked
	for _, q := range []emr.PatientQuery{
		{Family: emr.NewPHI("Nobody")}, {Family: emr.NewPHI("Marlow"), Born: emr.NewBirthDate(1901, 1, 1)}, {Email: emr.NewPHI("nobody@example.com")},
		{Phone: emr.NewPHI("207-555-0142"), Family: emr.NewPHI("Nobody")}, {Identifier: emr.Identifier{System: MedicalRecordNumber, Value: emr.NewPHI("000000000999")}, Family: emr.NewPHI("Nobody")},
	} {
		if page, err := p.FindPatients(t.Context(), q, ""); err != nil || len(page.Items) != 0 {
			t.Errorf("%d found, %v", len(page.Items), err)
		}
	}
	who := &emr.Patient{ID: emr.NewPatientID(drLee)} // and the appointments of somebody else
	for _, body := range []string{listed(visitRecord(t)), "[" + visitRecord(t) + "]"} {
		p, _ := desk(t, nil, reply{body: body})
		page, err := p.ListAppointments(t.Context(), emr.AppointmentQuery{Patient: who}, "")
		wantError(t, err, emr.KindProtocol)
		if len(page.Items) != 0 {
			t.Error("another person's appointment is shown")
		}
	}
}

func TestFault_F14_whatIsNoIDIsNotSent(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", " ", ".", "..", "7", tessa + "/..", tessa + "?x=1", "%2e%2e", "../" + tessa, tessa + "\n", "{" + tessa + "}", strings.ReplaceAll(tessa, "-", ""), tessa[:35] + "g", "x' or true or '"} {
		who := &emr.Patient{ID: emr.NewPatientID(id)}
		a := liveVisit(t)
		a.ID = emr.NewAppointmentID(id)
		for name, do := range map[string]func(parts) error{
			"patient":      func(p parts) error { _, err := p.GetPatient(t.Context(), who.ID); return err },
			"chart":        func(p parts) error { _, err := p.Chart(t.Context(), who.ID); return err },
			"make a chart": func(p parts) error { _, err := p.CreateChart(t.Context(), who.ID); return err },
			"update": func(p parts) error {
				_, err := p.UpdatePatient(t.Context(), &emr.PatientUpdate{ID: who.ID, Emails: tessaNew().Emails})
				return err
			},
			"appointment": func(p parts) error { _, err := p.GetAppointment(t.Context(), a.ID); return err },
			"cancel":      func(p parts) error { _, err := p.Cancel(t.Context(), a, nil); return err },
			"confirm":     func(p parts) error { _, err := p.Confirm(t.Context(), a); return err },
			"arrive":      func(p parts) error { _, err := p.Arrive(t.Context(), a); return err },
			"move": func(p parts) error {
				_, err := p.Reschedule(t.Context(), a, &emr.Move{Appointment: a.ID, To: morning(t)})
				return err
			},
			"encounters": func(p parts) error {
				_, err := p.ListEncounters(t.Context(), emr.EncounterQuery{Patient: who}, "")
				return err
			},
			"documents": func(p parts) error {
				_, err := p.ListDocuments(t.Context(), emr.DocumentQuery{Patient: who}, "")
				return err
			},
			"document": func(p parts) error {
				_, err := p.OpenDocument(t.Context(), &emr.Document{ID: emr.NewDocumentID(id), Patient: emr.NewPatientID(tessa)})
				return err
			},
			"book": func(p parts) error {
				b := visitBooking(t)
				b.Patient = who
				_, err := p.Book(t.Context(), b)
				return err
			},
		} {
			p, w := desk(t, nil)
			if err := do(p); emr.KindOf(err) != emr.KindInvalid || len(w.asked())+len(w.logins) != 0 {
				t.Errorf("%s %q: %v after %v", name, id, err, w.asked())
			}
		}
	}
}

func TestFault_F6_F7_whatNobodyReadsIsKeptInTheSource(t *testing.T) {
	t.Parallel()
	p, _ := desk(t, nil, reply{body: visitRecord(t, `"isCancelled": false`, `"isCancelled": false, "aNewMember": 12345678901234567890.10, "case": {"ID": 1}`)})
	a, err := p.GetAppointment(t.Context(), emr.NewAppointmentID(visit))
	if err != nil || !strings.Contains(string(a.Source.Reveal()), "12345678901234567890.10") {
		t.Errorf("%v", err)
	}
}

func TestFault_F2_aSuccessThatBreaksOffIsReadBackByItsLocation(t *testing.T) {
	t.Parallel()
	cut := answered(t, "appointment/get")
	cut.body, cut.header = cut.body[:len(cut.body)/2], located("/appointments", visit).header
	p, w := desk(t, nil, cut, answered(t, "appointment/get"))
	if a, err := p.Book(t.Context(), visitBooking(t)); err != nil || a.ID.Reveal() != visit || len(w.asked()) != 2 {
		t.Errorf("%v after %v", err, w.asked())
	}
}

func TestFault_B7_aChangeSendsItsOwnMembersOnly(t *testing.T) {
	t.Parallel()
	family := emr.NewPHI("Marlowe")
	p, w := desk(t, nil, reply{body: "{}"}, reply{body: strings.ReplaceAll(fixture(t, "patient/get.response.json"), `"Marlow"`, `"Marlowe"`)})
	if _, err := p.UpdatePatient(t.Context(), &emr.PatientUpdate{ID: emr.NewPatientID(tessa), Family: &family}); err != nil {
		t.Errorf("%v", err)
	}
	if w.bodies[0] != `{"LastName":"Marlowe"}` || w.seen[0].Method != http.MethodPatch {
		t.Errorf("%s %s", w.seen[0].Method, w.bodies[0])
	}
}

// TestFault_B8: a telephone that two people share finds both, and an identifier of nobody
// is no identifier.
func TestFault_B8_allWhoAnswerAreGivenAndASocialSecurityNumberIdentifiesNobody(t *testing.T) {
	t.Parallel()
	p, _ := desk(t, nil, answered(t, "patient/lookup"))
	if page, err := p.FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI("Marlow")}, ""); err != nil || len(page.Items) < 2 {
		t.Errorf("%d, %v", len(page.Items), err)
	}
	for _, system := range []string{"SocialSecurityNumber", "socialSecurityNumber", "ssn", "http://hl7.org/fhir/sid/us-ssn"} {
		p, w := desk(t, nil)
		_, err := p.FindPatients(t.Context(), emr.PatientQuery{Identifier: emr.Identifier{System: system, Value: emr.NewPHI("000123456")}}, "")
		if wantError(t, err, emr.KindInvalid); len(w.asked()) != 0 {
			t.Error(w.asked())
		}
	}
}

func TestFault_C1_C2_C3_basesSecretsAndHeadersThatCannotWorkNameTheFieldOnly(t *testing.T) {
	t.Parallel()
	for field, edits := range map[string][]func(*Config){
		"BaseURL": {
			func(c *Config) { c.BaseURL = "http://clinic.example.com/api" }, func(c *Config) { c.BaseURL = "https://u:hidden-value@clinic.example.com/api" },
			func(c *Config) { c.BaseURL = "https://clinic.example.com/api?hidden-value=1" }, func(c *Config) { c.BaseURL = "https://clinic.example.com/api#x" }, func(c *Config) { c.BaseURL = "clinic.example.com" },
		},
		"TokenURL":     {func(c *Config) { c.TokenURL = "http://clinic.example.com/token" }, func(c *Config) { c.TokenURL = "https://clinic.example.com/token?site_id=hidden-value" }},
		"ClientSecret": {func(c *Config) { c.ClientSecret = auth.Secret{} }, func(c *Config) { c.ClientSecret = auth.NewSecret("hidden-value\n") }, func(c *Config) { c.ClientSecret = auth.NewSecret(" hidden-value") }},
		"SessionID":    {func(c *Config) { c.SessionID = auth.NewSecret("hidden-value\r\nX: y") }, func(c *Config) { c.SessionID = auth.NewSecret("hidden-välue") }},
	} {
		for i, edit := range edits {
			cfg := testConfig(t)
			edit(&cfg)
			_, err := New(cfg, nil)
			if e := wantError(t, err, emr.KindConfig); !slices.Equal(e.Fields, []string{field}) || strings.Contains(err.Error(), "hidden") || strings.Contains(err.Error(), "clinic.example") {
				t.Errorf("%s %d: %v", field, i, err)
			}
		}
	}
	for _, base := range []string{"https://clinic.example.com/nge/prod/nge-api/api", "https://clinic.example.com/nge/prod/nge-api/api/"} {
		cfg := testConfig(t)
		cfg.BaseURL = base
		if full, bad := cfg.resolve(); bad != nil || full.BaseURL != "https://clinic.example.com/nge/prod/nge-api/api" || full.TokenURL != "https://clinic.example.com/nge/prod/nge-oauth/token" {
			t.Errorf("%s: %s and %s, %v", base, full.BaseURL, full.TokenURL, bad)
		}
	}
}

func TestFault_T8_aBirthDateIsTheDayThatWasWrittenInAnyZone(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"America/New_York", "Pacific/Auckland", "Pacific/Honolulu"} {
		for _, born := range []string{"1988-02-29T00:00:00", "1988-02-29", "1988-02-29T23:59:59", "1988-02-29T00:00:00Z"} {
			p, w := desk(t, func(c *Config) { c.Zone = zone(t, name) }, reply{body: strings.ReplaceAll(fixture(t, "patient/get.response.json"), "1988-02-29T00:00:00", born)})
			m, err := p.GetPatient(t.Context(), emr.NewPatientID(tessa))
			if err != nil || m.Born.Reveal() != (emr.Date{Year: 1988, Month: 2, Day: 29}) {
				t.Errorf("%s in %s: %v, %v", born, name, m, err)
			}
			w.replies = []reply{{}}
			_, _ = p.CreatePatient(t.Context(), tessaNew())
			if last := w.bodies[len(w.bodies)-1]; !strings.Contains(last, `"DateOfBirth":"1988-02-29T00:00:00"`) {
				t.Errorf("in %s a birth date goes out otherwise", name)
			}
		}
	}
}
