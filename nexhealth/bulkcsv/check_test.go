package bulkcsv

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth"
)

func TestRowsOfTheApplicationAreCheckedLikeASheet(t *testing.T) {
	t.Parallel()
	rows := []*Row{
		{Institution: "Harbor", Zip: "98101", EMR: nexhealth.EMRDentrix},
		{Institution: "Harbor", Zip: "981", Email: emr.NewPHI("zebra")},
		nil,
		{Subdomain: "harbor", Institution: "Harbor", EMR: nexhealth.EMRDentrix}, // needs no zip code
		{Institution: "a\nb", Zip: "98101", EMR: nexhealth.EMRDentrix},
	}
	found, err := Check(rows, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[int][]Code{}
	for _, p := range found {
		got[p.Line] = append(got[p.Line], p.Code)
	}
	want := map[int][]Code{
		2: {CodeFormat, CodeFormat, CodeMissing},
		3: {CodeMissing, CodeMissing, CodeMissing},
		5: {CodeControl},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s\n%v", diff, found)
	}
	if rows[0].Line != 0 {
		t.Error("the caller's rows were changed")
	}
}
