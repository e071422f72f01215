package bulkcsv

import (
	"slices"
	"strings"
	"unicode"

	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/internal/practice"
)

// Check checks rows that did not come from a sheet, by the rules of [Read]. Lines of the
// problems are Row.Line, or the place in rows from 1 where that is 0. Kind config for a
// format that makes no sense. f may be nil.
func Check(rows []*Row, f *Format) ([]Problem, error) {
	format, bad := f.resolve("check bulk rows")
	if bad != nil {
		return nil, bad
	}
	var found []Problem
	kept := make([]*Row, 0, len(rows))
	for i, r := range rows {
		if r == nil {
			r = &Row{}
		}
		if r.Line == 0 {
			r = new(*r)
			r.Line = i + 1
		}
		kept = append(kept, r)
		broken := map[Column]bool{}
		for _, field := range columnSpecs {
			if p, ok := checkCell(field, field.get(r)); !ok {
				p.Line, broken[field.column] = r.Line, true
				found = append(found, p)
			}
		}
		for _, p := range checkRow(r, &format) {
			if !broken[p.Field] {
				p.Line = r.Line
				found = append(found, p)
			}
		}
	}
	found = append(found, compareRows(kept)...)
	sortProblems(found)
	return found, nil
}

// checkRow checks what the cells of one row mean. Lines and columns are the caller's.
func checkRow(r *Row, f *checkedFormat) []Problem {
	var found []Problem
	for _, field := range columnSpecs {
		v := field.get(r)
		if strings.TrimSpace(v) == "" {
			if slices.Contains(f.Required, field.column) && (field.column != ColumnZip || r.Subdomain == "") {
				found = append(found, Problem{Field: field.column, Code: CodeMissing, Text: "this cell must not be empty"})
			}
			continue
		}
		if field.check == nil {
			continue
		}
		if text := field.check(r); text != "" {
			found = append(found, Problem{Field: field.column, Code: CodeFormat, Text: text})
		}
	}
	switch {
	case r.EMR == nexhealth.EMRDrChrono && r.Subdomain != "":
		found = append(found, Problem{Field: ColumnEMR, Code: CodeSystem, Text: "drchrono can only be set up with a new institution, not added to one"})
	case r.EMR != "" && !r.EMR.Known() && practice.CheckSystem(string(r.EMR)) == "":
		found = append(found, Problem{Field: ColumnEMR, Code: CodeSystem, Warning: true, Text: "the API lists no such health record system: see nexhealth.EMRNames, or let the practice choose it in the portal"})
	}
	return found
}

func checkParent(r *Row) string {
	if practice.PlainName(r.Parent) == practice.PlainName(r.Institution) {
		return "an institution is not its own parent: leave this empty"
	}
	return practice.CheckName(r.Parent)
}

// northAmerican reports whether the row's country numbers its telephones and zip codes as
// the US or Canada do; "" is the US.
func (r *Row) northAmerican() (us, ca bool) {
	switch strings.ToUpper(strings.TrimSpace(r.Country)) {
	case "", "US", "USA":
		return true, false
	case "CA", "CAN":
		return false, true
	}
	return false, false
}

func checkState(r *Row) string {
	us, ca := r.northAmerican()
	if (us || ca) && (len(r.State) != 2 || !isASCII(r.State, unicode.IsLetter)) {
		return "a state or province has two letters"
	}
	return ""
}

func checkCountry(c string) string {
	if len(c) < 2 || !isASCII(c, unicode.IsLetter) {
		return "a country is its code of two or three letters"
	}
	return ""
}

func checkZip(r *Row) string {
	us, ca := r.northAmerican()
	zip := strings.ToUpper(r.Zip)
	switch {
	case us:
		front, back, plus := strings.Cut(zip, "-")
		if isASCII(zip, unicode.IsDigit) && (len(zip) == 3 || len(zip) == 4) {
			return "a zip code has five digits: a spreadsheet drops leading zeros unless the column is text"
		}
		if len(front) != 5 || !isASCII(front, unicode.IsDigit) || plus && (len(back) != 4 || !isASCII(back, unicode.IsDigit)) {
			return "a zip code has five digits, or five and four"
		}
	case ca:
		zip = strings.ReplaceAll(zip, " ", "")
		if len(zip) != 6 || !isASCII(zip[:1]+zip[2:3]+zip[4:5], unicode.IsLetter) || !isASCII(zip[1:2]+zip[3:4]+zip[5:], unicode.IsDigit) {
			return "a Canadian postal code is letter, digit, letter, digit, letter, digit"
		}
	default:
		if strings.ContainsFunc(zip, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != ' ' && r != '-' }) {
			return "a postal code has letters, digits, blanks and hyphens"
		}
	}
	return ""
}

func isASCII(s string, is func(rune) bool) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 || !is(r) })
}

// telephone returns the digits of a number, without the country code 1 in North America,
// and whether it is one.
func telephone(r *Row, s string) (string, bool) {
	var b strings.Builder
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			b.WriteRune(c)
		case !strings.ContainsRune(" .-()+/\u00a0\u2010\u2011\u2013", c):
			return "", false
		}
	}
	digits := b.String()
	us, ca := r.northAmerican()
	if !us && !ca {
		return digits, len(digits) >= 7 && len(digits) <= 15
	}
	if len(digits) == 11 {
		digits = strings.TrimPrefix(digits, "1")
	}
	return digits, len(digits) == 10 && digits[0] >= '2' && digits[3] >= '2'
}

func checkPhone(r *Row, s string) string {
	if _, ok := telephone(r, s); !ok {
		if us, ca := r.northAmerican(); us || ca {
			return "a telephone number has ten digits, and neither area code nor exchange starts with 0 or 1; no extension"
		}
		return "a telephone number has seven to fifteen digits"
	}
	return ""
}
