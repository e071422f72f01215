package bulkcsv

import (
	"slices"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth/internal/practice"
)

// Heading names a column in a sheet.
type Heading struct {
	Column Column
	Title  string // the text of the first row; "" is the column's own name
}

// Format says what a sheet looks like. nil and the zero value are our own format.
type Format struct {
	// Headings are the columns that are written, in this order and with these titles: put
	// the titles of the portal's own template here. Empty: all columns under their own
	// names. Reading takes these titles, the columns' own names and usual other spellings,
	// whatever their order, case and punctuation.
	Headings []Heading
	// Required must be filled in each row. nil: institution_name, zip_code and emr_name; a
	// row with a subdomain needs no zip_code.
	Required []Column
	// Comma separates cells. 0: a comma when writing; when reading, the one of comma,
	// semicolon and tab under which the first row has most known titles.
	Comma    rune
	BOM      bool  // write a byte order mark, for spreadsheets that need one to see UTF-8
	MaxBytes int64 // of the whole sheet; 0: 4 MiB
	MaxRows  int   // 0: 5000
}

const vendor = "nexhealth" // in errors

const (
	maxBytes = 4 << 20
	maxRows  = 5000
	maxCells = 200  // in a row: what is over is not looked at
	maxFound = 2000 // problems kept of one sheet
)

// checkedFormat is a Format with its defaults filled in.
type checkedFormat struct {
	Format
	fixedComma bool
}

func (f *Format) resolve(op string) (checkedFormat, *emr.Error) {
	var r checkedFormat
	if f != nil {
		r.Format = *f
	}
	bad := func(hint, field string) (checkedFormat, *emr.Error) {
		return r, &emr.Error{Kind: emr.KindConfig, Vendor: vendor, Op: op, Hint: hint, Fields: []string{field}}
	}
	if len(r.Headings) == 0 {
		for _, f := range columnSpecs {
			r.Headings = append(r.Headings, Heading{Column: f.column})
		}
	}
	r.Headings = slices.Clone(r.Headings)
	seen := map[string]bool{}
	for i, h := range r.Headings {
		if columnSpecOf(h.Column) == nil {
			return bad("a heading names a column that does not exist: see Columns", "Headings")
		}
		if h.Title == "" {
			r.Headings[i].Title = string(h.Column)
		}
		title := plainTitle(r.Headings[i].Title)
		if title == "" || !practice.IsLine(r.Headings[i].Title) || isFormula(r.Headings[i].Title) {
			return bad("a title is one line of plain text with letters or digits", "Headings")
		}
		if seen[title] || seen["="+string(h.Column)] {
			return bad("a column or a title stands there twice", "Headings")
		}
		seen[title], seen["="+string(h.Column)] = true, true
	}
	if r.Required == nil {
		r.Required = []Column{ColumnInstitution, ColumnZip, ColumnEMR}
	}
	for _, c := range r.Required {
		if columnSpecOf(c) == nil {
			return bad("a required column does not exist: see Columns", "Required")
		}
	}
	r.fixedComma = r.Comma != 0
	switch r.Comma {
	case 0:
		r.Comma = ','
	case ',', ';', '\t', '|':
	default:
		return bad("cells are separated by comma, semicolon, tab or bar", "Comma")
	}
	if r.MaxBytes < 0 {
		return bad("a bound below zero", "MaxBytes")
	}
	if r.MaxRows < 0 {
		return bad("a bound below zero", "MaxRows")
	}
	if r.MaxBytes == 0 {
		r.MaxBytes = maxBytes
	}
	if r.MaxRows == 0 {
		r.MaxRows = maxRows
	}
	return r, nil
}
