package bulkcsv

import (
	"io"
	"slices"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth"
)

// WriteSample writes a sheet to start from: invented practices, one of them with
// two syncs. f may be nil; columns that it does not have are left out.
func WriteSample(w io.Writer, f *Format) error {
	format, bad := f.resolve(opWrite)
	if bad != nil {
		return bad
	}
	rows := Sample()
	for _, r := range rows {
		for _, field := range columnSpecs {
			if !slices.ContainsFunc(format.Headings, func(h Heading) bool { return h.Column == field.column }) {
				field.set(r, "")
			}
		}
	}
	return Write(w, rows, f)
}

// Sample are the rows of the sample sheet.
func Sample() []*Row {
	harbor := Row{
		Institution: "Harbor Smiles", Street: "12 Quay St", City: "Seattle", State: "WA", Zip: "98101", Country: "US",
		Website: "https://harborsmiles.example.com", Phone: emr.NewPHI("206-555-0142"), Email: emr.NewPHI("office@harborsmiles.example.com"),
		Contact: emr.NewPHI("Noor Vance"), ContactMail: emr.NewPHI("noor.vance@harborsmiles.example.com"),
		EMR: nexhealth.EMRDentrix, Sync: "Main office", Location: "Harbor Smiles Downtown", Reference: "A-1",
	}
	second := harbor
	second.EMR, second.Sync, second.Location, second.Reference = nexhealth.EMROpenDental, "Annex", "Harbor Smiles Annex", "A-2"
	return []*Row{
		&harbor,
		&second,
		{
			Institution: "Maple Lane Orthodontics", Parent: "Lanewood Dental Partners", Street: "5 Maple Ln", City: "Salem", State: "MA",
			Zip: "01970", Country: "US", Phone: emr.NewPHI("978-555-0117"), Email: emr.NewPHI("hello@maplelane.example.org"),
			EMR: nexhealth.EMREaglesoft, Reference: "A-3",
		},
	}
}
