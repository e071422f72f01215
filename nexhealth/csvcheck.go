package nexhealth

import (
	"cmp"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// CheckBulk checks rows that did not come from a sheet, by the rules of ReadBulkCSV.
// Lines of the problems are BulkRow.Line, or the place in rows from 1 where that is 0.
// Kind config for a format that makes no sense. f may be nil.
func CheckBulk(rows []*BulkRow, f *CSVFormat) ([]CSVProblem, error) {
	format, bad := f.resolve("check bulk rows")
	if bad != nil {
		return nil, bad
	}
	var found []CSVProblem
	kept := make([]*BulkRow, 0, len(rows))
	for i, r := range rows {
		if r == nil {
			r = &BulkRow{}
		}
		if r.Line == 0 {
			r = new(*r)
			r.Line = i + 1
		}
		kept = append(kept, r)
		broken := map[CSVColumn]bool{}
		for _, field := range csvFields {
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
	found = append(found, compareBulk(kept)...)
	sortProblems(found)
	return found, nil
}

func sortProblems(all []CSVProblem) {
	slices.SortStableFunc(all, func(a, b CSVProblem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// checkRow checks what the cells of one row mean. Lines and columns are the caller's.
func checkRow(r *BulkRow, f *csvFormat) []CSVProblem {
	var found []CSVProblem
	for _, field := range csvFields {
		v := field.get(r)
		if trimmed(v) == "" {
			if slices.Contains(f.Required, field.column) && (field.column != ColumnZip || r.Subdomain == "") {
				found = append(found, CSVProblem{Field: field.column, Code: CSVMissing, Text: "this cell must not be empty"})
			}
			continue
		}
		if field.check == nil {
			continue
		}
		if text := field.check(r); text != "" {
			found = append(found, CSVProblem{Field: field.column, Code: CSVFormatOf, Text: text})
		}
	}
	switch {
	case r.EMR == EMRDrChrono && r.Subdomain != "":
		found = append(found, CSVProblem{Field: ColumnEMR, Code: CSVSystem, Text: "drchrono can only be set up with a new institution, not added to one"})
	case r.EMR != "" && !r.EMR.Known() && checkSystemText(string(r.EMR)) == "":
		found = append(found, CSVProblem{Field: ColumnEMR, Code: CSVSystem, Warning: true, Text: "the API lists no such health record system: see EMRNames, or let the practice choose it in the portal"})
	}
	return found
}

func trimmed(s string) string { return strings.TrimSpace(s) }

func checkName(name string) string {
	if !strings.ContainsFunc(name, unicode.IsLetter) {
		return "a name has letters"
	}
	return ""
}

func checkParent(r *BulkRow) string {
	if plainInstitution(r.Parent) == plainInstitution(r.Institution) {
		return "an institution is not its own parent: leave this empty"
	}
	return checkName(r.Parent)
}

// checkSubdomain takes what can be a label of a host name.
func checkSubdomain(s string) string {
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			return "a subdomain has small letters, digits and hyphens: take it from the list of institutions"
		}
	}
	return ""
}

// northAmerican reports whether the row's country numbers its telephones and zip codes as
// the US or Canada do; "" is the US.
func (r *BulkRow) northAmerican() (us, ca bool) {
	switch strings.ToUpper(trimmed(r.Country)) {
	case "", "US", "USA":
		return true, false
	case "CA", "CAN":
		return false, true
	}
	return false, false
}

func checkState(r *BulkRow) string {
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

func checkZip(r *BulkRow) string {
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

func checkMail(s string) string {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || !strings.Contains(s[strings.LastIndexByte(s, '@')+1:], ".") {
		return "this is no e-mail address"
	}
	return ""
}

// telephone returns the digits of a number, without the country code 1 in North America,
// and whether it is one.
func telephone(r *BulkRow, s string) (string, bool) {
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

func checkPhone(r *BulkRow, s string) string {
	if _, ok := telephone(r, s); !ok {
		if us, ca := r.northAmerican(); us || ca {
			return "a telephone number has ten digits, and neither area code nor exchange starts with 0 or 1; no extension"
		}
		return "a telephone number has seven to fifteen digits"
	}
	return ""
}

// site is the address of a website in the form in which websites are compared: host
// without "www." and path without its last slash. "" when it is none.
func site(s string) string {
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return ""
	}
	host := strings.TrimPrefix(strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), "www.")
	name, top, _ := strings.Cut(host, ".")
	if name == "" || top == "" || strings.HasSuffix(host, ".") || strings.ContainsAny(host, " _%:") {
		return ""
	}
	return host + strings.TrimRight(u.EscapedPath(), "/")
}

func checkWebsite(s string) string {
	if site(s) == "" {
		return "this is no address of a website"
	}
	return ""
}

func checkSystemText(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) }) {
		return "the name of a health record system has letters"
	}
	return ""
}
