package emr

import "slices"

// decide picks the one person among the candidates who is n, or says what to ask for.
// Neither: there is no candidate. Records that are not in use count only where all that
// are in use contradict n.
func decide(n *NewPatient, found []*Patient) (*Patient, []Field) {
	if slices.ContainsFunc(found, func(p *Patient) bool { return !p.Inactive && !isContradicted(n, p) }) {
		found = slices.DeleteFunc(slices.Clone(found), func(p *Patient) bool { return p.Inactive })
	}
	return pick(n, found)
}

// isContradicted reports whether what p has beside name and birth date is another
// person's: all of it that can be compared, or the identifier.
func isContradicted(n *NewPatient, p *Patient) bool {
	differs, agreed := false, false
	for _, f := range furtherFields() {
		switch compare(n, p, f) {
		case agrees:
			agreed = true
		case contradicts:
			differs = true
		}
	}
	return differs && !agreed || compare(n, p, FieldIdentifier) == contradicts
}

// pick is decide for records that all count.
func pick(n *NewPatient, found []*Patient) (*Patient, []Field) {
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
