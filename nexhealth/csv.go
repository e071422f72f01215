package nexhealth

import (
	"fmt"
	"slices"

	"github.com/emrkit/emrkit/emr"
)

// BulkRow is one row of a sheet for setting up many practices at once: one sync, that is
// one server of one institution. Several rows with the same institution are several syncs
// of it.
//
// NexHealth takes such sheets in its portal only, and does not document their columns in
// public: the columns here are ours and can be renamed, see [CSVFormat]. What the API
// takes of a row is made by [BulkRow.Onboarding].
type BulkRow struct {
	Line int // in the sheet, from 1; 0: not from a sheet

	Institution string // name of the practice or group
	Parent      string // the parent organisation of a multi-location group
	Subdomain   string // of an institution that is already there: the row adds a sync to it
	Street      string
	Street2     string
	City        string
	State       string // two letters in the US and Canada
	Zip         string
	Country     string // two or three letters; "" is the US
	Website     string
	Phone       emr.PHI // of the practice
	Email       emr.PHI // of the practice
	Contact     emr.PHI // who answers for the practice
	ContactMail emr.PHI
	ContactTel  emr.PHI
	EMR         EMRName // the health record system on this server
	Sync        string  // the practice's name for this server, where it has several
	Location    string  // the office, where one server serves one
	Reference   string  // the application's own key of the row
}

// CSVColumn is a column of the sheet under our own name for it.
type CSVColumn string

// The columns, in the order in which they are written.
const (
	ColumnInstitution CSVColumn = "institution_name"
	ColumnParent      CSVColumn = "parent_organization"
	ColumnSubdomain   CSVColumn = "subdomain"
	ColumnStreet      CSVColumn = "street_address"
	ColumnStreet2     CSVColumn = "street_address_2"
	ColumnCity        CSVColumn = "city"
	ColumnState       CSVColumn = "state"
	ColumnZip         CSVColumn = "zip_code"
	ColumnCountry     CSVColumn = "country_code"
	ColumnWebsite     CSVColumn = "website"
	ColumnPhone       CSVColumn = "phone_number"
	ColumnEmail       CSVColumn = "email"
	ColumnContact     CSVColumn = "contact_name"
	ColumnContactMail CSVColumn = "contact_email"
	ColumnContactTel  CSVColumn = "contact_phone"
	ColumnEMR         CSVColumn = "emr_name"
	ColumnSync        CSVColumn = "sync_name"
	ColumnLocation    CSVColumn = "location_name"
	ColumnReference   CSVColumn = "reference"
)

// CSVColumns returns all columns in their order.
func CSVColumns() []CSVColumn {
	all := make([]CSVColumn, len(csvFields))
	for i, f := range csvFields {
		all[i] = f.column
	}
	return all
}

// CSVHeading names a column in a sheet.
type CSVHeading struct {
	Column CSVColumn
	Title  string // the text of the first row; "" is the column's own name
}

// CSVFormat says what a sheet looks like. nil and the zero value are our own format.
type CSVFormat struct {
	// Headings are the columns that are written, in this order and with these titles: put
	// the titles of the portal's own template here. Empty: all columns under their own
	// names. Reading takes these titles, the columns' own names and usual other spellings,
	// whatever their order, case and punctuation.
	Headings []CSVHeading
	// Required must be filled in each row. nil: institution_name, zip_code and emr_name; a
	// row with a subdomain needs no zip_code.
	Required []CSVColumn
	// Comma separates cells. 0: a comma when writing; when reading, the one of comma,
	// semicolon and tab under which the first row has most known titles.
	Comma    rune
	BOM      bool  // write a byte order mark, for spreadsheets that need one to see UTF-8
	MaxBytes int64 // of the whole sheet; 0: 4 MiB
	MaxRows  int   // 0: 5000
}

const (
	csvMaxBytes = 4 << 20
	csvMaxRows  = 5000
	csvMaxCell  = 500  // characters
	csvMaxCells = 200  // in a row: what is over is not looked at
	csvMaxFound = 2000 // problems kept of one sheet
)

