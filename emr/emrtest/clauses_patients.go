package emrtest

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func patientClauses() []Clause {
	create := needs(emr.CanCreatePatient)
	return []Clause{
		{
			Topic: "patients", Name: "a created patient is read back as written",
			Text:  "CreatePatient returns the patient with an id, after one write; names, birth date, phone and e-mail are those given, also when read again.",
			Needs: create, check: checkCreated,
		},
		{
			Topic: "patients", Name: "a birth date is never shifted",
			Text:  "A birth date comes back as the same day, whatever the zones of client, vendor and clinic.",
			Needs: create, check: checkBirthDates,
		},
		{
			Topic: "patients", Name: "names outside ASCII come back unchanged",
			Text:  "A name in any script is stored and returned as it was given, or refused as invalid, never altered.",
			Needs: create, check: checkNames,
		},
		{
			Topic: "patients", Name: "a known person is a duplicate, not another error",
			Text:  "Creating a person whom the vendor knows fails as ErrDuplicatePatient, a conflict, where the vendor checks.",
			Needs: create,
			check: func(s *suite) {
				n := s.invent()
				_, err := s.client.CreatePatient(s.ctx, n)
				s.ok("create a patient", err)
				if _, err = s.parts.PatientCreator.CreatePatient(s.ctx, n); s.failed(err) == nil {
					return // a vendor that does not check
				}
				if !errors.Is(err, emr.ErrDuplicatePatient) || emr.KindOf(err) != emr.KindConflict {
					s.Errorf("the driver's error for a known person does not match ErrDuplicatePatient: %v", err)
				}
			},
		},
		{
			Topic: "patients", Name: "people are found by name and birth date",
			Text:  "A search finds the patient who was created, and everybody found answers the whole query.",
			Needs: needs(emr.CanFindPatients, emr.CanCreatePatient), check: checkFound,
		},
		{
			Topic: "patients", Name: "nobody is an empty list",
			Text:  "A search that matches nobody is an empty list, not an error.",
			Needs: needs(emr.CanFindPatients),
			check: func(s *suite) {
				n := s.invent()
				q := s.look(n)
				if list := all(s, "find nobody", s.client.FindPatients(s.ctx, q)); len(list) > 0 {
					s.Errorf("%d people are found whom the clinic does not know", len(list))
				}
			},
		},
		{
			Topic: "patients", Name: "an empty query is refused without a request",
			Text:  "A search without any criterion is kind invalid, and nothing is sent.",
			Needs: needs(emr.CanFindPatients),
			check: func(s *suite) {
				s.sends("an empty query", 0, 0, func() {
					s.kind("an empty query", drain(s.client.FindPatients(s.ctx, emr.PatientQuery{})), emr.KindInvalid)
				})
			},
		},
		{
			Topic: "patients", Name: "an update changes what was asked or is refused",
			Text:  "UpdatePatient changes what was asked and nothing else; what the vendor would ignore is kind invalid with Fields, and nothing is sent.",
			Needs: needs(emr.CanUpdatePatient, emr.CanCreatePatient), check: checkUpdate,
		},
	}
}

// samePerson compares a patient with what was asked for.
func (s *suite) samePerson(what string, n *emr.NewPatient, p *emr.Patient) {
	s.Helper()
	switch {
	case p.ID.IsZero():
		s.Errorf("%s has no id", what)
	case !p.Given.Equal(n.Given) || !p.Family.Equal(n.Family):
		s.Errorf("%s has another name", what)
	case !p.Born.Equal(n.Born):
		s.Errorf("%s has another birth date", what)
	case len(n.Phones) > 0 && !hasPhone(p.Phones, n.Phones[0].Number):
		s.Errorf("%s lacks the phone", what)
	case len(n.Emails) > 0 && !hasEmail(p.Emails, n.Emails[0]):
		s.Errorf("%s lacks the e-mail", what)
	}
}

// created makes the person a patient, and wants it back as written.
func (s *suite) created(n *emr.NewPatient) *emr.Patient {
	s.Helper()
	p, err := s.client.CreatePatient(s.ctx, n)
	s.ok("create a patient", err)
	s.seen.id("patient id", p.ID.Reveal())
	s.samePerson("the answer of CreatePatient", n, p)
	if s.parts.PatientGetter != nil {
		back, err := s.client.GetPatient(s.ctx, p.ID)
		s.ok("read a patient", err)
		s.samePerson("the patient", n, back)
		if !s.samePatient(back.ID, p.ID) {
			s.Error("the patient has another id when read")
		}
	}
	return p
}

