package nextech

import (
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

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
