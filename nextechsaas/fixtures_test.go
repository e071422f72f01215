package nextechsaas

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// sample is one of the vendor's published answers. Its placeholders for ids, 0, are those
// of nobody: they are filled in.
func sample(t *testing.T, name string) string {
	t.Helper()
	text := string(vendortest.Published(t, "nextechsaas/"+name))
	return strings.NewReplacer(`"patientId": 0`, `"patientId": 1042`, `"encounterId": 0`, `"encounterId": 88310`, `"doctorId": 0`, `"doctorId": 15`).Replace(text)
}

func TestSamples_thePublishedPatientIsRead(t *testing.T) {
	t.Parallel()
	body := sample(t, "saas_patient.json") // one object; the page calls it a list
	for _, body := range []string{body, "[" + body + "]"} {
		c, _ := dial(t, nil, reply{body: body})
		all, err := emr.Collect(c.FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI("string")}))
		if err != nil || len(all) != 1 {
			t.Fatal(len(all), err)
		}
		p := all[0]
		if p.ID.Reveal() != "1042" || p.Given.Reveal() != "string" || p.Born.Reveal().String() != "2017-12-14" || p.Identifiers[0].Value.Reveal() != "string" || p.Phones[0].Number.Reveal() != "string" {
			t.Error("the patient is another one")
		}
		if strings.Contains(string(p.Source.Reveal()), "ssn") {
			t.Error("the source has the social security number")
		}
	}
}

func TestSamples_thePublishedVisitIsRead(t *testing.T) {
	t.Parallel()
	body := sample(t, "saas_encounters_search.json")
	c, _ := dial(t, nil, reply{body: body})
	all, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient("1042")}))
	if err != nil || len(all) != 1 {
		t.Fatal(len(all), err)
	}
	e, v := all[0], VisitOf(all[0])
	if e.ID.Reveal() != "88310" || e.Start != date(2017, 12, 14) || !e.Locked || e.Type.Reveal() != "string" || e.Practitioner != "15" ||
		!v.At.Equal(time.Date(2017, 12, 14, 15, 8, 59, 924e6, time.UTC)) || v.Location != "string" || v.Designation != "string" {
		t.Error("the visit is another one")
	}
	content, err := c.OpenSummary(t.Context(), emr.SummaryQuery{Patient: patient("1042"), Encounter: e.ID})
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(content.Body); err != nil || string(text) != "string" {
		t.Errorf("%q, %v", text, err)
	}
	if err := content.Body.Close(); err != nil {
		t.Error(err)
	}
}

// directory answers token requests with one body.
type directory struct {
	status int
	body   string
	after  *wire
}

func (d *directory) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(req.URL.Path, "/token") {
		return d.after.RoundTrip(req)
	}
	return &http.Response{StatusCode: d.status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(d.body)), Request: req}, nil
}

func TestSamples_azureAnswersAreRead(t *testing.T) {
	t.Parallel()
	good, bad := sample(t, "aad_v1_token_response.json"), sample(t, "aad_v1_token_error_400.json")
	var members map[string]string
	if err := json.Unmarshal([]byte(good), &members); err != nil {
		t.Fatal(err)
	}
	sections := func(d *directory, store auth.Store) error {
		d.after = &wire{replies: []reply{{body: `["history"]`}}}
		c, err := New(Config{
			ClientID: "app", PracticeID: testPractice, Resource: "https://resource.example.test", RefreshToken: auth.NewSecret("kit-refresh-0001"), TokenStore: store, TokenKey: "user",
		}, &emr.Options{HTTPClient: &http.Client{Transport: d}, Retry: &emr.Retry{Attempts: 1}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.EncounterSections(t.Context())
		if len(d.after.seen) > 0 && d.after.seen[0].Header.Get("Authorization") != "Bearer "+members["access_token"] {
			t.Error("another token is sent")
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		return err
	}
	store := auth.NewMemoryStore()
	if err := sections(&directory{status: 200, body: good}, store); err != nil {
		t.Fatal(err)
	}
	if err := sections(&directory{status: 500, body: ""}, store); err != nil { // the stored one is good for an hour
		t.Error(err)
	}
	err := sections(&directory{status: 400, body: bad}, nil)
	e := wantKind(t, err, emr.KindAuth)
	if e.Code != "invalid_request" || strings.Contains(e.Error(), "AADSTS") || strings.Contains(e.Error(), "197451ec") {
		t.Errorf("%v", e)
	}
}
