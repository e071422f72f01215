package medtechtest

import (
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// createPatient: that POST exists was seen, its body was not. Assumed: names, birth date
// and gender are required, the NHI is not; an NHI that the practice has is refused with
// 422; two people without an NHI are never the same.
func (s *Sim) createPatient(q *query) *simserver.Reply {
	body, refusal := q.decode("Patient")
	if refusal != nil {
		return refusal
	}
	q.none(body, "the patient", "id", "active", "deceasedBoolean", "maritalStatus", "multipleBirthBoolean", "photo", "communication", "link")
	p, number, missing := readPatient(body)
	if len(missing) > 0 {
		q.Violate("without the required %s", strings.Join(missing, ", "))
		return q.rule("The mandatory " + missing[0] + " is missing")
	}
	known := false
	if number != "" {
		_, known = s.patientBy(q.f, token{nhiSystem, number})
	}
	taken := q.Take(emrtest.FaultDuplicatePatient)
	if taken && !known {
		s.enter(q.f, p, number)
	}
	if known || taken {
		return q.unprocessable("duplicate", "Patient already exists.")
	}
	return q.created(q.patient(s.enter(q.f, p, number)))
}

func (s *Sim) enter(f *facility, p simserver.Patient, number string) simserver.Patient {
	made, _ := f.clinic.AddPatient(p, nil)
	s.mu.Lock()
	defer s.mu.Unlock()
	if number != "" {
		f.nhi[made.Chart] = number
	}
	return made
}

func readPatient(body map[string]any) (p simserver.Patient, number string, missing []string) {
	for _, i := range children(body, "identifier") {
		if simserver.StringIn(i, "system") == nhiSystem {
			number = simserver.StringIn(i, "value")
		}
	}
	for _, n := range children(body, "name") {
		if given := simserver.StringsIn(n, "given"); len(given) > 0 && p.Given == "" {
			p.Given, p.Middle, p.Family = given[0], strings.Join(given[1:], " "), simserver.StringIn(n, "family")
		}
	}
	for _, t := range children(body, "telecom") {
		switch simserver.StringIn(t, "system") {
		case "phone", "sms":
			p.Phones = append(p.Phones, simserver.Phone{Use: simserver.StringIn(t, "use"), Number: simserver.StringIn(t, "value")})
		case "email":
			p.Emails = append(p.Emails, simserver.StringIn(t, "value"))
		}
	}
	for _, a := range children(body, "address") {
		if len(p.Lines) == 0 {
			p.Lines, p.City, p.Zip = simserver.StringsIn(a, "line"), simserver.StringIn(a, "city"), simserver.StringIn(a, "postalCode")
		}
	}
	if _, ok := simserver.ParseDay(simserver.StringIn(body, "birthDate")); ok {
		p.Born = simserver.StringIn(body, "birthDate")
	}
	if g := simserver.StringIn(body, "gender"); slices.Contains([]string{"male", "female", "other", "unknown"}, g) {
		p.Gender = g
	}
	for name, v := range map[string]string{"family": p.Family, "given": p.Given, "birthDate": p.Born, "gender": p.Gender} {
		if v == "" {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	return p, number, missing
}
