package bulkcsv

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSeveralRowsOfOneInstitutionAreSeveralSyncs(t *testing.T) {
	t.Parallel()
	rows := []*Row{
		{Line: 2, Institution: "Harbor Smiles", Zip: "98101"},
		{Line: 3, Institution: "Other", Zip: "98101"},
		{Line: 4, Institution: "HÁRBOR-smiles ", Zip: "98101-1234"},
		{Line: 5, Institution: "Harbor Smiles", Zip: "98102"},
		{Line: 6, Subdomain: "harbor", Institution: "x"},
		{Line: 7, Subdomain: "harbor", Institution: "y"},
		nil,
	}
	var got []string
	for _, g := range Group(rows) {
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
	var got []Problem
	for _, p := range sheet.Problems {
		if !strings.Contains(p.Text, "line 2") {
			t.Errorf("%v names no other line", p)
		}
		p.Text = ""
		got = append(got, p)
	}
	want := []Problem{
		{Line: 3, Code: CodeDuplicate, Warning: true},
		{Line: 4, Column: 5, Field: ColumnWebsite, Code: CodeContradiction, Warning: true},
	}
	if diff := cmp.Diff(want, got); diff != "" || sheet.Err() != nil {
		t.Error(diff, sheet.Err())
	}
}
