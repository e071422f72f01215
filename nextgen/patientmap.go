package nextgen

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// The Identifier.System of a person's numbers. The social security number, which NextGen
// sends too, is never read.
const (
	MedicalRecordNumber = "medicalRecordNumber" // of the chart; padded with zeros
	PersonNumber        = "personNumber"        // of the person, given by the site
	OtherNumber         = "otherIdNumber"
	ExternalNumber      = "externalId"
)

// The words of Patient.Status.
const (
	// StatusPerson is demographics only: nobody has made a chart of this person yet, and a
	// search for patients only does not find them. See Client.CreateChart.
	StatusPerson = "person"
	// StatusExpired is a person who has died.
	StatusExpired = "expired"
)

// personRecord is a person: a row of the lookup, which says emailAddress, or the detail,
// which says email.
type personRecord struct {
	ID       guid            `json:"id"`
	First    vendorjson.Text `json:"firstName"`
	Middle   vendorjson.Text `json:"middleName"`
	Last     vendorjson.Text `json:"lastName"`
	Born     day             `json:"dateOfBirth"`
	Sex      vendorjson.Text `json:"sex"`
	Line1    vendorjson.Text `json:"addressLine1"`
	Line2    vendorjson.Text `json:"addressLine2"`
	City     vendorjson.Text `json:"city"`
	State    vendorjson.Text `json:"state"`
	Zip      vendorjson.Text `json:"zip"`
	ZipAway  vendorjson.Text `json:"internationalZip"`
	Country  vendorjson.Text `json:"country"`
	Cell     vendorjson.Text `json:"cellPhone"`
	Home     vendorjson.Text `json:"homePhone"`
	Day      vendorjson.Text `json:"dayPhone"`
	DayExt   vendorjson.Text `json:"dayPhoneExtension"`
	Other    vendorjson.Text `json:"alternatePhone"`
	OtherExt vendorjson.Text `json:"alternatePhoneExtension"`
	Home2    vendorjson.Text `json:"secondaryHomePhone"`
	HomeAway vendorjson.Text `json:"internationalHomePhone"`
	WorkAway vendorjson.Text `json:"internationalWorkPhone"`
	Email    vendorjson.Text `json:"email"`
	EmailRow vendorjson.Text `json:"emailAddress"`
	Care     guid            `json:"primaryCareProviderId"`
	Number   vendorjson.Text `json:"personNumber"`
	MRN      vendorjson.Text `json:"medicalRecordNumber"`
	OtherNo  vendorjson.Text `json:"otherIdNumber"`
	External vendorjson.Text `json:"externalId"`
	Expired  vendorjson.Bool `json:"isExpired"`
	Patient  vendorjson.Bool `json:"isPatient"` // lookup only

	Chart vendorjson.List[chartRecord] `json:"chart"` // where it was asked for with $expand
}

// chartRecord is what is read of a chart.
type chartRecord struct {
	Person   guid            `json:"personId"`
	Practice vendorjson.Text `json:"practiceId"`
	MRN      vendorjson.Text `json:"medicalRecordNumber"`
}

// personFrom reads one person. The error is a *vendorjson.Error: no record, or no id that
// could be asked for.
func personFrom(raw json.RawMessage) (*emr.Patient, error) {
	r := new(personRecord)
	if err := vendorjson.Into(raw, r); err != nil {
		return nil, err
	}
	if !isGUID(string(r.ID)) {
		return nil, &vendorjson.Error{Problem: vendorjson.Mistyped}
	}
	return r.model(raw), nil
}

func (r *personRecord) model(raw json.RawMessage) *emr.Patient {
	p := &emr.Patient{
		ID:     emr.NewPatientID(string(r.ID)),
		Given:  phi(r.First),
		Middle: phi(r.Middle),
		Family: phi(r.Last),
		Born:   birthDate(r.Born),
		Sex:    sexOf(r.Sex),
		Phones: r.phones(),
		Address: emr.Address{
			City: phi(r.City), State: phi(r.State), PostalCode: phi(r.Zip), Country: phi(r.Country),
		},
		Practitioner: emr.PractitionerID(r.Care),
		Inactive:     r.Expired.Value,
		Write:        emr.WriteDone,
		Source:       emr.NewSource(raw),
	}
	if p.Address.PostalCode.IsZero() {
		p.Address.PostalCode = phi(r.ZipAway)
	}
	for _, line := range []vendorjson.Text{r.Line1, r.Line2} {
		if v := phi(line); !v.IsZero() {
			p.Address.Lines = append(p.Address.Lines, v)
		}
	}
	for _, email := range []vendorjson.Text{r.Email, r.EmailRow} {
		if v := phi(email); !v.IsZero() && (len(p.Emails) == 0 || !v.EqualFold(p.Emails[0])) {
			p.Emails = append(p.Emails, v)
		}
	}
	mrn, charted := text(r.MRN), r.Patient.Value
	for _, c := range r.Chart {
		charted = true
		mrn = cmp.Or(mrn, text(c.MRN))
	}
	for _, i := range []struct{ system, value string }{
		{MedicalRecordNumber, mrn}, {PersonNumber, text(r.Number)}, {OtherNumber, text(r.OtherNo)}, {ExternalNumber, text(r.External)},
	} {
		if i.value != "" {
			p.Identifiers = append(p.Identifiers, emr.Identifier{System: i.system, Value: emr.NewPHI(i.value)})
		}
	}
	switch {
	case r.Expired.Value:
		p.Status = StatusExpired
	case r.Patient.Known && !charted && mrn == "":
		p.Status = StatusPerson
	}
	return p
}

// birthDate is the day as it was written; what is no date is not known.
func birthDate(d day) emr.BirthDate {
	if d.IsZero() || d.Bad {
		return emr.BirthDate{}
	}
	return emr.NewBirthDate(d.Year, d.Month, d.Day)
}

// sexOf reads a code; one nobody documented is kept as it is.
func sexOf(code vendorjson.Text) emr.Sex {
	switch word := text(code); strings.ToUpper(word) {
	case "":
		return ""
	case "F":
		return emr.SexFemale
	case "M":
		return emr.SexMale
	case "U":
		return emr.SexUnknown
	default:
		return emr.Sex(strings.ToLower(word))
	}
}

// phones lists each number once, the likeliest to be answered first.
func (r *personRecord) phones() []emr.Phone {
	var all []emr.Phone
next:
	for _, p := range []struct {
		number, extension vendorjson.Text
		use               string
	}{
		{r.Cell, "", "mobile"}, {r.Home, "", "home"}, {r.Day, r.DayExt, "work"}, {r.Other, r.OtherExt, ""},
		{r.Home2, "", "home"}, {r.HomeAway, "", "home"}, {r.WorkAway, "", "work"},
	} {
		number := text(p.number)
		if number == "" {
			continue
		}
		if ext := text(p.extension); ext != "" {
			number += " x" + ext
		}
		for _, known := range all {
			if known.Number.Reveal() == number {
				continue next
			}
		}
		all = append(all, emr.Phone{Number: emr.NewPHI(number), Use: p.use})
	}
	return all
}
