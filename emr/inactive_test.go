package emr_test

import (
	"context"
	"errors"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestFindOrCreate_aRecordOutOfUseNeverWinsOverOneInUse(t *testing.T) {
	t.Parallel()
	other := func(n *emr.NewPatient) { n.Phones, n.Emails = phone("206 555 0177"), email("else@example.com") }
	foreign := func(n *emr.NewPatient) { n.Identifiers = chart("2") } // phone agrees, the number is another person's
	for name, c := range map[string]struct {
		inUse, out people // the records out of use are listed first
		ask        func(*emr.NewPatient)
		match      string // "out-1", "use-1"; "" asks
	}{
		"the only one":                                  {out: people{nil}, match: "out-1"},
		"the only one, nothing to compare":              {out: people{nothingElse}, match: "out-1"},
		"the only one contradicts":                      {out: people{other}},
		"two out of use, one agrees":                    {out: people{other, nil}, match: "out-2"},
		"both agree":                                    {inUse: people{nil}, out: people{nil}, match: "use-1"},
		"the one in use has nothing to compare":         {inUse: people{nothingElse}, out: people{nil}, match: "use-1"},
		"the one in use contradicts":                    {inUse: people{other}, out: people{nil}, match: "out-1"},
		"the one in use has another number":             {inUse: people{foreign}, out: people{nil}, ask: func(n *emr.NewPatient) { n.Identifiers = chart("1") }, match: "out-1"},
		"in use contradicts, out of use is silent":      {inUse: people{other}, out: people{nothingElse}},
		"two in use agree, one out of use, too":         {inUse: people{nil, nil}, out: people{nil}},
		"two in use agree, one out of use by number":    {inUse: people{nil, nil}, out: people{func(n *emr.NewPatient) { n.Identifiers = chart("1") }}, ask: func(n *emr.NewPatient) { n.Identifiers = chart("1") }},
		"in use by phone, out of use by number":         {inUse: people{nil}, out: people{func(n *emr.NewPatient) { n.Identifiers = chart("1") }}, ask: func(n *emr.NewPatient) { n.Identifiers = chart("1") }, match: "use-1"},
		"one silent and one contradicts, both in use":   {inUse: people{nothingElse, other}, out: people{nil}},
		"one agrees and one contradicts, both in use":   {inUse: people{nil, other}, out: people{nil}, match: "use-1"},
		"in use, another birth date, out of use agrees": {inUse: people{func(n *emr.NewPatient) { n.Born = emr.NewBirthDate(1991, 5, 18) }}, out: people{nil}, match: "out-1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake()
			add := func(prefix string, all people, inactive bool) {
				for i, change := range all {
					p := f.addPatient(record(change))
					p.ID, p.Inactive = emr.NewPatientID(prefix+string(rune('1'+i))), inactive
				}
			}
			add("out-", c.out, true)
			add("use-", c.inUse, false)
			f.people = func(context.Context, emr.PatientQuery, emr.Cursor) (emr.Page[emr.Patient], error) {
				return emr.Page[emr.Patient]{Items: f.patients}, nil
			}
			found, err := client(t, f, nil).FindOrCreatePatient(t.Context(), record(c.ask))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if found.Patient != nil {
				got = found.Patient.ID.Reveal()
			}
			if got != c.match || found.Created || f.count("create") != 0 || (got == "") != (len(found.AskFor) > 0) {
				t.Errorf("match %q, want %q; created %v, asks for %v", got, c.match, found.Created, found.AskFor)
			}
		})
	}
}

// knowing is a vendor that answers a second creation with the record it knows.
type knowing struct {
	*fake
	known *emr.Patient
	err   error
}

func (k knowing) Parts() emr.Parts {
	p := k.fake.Parts()
	p.PatientCreator = k
	return p
}

func (k knowing) CreatePatient(ctx context.Context, _ *emr.NewPatient) (*emr.Patient, error) {
	return k.known, k.step(ctx, "create", func() error { return k.err })
}

