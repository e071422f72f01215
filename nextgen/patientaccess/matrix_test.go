package patientaccess

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// Rows of the fault matrix that the house repeats for each vendor. Rows of writing do not
// apply: this API only reads. Those of sign-in are in auth/signin, those of the wire in
// internal/transport.

func TestFault_X1_aCancelledContextSendsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := open(t, R4, nil)
		for name := range everyCall(c) {
			c, g := open(t, R4, always("{}"))
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			err := everyCall(c)[name](ctx)
			synctest.Wait()
			if emr.KindOf(err) != emr.KindCanceled || len(g.seen)+len(g.tokens) != 0 {
				t.Errorf("%s: %v after %d requests and %d tokens", name, err, len(g.seen), len(g.tokens))
			}
			_ = c.Close()
		}
	})
}

// TestFault_H7: the gateway of the tests fails where a token goes to another host.
func TestFault_H7_nothingFollowsARedirectToAnotherHost(t *testing.T) {
	t.Parallel()
	c, _ := open(t, R4, nil)
	for _, status := range []int{301, 302, 303, 307, 308} {
		for name := range everyCall(c) {
			g := &fakeServer{t: t, answer: always("{}")}
			moved := 0
			o := &emr.Options{Retry: &emr.Retry{Attempts: 1}, HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				if strings.HasSuffix(r.URL.Path, "/token") {
					return g.RoundTrip(r)
				}
				if r.URL.Host != "fhir.nextgen.com" {
					t.Errorf("%s: a request to %s", name, r.URL.Host)
				}
				moved++
				return &http.Response{StatusCode: status, Header: http.Header{"Location": {"https://evil.example/?patient=" + zelda}}, Body: http.NoBody, Request: r}, nil
			})}}
			c, err := New(testConfig(R4), o)
			if err != nil {
				t.Fatal(err)
			}
			err = everyCall(c)[name](t.Context())
			if emr.KindOf(err) != emr.KindUntrustedURL || moved == 0 {
				t.Errorf("%d, %s: %v after %d requests", status, name, err, moved)
			}
			vendortest.CheckError(t, err, leak)
			_ = c.Close()
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestFault_A6_H8_theTokenRequestIsNotRedirected(t *testing.T) {
	t.Parallel()
	for _, status := range []int{302, 307, 308} {
		asked := 0
		o := &emr.Options{HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			asked++
			if r.URL.Host != "fhir.nextgen.com" {
				t.Errorf("the secret goes to %s", r.URL.Host)
			}
			return &http.Response{StatusCode: status, Header: http.Header{"Location": {"https://evil.example/token"}}, Body: http.NoBody, Request: r}, nil
		})}}
		c, err := New(testConfig(R4), o)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Read(t.Context(), "Condition", "1")
		if wantKind(t, err, emr.KindUntrustedURL); asked != 1 {
			t.Errorf("%d: %d requests", status, asked)
		}
		_ = c.Close()
	}
}

func TestFault_F3_F4_whatIsNoRecordIsProtocolAndNeverAnEmptyOne(t *testing.T) {
	t.Parallel()
	c, _ := open(t, R4, nil)
	for _, body := range []string{
		`null`, `{}`, `[]`, `7`, `"text"`, `{"resourceType":"Binary"}`, `{"resourceType":"bundle"}`, `{"resourceType":"Patient"}`, `{"resourceType":"Patient","id":"1","ID":"2"}`, `{"resourceType":"Patient","id":"1","id":"2"}`,
		`{"resourceType":"Bundle"}{}`, `{"resourceType":"Bundle","entry":{}}`, `{"resourceType":"Bundle","entry":[null]}`, `{"resourceType":"Bundle","entry":[{"resource":null}]}`,
	} {
		for name := range everyCall(c) {
			if name == "raw" || name == "check" && body == `{"resourceType":"Patient"}` || name == "document" && body == `{"resourceType":"Binary"}` {
				continue // raw gives what there is
			}
			c, _ := open(t, R4, always(body))
			if err := everyCall(c)[name](t.Context()); emr.KindOf(err) != emr.KindProtocol {
				t.Errorf("%s of %s: %v", name, body, err)
			}
			_ = c.Close()
		}
	}
}

