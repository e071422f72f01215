package emrtest

import "github.com/emrkit/emrkit/emr"

func credentialClauses() []Clause {
	return []Clause{{
		Topic: "credentials", Name: "refused credentials are kind auth and write nothing",
		Text: "When the vendor refuses the credentials, every call fails with kind auth and nothing is changed.",
		check: func(s *suite) {
			refused := emr.NewClient(s.clinic.Refused, nil)
			before := s.clinic.Booked()
			for _, call := range s.calls() {
				if refused.Has(call.can) {
					s.kind(call.name, call.do(s.ctx, refused), emr.KindAuth)
				}
			}
			s.booked("with refused credentials", before, 0)
		},
	}}
}
