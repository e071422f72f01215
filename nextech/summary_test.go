package nextech

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func readBinary(data []byte) ([]byte, string, error) {
	b, err := openBinary(bytes.NewReader(data))
	if err != nil {
		return nil, "", err
	}
	out, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, b))
	return out, b.contentType, err
}

func TestASummaryIsReadWhateverTheOrderOfItsMembers(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{
		`{"resourceType":"Binary","contentType":"text/xml","content":"PENEQS8+"}`,
		`{"content":"PENEQS8+","contentType":"text/xml","resourceType":"Binary"}`,
		"\ufeff" + ` { "id" : "7" , "meta":{"tag":[{"code":"}]\""}],"x":[1,-2.5e3,true,null]} ,"resourceType":"Binary","content" : "PENEQS8\u002b" , "contentType":"text\/xml" } ` + "\n",
		`{"resourceType":"Binary","content":"PENE\r\nQS8+","contentType":"text/xml"}`,
	} {
		out, _, err := readBinary([]byte(doc))
		if err != nil || string(out) != "<CDA/>" {
			t.Errorf("%s: %q, %v", doc, out, err)
		}
	}
}

func TestABrokenSummaryIsAnError(t *testing.T) {
	t.Parallel()
	whole := `{"resourceType":"Binary","contentType":"text/xml","content":"PENEQS8+","id":"7"}`
	for n := range len(whole) {
		if _, _, err := readBinary([]byte(whole[:n])); err == nil {
			t.Errorf("cut after %d bytes it is still read", n)
		}
	}
	for _, doc := range []string{
		``, `null`, `[]`, `{}`, `{"resourceType":"Binary"}`, `{"resourceType":"Binary","content":7}`, `{"resourceType":"Patient","content":"PENEQS8+"}`,
		`{"content":"PENEQS8+"}`, `{"content":"PENEQS8+","resourceType":"OperationOutcome"}`, whole + `{}`, whole + `x`,
		`{"resourceType":"Binary","content":"PENEQS8+","content":"AAAA"}`, `{"resourceType":"Binary","content":"PENEQS8+","Content":"AAAA"}`,
		`{"resourceType":"Binary","content":"!!!!"}`, `{"resourceType":"Binary","content":"\u00e9AAA"}`, `{"resourceType":"Binary","content":"PEN"}`,
		`{"resourceType":"Binary" "content":"PENEQS8+"}`, `{"x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `,"resourceType":"Binary","content":"PENEQS8+"}`,
		`{"x":[}],"resourceType":"Binary","content":"PENEQS8+"}`, `{"x":"\q","resourceType":"Binary","content":"PENEQS8+"}`,
	} {
		if out, _, err := readBinary([]byte(doc)); err == nil {
			t.Errorf("%s: read as %q", doc, out)
		}
	}
}

// counting tells how much of a document has been taken.
type counting struct {
	io.Reader
	n int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

func TestALargeSummaryIsDecodedWithoutHoldingIt(t *testing.T) {
	t.Parallel()
	raw := make([]byte, 2<<20)
	for i := range raw {
		raw[i] = byte(rand.Uint32())
	}
	doc := &counting{Reader: strings.NewReader(`{"resourceType":"Binary","content":"` + base64.StdEncoding.EncodeToString(raw) + `"}`)}
	b, err := openBinary(doc)
	if err != nil {
		t.Fatal(err)
	}
	from, n, buf := base64.NewDecoder(base64.StdEncoding, b), 0, make([]byte, 8<<10)
	for {
		m, err := from.Read(buf)
		if !bytes.Equal(buf[:m], raw[n:n+m]) {
			t.Fatalf("content differs after %d bytes", n)
		}
		if n += m; doc.n-n*4/3 > 128<<10 {
			t.Fatalf("%d bytes taken for %d given", doc.n, n)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if n != len(raw) {
		t.Errorf("%d of %d bytes", n, len(raw))
	}
}

func TestSummaryErrorsAreTyped(t *testing.T) {
	t.Parallel()
	q := emr.SummaryQuery{Patient: &emr.Patient{ID: emr.NewPatientID(ines)}}
	for _, c := range []struct {
		name   string
		answer step
		kind   emr.Kind
	}{
		{"400 bad patient id", step{status: 400}, emr.KindInvalid},
		{"404 unknown patient", step{status: 404, body: "{}"}, emr.KindNotFound},
		{"an outcome in a success", step{body: errorFixture(t, "500_operationoutcome.json")}, emr.KindProtocol},
		{"no content", step{body: `{"resourceType":"Binary"}`}, emr.KindProtocol},
	} {
		nx, _ := connect(t, Select, nil, c.answer)
		if _, err := (parts{nx}).OpenSummary(t.Context(), q); emr.KindOf(err) != c.kind {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	nx, _ := connect(t, Select, nil, step{body: `{"resourceType":"Binary","content":"PENE`})
	s, err := parts{nx}.OpenSummary(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Body.Close() }()
	for range 2 {
		if _, err = io.ReadAll(s.Body); emr.KindOf(err) != emr.KindProtocol {
			t.Errorf("F2 cut off: %v", err)
		}
	}
	nx, r := connect(t, Select, nil)
	if _, err := (parts{nx}).OpenSummary(t.Context(), emr.SummaryQuery{Patient: q.Patient, Encounter: emr.NewEncounterID("7")}); emr.KindOf(err) != emr.KindInvalid || len(r.seen) != 0 {
		t.Errorf("by encounter: %v", err)
	}
	nx, r = connect(t, Select, nil, step{body: `{"resourceType":"Binary","content":"PENE"}`})
	day := emr.Date{Year: 2026, Month: 1, Day: 5}
	s, err = parts{nx}.OpenSummary(t.Context(), emr.SummaryQuery{Patient: q.Patient, Encounter: emr.NewEncounterID("7"), From: day, To: day.AddDays(1)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Body.Close() }()
	if query := r.seen[0].URL.RawQuery; query != "start=2026-01-05&end=2026-01-05" && query != "end=2026-01-05&start=2026-01-05" {
		t.Errorf("by encounter and its day: %s", query)
	}
}

func TestASummaryMayBeLargerThanAPageOfAList(t *testing.T) {
	t.Parallel()
	const size = 9 << 20 // 12 MiB in base64
	nx, _ := connect(t, Select, nil, step{body: `{"resourceType":"Binary","contentType":"text/xml","content":"` + strings.Repeat("AAAA", size/3) + `"}`})
	c, err := parts{nx}.OpenSummary(t.Context(), emr.SummaryQuery{Patient: &emr.Patient{ID: emr.NewPatientID(ines)}})
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, c.Body)
	if closed := c.Body.Close(); err != nil || closed != nil || n != size {
		t.Errorf("%d bytes, %v, %v", n, err, closed)
	}
}
