package bulkcsv

import (
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/internal/practice"
)

// Column is a column of the sheet under our own name for it.
type Column string

// The columns, in the order in which they are written.
const (
	ColumnInstitution Column = "institution_name"
	ColumnParent      Column = "parent_organization"
	ColumnSubdomain   Column = "subdomain"
	ColumnStreet      Column = "street_address"
	ColumnStreet2     Column = "street_address_2"
	ColumnCity        Column = "city"
	ColumnState       Column = "state"
	ColumnZip         Column = "zip_code"
	ColumnCountry     Column = "country_code"
	ColumnWebsite     Column = "website"
	ColumnPhone       Column = "phone_number"
	ColumnEmail       Column = "email"
	ColumnContact     Column = "contact_name"
	ColumnContactMail Column = "contact_email"
	ColumnContactTel  Column = "contact_phone"
	ColumnEMR         Column = "emr_name"
	ColumnSync        Column = "sync_name"
	ColumnLocation    Column = "location_name"
	ColumnReference   Column = "reference"
)

// Columns returns all columns in their order.
func Columns() []Column {
	all := make([]Column, len(columnSpecs))
	for i, f := range columnSpecs {
		all[i] = f.column
	}
	return all
}

// columnSpec ties a column to its place in a Row. One of plain, system and hidden is set.
type columnSpec struct {
	column  Column
	aliases string // other titles, plain, separated by "|"
	most    int    // characters
	shared  bool   // belongs to the institution: its rows should agree
	check   func(*Row) string
	plain   func(*Row) *string
	system  func(*Row) *nexhealth.EMRName
	hidden  func(*Row) *emr.PHI
}

func (f *columnSpec) get(r *Row) string {
	switch {
	case f.plain != nil:
		return *f.plain(r)
	case f.system != nil:
		return string(*f.system(r))
	default:
		return f.hidden(r).Reveal()
	}
}

func (f *columnSpec) set(r *Row, v string) {
	switch {
	case f.plain != nil:
		*f.plain(r) = v
	case f.system != nil:
		*f.system(r) = nexhealth.EMRName(v)
	default:
		*f.hidden(r) = emr.NewPHI(v)
	}
}

