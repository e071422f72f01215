package emr_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// record changes a copy of ines.
func record(change func(n *emr.NewPatient)) *emr.NewPatient {
	n := ines()
	if change != nil {
		change(n)
	}
	return n
}

func phone(number string) []emr.Phone { return []emr.Phone{{Number: emr.NewPHI(number)}} }
func email(address string) []emr.PHI  { return []emr.PHI{emr.NewPHI(address)} }
func nothingElse(n *emr.NewPatient)   { n.Phones, n.Emails = nil, nil }
func chart(v string) []emr.Identifier {
	return []emr.Identifier{{System: "urn:chart", Value: emr.NewPHI(v)}}
}

type people []func(*emr.NewPatient)

func TestFault_B8_findOrCreateNeverTakesTheFirstOfSeveral(t *testing.T) {
	t.Parallel()
	other := func(n *emr.NewPatient) { n.Phones, n.Emails = phone("206 555 0177"), email("else@example.com") }
	named := func(given, family string) func(*emr.NewPatient) {
		return func(n *emr.NewPatient) { n.Given, n.Family = emr.NewPHI(given), emr.NewPHI(family) }
	}
	bornOn := func(day int) func(*emr.NewPatient) {
		return func(n *emr.NewPatient) { n.Born = emr.NewBirthDate(1991, 5, day) }
	}
	for name, c := range map[string]struct {
		there people
		ask   func(*emr.NewPatient)
		match string // "" for none
		made  bool
		field []emr.Field
		loose bool // the vendor's search finds everybody
	}{
		"nobody":                                    {made: true, match: "p-1"},
		"one, everything agrees":                    {there: people{nil}, match: "p-1"},
		"one, written otherwise":                    {there: people{func(n *emr.NewPatient) { named(" INES ", "roy")(n); n.Phones = phone("+1 206-555-0142 ext 3") }}, match: "p-1"},
		"one, nothing to compare in the record":     {there: people{nothingElse}, match: "p-1"},
		"one, nothing to compare given":             {there: people{nil}, ask: nothingElse, match: "p-1"},
		"one, everything contradicts":               {there: people{other}, field: []emr.Field{emr.FieldPhone, emr.FieldEmail}},
		"one, contradicts and knows more":           {there: people{func(n *emr.NewPatient) { other(n); n.Address.PostalCode = emr.NewPHI("98101") }}, field: []emr.Field{emr.FieldPostalCode}},
		"one, phone differs, e-mail agrees":         {there: people{func(n *emr.NewPatient) { n.Phones = phone("206 555 0177") }}, match: "p-1"},
		"one, phone agrees, another number of ours": {there: people{func(n *emr.NewPatient) { n.Identifiers = chart("1") }}, ask: func(n *emr.NewPatient) { n.Identifiers = chart("2") }, field: []emr.Field{emr.FieldIdentifier, emr.FieldPhone, emr.FieldEmail}},
		"found by the start of the family name":     {there: people{named("Ines", "Royston")}, made: true, match: "p-2"},
		"found by the start of the given name":      {there: people{named("Inessa", "Roy")}, made: true, match: "p-2"},
		"prefix only before the right one":          {there: people{named("Ines", "Royston"), nil}, match: "p-2"},
		"another birth date":                        {there: people{func(n *emr.NewPatient) { n.Born = emr.NewBirthDate(1991, 5, 18) }}, made: true, match: "p-2"},
		"birth date not in the record":              {there: people{func(n *emr.NewPatient) { n.Born = emr.BirthDate{} }}, made: true, match: "p-2"},
		"several, one agrees":                       {there: people{other, nil, nothingElse}, match: "p-2"},
		"several, two agree":                        {there: people{nil, nil}, field: []emr.Field{emr.FieldPhone, emr.FieldEmail}},
		"several, two agree, one by number":         {there: people{nil, func(n *emr.NewPatient) { n.Identifiers = chart("7") }}, ask: func(n *emr.NewPatient) { n.Identifiers = chart("7") }, match: "p-2"},
		"several, nothing given":                    {there: people{other, nil}, ask: nothingElse, field: []emr.Field{emr.FieldPhone, emr.FieldEmail}},
		"several, the phone tells nothing": {there: people{func(n *emr.NewPatient) { n.Emails = email("a@example.com") }, func(n *emr.NewPatient) { n.Emails = email("b@example.com") }},
			ask: nothingElse, field: []emr.Field{emr.FieldEmail, emr.FieldPhone}},
		"several, nothing known":                      {there: people{nothingElse, nothingElse}, ask: nothingElse, field: []emr.Field{emr.FieldPhone, emr.FieldEmail, emr.FieldPostalCode, emr.FieldIdentifier}},
		"another birth date, the search ignores it":   {there: people{bornOn(18)}, made: true, match: "p-2", loose: true},
		"another birth date beside the right one":     {there: people{bornOn(18), nil, bornOn(16)}, match: "p-2", loose: true},
		"another birth date beside a silent one":      {there: people{bornOn(18), nothingElse}, match: "p-2", loose: true},
		"birth date not known, the search ignores it": {there: people{func(n *emr.NewPatient) { n.Born = emr.BirthDate{} }}, made: true, match: "p-2", loose: true},
		"another name, the search ignores it":         {there: people{named("Ines", "Royston"), named("Inessa", "Roy")}, made: true, match: "p-3", loose: true},
		"middle name split otherwise":                 {there: people{func(n *emr.NewPatient) { n.Middle = emr.NewPHI("Maria") }}, ask: func(n *emr.NewPatient) { n.Given = emr.NewPHI("Ines Maria") }, match: "p-1", loose: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake()
			for _, change := range c.there {
				f.addPatient(record(change))
			}
			if c.loose {
				f.people = func(context.Context, emr.PatientQuery, emr.Cursor) (emr.Page[emr.Patient], error) {
					return emr.Page[emr.Patient]{Items: f.patients}, nil
				}
			}
			found, err := client(t, f, nil).FindOrCreatePatient(t.Context(), record(c.ask))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if found.Patient != nil {
				got = found.Patient.ID.Reveal()
			}
			if got != c.match || found.Created != c.made || (f.count("create") == 1) != c.made {
				t.Errorf("match %q, created %v", got, found.Created)
			}
			if c.field == nil && found.AskFor != nil || c.field != nil && !slices.Equal(found.AskFor, c.field) {
				t.Errorf("asks for %v, want %v", found.AskFor, c.field)
			}
		})
	}
}

