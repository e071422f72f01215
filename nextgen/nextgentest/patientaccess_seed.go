package nextgentest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
)

// paPeople are the patient, the proxy, and the person whose second record the proxy sees.
func paPeople() []emr.NewPatient {
	all := emrtest.People()
	return []emr.NewPatient{all[5], all[9], all[10]}
}

func paName(p emr.NewPatient) string { return p.Given.Reveal() + " " + p.Family.Reveal() }

func paAccounts() []paAccount {
	people := paPeople()
	return []paAccount{
		{paName(people[0]), []string{paID("Patient", 0)}},
		{paName(people[1]), []string{paID("Patient", 1), paID("Patient", 2)}},
	}
}

// paID makes an id as the vendor's: a GUID, always the same for a type and number.
func paID(kind string, n int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d", kind, n))
	h := hex.EncodeToString(sum[:])
	return h[0:8] + "-" + h[8:12] + "-4" + h[13:16] + "-8" + h[17:20] + "-" + h[20:32]
}

// paCoded is a CodeableConcept.
func paCoded(system, code, display string) paObject {
	return paObject{"coding": []paObject{{"system": system, "code": code, "display": display}}, "text": display}
}

// paRefTo is a reference as it should be.
func paRefTo(kind string, n int) paObject { return paObject{"reference": kind + "/" + paID(kind, n)} }

// oddPractitioner is a reference as it has been met: absolute, with a blank in front.
func (v *paVersion) oddPractitioner(n int) paObject {
	return paObject{"reference": " " + v.base() + "/Practitioner/" + paID("Practitioner", n)}
}

// searchRef is a reference that is a search, with a blank in front.
func (v *paVersion) searchRef(kind string, n int) paObject {
	return paObject{"reference": " " + v.base() + "/" + kind + "?_id=" + paID(kind, n)}
}

// paIndex are values that searches compare, by parameter.
type paIndex = map[string][]string

// add stores a resource of patient n, -1 for nobody's. In a version that does not have
// the type it does nothing.
func (v *paVersion) add(kind string, n, patient int, index paIndex, body paObject) {
	if v.types[kind] == nil {
		return
	}
	updated := time.Date(2025, time.March, 1+n%28, 9, 30, 0, 0, time.UTC).Format(time.RFC3339)
	r := &paRecord{id: paID(kind, n), body: body, index: paIndex{}}
	for name, values := range index {
		r.index[name] = values
	}
	r.index["_id"], r.index["_lastUpdated"] = []string{r.id}, []string{updated}
	if patient >= 0 {
		r.patient = paID("Patient", patient)
		r.index["patient"] = []string{r.patient}
	}
	body["resourceType"], body["id"], body["meta"] = kind, r.id, paObject{"lastUpdated": updated}
	v.records[kind] = append(v.records[kind], r)
}

// either chooses by version.
func paEither[T any](v *paVersion, r4, dstu2 T) T {
	if v.dstu2 {
		return dstu2
	}
	return r4
}

// seed fills the records: the patient has all, the other two some.
func (v *paVersion) seed() {
	v.seedPractice()
	for n, p := range paPeople() {
		v.seedPatient(n, p)
	}
	v.seedClinical()
	v.seedMedication()
	v.seedMeasurements()
	v.seedVisits()
	v.seedSupport()
	v.seedProvenance()
}

// seedPatient: the record number has no system of its own (seen: it is known by its type).
func (v *paVersion) seedPatient(n int, p emr.NewPatient) {
	family, given := p.Family.Reveal(), p.Given.Reveal()
	number := fmt.Sprintf("%012d", 40210+n)
	mrType := paCoded(paEither(v, "http://terminology.hl7.org/CodeSystem/v2-0203", "http://hl7.org/fhir/v2/0203"), "MR", "Medical Record Number")
	gender := string(p.Sex)
	if gender == "" {
		gender = "unknown"
	}
	name := paObject{"use": "official", "family": family, "given": []string{given}}
	if v.dstu2 {
		name["family"] = []string{family}
	}
	body := paObject{
		"active": true, "name": []paObject{name}, "gender": gender, "birthDate": p.Born.Reveal().String(),
		"identifier": []paObject{{"use": "usual", "type": mrType, "value": number}},
		"maritalStatus": paCoded(paEither(v, "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "http://hl7.org/fhir/v3/MaritalStatus"),
			"M", "Married"),
		paEither(v, "generalPractitioner", "careProvider"): []paObject{v.oddPractitioner(0)},
		"managingOrganization":                             paRefTo("Organization", 0),
	}
	if !v.dstu2 {
		body["extension"] = []paObject{{
			"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
			"extension": []paObject{
				{"url": "ombCategory", "valueCoding": paObject{"system": "urn:oid:2.16.840.1.113883.6.238", "code": "2106-3", "display": "White"}},
				{"url": "text", "valueString": "White"},
			},
		}}
	}
	var telecom []paObject
	for _, ph := range p.Phones {
		telecom = append(telecom, paObject{"system": "phone", "value": ph.Number.Reveal(), "use": ph.Use})
	}
	for _, m := range p.Emails {
		telecom = append(telecom, paObject{"system": "email", "value": m.Reveal()})
	}
	if len(telecom) > 0 {
		body["telecom"] = telecom
	}
	a := p.Address
	body["address"] = []paObject{{
		"use": "home", "line": []string{a.Lines[0].Reveal()}, "city": a.City.Reveal(), "state": a.State.Reveal(),
		"postalCode": a.PostalCode.Reveal(), "country": a.Country.Reveal(),
	}}
	v.add("Patient", n, n, paIndex{
		"identifier": {number}, "name": {family, given}, "family": {family}, "given": {given}, "gender": {gender},
		"birthdate": {p.Born.Reveal().String()}, "address": {a.Lines[0].Reveal(), a.City.Reveal()}, "address-city": {a.City.Reveal()},
		"address-postalcode": {a.PostalCode.Reveal()},
	}, body)
}
