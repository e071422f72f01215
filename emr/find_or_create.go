package emr

import (
	"context"
	"errors"
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
// A record that is no longer in use (Patient.Inactive) is never taken where one in use
// agrees or has nothing to compare. It is taken where all others contradict, or there is
// no other: ask the clinic to reactivate it rather than to make a second one.
//
// Nobody with that name and birth date: the patient is created, once. When the vendor
// answers that it knows the person, the record it names is taken if it is the person by
// the rules above; without one, and when its answer is lost, the search is made again.
//
// Where the vendor finds people by other fields only (Info.Searches), it is asked by each
// set that n fills, and the rules above decide as ever. If n fills none, Fields names what
// is missing.
//
// Kinds: invalid (name or birth date missing, or all that this vendor searches by), not_found (nobody, and this connection
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
	looks, refused := c.looks(op, n)
	if refused != nil {
		return nil, c.fill(ctx, op, refused)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()

	match, ask, err := c.search(ctx, op, n, looks)
	if err != nil {
		return nil, err
	}
	if match != nil || ask != nil {
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
	return c.findDuplicate(ctx, op, n, known, err)
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

// findDuplicate finds the person whom the vendor refused to create twice. known is the
// record it named, perhaps nil: vendors match by less than we do. If that is not surely
// the person, or not in use, the search is made again: by name, by e-mail, by phone.
func (c *Client) findDuplicate(ctx context.Context, op string, n *NewPatient, known *Patient, refused error) (*Found, error) {
	if known != nil && (known.ID.IsZero() || !isCandidate(n, known)) {
		known = nil
	}
	if known != nil {
		if known, _ = decide(n, []*Patient{known}); known != nil && !known.Inactive {
			return &Found{Patient: known}, nil
		}
	}
	for _, q := range c.moreLooks(op, n) {
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
	if known != nil {
		return &Found{Patient: known}, nil
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
