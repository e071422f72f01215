package medtech

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// FindPatients searches GET /Patient in one of the two forms that ALEX takes: by NHI,
// sent as system|value (a bare number is taken for one), or by family name, birth date
// and mobile number together. What else is asked is compared here.
//
// Kind invalid, and nothing sent, for every other search: Fields names what is missing.
func (p parts) FindPatients(ctx context.Context, q emr.PatientQuery, at emr.Cursor) (emr.Page[emr.Patient], error) {
	var page emr.Page[emr.Patient]
	filter, err := p.patientFilter(q)
	if err != nil {
		return page, err
	}
	call, err := p.call(opFindPatients, http.MethodGet, "Patient")
	if err != nil {
		return page, err
	}
	b, next, err := p.search(ctx, call, filter, at)
	if err != nil {
		return page, err
	}
	found, err := matches[fhir.Patient](b, "Patient")
	if err != nil {
		return page, p.unreadable(call, b.answer, err)
	}
	for _, r := range found {
		one, err := p.patient(call, b.answer, r)
		if err != nil {
			return page, err
		}
		if !p.obeys(one, q) {
			return page, p.failure(call, b.answer, emr.KindProtocol, "ALEX ignored a search parameter: these are not the people asked for")
		}
		if fits(one, q) {
			page.Items = append(page.Items, one)
		}
	}
	page.Next = next
	return page, nil
}

// patientFilter writes the search.
func (c *Client) patientFilter(q emr.PatientQuery) (*fhir.Query, error) {
	if q.Vendor != nil {
		return nil, invalid(opFindPatients, "ALEX has no vendor options here", "vendor")
	}
	filter := new(fhir.Query)
	if !q.Identifier.Value.IsZero() {
		if q.Identifier.System != "" && system(q.Identifier.System) != NHISystem {
			return nil, invalid(opFindPatients, "ALEX finds patients by their NHI number, and by no other identifier", string(emr.FieldIdentifier))
		}
		number := FoldNHI(q.Identifier.Value.Reveal())
		if bad := c.checkNHI(opFindPatients, number); bad != nil {
			return nil, bad
		}
		return filter.Token("identifier", NHISystem, number), nil
	}
	var missing []string
	for _, f := range []struct {
		field emr.Field
		gone  bool
	}{
		{emr.FieldFamily, strings.TrimSpace(q.Family.Reveal()) == ""},
		{emr.FieldBorn, q.Born.IsZero()},
		{emr.FieldPhone, c.mobile(q.Phone) == ""},
	} {
		if f.gone {
			missing = append(missing, string(f.field))
		}
	}
	if missing != nil {
		return nil, invalid(opFindPatients, "ALEX finds a patient by NHI number, or by family name, birth date and mobile number together", append(missing, string(emr.FieldIdentifier))...)
	}
	filter.Add("family", strings.TrimSpace(q.Family.Reveal()))
	filter.Add("birthdate", q.Born.Reveal().String())
	return filter.Add("telecom", c.mobile(q.Phone)), nil
}

// mobile is a telephone number as the vendor's example has it, in the national form
// without blanks: that all three must match leaves no room for another spelling.
func (c *Client) mobile(number emr.PHI) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number.Reveal())
	plus := strings.HasPrefix(strings.TrimSpace(number.Reveal()), "+")
	code := "64"
	if c.isAbroad() {
		code = "61"
	}
	for _, prefix := range []string{"00" + code, code} {
		if rest, ok := strings.CutPrefix(digits, prefix); ok && (plus || strings.HasPrefix(prefix, "00")) {
			return "0" + strings.TrimPrefix(rest, "0")
		}
	}
	return digits
}

// isAbroad reports whether the practice is in Australia.
func (c *Client) isAbroad() bool { return c.cfg.ReferenceTypes && c.cfg.isAustralian() }

// obeys reports whether p is among the people that ALEX was asked for. The name may be
// written in another way (with macrons, a former one) where the telephone number is right.
func (c *Client) obeys(p *emr.Patient, q emr.PatientQuery) bool {
	if !q.Identifier.Value.IsZero() {
		known := false
		for _, i := range p.Identifiers {
			if system(i.System) != NHISystem {
				continue
			}
			if known = true; FoldNHI(i.Value.Reveal()) == FoldNHI(q.Identifier.Value.Reveal()) {
				return true
			}
		}
		return !known // a record that shows no number says nothing
	}
	return (p.Born.IsZero() || p.Born.Equal(q.Born)) && (p.Family.IsZero() || contains(p.Family, q.Family) ||
		slices.ContainsFunc(p.Phones, func(n emr.Phone) bool { return c.mobile(n.Number) == c.mobile(q.Phone) }))
}

// fits compares what ALEX was not asked for.
func fits(p *emr.Patient, q emr.PatientQuery) bool {
	if !q.Given.IsZero() && !contains(p.Given, q.Given) && !contains(p.Middle, q.Given) {
		return false
	}
	if q.Identifier.Value.IsZero() {
		return true
	}
	return (q.Family.IsZero() || contains(p.Family, q.Family)) && (q.Born.IsZero() || p.Born.Equal(q.Born))
}

// contains reports whether part is in whole, as names are searched: without case.
func contains(whole, part emr.PHI) bool {
	return strings.Contains(strings.ToLower(whole.Reveal()), strings.ToLower(strings.TrimSpace(part.Reveal())))
}

// GetPatient reads GET /Patient/{id}. Ids belong to one facility.
func (p parts) GetPatient(ctx context.Context, id emr.PatientID) (*emr.Patient, error) {
	return p.getPatient(ctx, opGetPatient, id)
}

func (p parts) getPatient(ctx context.Context, op string, id emr.PatientID) (*emr.Patient, error) {
	call, err := p.call(op, http.MethodGet, "Patient", id.Reveal())
	if err != nil {
		return nil, err
	}
	call.Patient = id
	r, answer, err := read[fhir.Patient](ctx, p.Client, call)
	if err != nil {
		return nil, err
	}
	if !isSame(r.ID, id.Reveal()) {
		return nil, p.failure(call, answer, emr.KindProtocol, "ALEX answered with another patient than the one asked for")
	}
	found, err := p.patient(call, answer, r)
	if err == nil {
		found.ID = id // some ids are escaped differently in the answer
	}
	return found, err
}

// nhi is the number of a patient, read from the record where the caller's has none.
//
// Kind precondition when the record has none either: ALEX addresses by NHI.
func (p parts) nhi(ctx context.Context, op string, who *emr.Patient) (string, error) {
	number, ok := NHIOf(who)
	if !ok {
		record, err := p.getPatient(ctx, op, who.ID)
		if err != nil {
			return "", err
		}
		if number, ok = NHIOf(record); !ok {
			return "", &emr.Error{Kind: emr.KindPrecondition, Vendor: vendor, Op: op, Fields: []string{string(emr.FieldIdentifier)},
				Hint: "the patient's record has no NHI number, and ALEX addresses appointments by it: ask the practice to add it"}
		}
	}
	if bad := p.checkNHI(op, number.Reveal()); bad != nil {
		return "", bad
	}
	return number.Reveal(), nil
}
