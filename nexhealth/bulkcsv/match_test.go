package bulkcsv

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth"
)

func TestProbableMatchesAreFlaggedByWhatAgrees(t *testing.T) {
	t.Parallel()
	known := []*nexhealth.Institution{
		nil,
		{Name: "Harbor Smiles, LLC", Subdomain: "harbor", Phone: "2065550142", Locations: []nexhealth.InstitutionLocation{{ID: "7", Zip: "98101", Email: "Office@harbor.example.com"}}},
		{Name: "Grove", Subdomain: "grove"},
	}
	for _, c := range []struct {
		name    string
		row     Row
		by      []Column
		certain bool
	}{
		{"name and zip code", Row{Institution: "The Hàrbor Smiles", Zip: "98101-4444"}, []Column{ColumnInstitution, ColumnZip}, true},
		{"name alone", Row{Institution: "Harbor Smiles P.C.", Zip: "60601"}, []Column{ColumnInstitution}, false},
		{"phone", Row{Institution: "Quay", Phone: emr.NewPHI("+1 (206) 555-0142")}, []Column{ColumnPhone}, false},
		{"e-mail", Row{Institution: "Quay", Email: emr.NewPHI("office@HARBOR.example.com")}, []Column{ColumnEmail}, false},
		{"zip code alone", Row{Institution: "Quay", Zip: "98101"}, nil, false},
		{"the row says so itself", Row{Institution: "Harbor Smiles", Subdomain: "harbor", Zip: "98101"}, nil, false},
		{"another subdomain, the same name", Row{Institution: "Grove", Subdomain: "grove-2"}, []Column{ColumnInstitution}, false},
		{"nothing", Row{Institution: "Quay"}, nil, false},
	} {
		c.row.Line = 2
		alerts := Match([]*Row{&c.row}, known)
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
	rows := []*Row{
		{Line: 2, Institution: "Harbor", Zip: "98101", Website: "http://smiles.example.com/harbor/"},
		{Line: 3, Institution: "Quay", Zip: "98101", Website: "https://WWW.smiles.example.com/harbor"},
		{Line: 4, Institution: "Grove", Zip: "98101", Website: "https://smiles.example.com/grove"}, // same host, another practice
	}
	alerts := Match(rows, nil)
	if len(alerts) != 1 || alerts[0].Row.Line != 3 || alerts[0].Other.Line != 2 || alerts[0].Certain || !strings.Contains(alerts[0].String(), "institution of line 2") {
		t.Errorf("%v", alerts)
	}
}

func TestAlertsOfOneMistakeAreBounded(t *testing.T) {
	t.Parallel()
	var rows []*Row
	for i := range 500 {
		rows = append(rows, &Row{Line: i + 2, Institution: fmt.Sprintf("Practice %d", i), Phone: emr.NewPHI("206-555-0142")})
	}
	if n := len(Match(rows, nil)); n > 500*mostMatches {
		t.Errorf("%d alerts", n)
	}
}