// csvFormat is a checked format with its defaults filled in.
type csvFormat struct {
	CSVFormat
	fixedComma bool
}

func (f *CSVFormat) resolve(op string) (csvFormat, *emr.Error) {
	var r csvFormat
	if f != nil {
		r.CSVFormat = *f
	}
	bad := func(hint, field string) (csvFormat, *emr.Error) {
		return r, &emr.Error{Kind: emr.KindConfig, Vendor: vendor, Op: op, Hint: hint, Fields: []string{field}}
	}
	if len(r.Headings) == 0 {
		for _, f := range csvFields {
			r.Headings = append(r.Headings, CSVHeading{Column: f.column})
		}
	}
	r.Headings = slices.Clone(r.Headings)
	seen := map[string]bool{}
	for i, h := range r.Headings {
		if csvFieldOf(h.Column) == nil {
			return bad("a heading names a column that does not exist: see CSVColumns", "Headings")
		}
		if h.Title == "" {
			r.Headings[i].Title = string(h.Column)
		}
		title := plainTitle(r.Headings[i].Title)
		if title == "" || !isCellText(r.Headings[i].Title) || isFormula(r.Headings[i].Title) {
			return bad("a title is one line of plain text with letters or digits", "Headings")
		}
		if seen[title] || seen["="+string(h.Column)] {
			return bad("a column or a title stands there twice", "Headings")
		}
		seen[title], seen["="+string(h.Column)] = true, true
	}
	if r.Required == nil {
		r.Required = []CSVColumn{ColumnInstitution, ColumnZip, ColumnEMR}
	}
	for _, c := range r.Required {
		if csvFieldOf(c) == nil {
			return bad("a required column does not exist: see CSVColumns", "Required")
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
	if r.MaxBytes < 0 || r.MaxRows < 0 {
		return bad("a bound below zero", "MaxBytes, MaxRows")
	}
	if r.MaxBytes == 0 {
		r.MaxBytes = csvMaxBytes
	}
	if r.MaxRows == 0 {
		r.MaxRows = csvMaxRows
	}
	return r, nil
}

// CSVCode is the class of a problem, for an application that words it itself.
type CSVCode string

// The classes of problems.
const (
	CSVQuote          CSVCode = "quote"           // a quote is misplaced or never closed: the row was not read
	CSVCells          CSVCode = "cells"           // more cells than titles
	CSVEncoding       CSVCode = "encoding"        // not UTF-8
	CSVControl        CSVCode = "control"         // line breaks and other invisible characters in a cell
	CSVLength         CSVCode = "length"          // longer than the column takes
	CSVMissing        CSVCode = "missing"         // a required cell is empty
	CSVMissingColumn  CSVCode = "missing_column"  // a required column is not there
	CSVRepeatedColumn CSVCode = "repeated_column" // two titles mean one column: the first is read
	CSVUnknownColumn  CSVCode = "unknown_column"  // warning: a column that is not read
	CSVFormatOf       CSVCode = "format"          // the text is no e-mail, zip code, ...
	CSVSystem         CSVCode = "system"          // a health record system that cannot be set up this way
	CSVContradiction  CSVCode = "contradiction"   // warning: rows of one institution disagree
	CSVDuplicate      CSVCode = "duplicate"       // warning: the same server twice
	CSVTooMany        CSVCode = "too_many"        // more problems than are listed
)

// CSVProblem is what is wrong with one cell, row or column. It never holds the text of a
// cell: that may be somebody's name.
type CSVProblem struct {
	Line    int       // in the file, from 1; rows without a line count from 1 in their order
	Column  int       // from 1; 0: the whole row
	Field   CSVColumn // "" when no known column is meant
	Code    CSVCode
	Text    string // our own sentence: what to mend
	Warning bool   // the row can be used as it is
}

// String gives place and text.
func (p CSVProblem) String() string {
	s := fmt.Sprintf("line %d", p.Line)
	if p.Column > 0 {
		s += fmt.Sprintf(", column %d", p.Column)
	}
	if p.Field != "" {
		s += " (" + string(p.Field) + ")"
	}
	return s + ": " + p.Text
}