func TestFindOrCreate_theRecordThatTheVendorKnowsIsTakenOnlyIfItIsThePerson(t *testing.T) {
	t.Parallel()
	duplicate := &emr.Error{Kind: emr.KindConflict, Status: 200, Err: emr.ErrDuplicatePatient}
	known := func(change func(*emr.Patient)) *emr.Patient {
		n := ines()
		p := &emr.Patient{ID: emr.NewPatientID("known"), Given: n.Given, Family: n.Family, Born: n.Born, Phones: n.Phones, Emails: n.Emails}
		if change != nil {
			change(p)
		}
		return p
	}
	// Two searches by name (before and after the creation), one by e-mail, one by phone.
	for name, c := range map[string]struct {
		known    *emr.Patient
		err      error
		there    people // found by the second search
		match    string
		kind     emr.Kind
		searches int
	}{
		"the person":                              {known: known(nil), match: "known", searches: 1},
		"nothing further to compare":              {known: known(func(p *emr.Patient) { p.Phones, p.Emails = nil, nil }), match: "known", searches: 1},
		"found by phone: another name":            {known: known(func(p *emr.Patient) { p.Given = emr.NewPHI("Marta") }), kind: emr.KindConflict, searches: 4},
		"another birth date":                      {known: known(func(p *emr.Patient) { p.Born = emr.NewBirthDate(1961, 5, 17) }), kind: emr.KindConflict, searches: 4},
		"birth date not told":                     {known: known(func(p *emr.Patient) { p.Born = emr.BirthDate{} }), kind: emr.KindConflict, searches: 4},
		"everything else contradicts":             {known: known(func(p *emr.Patient) { p.Phones, p.Emails = phone("206 555 0177"), email("else@example.com") }), kind: emr.KindConflict, searches: 4},
		"no id":                                   {known: known(func(p *emr.Patient) { p.ID = emr.PatientID{} }), kind: emr.KindConflict, searches: 4},
		"another person, the search finds ours":   {known: known(func(p *emr.Patient) { p.Given = emr.NewPHI("Marta") }), there: people{nil}, match: "p-1", searches: 2},
		"nobody named, the search finds ours":     {there: people{nil}, match: "p-1", searches: 2},
		"out of use, nobody else":                 {known: known(func(p *emr.Patient) { p.Inactive = true }), match: "known", searches: 4},
		"out of use, the search finds one in use": {known: known(func(p *emr.Patient) { p.Inactive = true }), there: people{nil}, match: "p-1", searches: 2},
		"another error with a record":             {known: known(nil), err: &emr.Error{Kind: emr.KindInvalid, Status: 400}, kind: emr.KindInvalid, searches: 1},
		"a conflict of another kind":              {known: known(nil), err: &emr.Error{Kind: emr.KindConflict, Status: 409}, kind: emr.KindConflict, searches: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := knowing{fake: newFake(), known: c.known, err: duplicate}
			if c.err != nil {
				k.err = c.err
			}
			k.next("search", fault{}, fault{do: func() {
				k.mu.Lock()
				defer k.mu.Unlock()
				for _, change := range c.there {
					k.addPatient(record(change))
				}
			}})
			found, err := client(t, k, nil).FindOrCreatePatient(t.Context(), ines())
			if emr.KindOf(err) != c.kind || k.count("create") != 1 || k.count("search") != c.searches {
				t.Fatalf("%v, created %d times, searched %d times, want %d", err, k.count("create"), k.count("search"), c.searches)
			}
			if c.kind == "" && (found.Patient == nil || found.Patient.ID.Reveal() != c.match || found.Created) {
				t.Errorf("found %v", found)
			}
			if c.kind == emr.KindConflict && c.err == nil && !errors.Is(err, emr.ErrDuplicatePatient) {
				t.Error(err)
			}
			p, err := client(t, k, nil).CreatePatient(t.Context(), ines())
			if p != nil || err == nil {
				t.Error("a refused creation comes with a patient", p)
			}
		})
	}
}
