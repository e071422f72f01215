package nexhealth

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/emrkit/emrkit/emr"
)

// written writes rows and gives the text without its titles.
func written(t *testing.T, f *CSVFormat, rows ...*BulkRow) string {
	t.Helper()
	var out bytes.Buffer
	if err := WriteBulkCSV(&out, rows, f); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestACellThatASpreadsheetWouldCalculateIsWrittenAsText(t *testing.T) {
	t.Parallel()
	format := &CSVFormat{Headings: []CSVHeading{{ColumnInstitution, ""}, {ColumnReference, ""}}}
	for _, cell := range []string{"=1+1", "+12065550142", "-1", "@SUM(A1)", "＝1", "'=1", "''=1", "'-'", "=HYPERLINK(\"x\",\"y\")"} {
		text := written(t, format, &BulkRow{Institution: "Harbor", Reference: cell})
		line := strings.Split(text, "\r\n")[1]
		if !strings.HasPrefix(strings.TrimPrefix(line, "Harbor,"), "'") && !strings.HasPrefix(line, "Harbor,\"'") {
			t.Errorf("%q is written as %q", cell, line)
		}
		sheet := sheetOf(t, text, format)
		if len(sheet.Rows) != 1 || sheet.Rows[0].Reference != cell {
			t.Errorf("%q comes back as %q", cell, sheet.Rows[0].Reference)
		}
	}
	for _, cell := range []string{"'", "it's", "'tis", "A=1", "1-2"} {
		if text := written(t, format, &BulkRow{Institution: "Harbor", Reference: cell}); strings.Contains(text, ",'"+cell) {
			t.Errorf("%q needs no shield: %q", cell, text)
		}
	}
}

func TestThePortalsOwnTitlesCanBeConfigured(t *testing.T) {
	t.Parallel()
	format := &CSVFormat{
		Headings: []CSVHeading{{ColumnZip, "Practice ZIP"}, {ColumnInstitution, "Legal name"}},
		Required: []CSVColumn{ColumnInstitution}, Comma: ';', BOM: true,
	}
	row := &BulkRow{Institution: "Harbor; Smiles", Zip: "01970"}
	text := written(t, format, row)
	if want := "\ufeffPractice ZIP;Legal name\r\n01970;\"Harbor; Smiles\"\r\n"; text != want {
		t.Errorf("%q, want %q", text, want)
	}
	sheet := sheetOf(t, text, format)
	if diff := cmp.Diff([]*BulkRow{row}, sheet.Rows, cmpopts.IgnoreFields(BulkRow{}, "Line")); diff != "" || sheet.Err() != nil {
		t.Error(diff, sheet.Problems)
	}
	var sample bytes.Buffer
	if err := WriteSampleBulkCSV(&sample, format); err != nil || !strings.HasPrefix(sample.String(), "\ufeffPractice ZIP;Legal name\r\n98101;Harbor Smiles") {
		t.Errorf("the sample is %q, %v", sample.String(), err)
	}
}

func TestNothingIsWrittenThatWouldNotComeBack(t *testing.T) {
	t.Parallel()
	narrow := &CSVFormat{Headings: []CSVHeading{{ColumnInstitution, ""}}}
	for name, c := range map[string]struct {
		row    *BulkRow
		format *CSVFormat
		kind   emr.Kind
	}{
		"empty":            {&BulkRow{}, nil, emr.KindInvalid},
		"nil":              {nil, nil, emr.KindInvalid},
		"line break":       {&BulkRow{Institution: "a\nb"}, nil, emr.KindInvalid},
		"blank at the end": {&BulkRow{Institution: "a "}, nil, emr.KindInvalid},
		"not UTF-8":        {&BulkRow{Institution: "a\xff"}, nil, emr.KindInvalid},
		"too long":         {&BulkRow{Zip: strings.Repeat("9", 13)}, nil, emr.KindInvalid},
		"no column":        {&BulkRow{Institution: "a", City: "b"}, narrow, emr.KindInvalid},
		"same title":       {&BulkRow{Institution: "a"}, &CSVFormat{Headings: []CSVHeading{{ColumnCity, "x"}, {ColumnZip, "X"}}}, emr.KindConfig},
		"formula as title": {&BulkRow{Institution: "a"}, &CSVFormat{Headings: []CSVHeading{{ColumnCity, "=x"}}}, emr.KindConfig},
		"separator":        {&BulkRow{Institution: "a"}, &CSVFormat{Comma: '"'}, emr.KindConfig},
		"bytes":            {&BulkRow{Institution: "a"}, &CSVFormat{MaxBytes: 10}, emr.KindTooLarge},
	} {
		var out bytes.Buffer
		if err := WriteBulkCSV(&out, []*BulkRow{c.row}, c.format); emr.KindOf(err) != c.kind || out.Len() > 0 {
			t.Errorf("%s: %v and %d bytes", name, err, out.Len())
		}
	}
	if err := WriteBulkCSV(failing{}, SampleBulkRows(), nil); emr.KindOf(err) != emr.KindUnavailable || !errors.Is(err, errFailing) {
		t.Errorf("a writer that fails gives %v", err)
	}
}

var errFailing = errors.New("disk full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFailing }
func (failing) Read([]byte) (int, error)  { return 0, errFailing }

func TestAReaderThatFailsIsNoEmptySheet(t *testing.T) {
	t.Parallel()
	if _, err := ReadBulkCSV(failing{}, nil); emr.KindOf(err) != emr.KindInvalid || !errors.Is(err, errFailing) {
		t.Error(err)
	}
}

func TestRowsOfTheApplicationAreCheckedLikeASheet(t *testing.T) {
	t.Parallel()
	rows := []*BulkRow{
		{Institution: "Harbor", Zip: "98101", EMR: EMRDentrix},
		{Institution: "Harbor", Zip: "981", Email: emr.NewPHI("zebra")},
		nil,
		{Subdomain: "harbor", Institution: "Harbor", EMR: EMRDentrix}, // needs no zip code
		{Institution: "a\nb", Zip: "98101", EMR: EMRDentrix},
	}
	found, err := CheckBulk(rows, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[int][]CSVCode{}
	for _, p := range found {
		got[p.Line] = append(got[p.Line], p.Code)
	}
	want := map[int][]CSVCode{
		2: {CSVFormatOf, CSVFormatOf, CSVMissing},
		3: {CSVMissing, CSVMissing, CSVMissing},
		5: {CSVControl},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s\n%v", diff, found)
	}
	if rows[0].Line != 0 {
		t.Error("the caller's rows were changed")
	}
}

// FuzzBulkCSV: whatever comes in, nothing panics, and what can be read can be written and
// read again.
func FuzzBulkCSV(f *testing.F) {
	f.Add([]byte("institution_name,zip_code,emr_name\nHarbor,98101,dentrix\n"))
	f.Add([]byte("\ufeffName;Zip\r\n'=1;\"2\"\"3\"\r\n"))
	f.Add([]byte("name\tzip\r'+1\t-\r"))
	f.Add([]byte("name,zip\n\"a\nb\",\xff\n\"open"))
	f.Fuzz(func(t *testing.T, data []byte) {
		sheet, err := ReadBulkCSV(bytes.NewReader(data), nil)
		if err != nil {
			if k := emr.KindOf(err); k != emr.KindInvalid && k != emr.KindTooLarge {
				t.Fatalf("kind %q", k)
			}
			return
		}
		MatchBulk(sheet.Rows, []*Institution{{Name: "Harbor", Subdomain: "harbor"}})
		var rows []*BulkRow // a row whose cells were all refused is empty
		for _, r := range sheet.Rows {
			if !cmp.Equal(*r, BulkRow{Line: r.Line}) {
				rows = append(rows, r)
			}
		}
		var out bytes.Buffer
		if err := WriteBulkCSV(&out, rows, nil); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := ReadBulkCSV(&out, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(rows, again.Rows, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(BulkRow{}, "Line")); diff != "" {
			t.Error(diff)
		}
	})
}
