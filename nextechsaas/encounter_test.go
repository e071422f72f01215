package nextechsaas

import (
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/emrkit/emrkit/emr"
)

const twoVisits = `[{"summary":{"encounterId":88310,"doctorId":15,"doctorFirstName":"Ada","doctorLastName":"Okafor","doctorProfessionalDesignation":"MD",
 "department":"Retina","location":"West Office","encounterDate":"2020-06-02T03:04:05.123Z","type":"Follow Up","encounterLocked":true},"ccd":"<html>one \u00e9</html>"},
 {"summary":{"encounterId":88311,"encounterDate":"2020-07-01","type":"Exam","encounterLocked":"false","more":[{}]},"ccd":"<html>two</html>","extra":{"a":1}}]`

func losAngeles(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func date(y int, m time.Month, d int) emr.Date { return emr.Date{Year: y, Month: m, Day: d} }

func TestVisitsAreListedOnThePracticesDays(t *testing.T) {
	t.Parallel()
	c, w := dial(t, func(cfg *Config) { cfg.Zone = losAngeles(t) }, reply{body: twoVisits})
	all, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient("1042"), From: date(2020, 6, 1), To: date(2021, 1, 1), Sections: []string{"history"}}))
	if err != nil || len(all) != 2 {
		t.Fatal(len(all), err)
	}
	e := all[0]
	if e.ID.Reveal() != "88310" || e.Patient.Reveal() != "1042" || e.Practitioner != "15" || e.Start != date(2020, 6, 1) || e.End != e.Start || !e.Locked || e.Type.Reveal() != "Follow Up" {
		t.Errorf("%+v on %v", e, e.Start)
	}
	if all[1].Locked || all[1].Type.Reveal() != "Exam" {
		t.Error("the second visit is another one")
	}
	v := VisitOf(e)
	if v.Department != "Retina" || v.Location != "West Office" || v.DoctorFirst+" "+v.DoctorLast+" "+v.Designation != "Ada Okafor MD" || !v.At.Equal(time.Date(2020, 6, 2, 3, 4, 5, 123e6, time.UTC)) {
		t.Error("what only this API says is lost")
	}
	if strings.Contains(string(e.Source.Reveal()), "html") {
		t.Error("the source holds the document")
	}
	if got := w.seen[0].URL.String(); got != "https://saas.nextech-api.com/ehr/api/1042/encounters/search?end=2021-01-02&section=history&start=2020-05-31" {
		t.Error(got)
	}
}

func TestDaysAreComparedOnceMore(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from, to emr.Date
		zone     *time.Location
		n        int
	}{
		"all":                        {n: 2},
		"UTC's day":                  {from: date(2020, 6, 2), to: date(2020, 6, 3), n: 1},
		"another day in Los Angeles": {from: date(2020, 6, 2), to: date(2020, 6, 3), zone: losAngeles(t)},
		"that day in Los Angeles":    {from: date(2020, 6, 1), to: date(2020, 6, 2), zone: losAngeles(t), n: 1},
	} {
		client, _ := dial(t, func(cfg *Config) { cfg.Zone = c.zone }, reply{body: twoVisits})
		all, err := emr.Collect(client.Encounters(t.Context(), emr.EncounterQuery{Patient: patient("1042"), From: c.from, To: c.to}))
		if err != nil || len(all) != c.n {
			t.Errorf("%s: %d, %v", name, len(all), err)
		}
	}
}

