package emrtest

import (
	"slices"

	"github.com/emrkit/emrkit/emr"
)

// peopleNarrowClauses ask the driver itself for people by one thing. Vendors hide what
// is flagged private: somebody found who lists no phone (e-mail, number) proves nothing.
func peopleNarrowClauses() []Clause {
	clause := func(what string, of func(*emr.Patient) (emr.PatientQuery, bool), fits func(*emr.Patient, emr.PatientQuery) bool) Clause {
		return Clause{
			Topic: "pages", Name: "people asked for by " + what + " are only those",
			Text:  "Asked for a patient's " + what + ", a driver finds the patient, and nobody who lists another only; or it refuses as invalid or unsupported.",
			Needs: needs(emr.CanFindPatients),
			check: func(s *suite) { checkPeople(s, what, of, fits) },
		}
	}
	return []Clause{
		clause("phone", func(p *emr.Patient) (q emr.PatientQuery, ok bool) {
			if len(p.Phones) > 0 {
				q.Phone = p.Phones[0].Number
			}
			return q, !q.Phone.IsZero()
		}, func(p *emr.Patient, q emr.PatientQuery) bool {
			return len(p.Phones) == 0 || hasPhone(p.Phones, q.Phone)
		}),
		clause("e-mail", func(p *emr.Patient) (q emr.PatientQuery, ok bool) {
			if len(p.Emails) > 0 {
				q.Email = p.Emails[0]
			}
			return q, !q.Email.IsZero()
		}, func(p *emr.Patient, q emr.PatientQuery) bool {
			return len(p.Emails) == 0 || hasEmail(p.Emails, q.Email)
		}),
		clause("identifier", func(p *emr.Patient) (q emr.PatientQuery, ok bool) {
			if len(p.Identifiers) > 0 {
				q.Identifier = p.Identifiers[0]
			}
			return q, !q.Identifier.Value.IsZero()
		}, func(p *emr.Patient, q emr.PatientQuery) bool {
			return len(p.Identifiers) == 0 || slices.ContainsFunc(p.Identifiers, func(i emr.Identifier) bool { return i.Value.EqualFold(q.Identifier.Value) })
		}),
	}
}

func checkPeople(s *suite, what string, of func(*emr.Patient) (emr.PatientQuery, bool), fits func(*emr.Patient, emr.PatientQuery) bool) {
	p := s.patient()
	if s.parts.PatientCreator != nil {
		s.patient() // somebody else to be left out
	}
	q, ok := of(p)
	if !ok {
		return // this vendor tells none: there is nothing to ask for
	}
	if _, err := s.parts.PatientFinder.FindPatients(s.ctx, q, ""); err != nil {
		if kind := emr.KindOf(s.failed(err)); kind == emr.KindInvalid || kind == emr.KindUnsupported {
			return
		}
	}
	found := false
	for _, f := range pages(s, func(at emr.Cursor) (emr.Page[emr.Patient], error) {
		return s.parts.PatientFinder.FindPatients(s.ctx, q, at)
	}) {
		s.seen.id("patient id", f.ID.Reveal())
		found = found || s.samePatient(f.ID, p.ID)
		if !fits(f, q) {
			s.Fatalf("asked for one %s, the driver finds somebody with another", what)
		}
	}
	if !found {
		s.Errorf("a patient is not found by %s", what)
	}
}
