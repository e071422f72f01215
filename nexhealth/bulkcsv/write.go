package bulkcsv

import (
	"bytes"
	"encoding/csv"
	"io"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

const opWrite = "write bulk csv"

// Write writes the rows under one row of titles, with the line endings of RFC 4180.
// Read with the same format reads the same rows back, but for their lines.
//
// A cell that a spreadsheet would take for a formula (it starts with =, +, - or @) gets an
// apostrophe in front, which spreadsheets hide and Read takes away; write
// telephone numbers without "+" to do without it.
//
// Nothing is written, with kind invalid and the columns in Fields, if a cell is longer
// than its column takes, is not UTF-8 or has invisible characters, if a row is empty, or
// if a row holds something for which the format has no column. What the cells mean is
// not checked: see [Check]. f may be nil.
func Write(w io.Writer, rows []*Row, f *Format) error {
	format, bad := f.resolve(opWrite)
	if bad != nil {
		return bad
	}
	var out bytes.Buffer
	if format.BOM {
		out.WriteString("\ufeff")
	}
	to := csv.NewWriter(&out)
	to.Comma, to.UseCRLF = format.Comma, true
	var columns []*columnSpec
	cells := make([]string, 0, len(format.Headings))
	for _, h := range format.Headings {
		columns = append(columns, columnSpecOf(h.Column))
		cells = append(cells, h.Title)
	}
	_ = to.Write(cells) // into memory, with a checked separator
	if len(rows) > format.MaxRows {
		return &emr.Error{Kind: emr.KindTooLarge, Vendor: vendor, Op: opWrite, Hint: "more rows than Format.MaxRows: write several sheets"}
	}
	for _, r := range rows {
		if r == nil {
			r = &Row{}
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
		return &emr.Error{Kind: emr.KindTooLarge, Vendor: vendor, Op: opWrite, Hint: "the sheet is larger than Format.MaxBytes: write several"}
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return &emr.Error{Kind: emr.KindUnavailable, Vendor: vendor, Op: opWrite, Hint: "the sheet could not be written to its end", Err: err}
	}
	return nil
}

// unwritable says why a row would not come back as it is.
func unwritable(r *Row, columns []*columnSpec) *emr.Error {
	blank := true
	var fields []string
	hint := "a text is too long, has blanks at its ends, a line break or another invisible character, or the format has no column for it"
	for _, f := range columnSpecs {
		v := f.get(r)
		if v == "" {
			continue
		}
		blank = false
		if _, ok := checkCell(f, v); !ok || strings.TrimSpace(v) != v || !slices.Contains(columns, f) {
			fields = append(fields, string(f.column))
		}
	}
	if blank {
		hint = "a row is empty"
	} else if fields == nil {
		return nil
	}
	return &emr.Error{Kind: emr.KindInvalid, Vendor: vendor, Op: opWrite, Fields: fields, Hint: hint}
}
