package nextgen

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/people"
	"github.com/emrkit/emrkit/internal/transport"
)

// NewPatientOptions is the Vendor part of an emr.NewPatient. The social security number is
// not offered: this package never handles one.
type NewPatientOptions struct {
	// IgnoreDuplicates makes a person although NextGen thinks that it knows them.
	IgnoreDuplicates bool
	// CreateChart makes a patient of the person, as Config.CreateChart does.
	CreateChart bool
	// Language is the id of a language of the site (LanguageId).
	Language string
}

// CreatePatient posts to /persons once. A person whom NextGen knows is ErrDuplicatePatient
// (409), without the record: the Client searches. The id comes from the answer's body or
// from Location; an answer with neither is ambiguous, and the Client searches for the same
// demographics.
//
// Kind invalid, with Fields, before anything is sent: given and family name and birth date
// are needed, a telephone has ten North American digits or begins with + and a country
// code. Of several e-mail addresses the first is sent, address lines after the second are
// joined to it, and the country is not sent, nor are identifiers but OtherNumber and
// ExternalNumber. A sex that is neither female nor male, or was not said, is U (unknown).
//
// What is made is a person. A chart makes a patient of it: see Config.CreateChart. When
// that second step fails the person is the answer all the same, with Status StatusPerson.
// After a lost answer the Client finds the person and no chart is made: see CreateChart.
func (p parts) CreatePatient(ctx context.Context, n *emr.NewPatient) (*emr.Patient, error) {
	body, more, err := newPerson(n)
	if err != nil {
		return nil, emr.Unsent(err)
	}
	post, err := p.call(opCreatePatient, http.MethodPost, "/persons")
	if err != nil {
		return nil, emr.Unsent(err)
	}
	answer, err := p.send(ctx, post, nil, body)
	if err != nil {
		return nil, err
	}
	made, err := p.madePerson(ctx, post, answer, n)
	if err != nil || !p.cfg.CreateChart && !more.CreateChart {
		return made, err
	}
	if chart, err := p.CreateChart(ctx, made.ID); err == nil {
		chart.put(made)
	} else {
		made.Status = StatusPerson
	}
	return made, nil
}

// newPerson is the body, after checking what NextGen demands.
func newPerson(n *emr.NewPatient) (members, NewPatientOptions, error) {
	var none NewPatientOptions
	if n == nil {
		return nil, none, invalid(opCreatePatient, "give the new patient", "patient")
	}
	more, err := emr.VendorOptions[NewPatientOptions](opCreatePatient, n.Vendor)
	if err != nil {
		return nil, none, err
	}
	body := members{"Sex": sexCode(n.Sex), "IgnoreDuplicatePersons": more.IgnoreDuplicates}
	body.setText("FirstName", n.Given)
	body.setText("MiddleName", n.Middle)
	body.setText("LastName", n.Family)
	body.setBorn(n.Born)
	body.setEmail(n.Emails)
	body.setAddress(n.Address)
	body.setIdentifiers(n.Identifiers)
	var bad []string
	need := func(ok bool, field string) {
		if !ok {
			bad = append(bad, field)
		}
	}
	need(body["FirstName"] != nil, string(emr.FieldGiven))
	need(body["LastName"] != nil, string(emr.FieldFamily))
	need(body["DateOfBirth"] != nil, string(emr.FieldBorn))
	need(body.setPhones(n.Phones), string(emr.FieldPhone))
	need(n.Practitioner == "" || isGUID(string(n.Practitioner)), "practitioner")
	need(more.Language == "" || isGUID(more.Language), "language")
	if len(bad) > 0 {
		return nil, none, invalid(opCreatePatient, "NextGen makes a person with given and family name and birth date; telephones have ten North American digits, or a + and a country code; ids are UUIDs", bad...)
	}
	body.setText("PrimaryCareProviderId", emr.NewPHI(string(n.Practitioner)))
	body.setText("LanguageId", emr.NewPHI(more.Language))
	return body, more, nil
}

func (m members) setEmail(emails []emr.PHI) {
	for _, e := range emails {
		if m["EmailAddress"] == nil {
			m.setText("EmailAddress", e)
		}
	}
}

// madePerson is the person behind a good answer: told in it, or named by an id in the body
// or in Location and then read. Where it cannot be read it is what was sent.
func (p parts) madePerson(ctx context.Context, post *transport.Call, answer *transport.Answer, n *emr.NewPatient) (*emr.Patient, error) {
	if startsWith(answer.Body, '{') {
		body := bytes.TrimPrefix(answer.Body, []byte("\ufeff"))
		if whole, err := personFrom(body); err == nil && !whole.Family.IsZero() && !whole.Born.IsZero() {
			return whole, nil
		}
	}
	id := madeID(answer, "id", "personId")
	if id == "" {
		return nil, p.http.Error(post, answer, emr.KindAmbiguous, "NextGen took the person without naming an id: search before creating the patient again")
	}
	found, err := p.getPerson(ctx, opGetPatient, emr.NewPatientID(id))
	switch kind := emr.KindOf(err); {
	case err == nil:
		return found, nil
	case kind == emr.KindNotFound || kind == emr.KindProtocol:
		e := p.http.Error(post, answer, emr.KindAmbiguous, "NextGen took the person and named an id under which there is none: search before creating the patient again")
		e.Err = err
		return nil, e
	}
	return &emr.Patient{
		ID: emr.NewPatientID(id), Given: n.Given, Middle: n.Middle, Family: n.Family, Born: n.Born, Sex: n.Sex,
		Phones: n.Phones, Emails: n.Emails, Address: n.Address, Practitioner: n.Practitioner, Write: emr.WriteDone,
	}, nil
}

