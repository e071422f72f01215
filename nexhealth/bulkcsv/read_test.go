package bulkcsv

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth"
)

const sampleCSV = "../../testdata/nexhealth/csv/sample.csv"

func TestTheSampleSheetIsTheOneThatIsWritten(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := WriteSample(&out, nil); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(sampleCSV)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("the file differs (-file +written): %s", diff)
	}
	sheet, err := Read(&out, nil)
	if err != nil || len(sheet.Problems) != 0 || sheet.Err() != nil {
		t.Fatalf("%v, problems %v", err, sheet.Problems)
	}
	groups := Group(sheet.Rows)
	if len(groups) != 2 || len(groups[0].Rows) != 2 || len(groups[1].Rows) != 1 {
		t.Fatalf("%d institutions; the sample has one with two syncs and one with one", len(groups))
	}
	if r := groups[0].Rows[1]; r.Line != 3 || r.EMR != nexhealth.EMROpenDental || r.Phone.Reveal() != "206-555-0142" || r.Zip != "98101" {
		t.Errorf("the second row was read as %+v", r)
	}
	if alerts := Match(sheet.Rows, nil); len(alerts) != 0 {
		t.Errorf("alerts %v about different institutions", alerts)
	}
}

// sheetOf is a sheet with the three required columns and what else is given.
func sheetOf(t *testing.T, text string, f *Format) *Sheet {
	t.Helper()
	sheet, err := Read(strings.NewReader(text), f)
	if err != nil {
		t.Fatal(err)
	}
	return sheet
}

func TestASheetIsReadInEveryDressSpreadsheetsGiveIt(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"plain":           "institution_name,zip_code,emr_name,city\nHarbor,98101,dentrix,Seattle\n",
		"byte order mark": "\ufeffinstitution_name,zip_code,emr_name,city\nHarbor,98101,dentrix,Seattle\n",
		"CRLF":            "institution_name,zip_code,emr_name,city\r\nHarbor,98101,dentrix,Seattle\r\n",
		"CR":              "institution_name,zip_code,emr_name,city\rHarbor,98101,dentrix,Seattle\r",
		"no last newline": "institution_name,zip_code,emr_name,city\nHarbor,98101,dentrix,Seattle",
		"quotes":          "\"institution_name\",\"zip_code\",\"emr_name\",\"city\"\n\"Harbor\",\"98101\",\"dentrix\",\"Seattle\"\n",
		"semicolons":      "institution_name;zip_code;emr_name;city\nHarbor;98101;dentrix;Seattle\n",
		"tabs":            "institution_name\tzip_code\temr_name\tcity\nHarbor\t98101\tdentrix\tSeattle\n",
		"other titles":    "Practice Name,Postal code,EHR,Town\nHarbor,98101,dentrix,Seattle\n",
		"another order":   "City,EMR,Zip,Name\nSeattle,dentrix,98101,Harbor\n",
		"blanks":          " Institution  Name , ZIP Code ,emr_name,city\n Harbor , 98101\u00a0, dentrix , Seattle \n",
		"empty rows":      "institution_name,zip_code,emr_name,city\n,,,\n\nHarbor,98101,dentrix,Seattle\n,,,\n",
		"shielded":        "institution_name,zip_code,emr_name,city,reference\nHarbor,98101,dentrix,Seattle,\n",
	} {
		sheet := sheetOf(t, text, nil)
		want := []*Row{{Institution: "Harbor", Zip: "98101", EMR: nexhealth.EMRDentrix, City: "Seattle"}}
		if diff := cmp.Diff(want, sheet.Rows, cmpopts.IgnoreFields(Row{}, "Line")); diff != "" || sheet.Err() != nil || len(sheet.Problems) > 0 {
			t.Errorf("%s: %v %s", name, sheet.Problems, diff)
		}
	}
}

