package nextgentest

import (
	"fmt"
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// The members of telephones, and the use that the clinic notes for them.
var phoneUses = []struct{ member, use string }{
	{"homePhone", "home"}, {"cellPhone", "mobile"}, {"dayPhone", "work"}, {"alternatePhone", "other"}, {"secondaryHomePhone", "second"},
}

// phones adds each telephone as ten digits, without punctuation (recorded).
func (q *query) phones(o object, have simserver.Patient) {
	for _, p := range phoneUses {
		number := ""
		for _, t := range have.Phones {
			if t.Use == p.use && number == "" {
				number = simserver.Digits(t.Number)
			}
		}
		o[p.member] = q.or(aText, number)
	}
}

// sex is M, F or U.
func sex(gender string) string {
	switch gender {
	case "female":
		return "F"
	case "male":
		return "M"
	}
	return "U"
}

// born is a date with the time of midnight (recorded).
func born(have simserver.Patient) any {
	if have.Born == "" {
		return nil
	}
	return have.Born + "T00:00:00"
}

func email(have simserver.Patient) string {
	if len(have.Emails) > 0 {
		return have.Emails[0]
	}
	return ""
}

func line(have simserver.Patient, n int) string {
	if n < len(have.Lines) {
		return have.Lines[n]
	}
	return ""
}

// mrn is the number of the chart, padded with zeros (recorded); "" without a chart.
func (p *practice) mrn(have simserver.Patient) string {
	if !p.extra(have).charted {
		return ""
	}
	return fmt.Sprintf("%012s", have.Chart)
}

func (p *practice) personID(have simserver.Patient) string { return p.guid("person", have.Chart) }

// lookupRow is a row of the lookup (documented): emailAddress, and the chart's number.
func (q *query) lookupRow(have simserver.Patient) object {
	p := q.practice
	o := object{
		"id": p.personID(have), "firstName": have.Given, "lastName": have.Family, "middleName": have.Middle, "nickname": q.or(aText, have.Nickname),
		"addressLine1": q.or(aText, line(have, 0)), "addressLine2": q.or(aText, line(have, 1)), "city": q.or(aText, have.City), "state": q.or(aText, have.State),
		"zip": q.or(aText, have.Zip), "country": q.or(aText, have.Country), "dateOfBirth": born(have), "sex": sex(have.Gender), "currentGender": sex(have.Gender),
		"socialSecurityNumber": nil, "personNumber": have.Chart, "medicalRecordNumber": q.or(aText, p.mrn(have)), "otherIdNumber": q.or(aText, p.extra(have).other),
		"isEnterpriseChart": false, "isPatient": p.extra(have).charted, "canAddToInclusionList": false, "emailAddress": q.or(aText, email(have)),
	}
	q.phones(o, have)
	o.stamps("modifyTimestamp", have.Updated, p.zone, true)
	if q.expands("Chart") {
		o["chart"] = q.chartRow(have)
	}
	return o.links("/persons/" + p.personID(have))
}

// personRow is the whole person (recorded): email, and no number of the chart.
func (q *query) personRow(have simserver.Patient) object {
	p, e := q.practice, q.practice.extra(have)
	o := object{
		"id": p.personID(have), "firstName": have.Given, "lastName": have.Family, "middleName": have.Middle, "prefix": orNull(have.Prefix), "prefixId": nil,
		"suffix": nil, "suffixId": nil, "nickname": q.or(aText, have.Nickname), "priorLastName": nil, "previousFirstName": nil,
		"addressLine1": q.or(aText, line(have, 0)), "addressLine2": q.or(aText, line(have, 1)), "city": q.or(aText, have.City), "state": q.or(aText, have.State),
		"zip": q.or(aText, have.Zip), "countryId": nil, "country": orNull(have.Country), "countyId": nil, "county": nil, "dayPhoneExtension": nil,
		"email": q.or(aText, email(have)), "contactSequence": "Home,Day,Alternate,Secondary,Email,Cell", "sex": sex(have.Gender), "currentGender": sex(have.Gender),
		"dateOfBirth": born(have), "age": q.age(have), "socialSecurityNumber": nil, "contactPreferenceId": nil, "contactPreferenceDescription": "",
		"primaryCareProviderId": q.or(aGUID, ""), "maritalStatus": nil, "isExpired": e.expired, "expiredDate": nil, "isVeteran": false, "isSmoker": false,
		"preferredLanguageId": p.guid("language", "English"), "preferredLanguage": "English", "patientStatusId": p.guid("status", "Active"),
		"otherIdNumber": orNull(e.other), "externalId": orNull(e.external), "hasEmail": len(have.Emails) > 0, "hasPhoneNumber": len(have.Phones) > 0,
		"usesPortal": false, "usesSms": false, "hasVoice": false, "isOptOut": false, "isEnterpriseChart": false,
		"createdBy": 0, "modifiedBy": -3145, "enterpriseId": p.enterprise, "practiceId": p.id,
	}
	if e.expired {
		o["expiredDate"] = midnight(q.sim.seeded.AddDate(0, -6, 0))
	}
	q.phones(o, have)
	o.stamps("createTimestamp", have.Created, p.zone, true)
	o.offset("createTimestamp", have.Created, p.zone)
	o.stamps("modifyTimestamp", have.Updated, p.zone, true)
	o.offset("modifyTimestamp", have.Updated, p.zone)
	if q.expands("Chart") {
		o["chart"] = q.chartRow(have)
	}
	path := "/persons/" + p.personID(have)
	return o.links(path, link(path+"/chart", "GET", "chart", ""), link(path+"/insurances", "GET", "insurance", ""), link(path+"/photo", "GET", "photo", ""))
}

// age is "33y 4m" (recorded).
func (q *query) age(have simserver.Patient) any {
	b, err := time.Parse(time.DateOnly, have.Born)
	if err != nil {
		return nil
	}
	now := q.Now.In(q.practice.zone)
	months := (now.Year()-b.Year())*12 + int(now.Month()) - int(b.Month())
	if now.Day() < b.Day() {
		months--
	}
	return fmt.Sprintf("%dy %dm", months/12, months%12)
}

// chartRow has the recorded shape.
func (q *query) chartRow(have simserver.Patient) object {
	p := q.practice
	id := p.personID(have)
	return object{
		"personId": id, "enterpriseId": p.enterprise, "practiceId": p.id, "medicalRecordNumber": q.or(aText, p.mrn(have)), "primaryPharmacyId": nil,
		"secondaryPharmacyId": nil, "mailOrderPharmacyId": nil, "bloodType": nil, "hasNoActiveDevices": nil, "hasNoActiveMedications": false,
		"hasNoActiveProblems": nil, "hasNoActiveProblemsSnomed": false, "hasNoKnownImmunizationHistory": false, "hasNoKnownProcedures": false,
		"hasNoUnresolvedAllergies": false,
	}.links("/persons/" + id + "/chart")
}

// begins reports whether one of have begins with want, without regard to case: how far
// the lookup matches is not documented, that names match from their start is assumed.
func begins(want string, have ...string) bool {
	for _, h := range have {
		if strings.HasPrefix(strings.ToLower(h), strings.ToLower(want)) {
			return true
		}
	}
	return want == ""
}
