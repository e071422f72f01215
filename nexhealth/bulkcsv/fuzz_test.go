package bulkcsv

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth"
)

// FuzzRead: whatever comes in, nothing panics, and what can be read can be written and
// read again.
func FuzzRead(f *testing.F) {
	f.Add([]byte("institution_name,zip_code,emr_name\nHarbor,98101,dentrix\n"))
	f.Add([]byte("\ufeffName;Zip\r\n'=1;\"2\"\"3\"\r\n"))
	f.Add([]byte("name\tzip\r'+1\t-\r"))
	f.Add([]byte("name,zip\n\"a\nb\",\xff\n\"open"))
	f.Fuzz(func(t *testing.T, data []byte) {
		sheet, err := Read(bytes.NewReader(data), nil)
		if err != nil {
			if k := emr.KindOf(err); k != emr.KindInvalid && k != emr.KindTooLarge {
				t.Fatalf("kind %q", k)
			}
			return
		}
		Match(sheet.Rows, []*nexhealth.Institution{{Name: "Harbor", Subdomain: "harbor"}})
		var rows []*Row // a row whose cells were all refused is empty
		for _, r := range sheet.Rows {
			if !cmp.Equal(*r, Row{Line: r.Line}) {
				rows = append(rows, r)
			}
		}
		var out bytes.Buffer
		if err := Write(&out, rows, nil); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := Read(&out, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(rows, again.Rows, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(Row{}, "Line")); diff != "" {
			t.Error(diff)
		}
	})
}
