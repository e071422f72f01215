package emrtest

import (
	"context"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

func (d memoryParts) FindPatients(ctx context.Context, q emr.PatientQuery, at emr.Cursor) (emr.Page[emr.Patient], error) {
	return call(ctx, d.m, OpFindPatients, emr.PatientID{}, func(c *clinic) (emr.Page[emr.Patient], error) {
		if q.IsZero() {
			return emr.Page[emr.Patient]{}, fail(emr.KindInvalid, "say whom to look for", "query")
		}
		var found []*emr.Patient
		for _, p := range c.patients {
			if matches(p, q) {
				found = append(found, c.outPatient(p))
			}
		}
		return page(c, found, at)
	})
}

// matches compares as Nextech does: names by their start, the rest as a whole.
func matches(p *emr.Patient, q emr.PatientQuery) bool {
	begins := func(value, start emr.PHI) bool {
		return strings.HasPrefix(strings.ToLower(value.Reveal()), strings.ToLower(strings.TrimSpace(start.Reveal())))
	}
	switch {
	case !begins(p.Given, q.Given), !begins(p.Family, q.Family):
		return false
	case !q.Born.IsZero() && !q.Born.Equal(p.Born):
		return false
	case !q.Phone.IsZero() && !hasPhone(p.Phones, q.Phone):
		return false
	case !q.Email.IsZero() && !hasEmail(p.Emails, q.Email):
		return false
	}
	return q.Identifier.Value.IsZero() || hasIdentifier(p.Identifiers, q.Identifier)
}

func hasPhone(phones []emr.Phone, number emr.PHI) bool {
	for _, p := range phones {
		if digits(p.Number) == digits(number) {
			return true
		}
	}
	return false
}

// digits keeps the last ten: a country code in front does not matter.
func digits(number emr.PHI) string {
	s := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number.Reveal())
	return s[max(0, len(s)-10):]
}

func hasEmail(emails []emr.PHI, email emr.PHI) bool {
	for _, e := range emails {
		if e.EqualFold(email) {
			return true
		}
	}
	return false
}

func hasIdentifier(ids []emr.Identifier, id emr.Identifier) bool {
	for _, i := range ids {
		if i.Value.Equal(id.Value) && (id.System == "" || id.System == i.System) {
			return true
		}
	}
	return false
}

func (d memoryParts) GetPatient(ctx context.Context, id emr.PatientID) (*emr.Patient, error) {
	if err := checkID(id.Reveal(), "patient"); err != nil {
		return nil, d.m.before(ctx, OpGetPatient, err)
	}
	return call(ctx, d.m, OpGetPatient, id, func(c *clinic) (*emr.Patient, error) {
		p := c.patient(id)
		if p == nil {
			return nil, fail(emr.KindNotFound, "no patient has this id")
		}
		return c.outPatient(p), nil
	})
}

func (d memoryParts) CreatePatient(ctx context.Context, n *emr.NewPatient) (*emr.Patient, error) {
	return call(ctx, d.m, OpCreatePatient, emr.PatientID{}, func(c *clinic) (*emr.Patient, error) {
		if n.Given.IsZero() || n.Family.IsZero() || n.Born.IsZero() {
			return nil, fail(emr.KindInvalid, "give the names and the birth date", "given", "family", "birthdate")
		}
		if c.knows(n) {
			e := fail(emr.KindConflict, "find the patient instead of creating one")
			e.Err = emr.ErrDuplicatePatient
			return nil, e
		}
		return c.outPatient(c.addPatient(*n)), nil
	})
}

// knows is the vendor's duplicate check: name, birth date, and a phone or e-mail.
func (c *clinic) knows(n *emr.NewPatient) bool {
	for _, p := range c.patients {
		if !p.Given.EqualFold(n.Given) || !p.Family.EqualFold(n.Family) || !p.Born.Equal(n.Born) {
			continue
		}
		for _, phone := range n.Phones {
			if hasPhone(p.Phones, phone.Number) {
				return true
			}
		}
		for _, email := range n.Emails {
			if hasEmail(p.Emails, email) {
				return true
			}
		}
	}
	return false
}

func (d memoryParts) UpdatePatient(ctx context.Context, u *emr.PatientUpdate) (*emr.Patient, error) {
	if err := checkID(u.ID.Reveal(), "patient"); err != nil {
		return nil, d.m.before(ctx, OpUpdatePatient, err)
	}
	return call(ctx, d.m, OpUpdatePatient, u.ID, func(c *clinic) (*emr.Patient, error) {
		p := c.patient(u.ID)
		if p == nil {
			return nil, fail(emr.KindNotFound, "no patient has this id")
		}
		set(&p.Given, u.Given)
		set(&p.Family, u.Family)
		set(&p.Born, u.Born)
		set(&p.Sex, u.Sex)
		set(&p.Address, u.Address)
		setList(&p.Phones, u.Phones)
		setList(&p.Emails, u.Emails)
		setList(&p.Identifiers, u.Identifiers)
		c.changed(emr.Change{Kind: emr.ChangePatient, Patient: p})
		return c.outPatient(p), nil
	})
}

func set[V any](field, value *V) {
	if value != nil {
		*field = *value
	}
}

func setList[V any](field *[]V, values []V) {
	if values != nil {
		*field = append([]V(nil), values...)
	}
}
