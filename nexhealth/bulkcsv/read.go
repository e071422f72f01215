package bulkcsv

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

const opRead = "read bulk csv"

// Sheet is a sheet as it was read, with everything that is wrong with it.
type Sheet struct {
	Rows     []*Row          // all rows that could be read, also those with problems
	Problems []Problem       // in the order of the file
	Unknown  []UnknownColumn // columns that were not read

	bad      map[int]bool // lines with problems, also those that are not listed any more
	headless bool         // a required column is not there
}

// UnknownColumn is a column that no part of a Row stands for.
type UnknownColumn struct {
	Column int     // from 1
	Title  emr.PHI // hidden: in a sheet without titles it is somebody's data
}

// Err is nil when every row can be used, else kind invalid with the columns at fault in
// Fields; Problems says where. Warnings do not count.
func (s *Sheet) Err() error {
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
	return &emr.Error{Kind: emr.KindInvalid, Vendor: vendor, Op: opRead, Fields: fields, Hint: "mend the cells that Sheet.Problems lists, or go on with Sheet.Usable"}
}

// Usable are the rows without problems other than warnings. It is empty when something is
// wrong with the sheet as a whole (a required column is missing).
func (s *Sheet) Usable() []*Row {
	if s.headless {
		return nil
	}
	var good []*Row
	for _, r := range s.Rows {
		if !s.bad[r.Line] {
			good = append(good, r)
		}
	}
	return good
}

// Read reads a sheet and checks every cell: see Sheet.Problems. A byte order
// mark, any line ending, quotes, any order of columns, empty rows and the apostrophe
// against formulas (see [Write]) are understood.
//
// Kind invalid when there is no table at all: the reader's error (in Unwrap), not UTF-8,
// no row of titles. Kind too_large beyond the bounds of the format, config for a format
// that makes no sense. f may be nil.
func Read(r io.Reader, f *Format) (*Sheet, error) {
	format, bad := f.resolve(opRead)
	if bad != nil {
		return nil, bad
	}
	invalid := func(hint string, err error) error {
		return &emr.Error{Kind: emr.KindInvalid, Vendor: vendor, Op: opRead, Hint: hint, Err: err}
	}
	data, err := io.ReadAll(io.LimitReader(r, format.MaxBytes+1))
	if err != nil {
		return nil, invalid("the sheet could not be read to its end", err)
	}
	if int64(len(data)) > format.MaxBytes {
		return nil, &emr.Error{Kind: emr.KindTooLarge, Vendor: vendor, Op: opRead, Hint: "the sheet is larger than Format.MaxBytes: split it"}
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
	table := sheetReader{format: format, sheet: &Sheet{bad: map[int]bool{}}}
	if !table.open(data) {
		return nil, invalid("the first row must hold the titles of the columns: see Columns", nil)
	}
	if err := table.rows(); err != nil {
		return nil, err
	}
	return table.sheet, nil
}

// sheetReader reads one sheet.
type sheetReader struct {
	format checkedFormat
	sheet  *Sheet
	csv    *csv.Reader
	fields []*columnSpec // by column; nil: not read
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
	seen := map[*columnSpec]bool{}
	for i, title := range head {
		field := titles[plainTitle(title)]
		switch {
		case i >= maxCells:
			t.note(Problem{Line: line, Column: i + 1, Code: CodeCells, Text: "so many columns are not looked at"})
			return true
		case field == nil:
			t.fields = append(t.fields, nil)
			if strings.TrimSpace(title) != "" {
				t.sheet.Unknown = append(t.sheet.Unknown, UnknownColumn{Column: i + 1, Title: emr.NewPHI(title)})
				t.note(Problem{Line: line, Column: i + 1, Code: CodeUnknownColumn, Warning: true, Text: "this column is not known and not read"})
			}
		case seen[field]:
			t.fields = append(t.fields, nil)
			t.note(Problem{Line: line, Column: i + 1, Field: field.column, Code: CodeRepeatedColumn, Text: "a column before this one means the same: only that one is read"})
		default:
			seen[field] = true
			t.fields = append(t.fields, field)
		}
	}
	for _, c := range t.format.Required {
		if !seen[columnSpecOf(c)] {
			t.note(Problem{Line: line, Field: c, Code: CodeMissingColumn, Text: "this column is required"})
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
			t.note(Problem{Line: quote.StartLine, Code: CodeQuote, Text: "a quote is misplaced or never closed: this row was not read" + upTo(quote)})
			continue
		}
		if err != nil {
			return &emr.Error{Kind: emr.KindInvalid, Vendor: vendor, Op: opRead, Hint: "the sheet could not be read to its end", Err: err}
		}
		if len(t.sheet.Rows) == t.format.MaxRows {
			return &emr.Error{Kind: emr.KindTooLarge, Vendor: vendor, Op: opRead, Hint: "the sheet has more rows than Format.MaxRows: split it"}
		}
		line, _ := t.csv.FieldPos(0)
		t.row(line, record)
	}
	t.note(compareRows(t.sheet.Rows)...)
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
	r := &Row{Line: line}
	blank := true
	var found []Problem
	for i, cell := range record {
		cell = strings.TrimSpace(cell)
		if cell == "" {
			continue
		}
		blank = false
		if i >= len(t.fields) {
			found = append(found, Problem{Line: line, Column: i + 1, Code: CodeCells, Text: "the row has more cells than the sheet has titles: is a comma not in quotes?"})
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
	broken := map[Column]bool{}
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
func (t *sheetReader) columnOf(c Column) int {
	for i, f := range t.fields {
		if f != nil && f.column == c {
			return i + 1
		}
	}
	return 0
}

// note keeps problems, up to a bound: a broken file must not fill the memory.
func (t *sheetReader) note(found ...Problem) {
	for _, p := range found {
		if !p.Warning {
			t.sheet.bad[p.Line] = true
			t.sheet.headless = t.sheet.headless || p.Code == CodeMissingColumn
		}
		if p.Column == 0 && p.Field != "" {
			p.Column = t.columnOf(p.Field)
		}
		switch n := len(t.sheet.Problems); {
		case n < maxFound:
			t.sheet.Problems = append(t.sheet.Problems, p)
		case n == maxFound:
			p = Problem{Line: p.Line, Code: CodeTooMany, Text: "more problems than are listed"}
			t.sheet.Problems = append(t.sheet.Problems, p)
		}
	}
}
