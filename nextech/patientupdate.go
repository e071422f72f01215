package nextech

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// UpdatePatient puts the changed fields to /Patient/ (no id in the path) and reads the
// patient back, because Nextech ignores what it does not like with a success status.
//
// Kind invalid, nothing sent: fields Nextech is documented to ignore (Select: names,
// birth date, clearing the postal code). Kind invalid after sending: nothing of the
// change was taken; kind partial: some of it. Fields names what was not taken, and the
// patient as it is now comes with the error.
func (p parts) UpdatePatient(ctx context.Context, u *emr.PatientUpdate) (*emr.Patient, error) {
	resource, err := p.changedPatient(u)
	if err != nil {
		return nil, err
	}
	put := call(opUpdatePatient, http.MethodPut, "/Patient/", "/Patient/")
	put.Patient = u.ID
	answer, err := p.write(ctx, put, resource)
	if err != nil {
		return nil, err
	}
	if hasBody(answer) {
		if _, err := fhir.DecodeAny(answer.Body, decoding); fhir.KindOf(err) == fhir.OutcomeError {
			return nil, p.unreadable(put, answer, err)
		}
	}
	now, err := p.getPatient(ctx, opUpdatePatient, u.ID)
	if err != nil {
		e := p.http.Error(put, answer, emr.KindAmbiguous, "Nextech took the change, but may ignore values in silence, and the patient could not be read back: compare before changing again")
		e.Err = err
		return nil, e
	}
	asked, ignored := compareUpdate(u, now)
	if len(ignored) == 0 {
		return now, nil
	}
	kind := emr.KindPartial
	if len(ignored) == asked {
		kind = emr.KindInvalid
	}
	e := p.http.Error(put, answer, kind, "Nextech answered with success and ignored these values: check how they are written")
	e.Fields = ignored
	return now, e
}

// changedPatient builds the body of an update: who, and the changed fields.
func (c *Client) changedPatient(u *emr.PatientUpdate) (*fhir.Patient, error) {
	if u == nil || u.ID.IsZero() {
		return nil, invalid(opUpdatePatient, "say which patient", "patient")
	}
	if !fhir.ValidID(u.ID.Reveal()) {
		return nil, invalid(opUpdatePatient, "this is no patient id of Nextech's", "patient")
	}
	if u.Vendor != nil {
		return nil, invalid(opUpdatePatient, "Nextech has no vendor options here", "vendor")
	}
	if never := c.wouldIgnore(u); len(never) > 0 {
		return nil, invalid(opUpdatePatient, "Nextech ignores or refuses these changes: ask the practice to make them", never...)
	}
	r := &fhir.Patient{Identifier: []fhir.Identifier{{Use: "official", Value: u.ID.Reveal()}}}
	empty := true
	if u.Given != nil || u.Family != nil {
		n := fhir.HumanName{Use: "official"}
		if u.Family != nil {
			n.Family = u.Family.Reveal()
		}
		if u.Given != nil {
			n.Given = []string{u.Given.Reveal()}
		}
		r.Name, empty = []fhir.HumanName{n}, false
	}
	if u.Born != nil {
		r.BirthDate, empty = fhir.Date(u.Born.Reveal().String()), false
	}
	if u.Sex != nil {
		r.Gender, empty = string(*u.Sex), false
	}
	if len(u.Phones)+len(u.Emails) > 0 {
		r.Telecom, empty = c.telecom(u.Phones, u.Emails), false
	}
	if u.Address != nil {
		r.Address, empty = []fhir.Address{c.postal(*u.Address)}, false
	}
	for _, i := range u.Identifiers {
		r.Identifier = append(r.Identifier, fhir.Identifier{Use: i.Use, System: i.System, Value: i.Value.Reveal()})
		empty = false
	}
	if empty {
		return nil, invalid(opUpdatePatient, "nothing is to be changed")
	}
	return r, nil
}

// wouldIgnore names the changes that Nextech documents to ignore, and clearing, which
// leaving a member out cannot express.
func (c *Client) wouldIgnore(u *emr.PatientUpdate) []string {
	var fields []string
	never := func(bad bool, field string) {
		if bad {
			fields = append(fields, field)
		}
	}
	fixed := c.cfg.Product == Select // Select ignores names and birth date; Practice+ takes them
	never(u.Given != nil && (fixed || u.Given.IsZero()), string(emr.FieldGiven))
	never(u.Family != nil && (fixed || u.Family.IsZero()), string(emr.FieldFamily))
	never(u.Born != nil && (fixed || u.Born.IsZero()), string(emr.FieldBorn))
	never(u.Sex != nil && *u.Sex == "", "sex")
	never(u.Phones != nil && len(u.Phones) == 0, string(emr.FieldPhone))
	never(u.Emails != nil && len(u.Emails) == 0, string(emr.FieldEmail))
	never(u.Address != nil && u.Address.PostalCode.IsZero(), string(emr.FieldPostalCode))
	return fields
}

// compareUpdate reads what became of an update: how many fields were asked for, and
// which of them Nextech did not take. Identifiers come back masked and are not compared.
func compareUpdate(u *emr.PatientUpdate, now *emr.Patient) (asked int, ignored []string) {
	check := func(want bool, taken bool, field string) {
		if !want {
			return
		}
		if asked++; !taken {
			ignored = append(ignored, field)
		}
	}
	check(u.Given != nil, u.Given != nil && u.Given.EqualFold(now.Given), string(emr.FieldGiven))
	check(u.Family != nil, u.Family != nil && u.Family.EqualFold(now.Family), string(emr.FieldFamily))
	check(u.Born != nil, u.Born != nil && u.Born.Equal(now.Born), string(emr.FieldBorn))
	check(u.Sex != nil, u.Sex != nil && *u.Sex == now.Sex, "sex")
	check(len(u.Phones) > 0, !slices.ContainsFunc(u.Phones, func(p emr.Phone) bool {
		return !slices.ContainsFunc(now.Phones, func(q emr.Phone) bool { return sameNumber(p.Number, q.Number) })
	}), string(emr.FieldPhone))
	check(len(u.Emails) > 0, !slices.ContainsFunc(u.Emails, func(e emr.PHI) bool {
		return !slices.ContainsFunc(now.Emails, e.EqualFold)
	}), string(emr.FieldEmail))
	check(u.Address != nil, u.Address != nil && sameAddress(*u.Address, now.Address), "address")
	return asked, ignored
}

// sameNumber compares telephone numbers by their last ten digits.
func sameNumber(a, b emr.PHI) bool {
	digits := func(p emr.PHI) string {
		d := strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, p.Reveal())
		return d[max(0, len(d)-10):]
	}
	return digits(a) != "" && digits(a) == digits(b)
}

// sameAddress reports whether everything that want says stands in have.
func sameAddress(want, have emr.Address) bool {
	said := func(w, h emr.PHI) bool { return w.IsZero() || w.EqualFold(h) }
	for i, l := range want.Lines {
		if !l.IsZero() && (i >= len(have.Lines) || !l.EqualFold(have.Lines[i])) {
			return false
		}
	}
	return said(want.City, have.City) && said(want.State, have.State) &&
		said(want.PostalCode, have.PostalCode) && said(want.Country, have.Country)
}
