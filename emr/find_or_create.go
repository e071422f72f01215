package emr

import (
	"context"
	"errors"
	"slices"
)

// FindOrCreatePatient finds the one person that n describes, or creates them.
//
// A match has the full given and family name (case, blanks and the way of writing
// accents do not matter; the start of a name is not enough), the birth date, and one
// more field: phone, e-mail, postal code or identifier. When the record or n has none of
// these to compare, name and birth date of a single person are enough. Never is the
// first of several taken: Found.AskFor then says what to ask for, and nobody is created.
// The same when one person has name and birth date and everything else differs.
//
// Nobody with that name and birth date: the patient is created, once. When the vendor
// answers that it knows the person, and when its answer is lost, the search is made again.
//
// Kinds: invalid (name or birth date missing), not_found (nobody, and this connection
// cannot create), conflict (ErrDuplicatePatient: the vendor knows the person, and the
// search does not find them), ambiguous (created perhaps: search before doing it again),
// unsupported, and those of any call.
func (c *Client) FindOrCreatePatient(ctx context.Context, n *NewPatient) (*Found, error) {
	const op = "find or create patient"
	ctx, err := c.begin(ctx, op, CanFindPatients)
	if err != nil {
		return nil, err
	}
	refused := checkTexts(op, n)
	if refused == nil {
		refused = checkIdentity(op, n)
	}
	if refused != nil {
		return nil, c.fill(ctx, op, refused)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()

	found, err := c.candidates(ctx, op, n, byName(n))
	if err != nil {
		return nil, err
	}
	if match, ask := decide(n, found); match != nil || ask != nil {
		return &Found{Patient: match, AskFor: ask}, nil
	}
	if !c.Has(CanCreatePatient) {
		hint := "nobody has this name and birth date, and this connection cannot create patients: ask the clinic to register them"
		if why := c.Caveat(CanCreatePatient); why != "" {
			hint = "nobody has this name and birth date: " + why
		}
		return nil, c.refuse(ctx, op, KindNotFound, hint)
	}
	p, known, err := c.createOnce(ctx, op, n)
	if err == nil {
		return &Found{Patient: p, Created: true}, nil
	}
	if !errors.Is(err, ErrDuplicatePatient) {
		return nil, err
	}
	if known != nil && !known.ID.IsZero() && isCandidate(n, known) {
		if match, _ := decide(n, []*Patient{known}); match != nil {
			return &Found{Patient: match}, nil
		}
	}
	return c.findDuplicate(ctx, op, n, err)
}

// checkIdentity refuses what is too little to tell people apart.
func checkIdentity(op string, n *NewPatient) *Error {
	var missing []string
	for _, f := range []struct {
		field Field
		gone  bool
	}{
		{FieldGiven, plainName(n.Given.Reveal()) == ""},
		{FieldFamily, plainName(n.Family.Reveal()) == ""},
		{FieldBorn, n.Born.IsZero()},
	} {
		if f.gone {
			missing = append(missing, string(f.field))
		}
	}
	if missing != nil {
		return Invalid(op, "a person is found by given name, family name and birth date", missing...)
	}
	return nil
}

// byName searches by name and birth date.
func byName(n *NewPatient) PatientQuery {
	return PatientQuery{Given: n.Given, Family: n.Family, Born: n.Born}
}

// findDuplicate looks again for a person whom the vendor refused to create twice: by
// name, then by e-mail, then by phone.
func (c *Client) findDuplicate(ctx context.Context, op string, n *NewPatient, refused error) (*Found, error) {
	looks := []PatientQuery{byName(n)}
	for _, e := range n.Emails {
		if !e.IsZero() {
			looks = append(looks, PatientQuery{Email: e})
		}
	}
	for _, p := range n.Phones {
		if !p.Number.IsZero() {
			looks = append(looks, PatientQuery{Phone: p.Number})
		}
	}
	for _, q := range looks {
		found, err := c.candidates(ctx, op, n, q)
		if k := KindOf(err); k == KindUnsupported || k == KindInvalid || k == KindTooLarge {
			continue // this vendor cannot search that way
		}
		if err != nil {
			return nil, err
		}
		if match, ask := decide(n, found); match != nil || ask != nil {
			return &Found{Patient: match, AskFor: ask}, nil
		}
	}
	return nil, refused
}

// candidates lists the people with the name and birth date of n among those the vendor
// finds for q.
func (c *Client) candidates(ctx context.Context, op string, n *NewPatient, q PatientQuery) ([]*Patient, error) {
	var found []*Patient
	for p, err := range c.patients(unmarked(ctx), op, q) {
		if err != nil {
			return nil, err
		}
		if !isCandidate(n, p) {
			continue
		}
		if p.ID.IsZero() {
			return nil, c.refuse(ctx, op, KindProtocol, "the vendor found the patient and named no id")
		}
		found = append(found, p)
	}
	return found, nil
}

// decide picks the one person among the candidates who is n, or says what to ask for.
// Neither: there is no candidate.
func decide(n *NewPatient, found []*Patient) (*Patient, []Field) {
	var agreeing, sure []*Patient
	silentAll := true
	for _, p := range found {
		id := compare(n, p, FieldIdentifier)
		agreed := false
		for _, f := range furtherFields() {
			v := compare(n, p, f)
			agreed = agreed || v == agrees
			silentAll = silentAll && v == silent
		}
		if agreed && id != contradicts { // another national number is another person
			agreeing = append(agreeing, p)
		}
		if id == agrees {
			sure = append(sure, p)
		}
	}
	switch {
	case len(found) == 0:
		return nil, nil
	case len(agreeing) == 1:
		return agreeing[0], nil
	case len(sure) == 1:
		return sure[0], nil
	case len(agreeing) > 1:
		return nil, askFor(n, agreeing)
	case len(found) == 1 && silentAll:
		return found[0], nil
	}
	return nil, askFor(n, found)
}

// askFor names the fields that would decide between the candidates: first those not
// given yet, the one that separates most candidates leading; then those to ask again.
func askFor(n *NewPatient, found []*Patient) []Field {
	found = sample(found)
	score := map[Field]int{}
	var missing, given []Field
	for _, f := range furtherFields() {
		for i, p := range found {
			if asNew(p).has(f) {
				score[f]++
			}
			if compare(n, p, f) == contradicts { // perhaps misheard
				score[f]++
			}
			for _, other := range found[i+1:] {
				switch compare(asNew(p), other, f) {
				case contradicts:
					score[f] += len(found)
				case agrees:
					score[f]--
				}
			}
		}
		switch {
		case n.has(f):
			given = append(given, f)
		case score[f] > 0:
			missing = append(missing, f)
		}
	}
	best := func(a, b Field) int { return score[b] - score[a] }
	slices.SortStableFunc(missing, best)
	slices.SortStableFunc(given, best)
	switch {
	case len(missing) > 0:
		return missing
	case len(given) > 0:
		return given
	}
	return furtherFields()
}

// sample is enough of the candidates to say what to ask for. They are compared each with
// each, and what a vendor sends has no bounds: some fifty people of one name and birth
// date, ten values a field, and none that is longer than any phone number or address.
func sample(found []*Patient) []*Patient {
	const mostPeople, mostValues, mostLength = 50, 10, 256
	long := func(v PHI) bool { return len(v.Reveal()) > mostLength }
	few := make([]*Patient, 0, min(len(found), mostPeople))
	for _, p := range found[:cap(few)] {
		c := *p
		c.Phones = slices.DeleteFunc(slices.Clone(c.Phones[:min(len(c.Phones), mostValues)]), func(v Phone) bool { return long(v.Number) })
		c.Emails = slices.DeleteFunc(slices.Clone(c.Emails[:min(len(c.Emails), mostValues)]), long)
		c.Identifiers = slices.DeleteFunc(slices.Clone(c.Identifiers[:min(len(c.Identifiers), mostValues)]), func(v Identifier) bool { return long(v.Value) })
		if long(c.Address.PostalCode) {
			c.Address.PostalCode = PHI{}
		}
		few = append(few, &c)
	}
	return few
}

// asNew shows a record the way compare wants it.
func asNew(p *Patient) *NewPatient {
	return &NewPatient{Phones: p.Phones, Emails: p.Emails, Address: p.Address, Identifiers: p.Identifiers}
}
