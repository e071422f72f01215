package medtech

import (
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// patient maps one. A missing "active" means "not stated". NHI numbers under one of the
// old names of their system get the present one, so that they can be compared.
func (c *Client) patient(call *transport.Call, answer *transport.Answer, r *fhir.Patient) (*emr.Patient, error) {
	if r.ID == "" {
		return nil, c.failure(call, answer, emr.KindProtocol, "ALEX sent a patient without an id: report it with the request id")
	}
	p := &emr.Patient{ID: emr.NewPatientID(r.ID), Sex: emr.Sex(r.Gender), Source: emr.NewSource(r.Raw().Bytes())}
	if n, ok := chooseName(r.Name); ok {
		p.Family = emr.NewPHI(strings.TrimSpace(n.Family))
		if len(n.Given) > 0 {
			p.Given = emr.NewPHI(strings.TrimSpace(n.Given[0]))
			p.Middle = emr.NewPHI(strings.TrimSpace(strings.Join(n.Given[1:], " ")))
		}
	}
	if y, m, d, err := r.BirthDate.YMD(); r.BirthDate != "" && err == nil && d != 0 {
		p.Born = emr.NewBirthDate(y, m, d)
	}
	for _, t := range r.Telecom {
		switch v := strings.TrimSpace(t.Value); {
		case v == "":
		case t.System == "phone" || t.System == "sms":
			p.Phones = append(p.Phones, emr.Phone{Number: emr.NewPHI(v), Use: t.Use})
		case t.System == "email":
			p.Emails = append(p.Emails, emr.NewPHI(v))
		}
	}
	if a, ok := chooseAddress(r.Address); ok {
		p.Address = emr.Address{
			Lines: lines(a.Line), City: emr.NewPHI(a.City), State: emr.NewPHI(a.State),
			PostalCode: emr.NewPHI(a.PostalCode), Country: emr.NewPHI(a.Country),
		}
	}
	for _, i := range r.Identifier {
		if v := strings.TrimSpace(i.Value); v != "" {
			if of := system(i.System); of == NHISystem {
				p.Identifiers = append(p.Identifiers, emr.Identifier{System: of, Use: i.Use, Value: emr.NewPHI(FoldNHI(v))})
			} else {
				p.Identifiers = append(p.Identifiers, emr.Identifier{System: i.System, Use: i.Use, Value: emr.NewPHI(v)})
			}
		}
	}
	for _, g := range r.GeneralPractitioner {
		if id := refersTo(g, "Practitioner"); id != "" {
			p.Practitioner = emr.PractitionerID(id)
			break
		}
	}
	p.Status = r.OutOfUse()
	p.Inactive = p.Status != ""
	return p, nil
}

// chooseName takes the official name, else the first with a family name.
func chooseName(names []fhir.HumanName) (fhir.HumanName, bool) {
	for _, n := range names {
		if n.Use == "official" && n.Family != "" {
			return n, true
		}
	}
	for _, n := range names {
		if n.Family != "" {
			return n, true
		}
	}
	return fhir.HumanName{}, false
}

// chooseAddress takes the first that says where the person lives, else the first.
func chooseAddress(all []fhir.Address) (fhir.Address, bool) {
	for _, a := range all {
		if a.Type != "postal" {
			return a, true
		}
	}
	if len(all) > 0 {
		return all[0], true
	}
	return fhir.Address{}, false
}