func TestFindOrCreate_needsNameAndBirthDate(t *testing.T) {
	t.Parallel()
	f := newFake()
	c := client(t, f, nil)
	for field, n := range map[emr.Field]*emr.NewPatient{
		emr.FieldGiven:  record(func(n *emr.NewPatient) { n.Given = emr.NewPHI(" ") }),
		emr.FieldFamily: record(func(n *emr.NewPatient) { n.Family = emr.PHI{} }),
		emr.FieldBorn:   record(func(n *emr.NewPatient) { n.Born = emr.BirthDate{} }),
		emr.FieldPhone:  record(func(n *emr.NewPatient) { n.Phones = phone("\x07") }),
	} {
		_, err := c.FindOrCreatePatient(t.Context(), n)
		wantKind(t, err, emr.KindInvalid)
		var e *emr.Error
		if !errors.As(err, &e) || !slices.Contains(e.Fields, string(field)) {
			t.Error(field, err)
		}
	}
	for _, born := range []emr.BirthDate{emr.NewBirthDate(1991, 2, 30), emr.NewBirthDate(time.Now().Year()+1, 1, 1)} {
		_, err := c.FindOrCreatePatient(t.Context(), record(func(n *emr.NewPatient) { n.Born = born }))
		wantKind(t, err, emr.KindInvalid)
	}
	_, err := c.FindOrCreatePatient(t.Context(), nil)
	wantKind(t, err, emr.KindInvalid)
	if f.total() != 0 {
		t.Error("sent")
	}
}

func TestFindOrCreate_withoutCreateIsNotFound(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.missing = []emr.Capability{emr.CanCreatePatient}
	_, err := client(t, f, nil).FindOrCreatePatient(t.Context(), ines())
	wantKind(t, err, emr.KindNotFound)
	f.missing = []emr.Capability{emr.CanFindPatients}
	_, err = client(t, f, nil).FindOrCreatePatient(t.Context(), ines())
	wantKind(t, err, emr.KindUnsupported)
	if f.count("create") != 0 {
		t.Error("created blindly")
	}
}

func TestFault_F12_aSearchThatFailsCreatesNobody(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.next("search", fault{err: &emr.Error{Kind: emr.KindProtocol, Hint: "filter ignored"}})
	c := client(t, f, nil)
	_, err := c.FindOrCreatePatient(t.Context(), ines())
	wantKind(t, err, emr.KindProtocol)
	f.people = func(_ context.Context, _ emr.PatientQuery, at emr.Cursor) (emr.Page[emr.Patient], error) { // everybody comes back
		return emr.Page[emr.Patient]{Items: []*emr.Patient{{ID: emr.NewPatientID("x" + string(at)), Given: emr.NewPHI("Somebody")}}, Next: cursor(number(at) + 1)}, nil
	}
	_, err = c.FindOrCreatePatient(t.Context(), ines())
	wantKind(t, err, emr.KindTooLarge)
	if f.count("create") != 0 {
		t.Error("created")
	}
}

