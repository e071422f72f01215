package emr

import (
	"context"
	"errors"
)

// CreatePatient makes a patient; the request is sent once. Prefer FindOrCreatePatient,
// which looks first. A lost answer is looked for by name, birth date and one more field,
// as Book does. An answer with another name or birth date is as good as lost.
//
// Kinds: invalid, conflict (ErrDuplicatePatient: the vendor knows the person),
// ambiguous (sent, outcome unknown: search before creating again), unsupported, and
// those of any call.
func (c *Client) CreatePatient(ctx context.Context, n *NewPatient) (*Patient, error) {
	const op = "create patient"
	ctx, err := c.begin(ctx, op, CanCreatePatient)
	if err != nil {
		return nil, err
	}
	if refused := checkTexts(op, n); refused != nil {
		return nil, c.fill(ctx, op, refused)
	}
	if n.Given.IsZero() && n.Family.IsZero() {
		return nil, c.refuse(ctx, op, KindInvalid, "give a name", string(FieldGiven), string(FieldFamily))
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	p, _, err := c.createOnce(ctx, op, n)
	return p, err
}

// createOnce sends a new patient once and looks for it when the answer is lost. known is
// the record that the vendor named with ErrDuplicatePatient, not yet compared.
func (c *Client) createOnce(ctx context.Context, op string, n *NewPatient) (made, known *Patient, err error) {
	searchable := !n.Given.IsZero() && !n.Family.IsZero() && !n.Born.IsZero()
	looks, unsearchable := c.looks(op, n)
	readsBack := c.opts.Lost == Reconcile && c.parts.PatientFinder != nil && searchable && unsearchable == nil
	p, err := once(ctx, readsBack, func(ctx context.Context) (*Patient, error) {
		sent := *n
		return c.parts.PatientCreator.CreatePatient(ctx, &sent)
	})
	sent := "the request was sent, its answer was lost, and "
	switch {
	case err != nil:
	case p == nil || p.ID.IsZero():
		err = &Error{Kind: KindAmbiguous, Hint: "the vendor accepted the patient without naming an id: " + searchHint}
	case isAnother(n, p):
		sent = "the request was sent, its answer is another person, and "
		err = &Error{Kind: KindAmbiguous, Hint: "the vendor accepted the patient and answered with another person: " + searchHint}
	default:
		return p, nil, nil
	}
	failure := asError(write, err)
	switch {
	case errors.Is(failure, ErrDuplicatePatient) && !failure.maybeDone():
		return nil, p, c.fill(ctx, op, failure)
	case !failure.maybeDone():
		return nil, nil, c.fill(ctx, op, failure)
	case ctx.Err() != nil:
		return nil, nil, c.fill(ctx, op, failure.doubt("the request was under way when the time ran out: "+searchHint).because(ctx.Err()))
	case !readsBack:
		return nil, nil, c.fill(ctx, op, failure)
	}
	hint := sent + "two looks did not find the patient: "
	for look := range 2 {
		if look > 0 && !pause(ctx, secondLook(ctx)) {
			break
		}
		match, ask, err := c.search(ctx, op, n, looks)
		if err != nil {
			hint = sent + "patients could not be searched: "
			continue
		}
		if match != nil {
			return match, nil, nil
		}
		if ask != nil {
			hint = sent + "no one record is surely the patient: "
			break
		}
	}
	return nil, nil, c.fill(ctx, op, failure.doubt(hint+searchHint).because(ctx.Err()))
}

const searchHint = "search by name and birth date before creating the patient again"

// UpdatePatient changes a patient and returns the record as it is afterwards.
//
// Kinds: partial (the vendor took some changes only: the patient comes back as it is
// now, Fields names the others), invalid (nothing to change, or a field the vendor
// would ignore, named in Fields), not_found, precondition, conflict, ambiguous (sent,
// outcome unknown: read the patient), unsupported, and those of any call.
func (c *Client) UpdatePatient(ctx context.Context, u *PatientUpdate) (*Patient, error) {
	const op = "update patient"
	ctx, err := c.begin(ctx, op, CanUpdatePatient)
	if err != nil {
		return nil, err
	}
	if u == nil || u.ID.IsZero() {
		return nil, c.refuse(ctx, op, KindInvalid, "name the patient", "patient")
	}
	if u.isEmpty() {
		return nil, c.refuse(ctx, op, KindInvalid, "nothing to change: every field is nil")
	}
	if refused := checkTexts(op, u.texts()); refused != nil {
		return nil, c.fill(ctx, op, refused)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	sent := *u
	p, err := c.parts.PatientUpdater.UpdatePatient(ctx, &sent)
	if err == nil && p == nil {
		err = &Error{Kind: KindAmbiguous, Hint: "the vendor answered without the patient: read it before changing it again"}
	}
	if err != nil {
		failure := asError(write, err)
		if failure.Kind == KindAmbiguous && ctx.Err() != nil {
			failure = failure.because(ctx.Err())
		}
		if failure.Kind != KindPartial {
			p = nil // what came with another failure is no answer
		}
		return p, c.fill(ctx, op, failure)
	}
	return p, nil
}

// isEmpty reports whether u changes nothing.
func (u *PatientUpdate) isEmpty() bool {
	return u.Given == nil && u.Family == nil && u.Born == nil && u.Sex == nil && u.Phones == nil &&
		u.Emails == nil && u.Address == nil && u.Identifiers == nil && u.Vendor == nil
}

// texts gathers what u would send, to be checked like a new patient.
func (u *PatientUpdate) texts() *NewPatient {
	n := &NewPatient{Phones: u.Phones, Emails: u.Emails, Identifiers: u.Identifiers}
	if u.Given != nil {
		n.Given = *u.Given
	}
	if u.Family != nil {
		n.Family = *u.Family
	}
	if u.Born != nil {
		n.Born = *u.Born
	}
	if u.Address != nil {
		n.Address = *u.Address
	}
	return n
}

// checkTexts refuses what would reach the vendor altered, or not at all, and birth
// dates that no calendar shows.
func checkTexts(op string, n *NewPatient) *Error {
	if n == nil {
		return Invalid(op, "give a patient", "patient")
	}
	const hint = "the text holds control characters or is not UTF-8"
	bad := func(f Field, texts ...PHI) *Error {
		for _, t := range texts {
			if !sound(t, "") {
				return Invalid(op, hint, string(f))
			}
		}
		return nil
	}
	values := make([]PHI, len(n.Identifiers))
	for i, id := range n.Identifiers {
		values[i] = id.Value
	}
	a := n.Address
	for _, e := range []*Error{
		bad(FieldGiven, n.Given, n.Middle), bad(FieldFamily, n.Family), bad(FieldPhone, numbers(n.Phones)...),
		bad(FieldEmail, n.Emails...), bad(FieldIdentifier, values...), bad(FieldPostalCode, a.PostalCode),
		bad("address", a.City, a.State, a.Country), bad("address", a.Lines...),
	} {
		if e != nil {
			return e
		}
	}
	if born := n.Born.Reveal(); !n.Born.IsZero() && (born != born.AddDays(0) || Today(nil).AddDays(1).Before(born)) {
		return Invalid(op, "the birth date is not in the calendar, or in the future", string(FieldBorn))
	}
	return nil
}