func TestAProblemNamesItsPlaceAndNeverTheCell(t *testing.T) {
	t.Parallel()
	const head = "institution_name,zip_code,emr_name,email,phone_number,website,state,country_code,subdomain,parent_organization,contact_email\n"
	row := func(cells ...string) string {
		all := []string{"Harbor", "98101", "dentrix", "", "", "", "", "", "", "", ""}
		for i := 0; i+1 < len(cells); i += 2 {
			var at int
			fmt.Sscan(cells[i], &at)
			all[at-1] = cells[i+1]
		}
		return head + strings.Join(all, ",") + "\n"
	}
	for _, c := range []struct {
		name, text string
		want       Problem
	}{
		{"no name", row("1", ""), Problem{Line: 2, Column: 1, Field: ColumnInstitution, Code: CodeMissing}},
		{"name of digits", row("1", "4711"), Problem{Line: 2, Column: 1, Field: ColumnInstitution, Code: CodeFormat}},
		{"zip lost its zero", row("2", "2108"), Problem{Line: 2, Column: 2, Field: ColumnZip, Code: CodeFormat}},
		{"zip of letters", row("2", "9810A"), Problem{Line: 2, Column: 2, Field: ColumnZip, Code: CodeFormat}},
		{"Canadian zip", row("2", "98101", "8", "CA"), Problem{Line: 2, Column: 2, Field: ColumnZip, Code: CodeFormat}},
		{"e-mail", row("4", "zebra at example.com"), Problem{Line: 2, Column: 4, Field: ColumnEmail, Code: CodeFormat}},
		{"e-mail with a name", row("4", "Zebra <zebra@example.com>"), Problem{Line: 2, Column: 4, Field: ColumnEmail, Code: CodeFormat}},
		{"phone", row("5", "555-0142"), Problem{Line: 2, Column: 5, Field: ColumnPhone, Code: CodeFormat}},
		{"phone with an extension", row("5", "206-555-0142 x7"), Problem{Line: 2, Column: 5, Field: ColumnPhone, Code: CodeFormat}},
		{"phone with a wrong area code", row("5", "106-555-0142"), Problem{Line: 2, Column: 5, Field: ColumnPhone, Code: CodeFormat}},
		{"website", row("6", "harbor"), Problem{Line: 2, Column: 6, Field: ColumnWebsite, Code: CodeFormat}},
		{"website that is a script", row("6", "javascript://x.example.com"), Problem{Line: 2, Column: 6, Field: ColumnWebsite, Code: CodeFormat}},
		{"state", row("7", "Washington"), Problem{Line: 2, Column: 7, Field: ColumnState, Code: CodeFormat}},
		{"country", row("8", "1"), Problem{Line: 2, Column: 8, Field: ColumnCountry, Code: CodeFormat}},
		{"country too long", row("8", "United States"), Problem{Line: 2, Column: 8, Field: ColumnCountry, Code: CodeLength}},
		{"subdomain", row("9", "Harbor Smiles"), Problem{Line: 2, Column: 9, Field: ColumnSubdomain, Code: CodeFormat}},
		{"own parent", row("10", "harbor"), Problem{Line: 2, Column: 10, Field: ColumnParent, Code: CodeFormat}},
		{"unknown system", row("3", "zebradent"), Problem{Line: 2, Column: 3, Field: ColumnEMR, Code: CodeSystem, Warning: true}},
		{"drchrono added", row("3", "drchrono", "9", "harbor"), Problem{Line: 2, Column: 3, Field: ColumnEMR, Code: CodeSystem}},
		{"line break", row("1", "\"Zebra\nDental\""), Problem{Line: 2, Column: 1, Field: ColumnInstitution, Code: CodeControl}},
		{"turned writing", row("1", "Zebra\u202eDental"), Problem{Line: 2, Column: 1, Field: ColumnInstitution, Code: CodeControl}},
		{"not UTF-8", row("1", "Zebra D\xe9ntal"), Problem{Line: 2, Column: 1, Field: ColumnInstitution, Code: CodeEncoding}},
		{"too long", row("1", strings.Repeat("z", 201)), Problem{Line: 2, Column: 1, Field: ColumnInstitution, Code: CodeLength}},
		{"more cells", row("11", ",zebra"), Problem{Line: 2, Column: 12, Code: CodeCells}},
		{"bare quote", row("1", "Zebra 5\" Dental"), Problem{Line: 2, Code: CodeQuote}},
		{"open quote", row("1", "\"Zebra"), Problem{Line: 2, Code: CodeQuote}},
	} {
		sheet := sheetOf(t, c.text, nil)
		if len(sheet.Problems) != 1 {
			t.Errorf("%s: problems %v", c.name, sheet.Problems)
			continue
		}
		got := sheet.Problems[0]
		if got.Text == "" || strings.Contains(strings.ToLower(fmt.Sprintf("%+v %v", got, sheet.Err())), "zebra") {
			t.Errorf("%s: the problem reads %q", c.name, got)
		}
		got.Text = ""
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if bad := sheet.Err() != nil; bad == c.want.Warning {
			t.Errorf("%s: Err %v", c.name, sheet.Err())
		}
		if usable := len(sheet.Usable()); usable != len(sheet.Rows) && c.want.Warning || usable != 0 && !c.want.Warning {
			t.Errorf("%s: %d of %d rows are usable", c.name, usable, len(sheet.Rows))
		}
	}
}