func TestFindOrCreate_aDuplicateRefusedByTheVendorIsSearchedAgain(t *testing.T) {
	t.Parallel()
	duplicate := fault{err: &emr.Error{Kind: emr.KindConflict, Status: 409, Err: emr.ErrDuplicatePatient}}
	for name, c := range map[string]struct {
		hidden int // searches that do not show the record yet
		there  people
		match  bool
		kind   emr.Kind
	}{
		"made by somebody else meanwhile": {1, people{nil}, true, ""},
		"found by e-mail":                 {2, people{nil}, true, ""},
		"found by phone":                  {3, people{nil}, true, ""},
		"found by nothing":                {9, people{nil}, false, emr.KindConflict},
		"two of them":                     {1, people{nil, nil}, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake()
			for _, change := range c.there {
				f.addPatient(record(change))
			}
			all := f.patients
			for range c.hidden {
				f.next("search", fault{do: func() { f.mu.Lock(); f.patients = nil; f.mu.Unlock() }})
			}
			for range 3 {
				f.next("search", fault{do: func() { f.mu.Lock(); f.patients = all; f.mu.Unlock() }})
			}
			f.next("create", duplicate)
			found, err := client(t, f, nil).FindOrCreatePatient(t.Context(), ines())
			if emr.KindOf(err) != c.kind || f.count("create") != 1 {
				t.Fatal(err)
			}
			if err != nil {
				if !errors.Is(err, emr.ErrDuplicatePatient) {
					t.Error(err)
				}
				return
			}
			if found.Created || c.match != (found.Patient != nil) || c.match == (found.AskFor != nil) {
				t.Error(found)
			}
		})
	}
}

func TestCreatePatient_aLostAnswerIsLookedForAndNothingIsSentTwice(t *testing.T) {
	t.Parallel()
	for _, whole := range []bool{true, false} {
		for name, c := range map[string]struct {
			set  func(f *fake)
			opts *emr.ClientOptions
			kind emr.Kind
		}{
			"done":          {func(f *fake) { f.next("create", fault{err: lost(), done: true}) }, nil, ""},
			"not done":      {func(f *fake) { f.next("create", fault{err: lost()}) }, nil, emr.KindAmbiguous},
			"report":        {func(f *fake) { f.next("create", fault{err: lost(), done: true}) }, &emr.ClientOptions{Lost: emr.Report}, emr.KindAmbiguous},
			"nothing sent":  {func(f *fake) { f.next("create", fault{err: &emr.Error{Kind: emr.KindUnavailable}}) }, nil, emr.KindUnavailable},
			"foreign error": {func(f *fake) { f.next("create", fault{err: errors.New("x"), done: true}) }, nil, ""},
			"out of time":   {func(f *fake) { f.next("create", fault{wait: time.Hour}) }, nil, ""},
		} {
			synctest.Test(t, func(t *testing.T) {
				f := newFake()
				c.set(f)
				cl := client(t, f, c.opts)
				var err error
				var p *emr.Patient
				if whole {
					var found *emr.Found
					if found, err = cl.FindOrCreatePatient(t.Context(), ines()); err == nil {
						p = found.Patient
						if !found.Created {
							t.Error(name, "not marked as created")
						}
					}
				} else {
					p, err = cl.CreatePatient(t.Context(), ines())
				}
				if emr.KindOf(err) != c.kind || (p != nil) != (err == nil) || f.count("create") != 1 {
					t.Error(name, whole, err, f.count("create"))
				}
			})
		}
	}
}

func TestCreatePatient_refusesWhatIsNoPatient(t *testing.T) {
	t.Parallel()
	f := newFake()
	c := client(t, f, nil)
	for _, n := range []*emr.NewPatient{nil, {}, record(func(n *emr.NewPatient) { n.Address.Lines = email("\xff") })} {
		_, err := c.CreatePatient(t.Context(), n)
		wantKind(t, err, emr.KindInvalid)
	}
	bad := emr.NewPHI("a\nb")
	for _, u := range []*emr.PatientUpdate{nil, {}, {ID: emr.NewPatientID("1")}, {ID: emr.NewPatientID("1"), Family: &bad}} {
		_, err := c.UpdatePatient(t.Context(), u)
		wantKind(t, err, emr.KindInvalid)
	}
	if f.total() != 0 {
		t.Error("sent")
	}
	good := emr.NewPHI("Røy")
	f.next("update", fault{}, fault{err: lost()}, fault{done: true, err: &emr.Error{Kind: emr.KindPartial, Fields: []string{"sex"}}})
	u := &emr.PatientUpdate{ID: emr.NewPatientID("1"), Family: &good}
	if p, err := c.UpdatePatient(t.Context(), u); err != nil || p.ID != u.ID {
		t.Error(err)
	}
	_, err := c.UpdatePatient(t.Context(), u)
	wantKind(t, err, emr.KindAmbiguous)
	p, err := c.UpdatePatient(t.Context(), u)
	wantKind(t, err, emr.KindPartial)
	if p == nil || p.ID != u.ID {
		t.Error("a change taken in part comes without the patient as it is now")
	}
}