func checkCreated(s *suite) {
	n := s.invent()
	s.sends("creating a patient", -1, 1, func() { s.created(n) })
}

func checkBirthDates(s *suite) {
	for _, born := range []emr.BirthDate{
		emr.NewBirthDate(1970, time.January, 1),
		emr.NewBirthDate(1969, time.December, 31),
		emr.NewBirthDate(1996, time.February, 29),
		emr.NewBirthDate(1987, time.April, 5), // clocks went forward in the Americas
		emr.NewBirthDate(1944, time.October, 8),
	} {
		n := s.nobody()
		n.Born = born
		s.created(s.complete(n))
	}
}

func checkNames(s *suite) {
	for _, names := range [][2]string{{"Zoë", "Quæstør-Ångström"}, {"小明", "王"}, {"Seán", "O’Quill"}, {"Łucja", "Żółkiewska-Quen"}} {
		n := s.nobody()
		n.Given, n.Family = emr.NewPHI(names[0]), emr.NewPHI(names[1])
		full := s.complete(n)
		p, err := s.client.CreatePatient(s.ctx, full)
		if err != nil {
			s.kind("a name outside ASCII", err, emr.KindInvalid)
			continue
		}
		s.samePerson("a patient with a name outside ASCII", full, p)
		if s.parts.PatientGetter != nil {
			back, err := s.client.GetPatient(s.ctx, p.ID)
			s.ok("read a patient", err)
			s.samePerson("a patient with a name outside ASCII", full, back)
		}
	}
}

func checkFound(s *suite) {
	n := s.invent()
	p := s.created(n)
	s.created(s.invent())
	queries := map[string]emr.PatientQuery{
		"name and birth date": {Given: n.Given, Family: n.Family, Born: n.Born},
		"family name":         {Family: n.Family},
	}
	if s.info.Searches != nil {
		queries = map[string]emr.PatientQuery{"what this vendor searches by": s.look(n)}
	}
	for by, q := range queries {
		list := all(s, "find by "+by, s.client.FindPatients(s.ctx, q))
		if !slices.ContainsFunc(list, func(f *emr.Patient) bool { return s.samePatient(f.ID, p.ID) }) {
			s.Errorf("the patient is not found by %s", by)
		}
		for _, f := range list {
			s.seen.id("patient id", f.ID.Reveal())
			if !answers(f, q) {
				s.Errorf("somebody is found by %s who does not answer the query", by)
			}
		}
	}
}

// answers allows what vendors do: names may match by their start.
func answers(p *emr.Patient, q emr.PatientQuery) bool {
	begins := func(name, start emr.PHI) bool {
		return strings.HasPrefix(strings.ToLower(name.Reveal()), strings.ToLower(start.Reveal()))
	}
	return begins(p.Given, q.Given) && begins(p.Family, q.Family) && (q.Born.IsZero() || q.Born.Equal(p.Born))
}

func checkUpdate(s *suite) {
	n := s.invent()
	p := s.created(n)
	next := s.invent()
	accepted := 0
	updates := map[string]emr.PatientUpdate{
		"e-mail":     {Emails: next.Emails},
		"phone":      {Phones: next.Phones},
		"birth date": {Born: &next.Born},
		"family":     {Family: &next.Family},
	}
	for _, what := range []string{"e-mail", "phone", "birth date", "family"} {
		u := updates[what]
		u.ID = p.ID
		writes := s.clinic.Writes()
		changed, err := s.client.UpdatePatient(s.ctx, &u)
		if err != nil {
			s.kind("a change of the "+what, err, emr.KindInvalid)
			var e *emr.Error
			if errors.As(err, &e) && len(e.Fields) == 0 {
				s.Errorf("a refused change of the %s names no field", what)
			}
			if s.clinic.Writes() != writes {
				s.Errorf("a refused change of the %s was sent", what)
			}
			continue
		}
		accepted++
		want := *n
		switch what {
		case "e-mail":
			want.Emails = next.Emails
		case "phone":
			want.Phones = next.Phones
		case "birth date":
			want.Born = next.Born
		case "family":
			want.Family = next.Family
		}
		*n = want
		s.samePerson("the answer to a change of the "+what, n, changed)
		if s.parts.PatientGetter != nil {
			back, err := s.client.GetPatient(s.ctx, p.ID)
			s.ok("read a patient", err)
			s.samePerson("the patient after a change of the "+what, n, back)
		}
	}
	if accepted == 0 {
		s.Error("the driver declares updates and refuses each of them")
	}
}
