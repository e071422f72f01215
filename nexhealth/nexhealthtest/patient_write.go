package nexhealthtest

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

var bioFields = []string{
	"date_of_birth", "phone_number", "home_phone_number", "cell_phone_number", "work_phone_number", "custom_contact_number", "gender",
	"weight", "height", "street_address", "address_line_1", "address_line_2", "city", "state", "zip_code", "insurance_name", "ssn", "race",
}

// createPatient is POST /patients. Documented: the required fields, birth dates, gender
// Female by default, 200 or 400 for a person with the same birth date, name and
// telephone. Seen: the telephone is cut to ten characters and checked by North American
// rules. Assumed: e-mail pattern, texts.
func (s *Sim) createPatient(q *query) *simserver.Reply {
	in, body, refusal := q.wrapped("patient", "provider", "return_existing_if_match")
	if refusal != nil {
		return refusal
	}
	p, r, refusal := s.readNewcomer(q, in, body)
	if refusal != nil {
		return refusal
	}
	if q.Take(emrtest.FaultDuplicatePatient) {
		first, _ := s.clinic.AddPatient(p, func(have simserver.Patient) bool { return isMatch(have, p) })
		s.people[first.Chart] = &person{foreign: "PT" + first.Chart, lastSync: q.Now, locations: []string{q.site.ID}}
	}
	never := q.Take(emrtest.FaultWriteNeverCompleted)
	made, added := s.clinic.AddPatient(p, func(have simserver.Patient) bool { return isMatch(have, p) })
	if !added {
		if again, _ := truth(body, "return_existing_if_match"); again {
			return q.done(http.StatusOK, object{"user": s.user(made)})
		}
		return q.fail(s.stateStatus(), "Patient already exists")
	}
	r.never = never
	s.people[made.Chart] = r
	s.patientChanged("patient_created", made)
	return q.done(http.StatusCreated, object{"user": s.user(made)})
}

// user is a patient as the answer to POST has it.
func (s *Sim) user(p simserver.Patient) object {
	o := s.patientObject(p)
	delete(o, "provider_id")
	o["preferred_locale"], o["location_ids"] = "en", numbers(s.personOf(p).locations)
	return o
}

// isMatch is the documented rule: birth date, name and telephone number. The telephone
// is compared as it is stored.
func isMatch(a, b simserver.Patient) bool {
	return a.Born == b.Born && strings.EqualFold(a.Given, b.Given) && strings.EqualFold(a.Family, b.Family) && mainPhone(a) == mainPhone(b)
}

// stateStatus is that of a refusal because of a record's state.
func (s *Sim) stateStatus() int {
	if s.opts.Unprocessable {
		return http.StatusUnprocessableEntity
	}
	return http.StatusBadRequest
}

var mailPattern = regexp.MustCompile(`^[^@\s,;<>"]+@[^@\s,;<>"]+\.[^@\s.,;<>"]{2,}$`)