func TestARowAfterAMisplacedQuoteIsRead(t *testing.T) {
	t.Parallel()
	sheet := sheetOf(t, "name,zip,emr\nA 5\" B,98101,dentrix\nHarbor,98101,dentrix\n", nil)
	if len(sheet.Rows) != 1 || sheet.Rows[0].Line != 3 || len(sheet.Usable()) != 1 || len(sheet.Problems) != 1 {
		t.Errorf("rows %v, problems %v", sheet.Rows, sheet.Problems)
	}
}

func TestColumnsThatAreUnknownRepeatedOrMissingAreReported(t *testing.T) {
	t.Parallel()
	sheet := sheetOf(t, "name,zebra,Practice Name,zip\nHarbor,Zoe Zorn,Other,98101\n", nil)
	var got []Code
	for _, p := range sheet.Problems {
		got = append(got, p.Code)
	}
	want := []Code{CodeMissingColumn, CodeUnknownColumn, CodeRepeatedColumn, CodeMissing}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s\n%v", diff, sheet.Problems)
	}
	if len(sheet.Unknown) != 1 || sheet.Unknown[0].Column != 2 || sheet.Unknown[0].Title.Reveal() != "zebra" || len(sheet.Usable()) != 0 {
		t.Errorf("unknown %v, usable %v", sheet.Unknown, sheet.Usable())
	}
	if sheet.Rows[0].Institution != "Harbor" {
		t.Error("the first of two columns must be read")
	}
	if text := fmt.Sprintf("%v %+v", sheet.Unknown, sheet.Problems); strings.Contains(text, "ebra") {
		t.Errorf("a title is printed: %s", text)
	}
}

func TestWhatIsNoSheetIsRefusedAsAWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text   string
		format *Format
		want   emr.Kind
	}{
		"empty":         {"", nil, emr.KindInvalid},
		"no titles":     {"Harbor,98101,dentrix\n", nil, emr.KindInvalid},
		"UTF-16":        {"\xff\xfen\x00a\x00m\x00e\x00", nil, emr.KindInvalid},
		"workbook":      {"PK\x03\x04\x14", nil, emr.KindInvalid},
		"too large":     {"name\n" + strings.Repeat("a\n", 100), &Format{MaxBytes: 100}, emr.KindTooLarge},
		"too many rows": {"name\na\nb\nc\n", &Format{MaxRows: 2}, emr.KindTooLarge},
		"format":        {"name\na\n", &Format{Required: []Column{"zebra"}}, emr.KindConfig},
	} {
		sheet, err := Read(strings.NewReader(c.text), c.format)
		if emr.KindOf(err) != c.want || sheet != nil {
			t.Errorf("%s: %v, want kind %s", name, err, c.want)
		}
	}
}

func TestProblemsOfABrokenSheetAreBounded(t *testing.T) {
	t.Parallel()
	sheet := sheetOf(t, "name,zip,emr\n"+strings.Repeat(",1,1\n", 3000)+"Harbor,98101,dentrix\n", nil)
	tooMany := slices.ContainsFunc(sheet.Problems, func(p Problem) bool { return p.Code == CodeTooMany })
	if n := len(sheet.Problems); n != maxFound+1 || !tooMany {
		t.Errorf("%d problems, and that there are more is said: %v", n, tooMany)
	}
	if usable := sheet.Usable(); len(usable) != 1 || usable[0].Institution != "Harbor" {
		t.Errorf("%d rows are usable: one has no problem", len(usable))
	}
}
