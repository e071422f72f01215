package emr

import (
	"context"
	"slices"
	"strings"
)

// mostLooks bounds the searches for one person, who may have many numbers.
const mostLooks = 10

// looks are the searches by which this vendor may find n. Kind invalid when n has too
// little for any of them.
func (c *Client) looks(op string, n *NewPatient) ([]PatientQuery, *Error) {
	if c.info.Searches == nil {
		return []PatientQuery{{Given: n.Given, Family: n.Family, Born: n.Born}}, nil
	}
	var all []PatientQuery
	var missing, ways []string
	for _, set := range c.info.Searches {
		var gone []string
		var names []string
		for _, f := range set {
			names = append(names, string(f))
			if !n.has(f) {
				gone = append(gone, string(f))
			}
		}
		ways = append(ways, strings.Join(names, " and "))
		if gone != nil || set == nil {
			missing = append(missing, gone...)
			continue
		}
		all = append(all, queriesBy(set, n)...)
	}
	if all == nil {
		slices.Sort(missing)
		return nil, Invalid(op, "this vendor finds a person by "+strings.Join(ways, ", or by "), slices.Compact(missing)...)
	}
	return all[:min(len(all), mostLooks)], nil
}

// queriesBy are the searches by one set of fields: one for each number of n where the set
// has a field that may come several times.
func queriesBy(set []Field, n *NewPatient) []PatientQuery {
	all := []PatientQuery{{}}
	each := func(with int, fill func(q *PatientQuery, i int)) {
		var more []PatientQuery
		for _, q := range all {
			for i := range with {
				one := q
				fill(&one, i)
				more = append(more, one)
			}
		}
		all = more[:min(len(more), mostLooks)]
	}
	for _, f := range set {
		switch f {
		case FieldGiven:
			each(1, func(q *PatientQuery, _ int) { q.Given = n.Given })
		case FieldFamily:
			each(1, func(q *PatientQuery, _ int) { q.Family = n.Family })
		case FieldBorn:
			each(1, func(q *PatientQuery, _ int) { q.Born = n.Born })
		case FieldPhone:
			known := slices.DeleteFunc(numbers(n.Phones), PHI.IsZero)
			each(len(known), func(q *PatientQuery, i int) { q.Phone = known[i] })
		case FieldEmail:
			known := slices.DeleteFunc(slices.Clone(n.Emails), PHI.IsZero)
			each(len(known), func(q *PatientQuery, i int) { q.Email = known[i] })
		case FieldIdentifier:
			known := slices.DeleteFunc(slices.Clone(n.Identifiers), func(i Identifier) bool { return i.Value.IsZero() })
			each(len(known), func(q *PatientQuery, i int) { q.Identifier = known[i] })
		}
	}
	return slices.DeleteFunc(all, PatientQuery.IsZero)
}

// moreLooks are further searches for a person whom the vendor says it knows: by e-mail and
// by phone, where it takes such.
func (c *Client) moreLooks(op string, n *NewPatient) []PatientQuery {
	looks, _ := c.looks(op, n)
	if c.info.Searches != nil {
		return looks
	}
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
	return looks
}

// search makes the searches one after the other until one decides. One that the vendor
// refuses for its form (an identifier of another system) is left out, unless all are.
func (c *Client) search(ctx context.Context, op string, n *NewPatient, looks []PatientQuery) (match *Patient, ask []Field, err error) {
	asked := 0
	var refused error
	for _, q := range looks {
		found, err := c.candidates(ctx, op, n, q)
		if err != nil {
			if k := KindOf(err); len(looks) > 1 && (k == KindInvalid || k == KindUnsupported) {
				refused = err
				continue
			}
			return nil, nil, err
		}
		asked++
		if match, ask := decide(n, found); match != nil || ask != nil {
			return match, ask, nil
		}
	}
	if asked == 0 {
		return nil, nil, refused
	}
	return nil, nil, nil
}
