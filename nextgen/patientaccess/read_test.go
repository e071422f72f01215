package patientaccess

import (
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// TestR4AndDSTU2GiveTheSameModels reads each fixture in both versions: one golden file.
func TestR4AndDSTU2GiveTheSameModels(t *testing.T) {
	t.Parallel()
	for _, v := range []Version{R4, DSTU2} {
		end := map[Version]string{R4: ".r4.json", DSTU2: ".dstu2.json"}[v]
		t.Run(string(v), func(t *testing.T) {
			t.Parallel()
			file := ""
			c, g := open(t, v, func(req *http.Request) reply {
				want := map[Version]string{R4: "application/fhir+json", DSTU2: "application/json+fhir, application/json"}[v]
				token := "Bearer kit-token-0001"
				if strings.HasSuffix(req.URL.Path, "/metadata") {
					file, token = "metadata", ""
				}
				if req.Header.Get("Accept") != want || req.Header.Get("Authorization") != token {
					t.Errorf("Accept %q, %d bytes of token", req.Header.Get("Accept"), len(req.Header.Get("Authorization")))
				}
				return reply{body: own(t, file+end), kind: strings.Split(want, ",")[0]}
			})
			p := parts{c}
			file = "patient"
			patient, err := p.GetPatient(t.Context(), emr.NewPatientID(zelda))
			if err != nil {
				t.Fatal(err)
			}
			golden(t, file, patient)
			file = "encounters"
			encounters, err := p.ListEncounters(t.Context(), emr.EncounterQuery{Patient: person()}, "")
			if err != nil || encounters.Next != "" {
				t.Fatal(err)
			}
			golden(t, file, encounters.Items)
			file = "documents"
			documents, err := p.ListDocuments(t.Context(), emr.DocumentQuery{Patient: person()}, "")
			if err != nil || documents.Next != "" {
				t.Fatal(err)
			}
			golden(t, file, documents.Items)
			content, err := p.OpenDocument(t.Context(), documents.Items[0])
			if err != nil || text(t, content) != "Well.\n" || content.ContentType != "text/plain" || content.Size != 6 {
				t.Errorf("content: %v", err)
			}
			file = "practitioners"
			practitioners, err := p.ListPractitioners(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, file, practitioners.Items)
			file = "locations"
			locations, err := p.ListLocations(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, file, locations.Items)
			file = "patient"
			health, err := p.Check(t.Context())
			if err != nil || !health.OK || health.Version != "5.0.1.698" {
				t.Errorf("%+v (%v)", health, err)
			}
			want := []string{
				"/Patient/" + zelda, "/Encounter?_maxresults=100&patient=" + zelda, "/DocumentReference?_maxresults=100&patient=" + zelda,
				"/Practitioner?_maxresults=100", "/Location?_maxresults=100", "/Patient?_maxresults=100", "/metadata",
			}
			if got := g.requests(); strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("requests\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if len(g.tokens) != 1 || g.tokens[0].Get("client_secret") != testSecret || g.tokens[0].Get("refresh_token") != testRefresh || g.tokens[0].Has("scope") {
				t.Errorf("%d token requests", len(g.tokens))
			}
		})
	}
}

func TestCheckSeesWhatIsWrong(t *testing.T) {
	t.Parallel()
	health := func(metadata reply) *emr.Health {
		c, _ := open(t, R4, func(req *http.Request) reply {
			if strings.HasSuffix(req.URL.Path, "/metadata") {
				return metadata
			}
			return reply{body: own(t, "patient.r4.json")}
		})
		h, err := parts{c}.Check(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	if h := health(reply{body: own(t, "metadata.dstu2.json")}); h.OK || len(h.Warnings) != 1 {
		t.Errorf("a server of the other version: %+v", h)
	}
	if h := health(reply{status: 500}); !h.OK || len(h.Warnings) != 1 {
		t.Errorf("no capability statement: %+v", h)
	}
	c, _ := open(t, R4, func(*http.Request) reply { return reply{status: 403, body: `["Access denied"]`} })
	_, err := parts{c}.Check(t.Context())
	wantKind(t, err, emr.KindPermission)
}

func TestDaysAreAskedForWidelyAndNarrowedHere(t *testing.T) {
	t.Parallel()
	c, g := open(t, R4, func(req *http.Request) reply {
		if strings.Contains(req.URL.Path, "Encounter") {
			return reply{body: own(t, "encounters.r4.json")}
		}
		return reply{body: own(t, "documents.r4.json")}
	})
	p := parts{c}
	day := func(d int) emr.Date { return emr.Date{Year: 2026, Month: 3, Day: d} }
	for _, row := range []struct {
		from, to              emr.Date
		encounters, documents int
	}{
		{day(2), day(3), 2, 1}, // the evening of the 2nd in the west is the 3rd in UTC; one has no date
		{day(3), day(4), 1, 0},
		{emr.Date{}, day(2), 1, 0},
		{day(2), emr.Date{}, 2, 1},
	} {
		encounters, err := p.ListEncounters(t.Context(), emr.EncounterQuery{Patient: person(), From: row.from, To: row.to}, "")
		documents, err2 := p.ListDocuments(t.Context(), emr.DocumentQuery{Patient: person(), From: row.from, To: row.to}, "")
		if err != nil || err2 != nil || len(encounters.Items) != row.encounters || len(documents.Items) != row.documents {
			t.Errorf("%v to %v: %d visits, %d documents (%v %v)", row.from, row.to, len(encounters.Items), len(documents.Items), err, err2)
		}
	}
	if got := g.requests()[0]; got != "/Encounter?_maxresults=100&date=ge2026-03-01&date=lt2026-03-04&patient="+zelda {
		t.Errorf("asked for %s", got)
	}
}

func TestDocumentsOfACategoryAreTold(t *testing.T) {
	t.Parallel()
	second := strings.Replace(own(t, "documents.r4.json"), `"category": [`, `"category": [{"coding":[{"code":"other"}]},`, 1)
	c, g := open(t, R4, always(second))
	for category, want := range map[string]int{"clinical-note": 1, "other": 1, "imaging": 0} {
		page, err := parts{c}.ListDocuments(t.Context(), emr.DocumentQuery{Patient: person(), Category: category}, "")
		if err != nil || len(page.Items) != want {
			t.Errorf("%s: %d (%v)", category, len(page.Items), err)
		}
	}
	if got := g.requests()[0]; !strings.Contains(got, "category=") {
		t.Errorf("asked for %s", got)
	}
	c, g = open(t, DSTU2, always(own(t, "documents.dstu2.json")))
	page, err := parts{c}.ListDocuments(t.Context(), emr.DocumentQuery{Patient: person(), Category: "imaging", From: emr.Date{Year: 2026, Month: 1, Day: 1}}, "")
	if err != nil || len(page.Items) != 0 || strings.Contains(g.requests()[0], "date") || strings.Contains(g.requests()[0], "category") {
		t.Errorf("%d of %v (%v)", len(page.Items), g.requests(), err)
	}
}

func TestRecordsOfAnotherPatientAreAnError(t *testing.T) {
	t.Parallel()
	c, _ := open(t, R4, func(req *http.Request) reply {
		switch {
		case strings.Contains(req.URL.Path, "Encounter"):
			return reply{body: own(t, "encounters.r4.json")}
		case strings.Contains(req.URL.Path, "Document"):
			return reply{body: own(t, "documents.r4.json")}
		}
		return reply{body: own(t, "patient.r4.json")}
	})
	other := &emr.Patient{ID: emr.NewPatientID("another")}
	_, err := parts{c}.ListEncounters(t.Context(), emr.EncounterQuery{Patient: other}, "")
	wantKind(t, err, emr.KindProtocol)
	_, err = parts{c}.ListDocuments(t.Context(), emr.DocumentQuery{Patient: other}, "")
	wantKind(t, err, emr.KindProtocol)
	_, err = parts{c}.GetPatient(t.Context(), other.ID)
	wantKind(t, err, emr.KindProtocol)
}

func TestAFullRecordIsReadThroughRawAccess(t *testing.T) {
	t.Parallel()
	doc := `{"resourceType":"MedicationOrder","id":"m1","status":"active","patient":{"reference":"Patient/x"}}`
	c, _ := open(t, DSTU2, always(doc))
	r, err := c.Read(t.Context(), "MedicationOrder", "m1")
	if err != nil {
		t.Fatal(err)
	}
	if g, ok := r.(*fhir.Generic); !ok || g.Type != "MedicationOrder" || string(g.Raw().Bytes()) != doc {
		t.Errorf("read %T", r)
	}
	answer, err := parts{c}.Raw(t.Context(), &emr.RawRequest{Path: "/MedicationOrder/m1"})
	if err != nil || string(answer.Body) != doc {
		t.Errorf("raw: %v", err)
	}
}

func TestWrongInputSendsNothing(t *testing.T) {
	t.Parallel()
	c, g := open(t, R4, always("{}"))
	p := parts{c}
	calls := map[string]func() error{
		"no type":      func() error { _, err := collect(c, t, "", nil); return err },
		"no such type": func() error { _, err := collect(c, t, "condition/../x", nil); return err },
		"read no type": func() error { _, err := c.Read(t.Context(), "x", "1"); return err },
		"read no id":   func() error { _, err := c.Read(t.Context(), "Condition", "1/2"); return err },
		"patient":      func() error { _, err := p.GetPatient(t.Context(), emr.NewPatientID("..")); return err },
		"encounters":   func() error { _, err := p.ListEncounters(t.Context(), emr.EncounterQuery{}, ""); return err },
		"sections": func() error {
			_, err := p.ListEncounters(t.Context(), emr.EncounterQuery{Patient: person(), Sections: []string{"x"}}, "")
			return err
		},
		"documents": func() error {
			_, err := p.ListDocuments(t.Context(), emr.DocumentQuery{Patient: &emr.Patient{ID: emr.NewPatientID("a&b")}}, "")
			return err
		},
		"options": func() error {
			_, err := p.ListDocuments(t.Context(), emr.DocumentQuery{Patient: person(), Vendor: 1}, "")
			return err
		},
		"document":     func() error { _, err := p.OpenDocument(t.Context(), nil); return err },
		"cursor":       func() error { _, err := p.ListLocations(t.Context(), "%zz"); return err },
		"with patient": func() error { _, err := c.Patient(WithPatient(t.Context(), emr.NewPatientID("a/b"))); return err },
	}
	for name, call := range calls {
		if err := call(); emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(g.requests())+len(g.tokens) != 0 {
		t.Errorf("%v and %d tokens were asked for", g.requests(), len(g.tokens))
	}
}

func TestTheYear0001IsNoDate(t *testing.T) {
	t.Parallel()
	none := `"0001-01-01"`
	for _, v := range []Version{R4, DSTU2} {
		c, _ := open(t, v, func(req *http.Request) reply {
			switch {
			case strings.Contains(req.URL.Path, "/Patient/"):
				return reply{body: `{"resourceType":"Patient","id":"` + zelda + `","birthDate":` + none + `}`}
			case strings.Contains(req.URL.Path, "/Encounter"):
				return reply{body: `{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Encounter","id":"1","period":{"start":"0001-01-01T00:00:00Z"}}}]}`}
			}
			return reply{body: `{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"DocumentReference","id":"1","indexed":"0001-01-01T00:00:00Z","date":"0001-01-01T00:00:00Z"}}]}`}
		})
		patient, err := parts{c}.GetPatient(t.Context(), emr.NewPatientID(zelda))
		if err != nil || !patient.Born.IsZero() {
			t.Errorf("%s: somebody born then (%v)", v, err)
		}
		day := emr.Date{Year: 2026, Month: 3, Day: 1}
		visits, err := parts{c}.ListEncounters(t.Context(), emr.EncounterQuery{Patient: person(), From: day}, "")
		if err != nil || len(visits.Items) != 1 || !visits.Items[0].Start.IsZero() {
			t.Errorf("%s: %d visits (%v)", v, len(visits.Items), err)
		}
		documents, err := parts{c}.ListDocuments(t.Context(), emr.DocumentQuery{Patient: person(), From: day}, "")
		if err != nil || len(documents.Items) != 1 || !documents.Items[0].Created.IsZero() {
			t.Errorf("%s: %d documents (%v)", v, len(documents.Items), err)
		}
	}
}