// UpdatePatient sends PATCH /persons/{personId} with the fields that are given, and reads
// the person as it is afterwards; what NextGen did not take is kind partial, with Fields.
//
// A telephone number replaces the one of its use; numbers in other fields stay. Kind
// invalid, with Fields: a field that is to be cleared, for NextGen does not say how, a
// number it does not take, and identifiers that the site gives.
func (p parts) UpdatePatient(ctx context.Context, u *emr.PatientUpdate) (*emr.Patient, error) {
	body, err := changedMembers(u)
	if err != nil {
		return nil, emr.Unsent(err)
	}
	patch, err := p.call(opUpdatePatient, http.MethodPatch, "/persons/{id}", u.ID.Reveal())
	if err != nil {
		return nil, emr.Unsent(err)
	}
	patch.Patient = u.ID
	answer, err := p.send(ctx, patch, nil, body)
	if err != nil {
		return nil, err
	}
	now, err := p.getPerson(ctx, opGetPatient, u.ID)
	if err != nil {
		e := p.http.Error(patch, answer, emr.KindAmbiguous, "NextGen took the change, and the person could not be read: read it before changing it again")
		e.Err = err
		return nil, e
	}
	if left := notTaken(u, now); len(left) > 0 {
		e := p.http.Error(patch, answer, emr.KindPartial, "NextGen accepted the change and the record does not show all of it")
		e.Fields = left
		return now, e
	}
	return now, nil
}

// changedMembers is the body of an update.
func changedMembers(u *emr.PatientUpdate) (members, error) {
	if u == nil {
		return nil, invalid(opUpdatePatient, "say whom to change, and what", "patient")
	}
	if u.Vendor != nil {
		return nil, invalid(opUpdatePatient, "NextGen has no vendor options here", "vendor")
	}
	body := members{}
	var bad []string
	need := func(ok bool, field string) {
		if !ok {
			bad = append(bad, field)
		}
	}
	if u.Given != nil {
		body.setText("FirstName", *u.Given)
		need(body["FirstName"] != nil, string(emr.FieldGiven))
	}
	if u.Family != nil {
		body.setText("LastName", *u.Family)
		need(body["LastName"] != nil, string(emr.FieldFamily))
	}
	if u.Born != nil {
		body.setBorn(*u.Born)
		need(body["DateOfBirth"] != nil, string(emr.FieldBorn))
	}
	if u.Sex != nil {
		body["Sex"] = sexCode(*u.Sex)
		need(*u.Sex != "", "sex")
	}
	if u.Phones != nil {
		before := len(body)
		need(body.setPhones(u.Phones) && len(body) > before, string(emr.FieldPhone))
	}
	if u.Emails != nil {
		body.setEmail(u.Emails)
		need(body["EmailAddress"] != nil, string(emr.FieldEmail))
	}
	if u.Address != nil {
		before := len(body)
		body.setAddress(*u.Address)
		need(len(body) > before, "address")
	}
	if u.Identifiers != nil {
		body.setIdentifiers(u.Identifiers)
		need(len(u.Identifiers) > 0 && !slices.ContainsFunc(u.Identifiers, func(i emr.Identifier) bool {
			return i.System != OtherNumber && i.System != ExternalNumber || strings.TrimSpace(i.Value.Reveal()) == ""
		}), string(emr.FieldIdentifier))
	}
	if len(bad) > 0 {
		return nil, invalid(opUpdatePatient, "NextGen clears no fields this way, takes telephones of ten North American digits or with a + and a country code, and gives numbers but otherIdNumber and externalId itself", bad...)
	}
	if len(body) == 0 {
		return nil, invalid(opUpdatePatient, "nothing to change", "patient")
	}
	return body, nil
}

// notTaken names what the record does not show of an update.
func notTaken(u *emr.PatientUpdate, now *emr.Patient) (left []string) {
	shown := func(ok bool, field string) {
		if !ok {
			left = append(left, field)
		}
	}
	shown(u.Given == nil || u.Given.EqualFold(now.Given), string(emr.FieldGiven))
	shown(u.Family == nil || u.Family.EqualFold(now.Family), string(emr.FieldFamily))
	shown(u.Born == nil || u.Born.Equal(now.Born), string(emr.FieldBorn))
	shown(u.Sex == nil || sexCode(*u.Sex) == sexCode(now.Sex), "sex")
	for _, t := range u.Phones {
		if !t.Number.IsZero() && !people.AnyPhone(now.Phones, t.Number) {
			shown(false, string(emr.FieldPhone))
			break
		}
	}
	for _, e := range u.Emails {
		if strings.TrimSpace(e.Reveal()) != "" {
			shown(slices.ContainsFunc(now.Emails, e.EqualFold), string(emr.FieldEmail))
			break // the first one was sent
		}
	}
	if u.Address != nil {
		zip, _ := zipDigits(u.Address.PostalCode.Reveal())
		have, _ := zipDigits(now.Address.PostalCode.Reveal())
		shown((u.Address.City.IsZero() || u.Address.City.EqualFold(now.Address.City)) && (zip == "" || zip == have), "address")
	}
	for _, i := range u.Identifiers {
		if !slices.ContainsFunc(now.Identifiers, func(h emr.Identifier) bool {
			return h.System == i.System && sameNumber(h.Value.Reveal(), i.Value.Reveal())
		}) {
			shown(false, string(emr.FieldIdentifier))
			break
		}
	}
	return left
}