// readNewcomer reads the person, and refuses what is required and not there.
func (s *Sim) readNewcomer(q *query, in, body map[string]any) (simserver.Patient, *person, *simserver.Reply) {
	q.onlyMembers(in, "patient", "first_name", "last_name", "email", "bio")
	bio := simserver.ObjectIn(in, "bio")
	q.onlyMembers(bio, "patient.bio", bioFields...)
	provider := simserver.ObjectIn(body, "provider")
	q.onlyMembers(provider, "provider", "provider_id")
	p := simserver.Patient{
		Given: simserver.StringIn(in, "first_name"), Family: simserver.StringIn(in, "last_name"), Born: simserver.StringIn(bio, "date_of_birth"), Practitioner: q.idIn(provider, "provider_id"),
		City: simserver.StringIn(bio, "city"), State: simserver.StringIn(bio, "state"), Zip: simserver.StringIn(bio, "zip_code"), SSN: simserver.StringIn(bio, "ssn"),
	}
	var missing []string
	for _, f := range []struct{ name, value string }{
		{"provider_id", p.Practitioner}, {"first_name", p.Given}, {"last_name", p.Family}, {"email", simserver.StringIn(in, "email")},
		{"date_of_birth", p.Born}, {"phone_number", simserver.StringIn(bio, "phone_number")},
	} {
		if f.value == "" {
			missing = append(missing, f.name)
		}
	}
	if len(missing) > 0 {
		q.Violate("without the required %s", strings.Join(missing, ", "))
		return p, nil, q.missing(missing...)
	}
	if d, ok := s.clinic.Practitioner(p.Practitioner); !ok || !d.Active {
		return p, nil, q.unknown("Provider")
	}
	if !mailPattern.MatchString(simserver.StringIn(in, "email")) {
		q.Violate("the e-mail address is none")
		return p, nil, q.invalid("User email is invalid")
	}
	p.Emails = []string{simserver.StringIn(in, "email")}
	if why := s.readBorn(q, &p); why != "" {
		return p, nil, q.invalid(why)
	}
	if why := readPhones(q, bio, &p); why != "" {
		return p, nil, q.invalid(why)
	}
	if why := readGender(q, bio, &p); why != "" {
		return p, nil, q.invalid(why)
	}
	for _, name := range []string{"street_address", "address_line_2"} {
		if line := simserver.StringIn(bio, name); line != "" {
			p.Lines = append(p.Lines, line)
		}
	}
	return p, &person{placeholder: true, created: true, locations: []string{q.site.ID}, bio: further(bio)}, nil
}

// further are members of bio that come back and mean nothing to the clinic.
func further(bio map[string]any) object {
	o := object{}
	for _, name := range []string{"custom_contact_number", "insurance_name", "race", "weight", "height"} {
		switch v := bio[name].(type) {
		case string, json.Number:
			o[name] = v
		}
	}
	return o
}

// readBorn: not in the future and not more than 130 years ago (documented).
func (s *Sim) readBorn(q *query, p *simserver.Patient) string {
	day, ok := simserver.ParseDay(p.Born)
	today := simserver.DayOf(q.Now.In(q.site.Zone))
	if !ok || day.Until(today) < 0 || day.Year < today.Year-130 {
		q.Violate("the birth date is not one of the last 130 years")
		return "date_of_birth is invalid"
	}
	return ""
}

// readPhones cuts each number to ten characters; the main one comes first.
func readPhones(q *query, bio map[string]any, p *simserver.Patient) string {
	uses := map[string]string{"phone_number": "", "cell_phone_number": "mobile", "home_phone_number": "home", "work_phone_number": "work"}
	for _, name := range []string{"phone_number", "cell_phone_number", "home_phone_number", "work_phone_number"} {
		v := simserver.StringIn(bio, name)
		if v == "" {
			continue
		}
		stored := string([]rune(v)[:min(10, len([]rune(v)))])
		if v != simserver.Digits(v) || len(v) != 10 {
			q.Violate("%s is not ten digits", name)
		}
		if !isNorthAmerican(stored) {
			return "User phone number is invalid"
		}
		p.Phones = append(p.Phones, simserver.Phone{Use: uses[name], Number: stored})
	}
	return ""
}

// isNorthAmerican: neither area code nor exchange begins with 0 or 1.
func isNorthAmerican(v string) bool {
	d := simserver.Digits(v)
	return len(d) == 10 && d[0] >= '2' && d[3] >= '2'
}

// readGender: Female is the default (documented), and a trap.
func readGender(q *query, bio map[string]any, p *simserver.Patient) string {
	word := simserver.StringIn(bio, "gender")
	if word == "" {
		q.Violate("no gender: the vendor takes Female")
		word = "Female"
	}
	if !slices.Contains([]string{"Female", "Male", "Other"}, word) {
		q.Violate("gender is not Female, Male or Other")
		return "gender does not have a valid value"
	}
	p.Gender = strings.ToLower(word)
	return ""
}