func TestFault_F10_errorBodiesOfAnyShapeGiveATypedErrorWithAShortDetail(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("diagnostics ", 100_000)
	for _, body := range []string{
		`{"resourceType":"OperationOutcome"}`, `{"resourceType":"OperationOutcome","issue":[{}]}`, `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"x","diagnostics":"` + long + `"}]}`,
		`{"error":{"code":7}}`, `[]`, `["Access denied"]`, `["<script>alert(1)</script>"]`, `["` + long + `"]`, `[1]`, `null`, `"text"`, "Not Found", "<html><b>" + long + "</b></html>", "\xff\xfe\x00", long, "",
	} {
		for status, kind := range map[int]emr.Kind{400: emr.KindInvalid, 403: emr.KindPermission, 404: emr.KindNotFound} {
			c, g := open(t, R4, func(*http.Request) reply { return reply{status: status, body: body} })
			_, err := c.Read(t.Context(), "Condition", "1")
			e := wantKind(t, err, kind)
			if len([]rune(e.Detail())) > 200 || strings.Contains(e.Detail(), "<") || strings.Contains(err.Error(), "diagnostics") || strings.Contains(err.Error(), "script") || e.Hint == "" || len(g.requests()) != 1 {
				t.Errorf("%d %.40s: detail of %d characters", status, body, len(e.Detail()))
			}
			_ = c.Close()
		}
	}
}

func TestFault_F12_recordsOfAnotherPatientAreNeverShown(t *testing.T) {
	t.Parallel()
	for _, v := range []Version{R4, DSTU2} {
		end := map[Version]string{R4: ".r4.json", DSTU2: ".dstu2.json"}[v]
		for _, subject := range []string{"Patient/another", baseOf(v) + "/Patient/another", " Patient/another/_history/2"} {
			for file, list := range map[string]func(parts) (int, error){
				"encounters": func(p parts) (int, error) {
					page, err := p.ListEncounters(t.Context(), emr.EncounterQuery{Patient: person()}, "")
					return len(page.Items), err
				},
				"documents": func(p parts) (int, error) {
					page, err := p.ListDocuments(t.Context(), emr.DocumentQuery{Patient: person()}, "")
					return len(page.Items), err
				},
			} {
				text := own(t, file+end)
				if !strings.Contains(text, `"Patient/`+zelda+`"`) {
					t.Fatalf("%s names its patient otherwise", file)
				}
				c, _ := open(t, v, always(strings.ReplaceAll(text, `"Patient/`+zelda+`"`, `"`+subject+`"`)))
				if n, err := list(parts{c}); emr.KindOf(err) != emr.KindProtocol || n != 0 {
					t.Errorf("%s %s of %s: %d, %v", v, file, subject, n, err)
				}
				_ = c.Close()
			}
		}
	}
}

func baseOf(v Version) string {
	if v == DSTU2 {
		return baseDSTU2
	}
	return baseR4
}

func TestFault_F14_whatIsNoIDIsNotSent(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", " ", ".", "..", "a/b", "a?b", "%2e", "a b", "a\n", strings.Repeat("a", 65), "ä"} {
		c, g := open(t, R4, always("{}"))
		p, who := parts{c}, &emr.Patient{ID: emr.NewPatientID(id)}
		for name, do := range map[string]func() error{
			"read":    func() error { _, err := c.Read(t.Context(), "Condition", id); return err },
			"patient": func() error { _, err := p.GetPatient(t.Context(), who.ID); return err },
			"encounters": func() error {
				_, err := p.ListEncounters(t.Context(), emr.EncounterQuery{Patient: who}, "")
				return err
			},
			"documents": func() error { _, err := p.ListDocuments(t.Context(), emr.DocumentQuery{Patient: who}, ""); return err },
			"document": func() error {
				_, err := p.OpenDocument(t.Context(), &emr.Document{ID: emr.NewDocumentID(id), Patient: person().ID})
				return err
			},
		} {
			if err := do(); emr.KindOf(err) != emr.KindInvalid || len(g.requests())+len(g.tokens) != 0 {
				t.Errorf("%s %q: %v after %v", name, id, err, g.requests())
			}
		}
		_ = c.Close()
	}
}

func TestFault_R1_R3_aWaitThatIsTooLongIsToldAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for wait, want := range map[string]time.Duration{"86400": 24 * time.Hour, "1": 0} {
			n := 0
			g := &fakeServer{t: t}
			c, err := New(testConfig(R4), &emr.Options{HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				if n++; !strings.HasSuffix(r.URL.Path, "/token") && n == 2 {
					return &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {wait}}, Body: http.NoBody, Request: r}, nil
				}
				g.answer = always(`{"resourceType":"Condition","id":"1"}`)
				return g.RoundTrip(r)
			})}})
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			_, err = c.Read(t.Context(), "Condition", "1")
			took := time.Since(began)
			if want == 0 && (err != nil || took < time.Second || n != 3) {
				t.Errorf("after %s and %d requests: %v", took, n, err)
			}
			if want != 0 {
				if e := wantKind(t, err, emr.KindRateLimited); took > time.Second || e.RetryAfter != want || n != 2 {
					t.Errorf("after %s: %s, %d requests", took, e.RetryAfter, n)
				}
			}
			_ = c.Close()
		}
	})
}

