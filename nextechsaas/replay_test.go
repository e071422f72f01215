package nextechsaas

import (
	"io"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

func fixture(t testing.TB, name string) string {
	t.Helper()
	return string(vendortest.Fixture(t, "nextechsaas/"+name))
}

// replay makes a call into a prepared answer and compares the one request with the fixture.
func replay[T any](t *testing.T, request, response string, edit func(*Config), do func(*emr.Client) (T, error)) T {
	t.Helper()
	c, w := dial(t, edit, reply{body: fixture(t, response)})
	got, err := do(c)
	if err != nil || len(w.seen) != 1 {
		t.Fatalf("%s: %d requests, %v", request, len(w.seen), err)
	}
	vendortest.CheckRequest(t, []byte(fixture(t, request)), w.seen[0], nil)
	return got
}

func golden[T any](t *testing.T, name string, got T) {
	t.Helper()
	vendortest.Golden(t, "nextechsaas/"+name, got)
}

func TestReplay_patients(t *testing.T) {
	t.Parallel()
	find := func(q emr.PatientQuery) func(*emr.Client) ([]*emr.Patient, error) {
		return func(c *emr.Client) ([]*emr.Patient, error) { return emr.Collect(c.FindPatients(t.Context(), q)) }
	}
	golden(t, "patient/find", replay(t, "patient/find.request.http", "patient/find.response.json", nil, find(emr.PatientQuery{Vendor: PatientFilter{Term: emr.NewPHI("Delacroix")}})))
	golden(t, "patient/find_chart", replay(t, "patient/find_chart.request.http", "patient/find_chart.response.json", nil,
		find(emr.PatientQuery{Identifier: emr.Identifier{System: ChartNumber, Value: emr.NewPHI("RV-20971")}})))
}

func TestReplay_encounters(t *testing.T) {
	t.Parallel()
	list := func(q emr.EncounterQuery) func(*emr.Client) ([]*emr.Encounter, error) {
		q.Patient = patient("50231")
		return func(c *emr.Client) ([]*emr.Encounter, error) { return emr.Collect(c.Encounters(t.Context(), q)) }
	}
	weeks := emr.EncounterQuery{From: date(2024, 1, 1), To: date(2024, 3, 1)}
	visits := replay(t, "encounter/list.request.http", "encounter/list.response.json", nil, list(weeks))
	golden(t, "encounter/list", visits)
	if one, two := VisitOf(visits[0]), VisitOf(visits[1]); one.DoctorLast != "Okafor" || two.Location != "East Office" || two.DoctorLast != "" || two.At.Hour() != 3 {
		t.Error("what only this API says is another")
	}
	if all := replay(t, "encounter/list_section.request.http", "encounter/list.response.json", nil, list(emr.EncounterQuery{Sections: []string{"history & plan"}})); len(all) != 3 {
		t.Errorf("%d visits", len(all))
	}
	replay(t, "encounter/list_other.request.http", "encounter/list.response.json", func(c *Config) {
		c.EncounterPath, c.DateLayout = "/{patientId}/encounter", "1-2-2006"
	}, list(weeks))
}

func TestReplay_documents(t *testing.T) {
	t.Parallel()
	html := replay(t, "encounter/list.request.http", "encounter/list.response.json", nil, func(c *emr.Client) (string, error) {
		content, err := c.OpenSummary(t.Context(), emr.SummaryQuery{
			Patient: patient("50231"), Encounter: emr.NewEncounterID("90115"), From: date(2024, 1, 1), To: date(2024, 3, 1),
		})
		if err != nil {
			return "", err
		}
		text, err := io.ReadAll(content.Body)
		if bad := content.Body.Close(); bad != nil {
			t.Error(bad)
		}
		return string(text), err
	})
	if html != strings.TrimSuffix(fixture(t, "encounter/document.golden.html"), "\n") {
		t.Errorf("%s", html)
	}
}

func TestReplay_sections(t *testing.T) {
	t.Parallel()
	for _, response := range []string{"section/list.response.json", "section/list_objects.response.json"} {
		golden(t, "section/list", replay(t, "section/list.request.http", response, nil, func(c *emr.Client) ([]string, error) {
			nx, _ := emr.As[*Client](c)
			return nx.EncounterSections(t.Context())
		}))
	}
}

// The table of statuses: the file name begins with the status.
func TestReplay_errors(t *testing.T) {
	t.Parallel()
	kinds := map[string]emr.Kind{
		"400": emr.KindInvalid, "401": emr.KindAuth, "403": emr.KindPermission, "404": emr.KindNotFound, "429": emr.KindRateLimited, "500": emr.KindUnavailable,
	}
	details := map[string]string{
		"400_message.json": "term is required", "400_oauth_form.json": "start could not be read", "401_message.json": "has been denied", "403_plain.txt": "may not read records",
		"404_message.json": "No HTTP resource", "429_page.html": "", "500_operationoutcome.json": "took too long",
	}
	files, err := os.ReadDir(path.Join("..", "testdata", "nextechsaas", "errors"))
	if err != nil || len(files) != len(details) {
		t.Fatal(len(files), err)
	}
	for _, f := range files {
		status, _, _ := strings.Cut(f.Name(), "_")
		n, _ := strconv.Atoi(status)
		c, _ := dial(t, nil, reply{status: n, body: fixture(t, "errors/"+f.Name())})
		_, err := emr.Collect(c.FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI("Delacroix")}))
		e := wantKind(t, err, kinds[status])
		want, known := details[f.Name()]
		if !known || e.Status != n || e.Hint == "" || !strings.Contains(e.Detail(), want) || want != "" && strings.Contains(e.Error(), want) {
			t.Errorf("%s: %v, detail %q", f.Name(), e, e.Detail())
		}
	}
}
