package nexhealth

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/emr"
)

func TestSeveralRowsOfOneInstitutionAreSeveralSyncs(t *testing.T) {
	t.Parallel()
	rows := []*BulkRow{
		{Line: 2, Institution: "Harbor Smiles", Zip: "98101"},
		{Line: 3, Institution: "Other", Zip: "98101"},
		{Line: 4, Institution: "HÁRBOR-smiles ", Zip: "98101-1234"},
		{Line: 5, Institution: "Harbor Smiles", Zip: "98102"},
		{Line: 6, Subdomain: "harbor", Institution: "x"},
		{Line: 7, Subdomain: "harbor", Institution: "y"},
		nil,
	}
	var got []string
	for _, g := range GroupBulk(rows) {
		var lines []string
		for _, r := range g.Rows {
			lines = append(lines, fmt.Sprint(r.Line))
		}
		got = append(got, strings.Join(lines, "+"))
	}
	if diff := cmp.Diff([]string{"2+4", "3", "5", "6+7"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheSameServerTwiceAndRowsThatDisagreeAreFlagged(t *testing.T) {
	t.Parallel()
	sheet := sheetOf(t, "name,zip,emr,sync_name,website,phone,city\n"+
		"Harbor,98101,dentrix,Main,https://www.harbor.example.com/,206-555-0142,Seattle\n"+
		"Harbor,98101,dentrix,main,harbor.example.com,(206) 555-0142,SEATTLE\n"+ // the same server
		"harbor,98101,opendental,Main,other.example.com,,\n", nil) // another one, another website
	var got []CSVProblem
	for _, p := range sheet.Problems {
		if !strings.Contains(p.Text, "line 2") {
			t.Errorf("%v names no other line", p)
		}
		p.Text = ""
		got = append(got, p)
	}
	want := []CSVProblem{
		{Line: 3, Code: CSVDuplicate, Warning: true},
		{Line: 4, Column: 5, Field: ColumnWebsite, Code: CSVContradiction, Warning: true},
	}
	if diff := cmp.Diff(want, got); diff != "" || sheet.Err() != nil {
		t.Error(diff, sheet.Err())
	}
}

func TestProbableMatchesAreFlaggedByWhatAgrees(t *testing.T) {
	t.Parallel()
	known := []*Institution{
		nil,
		{Name: "Harbor Smiles, LLC", Subdomain: "harbor", Phone: "2065550142", Locations: []InstitutionLocation{{ID: "7", Zip: "98101", Email: "Office@harbor.example.com"}}},
		{Name: "Grove", Subdomain: "grove"},
	}
	for _, c := range []struct {
		name    string
		row     BulkRow
		by      []CSVColumn
		certain bool
	}{
		{"name and zip code", BulkRow{Institution: "The Hàrbor Smiles", Zip: "98101-4444"}, []CSVColumn{ColumnInstitution, ColumnZip}, true},
		{"name alone", BulkRow{Institution: "Harbor Smiles P.C.", Zip: "60601"}, []CSVColumn{ColumnInstitution}, false},
		{"phone", BulkRow{Institution: "Quay", Phone: emr.NewPHI("+1 (206) 555-0142")}, []CSVColumn{ColumnPhone}, false},
		{"e-mail", BulkRow{Institution: "Quay", Email: emr.NewPHI("office@HARBOR.example.com")}, []CSVColumn{ColumnEmail}, false},
		{"zip code alone", BulkRow{Institution: "Quay", Zip: "98101"}, nil, false},
		{"the row says so itself", BulkRow{Institution: "Harbor Smiles", Subdomain: "harbor", Zip: "98101"}, nil, false},
		{"another subdomain, the same name", BulkRow{Institution: "Grove", Subdomain: "grove-2"}, []CSVColumn{ColumnInstitution}, false},
		{"nothing", BulkRow{Institution: "Quay"}, nil, false},
	} {
		c.row.Line = 2
		alerts := MatchBulk([]*BulkRow{&c.row}, known)
		if c.by == nil {
			if len(alerts) > 0 {
				t.Errorf("%s: %v", c.name, alerts)
			}
			continue
		}
		if len(alerts) != 1 || alerts[0].Known == nil || alerts[0].Other != nil || alerts[0].Certain != c.certain || alerts[0].Row.Line != 2 {
			t.Errorf("%s: %v", c.name, alerts)
			continue
		}
		if diff := cmp.Diff(c.by, alerts[0].By); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if text := alerts[0].String(); strings.Contains(text, "arbor") || !strings.Contains(text, "line 2") {
			t.Errorf("%s: %q", c.name, text)
		}
	}
}

func TestInstitutionsOfOneSheetAreComparedToo(t *testing.T) {
	t.Parallel()
	rows := []*BulkRow{
		{Line: 2, Institution: "Harbor", Zip: "98101", Website: "http://smiles.example.com/harbor/"},
		{Line: 3, Institution: "Quay", Zip: "98101", Website: "https://WWW.smiles.example.com/harbor"},
		{Line: 4, Institution: "Grove", Zip: "98101", Website: "https://smiles.example.com/grove"}, // same host, another practice
	}
	alerts := MatchBulk(rows, nil)
	if len(alerts) != 1 || alerts[0].Row.Line != 3 || alerts[0].Other.Line != 2 || alerts[0].Certain || !strings.Contains(alerts[0].String(), "institution of line 2") {
		t.Errorf("%v", alerts)
	}
}

func TestAlertsOfOneMistakeAreBounded(t *testing.T) {
	t.Parallel()
	var rows []*BulkRow
	for i := range 500 {
		rows = append(rows, &BulkRow{Line: i + 2, Institution: fmt.Sprintf("Practice %d", i), Phone: emr.NewPHI("206-555-0142")})
	}
	if n := len(MatchBulk(rows, nil)); n > 500*mostMatches {
		t.Errorf("%d alerts", n)
	}
}

func TestARowBecomesAnOnboarding(t *testing.T) {
	t.Parallel()
	fresh := (&BulkRow{Institution: "Harbor", Zip: "98101", Website: "harbor.example.com", Email: emr.NewPHI("office@harbor.example.com"), EMR: EMRDentrix}).Onboarding()
	if fresh.Name != "Harbor" || fresh.Subdomain != "" || fresh.EMR != EMRDentrix || fresh.Zip != "98101" || fresh.check() != nil {
		t.Errorf("%+v", fresh)
	}
	more := (&BulkRow{Institution: "Harbor", Subdomain: "harbor", Zip: "98101", EMR: EMRDentrix}).Onboarding()
	if more.Subdomain != "harbor" || more.Name != "" || more.Zip != "" || more.check() != nil {
		t.Errorf("%+v", more)
	}
}
