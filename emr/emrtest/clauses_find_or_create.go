package emrtest

import "github.com/emrkit/emrkit/emr"

func findOrCreateClauses() []Clause {
	both := needs(emr.CanFindPatients, emr.CanCreatePatient)
	return []Clause{
		{
			Topic: "find or create", Name: "somebody new is created once",
			Text:  "FindOrCreatePatient creates a person whom the clinic does not know, with one write.",
			Needs: both,
			check: func(s *suite) {
				n := s.invent()
				s.sends("find or create", -1, 1, func() { s.madeNew("a new person", n) })
			},
		},
		{
			Topic: "find or create", Name: "somebody known is found and not created",
			Text:  "FindOrCreatePatient returns the patient who has the names, the birth date and one more thing in common, and writes nothing.",
			Needs: both,
			check: func(s *suite) {
				n := s.invent()
				p := s.created(n)
				s.sends("find or create", -1, 0, func() { s.foundAs("the same person", n, p) })
			},
		},
		{
			Topic: "find or create", Name: "a name that begins the same is somebody else",
			Text:  "A patient whose name only begins like the one asked for is not a match.",
			Needs: both,
			check: func(s *suite) {
				long := s.nobody()
				long.Family = emr.NewPHI(long.Family.Reveal() + "ce")
				known := s.created(s.complete(long))
				short := s.invent()
				short.Given, short.Born = long.Given, long.Born
				short.Family = emr.NewPHI(long.Family.Reveal()[:len(long.Family.Reveal())-2])
				s.seen.person(*short)
				if p := s.madeNew("a person whose name begins another's", short); s.samePatient(p.ID, known.ID) {
					s.Error("a prefix of a name is taken for a match")
				}
			},
		},
		{
			Topic: "find or create", Name: "another birth date is somebody else",
			Text:  "A patient with the same name and another birth date is not a match.",
			Needs: both,
			check: func(s *suite) {
				n := s.invent()
				known := s.created(n)
				other := s.invent()
				other.Given, other.Family = n.Given, n.Family
				if p := s.madeNew("a person born on another day", other); s.samePatient(p.ID, known.ID) {
					s.Error("somebody with another birth date is taken for a match")
				}
			},
		},
		{
			Topic: "find or create", Name: "namesakes are asked about and nobody is created",
			Text:  "When several patients match, FindOrCreatePatient says what to ask for next: no patient, no error, nothing written.",
			Needs: both, check: checkNamesakes,
		},
	}
}

// madeNew wants a person created by FindOrCreatePatient.
func (s *suite) madeNew(what string, n *emr.NewPatient) *emr.Patient {
	s.Helper()
	found, err := s.client.FindOrCreatePatient(s.ctx, n)
	s.ok("find or create "+what, err)
	if !found.Created || found.Patient == nil || len(found.AskFor) > 0 {
		s.Fatalf("%s is not created", what)
	}
	s.seen.id("patient id", found.Patient.ID.Reveal())
	s.samePerson(what, n, found.Patient)
	return found.Patient
}

// foundAs wants a person found by FindOrCreatePatient.
func (s *suite) foundAs(what string, n *emr.NewPatient, p *emr.Patient) {
	s.Helper()
	found, err := s.client.FindOrCreatePatient(s.ctx, n)
	s.ok("find or create "+what, err)
	if found.Created || found.Patient == nil || len(found.AskFor) > 0 {
		s.Fatalf("%s is not found", what)
	}
	if !s.samePatient(found.Patient.ID, p.ID) {
		s.Errorf("%s is found as another patient", what)
	}
}

func checkNamesakes(s *suite) {
	n := s.invent()
	one := s.created(n)
	twin := s.invent()
	twin.Given, twin.Family, twin.Born = n.Given, n.Family, n.Born
	unclear := &emr.NewPatient{Given: n.Given, Family: n.Family, Born: n.Born}
	if s.info.Searches != nil { // name and birth date alone may find nobody: they share a phone, as families do
		twin.Phones, unclear.Phones = n.Phones, n.Phones
	}
	two := s.created(twin)
	if s.samePatient(one.ID, two.ID) {
		s.Fatal("two people with one name and birth date are one patient")
	}
	s.sends("asking about namesakes", -1, 0, func() {
		found, err := s.client.FindOrCreatePatient(s.ctx, unclear)
		s.ok("find or create a namesake", err)
		if found.Patient != nil || found.Created || len(found.AskFor) == 0 {
			s.Error("of several people one was chosen, or nothing is asked for")
		}
	})
	s.sends("telling namesakes apart", -1, 0, func() {
		s.foundAs("a namesake with phone and e-mail", n, one)
		s.foundAs("the other namesake with phone and e-mail", twin, two)
	})
}
