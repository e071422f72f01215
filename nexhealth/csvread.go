package nexhealth

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/emrkit/emrkit/emr"
)

const opReadCSV = "read bulk csv"

// CSVSheet is a sheet as it was read, with everything that is wrong with it.
type CSVSheet struct {
	Rows     []*BulkRow   // all rows that could be read, also those with problems
	Problems []CSVProblem // in the order of the file
	Unknown  []CSVUnknown // columns that were not read

	bad      map[int]bool // lines with problems, also those that are not listed any more
	headless bool         // a required column is not there
}

// CSVUnknown is a column that no part of a BulkRow stands for.
type CSVUnknown struct {
	Column int     // from 1
	Title  emr.PHI // hidden: in a sheet without titles it is somebody's data
}

// Err is nil when every row can be used, else kind invalid with the columns at fault in
// Fields; Problems says where. Warnings do not count.
func (s *CSVSheet) Err() error {
	var fields []string
	bad := false
	for _, p := range s.Problems {
		if p.Warning {
			continue
		}
		bad = true
		if p.Field != "" && !slices.Contains(fields, string(p.Field)) {
			fields = append(fields, string(p.Field))
		}
	}
	if !bad {
		return nil
	}
	return &emr.Error{Kind: emr.KindInvalid, Vendor: vendor, Op: opReadCSV, Fields: fields, Hint: "mend the cells that CSVSheet.Problems lists, or go on with CSVSheet.Usable"}
}

// Usable are the rows without problems other than warnings. It is empty when something is
// wrong with the sheet as a whole (a required column is missing).
func (s *CSVSheet) Usable() []*BulkRow {
	if s.headless {
		return nil
	}
	var good []*BulkRow
	for _, r := range s.Rows {
		if !s.bad[r.Line] {
			good = append(good, r)
		}
	}
	return good
}

// ReadBulkCSV reads a sheet and checks every cell: see CSVSheet.Problems. A byte order
// mark, any line ending, quotes, any order of columns, empty rows and the apostrophe
// against formulas (see [WriteBulkCSV]) are understood.
//
// Kind invalid when there is no table at all: the reader's error (in Unwrap), not UTF-8,
// no row of titles. Kind too_large beyond the bounds of the format, config for a format
// that makes no sense. f may be nil.
func ReadBulkCSV(r io.Reader, f *CSVFormat) (*CSVSheet, error) {
	format, bad := f.resolve(opReadCSV)
	if bad != nil {
		return nil, bad
	}
	invalid := func(hint string, err error) error {
		return &emr.Error{Kind: emr.KindInvalid, Vendor: vendor, Op: opReadCSV, Hint: hint, Err: err}
	}
	data, err := io.ReadAll(io.LimitReader(r, format.MaxBytes+1))
	if err != nil {
		return nil, invalid("the sheet could not be read to its end", err)
	}
	if int64(len(data)) > format.MaxBytes {
		return nil, &emr.Error{Kind: emr.KindTooLarge, Vendor: vendor, Op: opReadCSV, Hint: "the sheet is larger than CSVFormat.MaxBytes: split it"}
	}
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}), bytes.IndexByte(data, 0) >= 0:
		return nil, invalid("the sheet is UTF-16 or no text: save it as CSV UTF-8", nil)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return nil, invalid("this is a workbook: save it as CSV UTF-8", nil)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(data, '\n') < 0 {
		data = bytes.ReplaceAll(data, []byte{'\r'}, []byte{'\n'}) // line endings of old Macs
	}
	table := sheetReader{format: format, sheet: &CSVSheet{bad: map[int]bool{}}}
	if !table.open(data) {
		return nil, invalid("the first row must hold the titles of the columns: see CSVColumns", nil)
	}
	if err := table.rows(); err != nil {
		return nil, err
	}
	return table.sheet, nil
}

// sheetReader reads one sheet.
type sheetReader struct {
	format csvFormat
	sheet  *CSVSheet
	csv    *csv.Reader
	fields []*csvField // by column; nil: not read
}

// open finds the separator and reads the titles. It reports whether there are any.
func (t *sheetReader) open(data []byte) bool {
	commas := []rune{t.format.Comma}
	if !t.format.fixedComma {
		commas = []rune{',', ';', '\t'}
	}
	titles := t.format.titles()
	best := 0
	for _, comma := range commas {
		r := newCSV(data, comma)
		head, err := r.Read()
		if err != nil {
			continue
		}
		known := 0
		for _, title := range head {
			if titles[plainTitle(title)] != nil {
				known++
			}
		}
		if known > best {
			best, t.format.Comma = known, comma
		}
	}
	if best == 0 {
		return false
	}
	t.csv = newCSV(data, t.format.Comma)
	head, err := t.csv.Read()
	if err != nil {
		return false
	}
	line, _ := t.csv.FieldPos(0)
	seen := map[*csvField]bool{}
	for i, title := range head {
		field := titles[plainTitle(title)]
		switch {
		case i >= csvMaxCells:
			t.note(CSVProblem{Line: line, Column: i + 1, Code: CSVCells, Text: "so many columns are not looked at"})
			return true
		case field == nil:
			t.fields = append(t.fields, nil)
			if strings.TrimSpace(title) != "" {
				t.sheet.Unknown = append(t.sheet.Unknown, CSVUnknown{Column: i + 1, Title: emr.NewPHI(title)})
				t.note(CSVProblem{Line: line, Column: i + 1, Code: CSVUnknownColumn, Warning: true, Text: "this column is not known and not read"})
			}
		case seen[field]:
			t.fields = append(t.fields, nil)
			t.note(CSVProblem{Line: line, Column: i + 1, Field: field.column, Code: CSVRepeatedColumn, Text: "a column before this one means the same: only that one is read"})
		default:
			seen[field] = true
			t.fields = append(t.fields, field)
		}
	}
	for _, c := range t.format.Required {
		if !seen[csvFieldOf(c)] {
			t.note(CSVProblem{Line: line, Field: c, Code: CSVMissingColumn, Text: "this column is required"})
		}
	}
	return true
}

