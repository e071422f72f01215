package nextech

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// PatientFilter is the Vendor part of an emr.PatientQuery: what only Nextech can ask.
// Values match from their start, ignoring case.
type PatientFilter struct {
	Name       emr.PHI // any name; Family and Given are more exact
	City       emr.PHI
	State      emr.PHI
	PostalCode emr.PHI
}

// ignoredParameter compares the self link with what was asked. Nextech's self link may
// have no query at all; one that has must name every filter.
func ignoredParameter(b *fhir.Bundle, asked *fhir.Query) bool {
	self, ok := b.Link("self")
	if !ok {
		return false
	}
	_, query, _ := strings.Cut(self, "?")
	obeyed, err := url.ParseQuery(query)
	if err != nil || len(obeyed) == 0 {
		return false
	}
	for name := range asked.Values() {
		if !hasFold(obeyed, name) {
			return true
		}
	}
	return false
}

func hasFold(values url.Values, name string) bool {
	for have := range values {
		if have, _, _ = strings.Cut(have, ":"); strings.EqualFold(have, name) {
			return true
		}
	}
	return false
}

// obeys reports whether r can be an answer to q: the birth date agrees, some name
// starts as asked, and a number asked for is there. Telephones and e-mail addresses are
// not compared: Nextech hides those flagged private, so their absence proves nothing.
func obeys(r *fhir.Patient, q emr.PatientQuery, more PatientFilter) bool {
	if !q.Born.IsZero() && string(r.BirthDate) != q.Born.Reveal().String() {
		return false
	}
	if id := q.Identifier.Value.Reveal(); id != "" && !isIdentified(r, id) {
		return false
	}
	var families, givens, all []string
	for _, n := range r.Name {
		families = append(families, n.Family, n.Text)
		givens = append(append(givens, n.Given...), n.Text)
	}
	all = append(append(all, families...), givens...)
	return startsAny(families, q.Family.Reveal()) && startsAny(givens, q.Given.Reveal()) && startsAny(all, more.Name.Reveal())
}

// nameBytes is as much of a name as is looked at.
const nameBytes = 1 << 10

// startsAny reports whether words of one of the texts start with those of prefix,
// ignoring case, blanks and signs between words. Outside ASCII the server's folding is
// its own ("Muller" may find "Müller"), so there the answer is yes.
func startsAny(texts []string, prefix string) bool {
	want := nameWords(prefix)
	if len(want) == 0 {
		return true
	}
	plain := ascii(prefix)
	for _, text := range texts {
		if text = text[:min(len(text), nameBytes)]; !plain || !ascii(text) {
			return true
		}
		for have := nameWords(text); len(have) >= len(want); have = have[1:] {
			last := len(want) - 1
			if slices.Equal(have[:last], want[:last]) && strings.HasPrefix(have[last], want[last]) {
				return true
			}
		}
	}
	return false
}

// nameWords splits a name in one pass.
func nameWords(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return unicode.IsSpace(r) || r == '-' || r == '\'' })
}

func ascii(s string) bool {
	for _, r := range s {
		if r >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
