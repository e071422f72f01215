package nexhealth

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emrkit/emrkit/emr"
)

// csvField ties a column to its place in a BulkRow. One of plain, system and hidden is set.
type csvField struct {
	column  CSVColumn
	aliases string // other titles, plain, separated by "|"
	most    int    // characters
	shared  bool   // belongs to the institution: its rows should agree
	check   func(*BulkRow) string
	plain   func(*BulkRow) *string
	system  func(*BulkRow) *EMRName
	hidden  func(*BulkRow) *emr.PHI
}

func (f *csvField) get(r *BulkRow) string {
	switch {
	case f.plain != nil:
		return *f.plain(r)
	case f.system != nil:
		return string(*f.system(r))
	default:
		return f.hidden(r).Reveal()
	}
}

func (f *csvField) set(r *BulkRow, v string) {
	switch {
	case f.plain != nil:
		*f.plain(r) = v
	case f.system != nil:
		*f.system(r) = EMRName(v)
	default:
		*f.hidden(r) = emr.NewPHI(v)
	}
}

// csvFields are all columns in their order.
var csvFields = []*csvField{
	{
		column: ColumnInstitution, aliases: "institution|name|practice|practicename|organization|organizationname|clinic|clinicname", most: 200,
		plain: func(r *BulkRow) *string { return &r.Institution },
		check: func(r *BulkRow) string { return checkName(r.Institution) },
	},
	{
		column: ColumnParent, aliases: "parent|parentname|parentinstitution|parentorganisation|group|groupname|dso", most: 200, shared: true,
		plain: func(r *BulkRow) *string { return &r.Parent },
		check: func(r *BulkRow) string { return checkParent(r) },
	},
	{
		column: ColumnSubdomain, aliases: "existingsubdomain|institutionsubdomain", most: 63,
		plain: func(r *BulkRow) *string { return &r.Subdomain },
		check: func(r *BulkRow) string { return checkSubdomain(r.Subdomain) },
	},
	{
		column: ColumnStreet, aliases: "street|address|address1|addressline1|streetaddress1|institutionaddress", most: 200, shared: true,
		plain: func(r *BulkRow) *string { return &r.Street },
	},
	{
		column: ColumnStreet2, aliases: "street2|address2|addressline2|suite|unit", most: 200, shared: true,
		plain: func(r *BulkRow) *string { return &r.Street2 },
	},
	{
		column: ColumnCity, aliases: "town|institutioncity", most: 100, shared: true,
		plain: func(r *BulkRow) *string { return &r.City },
	},
	{
		column: ColumnState, aliases: "province|region|institutionstate", most: 50, shared: true,
		plain: func(r *BulkRow) *string { return &r.State },
		check: func(r *BulkRow) string { return checkState(r) },
	},
	{
		column: ColumnZip, aliases: "zip|postalcode|postcode|institutionzip|institutionzipcode", most: 12,
		plain: func(r *BulkRow) *string { return &r.Zip },
		check: func(r *BulkRow) string { return checkZip(r) },
	},
	{
		column: ColumnCountry, aliases: "country|institutioncountry", most: 3, shared: true,
		plain: func(r *BulkRow) *string { return &r.Country },
		check: func(r *BulkRow) string { return checkCountry(r.Country) },
	},
	{
		column: ColumnWebsite, aliases: "web|url|homepage|site|institutionwebsite", most: 300, shared: true,
		plain: func(r *BulkRow) *string { return &r.Website },
		check: func(r *BulkRow) string { return checkWebsite(r.Website) },
	},
	{
		column: ColumnPhone, aliases: "phone|telephone|practicephone|institutionphone|institutionphonenumber", most: 30, shared: true,
		hidden: func(r *BulkRow) *emr.PHI { return &r.Phone },
		check:  func(r *BulkRow) string { return checkPhone(r, r.Phone.Reveal()) },
	},
	{
		column: ColumnEmail, aliases: "mail|emailaddress|practiceemail|institutionemail", most: 254, shared: true,
		hidden: func(r *BulkRow) *emr.PHI { return &r.Email },
		check:  func(r *BulkRow) string { return checkMail(r.Email.Reveal()) },
	},
	{
		column: ColumnContact, aliases: "contact|contactperson|primarycontact|contactfullname", most: 200,
		hidden: func(r *BulkRow) *emr.PHI { return &r.Contact },
	},
	{
		column: ColumnContactMail, aliases: "contactmail|contactemailaddress|primarycontactemail", most: 254,
		hidden: func(r *BulkRow) *emr.PHI { return &r.ContactMail },
		check:  func(r *BulkRow) string { return checkMail(r.ContactMail.Reveal()) },
	},
	{
		column: ColumnContactTel, aliases: "contacttel|contacttelephone|contactphonenumber|primarycontactphone", most: 30,
		hidden: func(r *BulkRow) *emr.PHI { return &r.ContactTel },
		check:  func(r *BulkRow) string { return checkPhone(r, r.ContactTel.Reveal()) },
	},
	{
		column: ColumnEMR, aliases: "emr|ehr|ehrname|pms|pmsname|healthrecordsystem|practicemanagementsystem|system", most: 50,
		system: func(r *BulkRow) *EMRName { return &r.EMR },
		check:  func(r *BulkRow) string { return checkSystemText(string(r.EMR)) },
	},
	{
		column: ColumnSync, aliases: "sync|server|servername|synclabel", most: 100,
		plain: func(r *BulkRow) *string { return &r.Sync },
	},
	{
		column: ColumnLocation, aliases: "location|office|officename", most: 200,
		plain: func(r *BulkRow) *string { return &r.Location },
	},
	{
		column: ColumnReference, aliases: "externalid|ref|referenceid|customerid|accountid", most: 100,
		plain: func(r *BulkRow) *string { return &r.Reference },
	},
}

