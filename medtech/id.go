package medtech

import (
	"context"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// Ids are opaque. In 2025 they were 32 hexadecimal characters; in 2021 over a hundred, with
// escapes in the id itself, which references and fullUrl wrote in other ways.

// isID reports whether an id is one segment of a path and of a reference, however often
// somebody on the way decodes it.
func isID(id string) bool {
	for range 4 {
		if id == "" || id == "." || id == ".." || strings.ContainsAny(id, "/\\?#;") || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
			return false
		}
		plain, err := url.PathUnescape(id)
		if err != nil || plain == id {
			return true
		}
		id = plain
	}
	return false
}

// isSame reports whether two ids are one: the same character comes escaped and plain.
func isSame(a, b string) bool { return a != "" && (a == b || unescaped(a) == unescaped(b)) }

func unescaped(id string) string {
	for range 4 {
		plain, err := url.PathUnescape(id)
		if err != nil || plain == id {
			break
		}
		id = plain
	}
	return id
}

// settle gives the ids of an appointment the spelling that their own records have, where
// references write them in another: those of the patient who is meant, of the slot, and
// of the facility's practitioners and location. Plain ids are left alone.
func (p parts) settle(ctx context.Context, op string, a *emr.Appointment, who *emr.Patient) {
	if who != nil && isSame(a.Patient.Reveal(), who.ID.Reveal()) {
		a.Patient = who.ID
	}
	if strings.Contains(string(a.Practitioner), "%") || strings.ContainsAny(string(a.Practitioner), "!=") {
		all, _ := p.practitioners(ctx, op) // without them the spelling stays
		if i := indexOf(all, a.Practitioner); i >= 0 {
			a.Practitioner = all[i].ID
		}
	}
	if strings.Contains(string(a.Location), "%") || strings.ContainsAny(string(a.Location), "!=") {
		if l, _ := p.location(ctx, op); l != nil && isSame(string(l.ID), string(a.Location)) {
			a.Location = l.ID
		}
	}
}
