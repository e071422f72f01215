package nextech

import (
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// patientID is the id of a patient: the id member, else the official identifier.
func patientID(r *fhir.Patient) string {
	if r.ID != "" {
		return r.ID
	}
	return official(r.Identifier)
}

// isIdentified reports whether id is the id or one of the numbers of r: Nextech sends
// GUIDs in both cases of letters, and takes chart numbers for ids.
func isIdentified(r *fhir.Patient, id string) bool {
	if strings.EqualFold(r.ID, id) {
		return true
	}
	for _, i := range r.Identifier {
		if !i.IsSSN() && strings.EqualFold(i.Value, id) {
			return true
		}
	}
	return false
}

// patient maps one; a is for the error.
func (c *Client) patient(call *transport.Call, a *transport.Answer, r *fhir.Patient) (*emr.Patient, error) {
	id := patientID(r)
	if id == "" {
		return nil, c.http.Error(call, a, emr.KindProtocol, "Nextech sent a patient without an id")
	}
	p := &emr.Patient{
		ID:     emr.NewPatientID(id),
		Sex:    emr.Sex(r.Gender),
		Source: emr.NewSource(r.Raw().Bytes()),
	}
	if n, ok := chooseName(r.Name); ok {
		p.Family = emr.NewPHI(n.Family)
		if len(n.Given) > 0 {
			p.Given = emr.NewPHI(n.Given[0])
			p.Middle = emr.NewPHI(strings.TrimSpace(strings.Join(n.Given[1:], " "))) // the second is often ""
		}
	}
	if r.BirthDate != "" {
		y, m, d, err := r.BirthDate.YMD()
		if err == nil && d != 0 {
			p.Born = emr.NewBirthDate(y, m, d)
		}
	}
	for _, t := range r.Telecom {
		switch {
		case t.Value == "": // an sms entry only says that texts are welcome
		case t.System == "phone" || t.System == "sms":
			p.Phones = append(p.Phones, emr.Phone{Number: emr.NewPHI(t.Value), Use: t.Use})
		case t.System == "email":
			p.Emails = append(p.Emails, emr.NewPHI(t.Value))
		}
	}
	if len(r.Address) > 0 {
		p.Address = address(r.Address[0])
	}
	for _, i := range r.Identifier {
		if i.Value != "" && !i.IsSSN() {
			p.Identifiers = append(p.Identifiers, emr.Identifier{System: i.System, Use: i.Use, Value: emr.NewPHI(i.Value)})
		}
	}
	if len(r.GeneralPractitioner) > 0 {
		p.Practitioner = emr.PractitionerID(idOf(r.GeneralPractitioner[0]))
	}
	if e, ok := extension(r.Extension, extPatientStatus, ""); ok {
		p.Status, _ = e.ValueString()
	}
	state := r.OutOfUse() // still found: leaving it out would have the person created again
	p.Inactive = state != ""
	if p.Status == "" {
		p.Status = state
	}
	return p, nil
}

// chooseName takes the official name, else the first with a family name.
func chooseName(names []fhir.HumanName) (fhir.HumanName, bool) {
	for _, n := range names {
		if n.Use == "official" {
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

func address(a fhir.Address) emr.Address {
	to := emr.Address{
		City: emr.NewPHI(a.City), State: emr.NewPHI(a.State),
		PostalCode: emr.NewPHI(a.PostalCode), Country: emr.NewPHI(a.Country),
	}
	for _, l := range a.Line {
		if l != "" {
			to.Lines = append(to.Lines, emr.NewPHI(l))
		}
	}
	return to
}