func TestFault_C7_printingShowsNothingOfAConnection(t *testing.T) {
	t.Parallel()
	cfg := testConfig(R4)
	cfg.Patient = person().ID
	c, _ := openWith(t, cfg, nil, always(own(t, "patient.r4.json")))
	if _, err := (parts{c}).GetPatient(t.Context(), person().ID); err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{c, cfg, &cfg, parts{c}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			if what := leak(fmt.Sprintf(verb, v)); what != "" {
				t.Errorf("%s of %T shows %q", verb, v, what)
			}
		}
	}
}

func TestFault_C1_C2_C3_whatCannotWorkNamesTheFieldOnly(t *testing.T) {
	t.Parallel()
	for field, edits := range map[string][]func(*Config){
		"BaseURL": {
			func(c *Config) { c.BaseURL = "http://hidden.example/fhir/r4" }, func(c *Config) { c.BaseURL = "https://u:hidden@clinic.example.com/r4" },
			func(c *Config) { c.BaseURL = "https://clinic.example.com/r4?hidden=1" }, func(c *Config) { c.BaseURL = "https://clinic.example.com/r4#hidden" }, func(c *Config) { c.BaseURL = "hidden" },
		},
		"ClientSecret": {func(c *Config) { c.ClientSecret = auth.NewSecret("hidden\n") }, func(c *Config) { c.ClientSecret = auth.NewSecret(" hidden") }},
		"TokenURL":     {func(c *Config) { c.TokenURL = "http://hidden.example/token" }, func(c *Config) { c.TokenURL = "https://u:hidden@login.example.com/token" }},
	} {
		for i, edit := range edits {
			cfg := testConfig(R4)
			edit(&cfg)
			_, err := New(cfg, nil)
			if e := wantKind(t, err, emr.KindConfig); !slices.Contains(e.Fields, field) || strings.Contains(err.Error(), "hidden") {
				t.Errorf("%s %d: %v", field, i, err)
			}
		}
	}
}

// TestFault_T6_T8: a part of a birth date is none, and no zone moves a whole one.
func TestFault_T6_T8_birthDatesAreDaysOrNothing(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]emr.Date{"1991-05-17": {Year: 1991, Month: 5, Day: 17}, "1991-05": {}, "1991": {}} {
		c, _ := open(t, R4, always(strings.ReplaceAll(own(t, "patient.r4.json"), "1991-05-17", text)))
		m, err := parts{c}.GetPatient(t.Context(), person().ID)
		if err != nil || m.Born.Reveal() != want {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestQuirk16_theBodyOfA403IsAnArrayOfSentences(t *testing.T) {
	t.Parallel()
	c, g := open(t, R4, func(*http.Request) reply { return reply{status: 403, body: `["Access denied"]`} })
	_, err := c.Read(t.Context(), "Condition", "1")
	if e := wantKind(t, err, emr.KindPermission); e.Detail() != "Access denied" || !strings.Contains(e.Hint, "approved") || len(g.requests()) != 1 || len(g.tokens) != 1 {
		t.Errorf("%v, detail %q", e, e.Detail())
	}
}

func TestQuirk21_theSizeOfAPageIsCalledMaxresults(t *testing.T) {
	t.Parallel()
	cfg := testConfig(R4)
	cfg.PageSize = 17
	c, g := openWith(t, cfg, nil, always(searchset("", 0)))
	if _, err := ofZelda(t, c); err != nil || g.requests()[0] != "/Condition?_maxresults=17&"+patientQuery {
		t.Errorf("%v, %v", g.requests(), err)
	}
}

func TestQuirk22_theTokenAnswerMayLackThePatientAndARefreshTokenIsOver(t *testing.T) {
	t.Parallel()
	c, g := open(t, R4, func(req *http.Request) reply {
		if strings.HasSuffix(req.URL.Path, "/Patient") {
			return reply{body: `{"resourceType":"Bundle","entry":[{"resource":` + own(t, "patient.r4.json") + `}]}`}
		}
		return reply{body: searchset("", 0)}
	})
	if id, err := c.Patient(t.Context()); err != nil || id.Reveal() != zelda {
		t.Errorf("%v", err)
	}
	if len(g.tokens) != 1 || g.tokens[0].Get("grant_type") != "refresh_token" {
		t.Errorf("%d token requests", len(g.tokens))
	}
	c, g = open(t, R4, always("{}"))
	g.token = reply{status: 400, kind: "application/json", body: `{"error":"invalid_grant"}`}
	_, err := c.Patient(t.Context())
	if e := wantKind(t, err, emr.KindAuth); !strings.Contains(e.Hint, "48 hours") || len(g.requests()) != 0 {
		t.Error(e)
	}
}
