package main

import (
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// person is the patient as the command line describes one.
type person struct {
	given, family, birthdate, sex        string
	phone, email, identifier             string
	addressLine, city, state, postalCode string
}

// inventedPerson is nobody: 555-01xx numbers and example.com belong to no one.
func inventedPerson() person {
	return person{
		given: "Nora", family: "Lindenfeld", birthdate: "1988-04-12",
		phone: "(206) 555-0177", email: "nora.lindenfeld@example.com",
		addressLine: "100 Example Street", city: "Seattle", state: "WA", postalCode: "98104",
	}
}

// fields maps flag names to fields.
func (p *person) fields() map[string]*string {
	return map[string]*string{
		"given": &p.given, "family": &p.family, "birthdate": &p.birthdate, "sex": &p.sex,
		"phone": &p.phone, "email": &p.email, "identifier": &p.identifier,
		"address-line": &p.addressLine, "city": &p.city, "state": &p.state, "postal-code": &p.postalCode,
	}
}

// newPatient wraps everything, so that from here on it cannot be printed by accident.
func (p person) newPatient() (*emr.NewPatient, error) {
	n := &emr.NewPatient{
		Given:  emr.NewPHI(p.given),
		Family: emr.NewPHI(p.family),
		Sex:    emr.Sex(strings.ToLower(p.sex)),
		Address: emr.Address{
			City:       emr.NewPHI(p.city),
			State:      emr.NewPHI(p.state),
			PostalCode: emr.NewPHI(p.postalCode),
		},
	}
	if p.birthdate != "" {
		born, err := emr.ParseBirthDate(p.birthdate)
		if err != nil {
			return nil, usage{"-birthdate: write the day as YYYY-MM-DD"}
		}
		n.Born = born
	}
	if !slices.Contains([]emr.Sex{"", emr.SexFemale, emr.SexMale, emr.SexOther, emr.SexUnknown}, n.Sex) {
		return nil, usage{"-sex: female, male, other or unknown"}
	}
	if p.phone != "" {
		n.Phones = []emr.Phone{{Number: emr.NewPHI(p.phone), Use: "mobile"}}
	}
	if p.email != "" {
		n.Emails = []emr.PHI{emr.NewPHI(p.email)}
	}
	if p.addressLine != "" {
		n.Address.Lines = []emr.PHI{emr.NewPHI(p.addressLine)}
	}
	if p.identifier != "" {
		system, value, ok := strings.Cut(p.identifier, "|")
		if !ok { // a bare number, as medtech's NHI
			system, value = "", p.identifier
		}
		n.Identifiers = []emr.Identifier{{System: system, Value: emr.NewPHI(value)}}
	}
	return n, nil
}

// whom is the patient of the plan as one vendor wants to be asked: a bare number gets the
// system that it is of, and where nobody can be created, the simulator's own person
// stands in for the invented one.
func whom(p *plan, v vendor, e endpoint) *emr.NewPatient {
	if p.invented && e.known != nil {
		return e.known
	}
	n := *p.patient
	n.Identifiers = slices.Clone(n.Identifiers)
	for i := range n.Identifiers {
		if n.Identifiers[i].System == "" {
			n.Identifiers[i].System = v.system
		}
	}
	return &n
}
