package bulkcsv_test

import (
	"fmt"
	"strings"

	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/bulkcsv"
)

// A sheet is read, each problem is shown with its place, and what may already be there is
// flagged. known would come from Client.Institutions.
func ExampleRead() {
	const text = "Practice name,ZIP,EHR,Server\n" +
		"Harbor Smiles,98101,dentrix,Main office\n" +
		"Harbor Smiles,98101,opendental,Annex\n" +
		"Maple Lane,1970,eaglesoft,\n"
	sheet, err := bulkcsv.Read(strings.NewReader(text), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range sheet.Problems {
		fmt.Println(p)
	}
	known := []*nexhealth.Institution{{Name: "Harbor Smiles, LLC", Locations: []nexhealth.InstitutionLocation{{ID: "1", Zip: "98101"}}}}
	for _, a := range bulkcsv.Match(sheet.Usable(), known) {
		fmt.Println(a)
	}
	for _, g := range bulkcsv.Group(sheet.Usable()) {
		fmt.Println(len(g.Rows), "syncs of one institution")
	}
	// Output:
	// line 4, column 2 (zip_code): a zip code has five digits: a spreadsheet drops leading zeros unless the column is text
	// line 2: this is an institution that is already there: same institution_name, zip_code
	// 2 syncs of one institution
}
