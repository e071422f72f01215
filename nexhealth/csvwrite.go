package nexhealth

import (
	"bytes"
	"encoding/csv"
	"io"
	"slices"

	"github.com/emrkit/emrkit/emr"
)

const opWriteCSV = "write bulk csv"

// WriteBulkCSV writes the rows under one row of titles, with the line endings of RFC 4180.
// ReadBulkCSV with the same format reads the same rows back, but for their lines.
//
// A cell that a spreadsheet would take for a formula (it starts with =, +, - or @) gets an
// apostrophe in front, which spreadsheets hide and ReadBulkCSV takes away; write
// telephone numbers without "+" to do without it.
//
// Nothing is written, with kind invalid and the columns in Fields, if a cell is longer
// than its column takes, is not UTF-8 or has invisible characters, if a row is empty, or
// if a row holds something for which the format has no column. What the cells mean is
// not checked: see [CheckBulk]. f may be nil.
func WriteBulkCSV(w io.Writer, rows []*BulkRow, f *CSVFormat) error {
	format, bad := f.resolve(opWriteCSV)
	if bad != nil {
		return bad
	}
	var out bytes.Buffer
	if format.BOM {
		out.WriteString("\ufeff")
	}
	to := csv.NewWriter(&out)
	to.Comma, to.UseCRLF = format.Comma, true
	var columns []*csvField
	cells := make([]string, 0, len(format.Headings))
	for _, h := range format.Headings {
		columns = append(columns, csvFieldOf(h.Column))
		cells = append(cells, h.Title)
	}
	_ = to.Write(cells) // into memory, with a checked separator
	if len(rows) > format.MaxRows {
		return &emr.Error{Kind: emr.KindTooLarge, Vendor: vendor, Op: opWriteCSV, Hint: "more rows than CSVFormat.MaxRows: write several sheets"}
	}
	for _, r := range rows {
		if r == nil {
			r = &BulkRow{}
		}
		if bad := unwritable(r, columns); bad != nil {
			return bad
		}
		cells = cells[:0]
		for _, field := range columns {
			cells = append(cells, shielded(field.get(r)))
		}
		_ = to.Write(cells)
	}
	to.Flush()
	if int64(out.Len()) > format.MaxBytes {
		return &emr.Error{Kind: emr.KindTooLarge, Vendor: vendor, Op: opWriteCSV, Hint: "the sheet is larger than CSVFormat.MaxBytes: write several"}
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return &emr.Error{Kind: emr.KindUnavailable, Vendor: vendor, Op: opWriteCSV, Hint: "the sheet could not be written to its end", Err: err}
	}
	return nil
}

// unwritable says why a row would not come back as it is.
func unwritable(r *BulkRow, columns []*csvField) *emr.Error {
	blank := true
	var fields []string
	hint := "a text is too long, has blanks at its ends, a line break or another invisible character, or the format has no column for it"
	for _, f := range csvFields {
		v := f.get(r)
		if v == "" {
			continue
		}
		blank = false
		if _, ok := checkCell(f, v); !ok || trimmed(v) != v || !slices.Contains(columns, f) {
			fields = append(fields, string(f.column))
		}
	}
	if blank {
		hint = "a row is empty"
	} else if fields == nil {
		return nil
	}
	return &emr.Error{Kind: emr.KindInvalid, Vendor: vendor, Op: opWriteCSV, Fields: fields, Hint: hint}
}

// WriteSampleBulkCSV writes a sheet to start from: invented practices, one of them with
// two syncs. f may be nil; columns that it does not have are left out.
func WriteSampleBulkCSV(w io.Writer, f *CSVFormat) error {
	format, bad := f.resolve(opWriteCSV)
	if bad != nil {
		return bad
	}
	rows := SampleBulkRows()
	for _, r := range rows {
		for _, field := range csvFields {
			if !slices.ContainsFunc(format.Headings, func(h CSVHeading) bool { return h.Column == field.column }) {
				field.set(r, "")
			}
		}
	}
	return WriteBulkCSV(w, rows, f)
}

// SampleBulkRows are the rows of the sample sheet.
func SampleBulkRows() []*BulkRow {
	harbor := BulkRow{
		Institution: "Harbor Smiles", Street: "12 Quay St", City: "Seattle", State: "WA", Zip: "98101", Country: "US",
		Website: "https://harborsmiles.example.com", Phone: emr.NewPHI("206-555-0142"), Email: emr.NewPHI("office@harborsmiles.example.com"),
		Contact: emr.NewPHI("Noor Vance"), ContactMail: emr.NewPHI("noor.vance@harborsmiles.example.com"),
		EMR: EMRDentrix, Sync: "Main office", Location: "Harbor Smiles Downtown", Reference: "A-1",
	}
	second := harbor
	second.EMR, second.Sync, second.Location, second.Reference = EMROpenDental, "Annex", "Harbor Smiles Annex", "A-2"
	return []*BulkRow{
		&harbor,
		&second,
		{
			Institution: "Maple Lane Orthodontics", Parent: "Lanewood Dental Partners", Street: "5 Maple Ln", City: "Salem", State: "MA",
			Zip: "01970", Country: "US", Phone: emr.NewPHI("978-555-0117"), Email: emr.NewPHI("hello@maplelane.example.org"),
			EMR: EMREaglesoft, Reference: "A-3",
		},
	}
}
