package nextgentest

import (
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// personMembers are those of the vendor's collection that a client may have a use for.
var personMembers = []string{
	"OtherIdNumber", "LastName", "FirstName", "MiddleName", "PriorLastName", "AddressLine1", "AddressLine2", "City", "State", "Zip", "CountryId", "CountyId",
	"HomePhone", "HomePhoneComment", "IsHomePhoneNotApplicable", "AlternatePhone", "AlternatePhoneComment", "AlternatePhoneDescription",
	"AlternatePhoneExtension", "IsAlternatePhoneNotApplicable", "SecondaryHomePhone", "SecondaryHomePhoneComment", "IsSecondaryHomePhoneNotApplicable",
	"EmailAddress", "EmailAddressComment", "IsEmailNotApplicable", "CellPhone", "CellPhoneComment", "IsCellPhoneNotApplicable", "DayPhone", "DayPhoneExt",
	"DayPhoneComment", "IsDayPhoneNotApplicable", "DateOfBirth", "Sex", "SocialSecurityNumber", "MaritalStatus", "IsExpired", "ExpiredDate", "IsSmoker",
	"IsVeteran", "RaceId", "EthnicityId", "LanguageId", "ReligionId", "PrimaryCareProviderId", "ExternalId", "Nickname", "ContactSequence",
	"ContactPreferenceId", "HasEmail", "HasPhoneNumber", "UsesPortal", "UsesSms", "HasVoice", "IsOptOut", "CurrentGender", "PreferredPronoun",
	"PatientStatusId", "PrefixId", "SuffixId", "IgnoreDuplicatePersons",
}

var zipForm = regexp.MustCompile(`^[0-9]{5}([0-9]{4})?$`)

// createPerson: which four members are needed is documented, and 409 as plain text for a
// duplicate unless that is to be ignored. Whom the vendor takes for a duplicate is
// assumed: see simserver.SamePerson.
func (s *Sim) createPerson(q *query) *simserver.Reply {
	b, refusal := q.decode()
	if refusal != nil {
		return refusal
	}
	q.only(b, personMembers...)
	for _, name := range []string{"LastName", "FirstName", "DateOfBirth", "Sex"} {
		if b.text(name) == "" {
			q.Violate("a person without %s", name)
			return q.bad("The " + name + " field is required.")
		}
	}
	ignore, refusal := q.flag(b, "IgnoreDuplicatePersons")
	if refusal != nil {
		return refusal
	}
	var made simserver.Patient
	if refusal := q.person(b, &made, true); refusal != nil {
		return refusal
	}
	c := q.practice.clinic
	twice := q.Take(emrtest.FaultDuplicatePatient)
	if twice {
		had, _ := c.AddPatient(made, nil)
		q.practice.extra(had).charted = true
	}
	added, ok := c.AddPatient(made, func(have simserver.Patient) bool {
		return !ignore && (twice && have.Family == made.Family && have.Given == made.Given && have.Born == made.Born || simserver.SamePerson(have, made))
	})
	if !ok {
		return &simserver.Reply{Status: http.StatusConflict, ContentType: "text/plain", Body: []byte("A duplicate person exists.")}
	}
	e := q.practice.extra(added)
	e.other, e.external = b.text("OtherIdNumber"), b.text("ExternalId")
	return q.made("/persons", q.practice.personID(added), q.personRow(added))
}

// changePerson: PATCH changes what is sent, PUT replaces (documented). Both answer
// without a body (documented as {}).
func (s *Sim) changePerson(q *query, have simserver.Patient) *simserver.Reply {
	b, refusal := q.decode()
	if refusal != nil {
		return refusal
	}
	q.only(b, personMembers...)
	changed := have
	if q.Method == http.MethodPut {
		changed = simserver.Patient{ID: have.ID, Chart: have.Chart, Created: have.Created, Practitioner: have.Practitioner}
	}
	if refusal := q.person(b, &changed, q.Method == http.MethodPut); refusal != nil {
		return refusal
	}
	q.practice.clinic.ChangePatient(have.ID, false, func(p *simserver.Patient) { *p = changed })
	e := q.practice.extra(have)
	if b.has("IsExpired") {
		e.expired, _ = b["isexpired"].(bool)
	}
	return q.empty(http.StatusOK)
}

// person takes the members over. A whole one needs what a new one needs.
func (q *query) person(b body, p *simserver.Patient, whole bool) *simserver.Reply {
	for name, to := range map[string]*string{
		"LastName": &p.Family, "FirstName": &p.Given, "MiddleName": &p.Middle, "Nickname": &p.Nickname, "City": &p.City, "State": &p.State, "Zip": &p.Zip,
	} {
		if _, sent := b[strings.ToLower(name)]; sent {
			*to = b.text(name)
		}
	}
	if p.Family == "" || p.Given == "" {
		return q.bad("The LastName and FirstName fields are required.")
	}
	if p.Zip != "" && b.has("Zip") && !zipForm.MatchString(p.Zip) {
		q.Violate("Zip is not five or nine digits")
		return q.bad("The Zip is not valid.")
	}
	if whole || b.has("DateOfBirth") {
		day, ok := q.local(b.text("DateOfBirth"), "DateOfBirth")
		if !ok || day.Year() < 1850 || day.After(q.Now) {
			return q.bad("The DateOfBirth is not valid.")
		}
		if day.Format("150405") != "000000" {
			q.Violate("DateOfBirth has a time of day")
		}
		p.Born = day.Format(time.DateOnly)
	}
	if whole || b.has("Sex") {
		words := map[string]string{"F": "female", "M": "male", "U": "unknown"}
		gender, ok := words[b.text("Sex")]
		if !ok {
			q.Violate("Sex is not F, M or U")
			return q.bad("The Sex is not valid.")
		}
		if sex(p.Gender) != b.text("Sex") || p.Gender == "" {
			p.Gender = gender
		}
	}
	p.Lines = lines(b, p.Lines)
	if _, sent := b["emailaddress"]; sent {
		p.Emails = nil
		if v := b.text("EmailAddress"); v != "" {
			p.Emails = []string{v}
		}
	}
	return q.personPhones(b, p)
}

func lines(b body, have []string) []string {
	both := append(append([]string(nil), have...), "", "")[:2]
	for i, name := range []string{"AddressLine1", "AddressLine2"} {
		if _, sent := b[strings.ToLower(name)]; sent {
			both[i] = b.text(name)
		}
	}
	if both[1] == "" {
		both = both[:1]
	}
	if both[0] == "" && len(both) == 1 {
		return nil
	}
	return both
}

// personPhones takes telephones of ten digits (documented).
func (q *query) personPhones(b body, p *simserver.Patient) *simserver.Reply {
	phones := append([]simserver.Phone(nil), p.Phones...)
	for _, use := range phoneUses {
		if _, sent := b[strings.ToLower(use.member)]; !sent {
			continue
		}
		number := b.text(use.member)
		if number != "" && (len(number) != 10 || simserver.Digits(number) != number) {
			q.Violate("%s is not ten digits", use.member)
			return q.bad("The " + use.member + " is not valid.")
		}
		kept := phones[:0:0]
		for _, t := range phones {
			if t.Use != use.use {
				kept = append(kept, t)
			}
		}
		if phones = kept; number != "" {
			phones = append(phones, simserver.Phone{Use: use.use, Number: number})
		}
	}
	p.Phones = phones
	return nil
}