func TestThePathAndTheDatesFollowTheConfiguration(t *testing.T) {
	t.Parallel()
	c, w := dial(t, func(cfg *Config) {
		cfg.EncounterPath, cfg.DateLayout, cfg.Sections = "/{patientId}/encounters", "1-2-2006", SectionsRepeated
	}, reply{body: "[]"})
	_, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient("7"), From: date(2000, 2, 3), To: date(2010, 5, 4), Sections: []string{"a", "b&c"}}))
	if err != nil {
		t.Fatal(err)
	}
	if got := w.seen[0].URL; got.Path != "/ehr/api/7/encounters" || got.RawQuery != "end=5-5-2010&section=a&section=b%26c&start=2-2-2000" {
		t.Error(got)
	}
	c, w = dial(t, func(cfg *Config) { cfg.Sections = SectionsJoined }, reply{body: "[]"})
	if _, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient("7"), Sections: []string{"a", "b"}})); err != nil {
		t.Fatal(err)
	}
	if q, _ := url.ParseQuery(w.seen[0].URL.RawQuery); q.Get("section") != "a,b" || len(q) != 1 {
		t.Error(q)
	}
	c, w = dial(t, nil, reply{body: "[]"})
	_, err = emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient("7"), Sections: []string{"a", "b"}}))
	wantKind(t, err, emr.KindInvalid)
	for _, id := range []string{"0", "-1", "1/2", "x", "007", "1042?x", ".."} {
		_, err = emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient(id)}))
		wantKind(t, err, emr.KindInvalid)
	}
	if len(w.seen) != 0 {
		t.Error("sent")
	}
}

func TestFault_F3_F4_visitsThatAreNoneAreNotDropped(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`[{}]`, `[{"summary":null,"ccd":"x"}]`, `[{"ccd":"x"}]`, `[null]`, `"x"`, `7`, `[{"summary":{}}]`, `[{"summary":{"encounterId":1,"encounterDate":"5-5-2010"}}]`,
		`[{"summary":{"encounterId":1}}`, `[{"summary":{"encounterId":1},"ccd":"x`, `[{"summary":{"encounterId":1},"Summary":{"encounterId":2}}]`, `[]x`, `nullx`, `<html>`,
	} {
		c, _ := dial(t, nil, reply{body: body})
		all, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient("7")}))
		wantKind(t, err, emr.KindProtocol)
		if len(all) != 0 {
			t.Errorf("%s: %d visits of a broken answer", body, len(all))
		}
	}
	for _, body := range []string{`[]`, `null`, `[{"summary":{"encounterId":1},"ccd":null}]`, `{"summary":{"encounterId":1,"encounterDate":null}}`} {
		c, _ := dial(t, nil, reply{body: body})
		if _, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient("7")})); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func open(t *testing.T, body string, visit string, more ...reply) (string, *emr.Content, error) {
	t.Helper()
	c, _ := dial(t, nil, append([]reply{{body: body}}, more...)...)
	content, err := c.OpenSummary(t.Context(), emr.SummaryQuery{Patient: patient("1042"), Encounter: emr.NewEncounterID(visit)})
	if err != nil {
		return "", nil, err
	}
	defer func() {
		if err := content.Body.Close(); err != nil {
			t.Error(err)
		}
	}()
	data, err := io.ReadAll(content.Body)
	return string(data), content, err
}

func TestTheDocumentOfAVisitIsOpened(t *testing.T) {
	t.Parallel()
	for visit, want := range map[string]string{"88310": "<html>one é</html>", "88311": "<html>two</html>"} {
		html, content, err := open(t, twoVisits, visit)
		if err != nil || html != want || content.ContentType != "text/html" || content.Size != -1 {
			t.Errorf("%s: %q, %v", visit, html, err)
		}
	}
	for _, body := range []string{twoVisits, `[]`, `null`, `[{"summary":{"encounterId":1},"ccd":null}]`, `[{"ccd":null,"summary":{"encounterId":1}}]`, `[{"summary":{"encounterId":1}}]`} {
		_, _, err := open(t, body, "1")
		wantKind(t, err, emr.KindNotFound)
	}
	c, w := dial(t, nil, reply{body: twoVisits})
	_, err := c.OpenSummary(t.Context(), emr.SummaryQuery{Patient: patient("1042")})
	wantKind(t, err, emr.KindInvalid)
	if len(w.seen) != 0 {
		t.Error("sent")
	}
}

func TestADocumentBeforeItsIDIsReadInASecondLook(t *testing.T) {
	t.Parallel()
	const turned = `[{"ccd":"<p>other</p>","summary":{"encounterId":1}},{"x":1,"ccd":"<p>mine</p>","summary":{"encounterId":2},"y":2}]`
	if html, _, err := open(t, turned, "2"); err != nil || html != "<p>mine</p>" {
		t.Errorf("%q, %v", html, err)
	}
	// The second answer has another visit in that place: its document must not pass for the first's.
	html, _, err := open(t, turned, "2", reply{body: `[{"ccd":"<p>other</p>","summary":{"encounterId":1}},{"ccd":"<p>third</p>","summary":{"encounterId":3}}]`})
	wantKind(t, err, emr.KindProtocol)
	if html != "<p>third</p>" {
		t.Logf("read before the error: %q", html)
	}
}

