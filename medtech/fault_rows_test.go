package medtech

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

func TestFault_C1_C2_basesThatAreRefusedAndOnesThatMeanTheSame(t *testing.T) {
	t.Parallel()
	for _, base := range []string{
		"http://alexapiuat.medtechglobal.com/FHIR", "https://alexapiuat.medtechglobal.com/FHIR?facility=1", "https://alexapiuat.medtechglobal.com/FHIR#x",
		"https://user:canary@alex.example/FHIR", "https:///FHIR", "alexapiuat.medtechglobal.com/FHIR", "ftp://alexapiuat.medtechglobal.com/FHIR", "://",
	} {
		for _, edit := range []func(*Config){func(c *Config) { c.Environment, c.BaseURL = "", base }, func(c *Config) { c.TokenURL = base }} {
			c := good()
			if edit(&c); c.TokenURL != "" && strings.Contains(base, "?") {
				continue // a token endpoint may have a query
			}
			if _, err := New(c, nil); emr.KindOf(err) != emr.KindConfig || strings.Contains(err.Error(), "canary") {
				t.Errorf("%s: %v", base, err)
			}
		}
	}
	for _, base := range []string{"https://alexapiuat.medtechglobal.com", "https://alexapiuat.medtechglobal.com/", "https://alexapiuat.medtechglobal.com/FHIR", "https://alexapiuat.medtechglobal.com/FHIR/", "https://ALEXAPIUAT.medtechglobal.com/FHIR"} {
		c, w := connect(t, func(c *Config) { c.Environment, c.BaseURL = "", base }, reply{body: patientBody})
		if _, err := (parts{c}).GetPatient(t.Context(), emr.NewPatientID(testPatient)); err != nil || !strings.EqualFold(w.seen[0].URL.String(), "https://alexapiuat.medtechglobal.com/FHIR/Patient/"+testPatient) || !strings.Contains(w.seen[0].URL.Path, "/FHIR/") || c.Info().Environment != NZUAT {
			t.Errorf("%s: %v", base, err)
		}
	}
}

func TestFault_C3_secretsAndHeadersThatDoNotFitNameTheFieldOnly(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{" canary", "canary ", "canary\n", "canary\r\nX: 1", "[redacted]", "can\x00ary"} {
		for field, edit := range map[string]func(*Config){
			"ClientSecret": func(c *Config) { c.ClientSecret = auth.NewSecret(bad) },
			"AppID":        func(c *Config) { c.AppID = strings.ReplaceAll(bad, "[redacted]", "a b") },
			"Facility":     func(c *Config) { c.Facility = strings.ReplaceAll(bad, "[redacted]", "a b") },
			"Header": func(c *Config) {
				c.Header = http.Header{"X-Version": {strings.ReplaceAll(bad, "[redacted]", "a\nb") + "\n"}}
			},
		} {
			c := good()
			edit(&c)
			_, err := New(c, nil)
			if e := asError(err); e == nil || e.Kind != emr.KindConfig || strings.Join(e.Fields, "") != field || strings.Contains(e.Error()+e.Hint, "canary") {
				t.Errorf("%s %q: %v", field, bad, err)
			}
		}
	}
	for _, name := range []string{"Authorization", "mt-facilityid", "MT-CorrelationID", "mt-appid", "accept", "content-type", "Content-Length", "Cookie", "host", "a b", ""} {
		c := good()
		c.Header = http.Header{name: {"x"}}
		if _, err := New(c, nil); emr.KindOf(err) != emr.KindConfig {
			t.Errorf("header %q is taken", name)
		}
	}
	c, w := connect(t, func(c *Config) { c.Header = http.Header{"mt-version": {"2"}} }, reply{body: patientBody})
	if _, err := (parts{c}).GetPatient(t.Context(), emr.NewPatientID(testPatient)); err != nil || w.seen[0].Header.Get("Mt-Version") != "2" {
		t.Error(err)
	}
}

func TestFault_C4_C5_C7_aConnectionKeepsToItselfAndShowsNothing(t *testing.T) {
	t.Parallel()
	for most, ok := range map[int]bool{-1: false, 0: true, 1: true, 100: true, 101: false} {
		c := good()
		c.Parallel = most
		if _, err := New(c, nil); (err == nil) != ok {
			t.Errorf("%d at once: %v", most, err)
		}
	}
	given := http.Header{"Mt-Version": {"2"}}
	jar := &http.Client{Transport: &wire{t: t, routes: map[string]reply{"GET /Patient/" + testPatient: {status: 302, location: "https://evil.example.com/x"}}}}
	before := *jar
	cfg := good()
	cfg.Header = given
	c, err := New(cfg, &emr.Options{HTTPClient: jar})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	given.Set("Mt-Version", "3")
	if _, err := (parts{c}).GetPatient(t.Context(), emr.NewPatientID(testPatient)); emr.KindOf(err) != emr.KindUntrustedURL {
		t.Errorf("a redirect to another host: %v", err)
	}
	if jar.Transport != before.Transport || jar.CheckRedirect != nil || jar.Jar != nil || c.cfg.Header.Get("Mt-Version") != "2" {
		t.Error("what was given is changed, or changes the connection")
	}
	data, _ := json.Marshal(cfg)
	text := string(data)
	for _, v := range []any{cfg, &cfg, c, c.tokens, c.cfg, struct{ C Config }{cfg}, []Config{cfg}} {
		text += fmt.Sprintf("%v %+v %#v", v, v, v)
	}
	if strings.Contains(text, "shh-shh") {
		t.Error("the secret shows")
	}
}