func csvFieldOf(c CSVColumn) *csvField {
	for _, f := range csvFields {
		if f.column == c {
			return f
		}
	}
	return nil
}

// plainTitle brings the title of a column into the form in which titles are compared:
// small letters and digits only.
func plainTitle(title string) string { return strings.ReplaceAll(plainInstitution(title), " ", "") }

// titles maps plain titles to columns: the format's own, then the columns' names, then
// the usual others. The first one wins.
func (f *csvFormat) titles() map[string]*csvField {
	all := map[string]*csvField{}
	add := func(title string, field *csvField) {
		if _, taken := all[title]; !taken && title != "" {
			all[title] = field
		}
	}
	for _, h := range f.Headings {
		add(plainTitle(h.Title), csvFieldOf(h.Column))
	}
	for _, field := range csvFields {
		add(plainTitle(string(field.column)), field)
	}
	for _, field := range csvFields {
		for alias := range strings.SplitSeq(field.aliases, "|") {
			add(alias, field)
		}
	}
	return all
}

// A spreadsheet takes a cell that starts with one of these for a formula. The wide forms
// are what keyboards in East Asia write for them.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// isFormula reports whether a spreadsheet might calculate the cell.
func isFormula(cell string) bool {
	r, _ := utf8.DecodeRuneInString(cell)
	return cell != "" && strings.ContainsRune(formulaStarts, r)
}

// shielded gives the cell a leading apostrophe if a spreadsheet would take it for a
// formula, or if it starts with apostrophes that would be mistaken for such a shield.
func shielded(cell string) string {
	if isFormula(strings.TrimLeft(cell, "'")) {
		return "'" + cell
	}
	return cell
}

// unshielded takes the apostrophe of shielded away again.
func unshielded(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && isFormula(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return cell
}

// isCellText reports whether the text is one visible line: no control characters, and
// none that turn the direction of writing, which make a text look like another one.
func isCellText(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\ufeff' ||
			r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
	})
}