func TestFault_F2_aCutDocumentIsAnError(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`[{"summary":{"encounterId":1},"ccd":"<p>begin`, `[{"summary":{"encounterId":1},"ccd":"<p>begin\`, `[{"summary":{"encounterId":1},"ccd":"<p>\u12"}]`,
	} {
		_, _, err := open(t, body, "1")
		wantKind(t, err, emr.KindProtocol)
	}
	for _, body := range []string{`[{"summary":{"encounterId":1},"ccd":{"html":1}}]`, `[{"summary":{"encounterId":1},"ccd":7}]`, `[{"summary":7,"ccd":"x"}]`} {
		_, _, err := open(t, body, "1")
		wantKind(t, err, emr.KindProtocol)
	}
}

// endless gives a visit with a document of size bytes.
func endless(size int64) io.Reader {
	return io.MultiReader(
		strings.NewReader(`[{"summary":{"encounterId":1},"ccd":"`), io.LimitReader(new(letters), size), strings.NewReader(`"},{"summary":{"encounterId":2},"ccd":"end"}]`))
}

type letters struct{}

func (*letters) Read(to []byte) (int, error) {
	for i := range to {
		to[i] = 'a'
	}
	return len(to), nil
}

// Not parallel: it counts what the whole process allocates.
func TestADocumentOf50MBTakesNoMemoryForItsSize(t *testing.T) { //nolint:paralleltest // see above
	const size = 50 << 20
	var read int64
	perByte := testing.AllocsPerRun(1, func() {
		c, _ := dial(t, nil, reply{stream: endless(size)})
		content, err := c.OpenSummary(t.Context(), emr.SummaryQuery{Patient: patient("1042"), Encounter: emr.NewEncounterID("1")})
		if err != nil {
			t.Fatal(err)
		}
		read, err = io.Copy(io.Discard, content.Body)
		if err := errors.Join(err, content.Body.Close()); err != nil {
			t.Fatal(err)
		}
	})
	if read != size || perByte > 2000 {
		t.Errorf("%d bytes, %v allocations", read, perByte)
	}
}

func TestFault_H10_anAnswerWithoutEndIsCut(t *testing.T) {
	t.Parallel()
	c, _ := dial(t, func(cfg *Config) { cfg.MostBytes = 1 << 20 }, reply{stream: endless(1 << 40)})
	_, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient("1042")}))
	wantKind(t, err, emr.KindTooLarge)
	c, _ = dial(t, func(cfg *Config) { cfg.MostBytes = 1 << 20 }, reply{stream: endless(1 << 40)})
	content, err := c.OpenSummary(t.Context(), emr.SummaryQuery{Patient: patient("1042"), Encounter: emr.NewEncounterID("1")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, content.Body)
	wantKind(t, err, emr.KindTooLarge)
	if err := content.Body.Close(); err != nil {
		t.Error(err)
	}
}

func TestSectionsAreReadInEachForm(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{`["history","vitals"]`: "history vitals", `[{"id":1,"name":"history"},{"category":"vitals"}]`: "history vitals", `[]`: ""} {
		c, w := dial(t, nil, reply{body: body})
		nx, ok := emr.As[*Client](c)
		if !ok {
			t.Fatal("not our client")
		}
		all, err := nx.EncounterSections(t.Context())
		if err != nil || strings.Join(all, " ") != want || w.seen[0].URL.Path != "/ehr/api/encounters/categories" {
			t.Errorf("%s: %v, %v", body, all, err)
		}
	}
	for _, body := range []string{`{}`, `[1]`, `[{}]`, `[""]`, `"history"`} {
		c, _ := dial(t, nil, reply{body: body})
		nx, _ := emr.As[*Client](c)
		_, err := nx.EncounterSections(t.Context())
		wantKind(t, err, emr.KindProtocol)
	}
}
