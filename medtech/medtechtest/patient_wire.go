package medtechtest

import "github.com/emrkit/emrkit/internal/simserver"

// patient dresses p as the recorded answer. No active member: the profile has none.
func (q *query) patient(p simserver.Patient) object { return q.sim.patient(q.f, p) }

func (s *Sim) patient(f *facility, p simserver.Patient) object {
	id := f.wire("Patient", p.Chart)
	o := object{"resourceType": "Patient", "id": id, "meta": meta(id, p.Updated)}
	if n := s.nhiOf(f, p); n != "" {
		o["identifier"] = []object{{"system": nhiSystem, "value": n}}
	}
	given := []string{p.Given}
	if p.Middle != "" {
		given = append(given, p.Middle)
	}
	name := object{"family": p.Family, "given": given}
	if p.Prefix != "" {
		name["prefix"] = []string{p.Prefix}
	}
	o["name"] = []object{name}
	o.with("gender", p.Gender).with("birthDate", p.Born).with("telecom", telecom(p)).with("address", address(p))
	if p.Practitioner != "" {
		o["generalPractitioner"] = []object{s.ref(f, "Practitioner", p.Practitioner)}
	}
	return o
}

func telecom(p simserver.Patient) []object {
	var all []object
	for _, t := range p.Phones {
		all = append(all, object{"system": "phone", "value": t.Number}.with("use", t.Use))
	}
	for _, e := range p.Emails {
		all = append(all, object{"system": "email", "value": e})
	}
	return all
}

func address(p simserver.Patient) []object {
	if len(p.Lines) == 0 && p.City == "" {
		return nil
	}
	return []object{object{"type": "physical"}.with("line", p.Lines).with("city", p.City).with("postalCode", p.Zip)}
}