// columnSpecs are all columns in their order.
var columnSpecs = []*columnSpec{
	{
		column: ColumnInstitution, aliases: "institution|name|practice|practicename|organization|organizationname|clinic|clinicname", most: practice.MaxName,
		plain: func(r *Row) *string { return &r.Institution },
		check: func(r *Row) string { return practice.CheckName(r.Institution) },
	},
	{
		column: ColumnParent, aliases: "parent|parentname|parentinstitution|parentorganisation|group|groupname|dso", most: practice.MaxName, shared: true,
		plain: func(r *Row) *string { return &r.Parent },
		check: func(r *Row) string { return checkParent(r) },
	},
	{
		column: ColumnSubdomain, aliases: "existingsubdomain|institutionsubdomain", most: practice.MaxSubdomain,
		plain: func(r *Row) *string { return &r.Subdomain },
		check: func(r *Row) string { return practice.CheckSubdomain(r.Subdomain) },
	},
	{
		column: ColumnStreet, aliases: "street|address|address1|addressline1|streetaddress1|institutionaddress", most: 200, shared: true,
		plain: func(r *Row) *string { return &r.Street },
	},
	{
		column: ColumnStreet2, aliases: "street2|address2|addressline2|suite|unit", most: 200, shared: true,
		plain: func(r *Row) *string { return &r.Street2 },
	},
	{
		column: ColumnCity, aliases: "town|institutioncity", most: 100, shared: true,
		plain: func(r *Row) *string { return &r.City },
	},
	{
		column: ColumnState, aliases: "province|region|institutionstate", most: 50, shared: true,
		plain: func(r *Row) *string { return &r.State },
		check: func(r *Row) string { return checkState(r) },
	},
	{
		column: ColumnZip, aliases: "zip|postalcode|postcode|institutionzip|institutionzipcode", most: practice.MaxZip,
		plain: func(r *Row) *string { return &r.Zip },
		check: func(r *Row) string { return checkZip(r) },
	},
	{
		column: ColumnCountry, aliases: "country|institutioncountry", most: 3, shared: true,
		plain: func(r *Row) *string { return &r.Country },
		check: func(r *Row) string { return checkCountry(r.Country) },
	},
	{
		column: ColumnWebsite, aliases: "web|url|homepage|site|institutionwebsite", most: practice.MaxWebsite, shared: true,
		plain: func(r *Row) *string { return &r.Website },
		check: func(r *Row) string { return practice.CheckWebsite(r.Website) },
	},
	{
		column: ColumnPhone, aliases: "phone|telephone|practicephone|institutionphone|institutionphonenumber", most: 30, shared: true,
		hidden: func(r *Row) *emr.PHI { return &r.Phone },
		check:  func(r *Row) string { return checkPhone(r, r.Phone.Reveal()) },
	},
	{
		column: ColumnEmail, aliases: "mail|emailaddress|practiceemail|institutionemail", most: practice.MaxEmail, shared: true,
		hidden: func(r *Row) *emr.PHI { return &r.Email },
		check:  func(r *Row) string { return practice.CheckEmail(r.Email.Reveal()) },
	},
	{
		column: ColumnContact, aliases: "contact|contactperson|primarycontact|contactfullname", most: 200,
		hidden: func(r *Row) *emr.PHI { return &r.Contact },
	},
	{
		column: ColumnContactMail, aliases: "contactmail|contactemailaddress|primarycontactemail", most: practice.MaxEmail,
		hidden: func(r *Row) *emr.PHI { return &r.ContactMail },
		check:  func(r *Row) string { return practice.CheckEmail(r.ContactMail.Reveal()) },
	},
	{
		column: ColumnContactTel, aliases: "contacttel|contacttelephone|contactphonenumber|primarycontactphone", most: 30,
		hidden: func(r *Row) *emr.PHI { return &r.ContactTel },
		check:  func(r *Row) string { return checkPhone(r, r.ContactTel.Reveal()) },
	},
	{
		column: ColumnEMR, aliases: "emr|ehr|ehrname|pms|pmsname|healthrecordsystem|practicemanagementsystem|system", most: practice.MaxSystem,
		system: func(r *Row) *nexhealth.EMRName { return &r.EMR },
		check:  func(r *Row) string { return practice.CheckSystem(string(r.EMR)) },
	},
	{
		column: ColumnSync, aliases: "sync|server|servername|synclabel", most: 100,
		plain: func(r *Row) *string { return &r.Sync },
	},
	{
		column: ColumnLocation, aliases: "location|office|officename", most: 200,
		plain: func(r *Row) *string { return &r.Location },
	},
	{
		column: ColumnReference, aliases: "externalid|ref|referenceid|customerid|accountid", most: 100,
		plain: func(r *Row) *string { return &r.Reference },
	},
}

func columnSpecOf(c Column) *columnSpec {
	for _, f := range columnSpecs {
		if f.column == c {
			return f
		}
	}
	return nil
}

// plainTitle brings the title of a column into the form in which titles are compared:
// small letters and digits only.
func plainTitle(title string) string { return strings.ReplaceAll(practice.PlainName(title), " ", "") }

// titles maps plain titles to columns: the format's own, then the columns' names, then
// the usual others. The first one wins.
func (f *checkedFormat) titles() map[string]*columnSpec {
	all := map[string]*columnSpec{}
	add := func(title string, field *columnSpec) {
		if _, taken := all[title]; !taken && title != "" {
			all[title] = field
		}
	}
	for _, h := range f.Headings {
		add(plainTitle(h.Title), columnSpecOf(h.Column))
	}
	for _, field := range columnSpecs {
		add(plainTitle(string(field.column)), field)
	}
	for _, field := range columnSpecs {
		for alias := range strings.SplitSeq(field.aliases, "|") {
			add(alias, field)
		}
	}
	return all
}