func newCSV(data []byte, comma rune) *csv.Reader {
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord = comma, -1
	return r
}

// rows reads the rest and checks it.
func (t *sheetReader) rows() error {
	for {
		record, err := t.csv.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var quote *csv.ParseError
		if errors.As(err, &quote) {
			t.note(CSVProblem{Line: quote.StartLine, Code: CSVQuote, Text: "a quote is misplaced or never closed: this row was not read" + upTo(quote)})
			continue
		}
		if err != nil {
			return &emr.Error{Kind: emr.KindInvalid, Vendor: vendor, Op: opReadCSV, Hint: "the sheet could not be read to its end", Err: err}
		}
		if len(t.sheet.Rows) == t.format.MaxRows {
			return &emr.Error{Kind: emr.KindTooLarge, Vendor: vendor, Op: opReadCSV, Hint: "the sheet has more rows than CSVFormat.MaxRows: split it"}
		}
		line, _ := t.csv.FieldPos(0)
		t.row(line, record)
	}
	t.note(compareBulk(t.sheet.Rows)...)
	sortProblems(t.sheet.Problems)
	return nil
}

// upTo says what an unclosed quote swallowed.
func upTo(e *csv.ParseError) string {
	if e.Line > e.StartLine {
		return ", nor what follows it up to the next quote"
	}
	return ""
}

func (t *sheetReader) row(line int, record []string) {
	r := &BulkRow{Line: line}
	blank := true
	var found []CSVProblem
	for i, cell := range record {
		cell = strings.TrimSpace(cell)
		if cell == "" {
			continue
		}
		blank = false
		if i >= len(t.fields) {
			found = append(found, CSVProblem{Line: line, Column: i + 1, Code: CSVCells, Text: "the row has more cells than the sheet has titles: is a comma not in quotes?"})
			break
		}
		field := t.fields[i]
		if field == nil {
			continue
		}
		cell = strings.TrimSpace(unshielded(cell))
		if p, ok := checkCell(field, cell); !ok {
			p.Line, p.Column = line, i+1
			found = append(found, p)
			continue
		}
		field.set(r, cell)
	}
	if blank {
		return
	}
	t.sheet.Rows = append(t.sheet.Rows, r)
	broken := map[CSVColumn]bool{}
	for _, p := range found {
		broken[p.Field] = true
	}
	for _, p := range checkRow(r, &t.format) {
		if !broken[p.Field] { // a cell that was not taken over is not also missing
			p.Line, p.Column = line, t.columnOf(p.Field)
			found = append(found, p)
		}
	}
	t.note(found...)
}

// columnOf is where a column stands in this sheet, 0 when it does not.
func (t *sheetReader) columnOf(c CSVColumn) int {
	for i, f := range t.fields {
		if f != nil && f.column == c {
			return i + 1
		}
	}
	return 0
}

// note keeps problems, up to a bound: a broken file must not fill the memory.
func (t *sheetReader) note(found ...CSVProblem) {
	for _, p := range found {
		if !p.Warning {
			t.sheet.bad[p.Line] = true
			t.sheet.headless = t.sheet.headless || p.Code == CSVMissingColumn
		}
		if p.Column == 0 && p.Field != "" {
			p.Column = t.columnOf(p.Field)
		}
		switch n := len(t.sheet.Problems); {
		case n < csvMaxFound:
			t.sheet.Problems = append(t.sheet.Problems, p)
		case n == csvMaxFound:
			p = CSVProblem{Line: p.Line, Code: CSVTooMany, Text: "more problems than are listed"}
			t.sheet.Problems = append(t.sheet.Problems, p)
		}
	}
}

// checkCell says whether a cell can be taken over as text.
func checkCell(f *csvField, cell string) (CSVProblem, bool) {
	p := CSVProblem{Field: f.column}
	switch {
	case !utf8.ValidString(cell):
		p.Code, p.Text = CSVEncoding, "the cell is not UTF-8: save the sheet as CSV UTF-8"
	case !isCellText(cell):
		p.Code, p.Text = CSVControl, "the cell has a line break or another invisible character"
	case utf8.RuneCountInString(cell) > min(f.most, csvMaxCell):
		p.Code, p.Text = CSVLength, "the text is too long for this column"
	default:
		return p, true
	}
	return p, false
}
