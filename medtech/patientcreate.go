package medtech

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// creator is the part that registers people, there with Config.ExperimentalCreate only.
type creator struct{ parts }

// CreatePatient posts a plain FHIR R4 Patient to /Patient, once: the NHI where given (a
// number without a system is taken for one), names, gender, birth date, telephones,
// e-mail, address and the practitioner.
//
// How sure this is: that POST /Patient exists, with a role of its own, was seen in the
// catalogue of Medtech's reference; its body is published nowhere, so all of the body, and
// how a known person is refused, are assumed.
//
// Conflict (ErrDuplicatePatient): the practice has the person. Invalid: a name or the birth
// date is missing, or an identifier is no NHI. Ambiguous: the request was sent and no
// usable answer came; look for the person before creating again.
func (p creator) CreatePatient(ctx context.Context, n *emr.NewPatient) (*emr.Patient, error) {
	body, err := p.newPatient(n)
	if err != nil {
		return nil, err
	}
	create, err := p.call(opCreatePatient, http.MethodPost, "Patient")
	if err != nil {
		return nil, err
	}
	answer, err := p.send(ctx, create, body)
	if err != nil {
		return nil, err
	}
	id := idIn(answer.Header.Get("Location"), "Patient")
	if len(bytes.TrimSpace(answer.Body)) > 0 && !isSaidDone(answer) {
		r, err := decode[fhir.Patient](p.Client, create, answer)
		if err == nil {
			if r.ID = cmp.Or(r.ID, id); r.ID != "" {
				return p.patient(create, answer, r)
			}
		} else if id == "" || emr.KindOf(err) != emr.KindAmbiguous {
			return nil, err
		}
	}
	if id == "" {
		return nil, p.failure(create, answer, emr.KindAmbiguous, "ALEX took the new patient and told no id: look for the person before creating again")
	}
	if made := p.created(ctx, id); made != nil {
		return made, nil
	}
	return &emr.Patient{ // it said yes, and reading back failed
		ID: emr.NewPatientID(id), Given: n.Given, Middle: n.Middle, Family: n.Family, Born: n.Born, Sex: n.Sex,
		Phones: n.Phones, Emails: n.Emails, Address: n.Address, Identifiers: n.Identifiers, Practitioner: n.Practitioner,
	}, nil
}

// created reads the new record, nil where that fails. Its own spelling of the id counts:
// the one in Location may be escaped in another way, and lists would not have it.
func (p creator) created(ctx context.Context, id string) *emr.Patient {
	get, err := p.call(opGetPatient, http.MethodGet, "Patient", id)
	if err != nil {
		return nil
	}
	get.Patient = emr.NewPatientID(id)
	r, answer, err := read[fhir.Patient](ctx, p.Client, get)
	if err != nil || !isSame(r.ID, id) {
		return nil
	}
	made, err := p.patient(get, answer, r)
	if err != nil {
		return nil
	}
	return made
}

// newPatient builds the resource.
func (c *Client) newPatient(n *emr.NewPatient) (*fhir.Patient, error) {
	if n == nil {
		return nil, invalid(opCreatePatient, "give the new patient")
	}
	var wrong []string
	need := func(ok bool, field string) {
		if !ok {
			wrong = append(wrong, field)
		}
	}
	need(strings.TrimSpace(n.Given.Reveal()) != "", string(emr.FieldGiven))
	need(strings.TrimSpace(n.Family.Reveal()) != "", string(emr.FieldFamily))
	need(!n.Born.IsZero(), string(emr.FieldBorn))
	need(n.Sex == "" || slices.Contains(genders, n.Sex), "sex")
	need(n.Practitioner == "" || isReferable(string(n.Practitioner)), "practitioner")
	need(n.Vendor == nil, "vendor")
	if wrong != nil {
		return nil, invalid(opCreatePatient, "a new patient has both names and a birth date, one of FHIR's four genders or none, and no vendor options", wrong...)
	}
	r := &fhir.Patient{
		Name:      []fhir.HumanName{{Use: "official", Family: strings.TrimSpace(n.Family.Reveal()), Given: []string{strings.TrimSpace(n.Given.Reveal())}}},
		Gender:    string(n.Sex),
		BirthDate: fhir.Date(n.Born.Reveal().String()),
		Telecom:   c.telecom(n),
	}
	if middle := strings.TrimSpace(n.Middle.Reveal()); middle != "" {
		r.Name[0].Given = append(r.Name[0].Given, middle)
	}
	number, err := c.newNHI(n.Identifiers)
	if err != nil {
		return nil, err
	}
	if number != "" {
		r.Identifier = []fhir.Identifier{{Use: "official", System: NHISystem, Value: number}}
	}
	if !n.Address.IsZero() {
		r.Address = []fhir.Address{postal(n.Address)}
	}
	if n.Practitioner != "" {
		r.GeneralPractitioner = []fhir.Reference{c.reference("Practitioner", string(n.Practitioner))}
	}
	return r, nil
}

var genders = []emr.Sex{emr.SexFemale, emr.SexMale, emr.SexOther, emr.SexUnknown}

// newNHI is the one NHI number among identifiers, "" for none. Another identifier is
// refused: ALEX has no place for it that anybody knows.
func (c *Client) newNHI(all []emr.Identifier) (string, error) {
	number := ""
	for _, i := range all {
		if i.Value.IsZero() {
			continue
		}
		n := FoldNHI(i.Value.Reveal())
		if i.System != "" && system(i.System) != NHISystem || number != "" && number != n {
			return "", invalid(opCreatePatient, "a new patient has one NHI number, and no other identifier", string(emr.FieldIdentifier))
		}
		if bad := c.checkNHI(opCreatePatient, n); bad != nil {
			return "", bad
		}
		number = n
	}
	return number, nil
}

// telecom writes telephones and e-mail addresses. A number without a use is a mobile one,
// by which ALEX finds people.
func (c *Client) telecom(n *emr.NewPatient) []fhir.ContactPoint {
	var all []fhir.ContactPoint
	for _, p := range n.Phones {
		if p.Number.IsZero() {
			continue
		}
		t := fhir.ContactPoint{System: "phone", Value: c.dialled(p.Number), Use: strings.ToLower(strings.TrimSpace(p.Use))}
		switch t.Use {
		case "home", "work", "temp", "old", "mobile":
		case "", "cell":
			t.Use = "mobile"
		default:
			t.Use = "" // FHIR has no such code
		}
		all = append(all, t)
	}
	for _, e := range n.Emails {
		if v := strings.TrimSpace(e.Reveal()); v != "" {
			all = append(all, fhir.ContactPoint{System: "email", Value: v})
		}
	}
	return all
}

// dialled is a number as ALEX is asked for it later, where that leaves nothing out: one of
// another country and one with an extension stay as they are.
func (c *Client) dialled(number emr.PHI) string {
	text := strings.TrimSpace(number.Reveal())
	if national := c.mobile(number); strings.HasPrefix(national, "0") && !strings.HasPrefix(national, "00") && strings.Trim(text, "+0123456789 -().") == "" {
		return national
	}
	return text
}

// postal writes where somebody lives.
func postal(a emr.Address) fhir.Address {
	to := fhir.Address{
		Use: "home", Type: "physical", City: a.City.Reveal(), State: a.State.Reveal(),
		PostalCode: a.PostalCode.Reveal(), Country: a.Country.Reveal(),
	}
	for _, l := range a.Lines {
		if v := strings.TrimSpace(l.Reveal()); v != "" {
			to.Line = append(to.Line, v)
		}
	}
	return to
}