// What this package does not know of an appointment goes back as it came.
func TestFault_F6_F7_aChangeKeepsWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	more := `"contained":[{"resourceType":"Basic","id":"b"}],"extension":[{"url":"https://x.example/weight","valueDecimal":1.50},{"url":"https://x.example/big","valueInteger":9007199254740993}],"_status":{"id":"s"},"unheardOf":{"a":[1,{}]},`
	source := strings.Replace(appointmentBody, `"comment"`, more+`"comment"`, 1)
	c, w := connect(t, func(cfg *Config) { cfg.UpdateByID = true }, reply{body: strings.Replace(appointmentBody, `"booked"`, `"arrived"`, 1)})
	a := booked()
	a.Source = emr.NewSource([]byte(source))
	if _, err := (parts{c}).Arrive(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"valueDecimal":1.50`, `9007199254740993`, `"contained":[{"resourceType":"Basic","id":"b"}]`, `"_status":{"id":"s"}`, `"unheardOf":{"a":[1,{}]}`, `"status":"arrived"`} {
		if !strings.Contains(w.bodies[0], want) {
			t.Errorf("no %s in %s", want, w.bodies[0])
		}
	}
}

// Instants of any precision, and days that are days.
func TestFault_T6_T8_timesAndBirthDates(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil)
	for text, want := range map[string]string{
		"2025-11-11T02:31:06.6+00:00": "2025-11-11T15:31:06.6+13:00", "2021-02-25T13:13:33+00:00": "2021-02-26T02:13:33+13:00", "2030-06-04T09:00:00.123456789Z": "2030-06-04T21:00:00.123456789+12:00",
		"2030-03-04T09:00:00": "2030-03-04T09:00:00+13:00", "2030-03-04T09:00": "2030-03-04T09:00:00+13:00", "2030-03-04T09:00:00.5": "2030-03-04T09:00:00.5+13:00", "2030-03-04T09:00:00-14:00": "2030-03-05T12:00:00+13:00",
		"": "0001-01-01T00:00:00Z",
	} {
		if got, err := c.moment(text); err != nil || got.Format(time.RFC3339Nano) != want {
			t.Errorf("%s is %s, %v", text, got.Format(time.RFC3339Nano), err)
		}
	}
	for _, text := range []string{"soon", "2030", "2030-03", "2030-13-04T09:00:00Z", "2030-03-04T25:00:00", "2030-03-04 09:00:00", "2030-03-04T09:00:00+1300"} {
		if got, err := c.moment(text); err == nil {
			t.Errorf("%s is %s", text, got)
		}
	}
	for text, want := range map[string]string{"1980-02-29": "1980-02-29", "1980-02": "", "1980": "", "": "", "1981-02-29": "", "1980-02-29T23:59:59Z": ""} {
		c, _ := connect(t, nil, reply{body: strings.Replace(patientBody, "1980-02-29", text, 1)})
		p, err := parts{c}.GetPatient(t.Context(), emr.NewPatientID(testPatient))
		got := ""
		if err == nil && !p.Born.IsZero() {
			got = p.Born.Reveal().String()
		}
		if err != nil && want != "" || got != want {
			t.Errorf("born %s is %q, %v", text, got, err)
		}
	}
}

// A large answer to a write is not read: its id is in Location. A small one is.
func TestFault_H10_H11_aLargeAnswerToAWriteIsNotRead(t *testing.T) {
	t.Parallel()
	for size, want := range map[int64]string{200 << 10: "m1", 64 << 20: "m7"} {
		body := &zeros{size}
		c, err := New(good(), &emr.Options{HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodGet || strings.HasSuffix(r.URL.Path, "/token") {
				return (&wire{t: t, replies: []reply{{body: bundle()}}}).RoundTrip(r)
			}
			return &http.Response{StatusCode: http.StatusCreated, Header: http.Header{"Content-Type": {mediaType}, "Location": {"https://h/fhir/Media/m7"}}, Body: joined{strings.NewReader(media("m1", testPatient)), body}, Request: r}, nil
		})}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		stored, err := c.StoreImage(t.Context(), inboxImage())
		if err != nil || stored.MediaID.Reveal() != want || size-body.left > 1<<20 {
			t.Errorf("%d bytes: %v, %v; %d were read", size, idOf(stored), err, size-body.left)
		}
	}
}

type joined struct {
	first *strings.Reader
	rest  *zeros
}

func (j joined) Read(p []byte) (int, error) {
	if j.first.Len() > 0 {
		return j.first.Read(p)
	}
	return j.rest.Read(p)
}

func (joined) Close() error { return nil }
