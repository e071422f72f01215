package bulkcsv

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
func written(t *testing.T, f *Format, rows ...*Row) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, rows, f); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestACellThatASpreadsheetWouldCalculateIsWrittenAsText(t *testing.T) {
	t.Parallel()
	format := &Format{Headings: []Heading{{ColumnInstitution, ""}, {ColumnReference, ""}}}
	for _, cell := range []string{"=1+1", "+12065550142", "-1", "@SUM(A1)", "＝1", "'=1", "''=1", "'-'", "=HYPERLINK(\"x\",\"y\")"} {
		text := written(t, format, &Row{Institution: "Harbor", Reference: cell})
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
		if text := written(t, format, &Row{Institution: "Harbor", Reference: cell}); strings.Contains(text, ",'"+cell) {
			t.Errorf("%q needs no shield: %q", cell, text)
		}
	}
}

func TestThePortalsOwnTitlesCanBeConfigured(t *testing.T) {
	t.Parallel()
	format := &Format{
		Headings: []Heading{{ColumnZip, "Practice ZIP"}, {ColumnInstitution, "Legal name"}},
		Required: []Column{ColumnInstitution}, Comma: ';', BOM: true,
	}
	row := &Row{Institution: "Harbor; Smiles", Zip: "01970"}
	text := written(t, format, row)
	if want := "\ufeffPractice ZIP;Legal name\r\n01970;\"Harbor; Smiles\"\r\n"; text != want {
		t.Errorf("%q, want %q", text, want)
	}
	sheet := sheetOf(t, text, format)
	if diff := cmp.Diff([]*Row{row}, sheet.Rows, cmpopts.IgnoreFields(Row{}, "Line")); diff != "" || sheet.Err() != nil {
		t.Error(diff, sheet.Problems)
	}
	var sample bytes.Buffer
	if err := WriteSample(&sample, format); err != nil || !strings.HasPrefix(sample.String(), "\ufeffPractice ZIP;Legal name\r\n98101;Harbor Smiles") {
		t.Errorf("the sample is %q, %v", sample.String(), err)
	}
}

func TestNothingIsWrittenThatWouldNotComeBack(t *testing.T) {
	t.Parallel()
	narrow := &Format{Headings: []Heading{{ColumnInstitution, ""}}}
	for name, c := range map[string]struct {
		row    *Row
		format *Format
		kind   emr.Kind
	}{
		"empty":            {&Row{}, nil, emr.KindInvalid},
		"nil":              {nil, nil, emr.KindInvalid},
		"line break":       {&Row{Institution: "a\nb"}, nil, emr.KindInvalid},
		"blank at the end": {&Row{Institution: "a "}, nil, emr.KindInvalid},
		"not UTF-8":        {&Row{Institution: "a\xff"}, nil, emr.KindInvalid},
		"too long":         {&Row{Zip: strings.Repeat("9", 13)}, nil, emr.KindInvalid},
		"no column":        {&Row{Institution: "a", City: "b"}, narrow, emr.KindInvalid},
		"same title":       {&Row{Institution: "a"}, &Format{Headings: []Heading{{ColumnCity, "x"}, {ColumnZip, "X"}}}, emr.KindConfig},
		"formula as title": {&Row{Institution: "a"}, &Format{Headings: []Heading{{ColumnCity, "=x"}}}, emr.KindConfig},
		"separator":        {&Row{Institution: "a"}, &Format{Comma: '"'}, emr.KindConfig},
		"bytes":            {&Row{Institution: "a"}, &Format{MaxBytes: 10}, emr.KindTooLarge},
	} {
		var out bytes.Buffer
		if err := Write(&out, []*Row{c.row}, c.format); emr.KindOf(err) != c.kind || out.Len() > 0 {
			t.Errorf("%s: %v and %d bytes", name, err, out.Len())
		}
	}
	if err := Write(failing{}, Sample(), nil); emr.KindOf(err) != emr.KindUnavailable || !errors.Is(err, errFailing) {
		t.Errorf("a writer that fails gives %v", err)
	}
}

var errFailing = errors.New("disk full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFailing }
func (failing) Read([]byte) (int, error)  { return 0, errFailing }

func TestAReaderThatFailsIsNoEmptySheet(t *testing.T) {
	t.Parallel()
	if _, err := Read(failing{}, nil); emr.KindOf(err) != emr.KindInvalid || !errors.Is(err, errFailing) {
		t.Error(err)
	}
}
