package nextechtest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

// The values of patient-status; writing it in another case is taken (assumed).
var (
	selectStatuses       = []string{"patient", "prospect", "patientprospect"}
	practicePlusStatuses = []string{"Active", "Deceased", "Inactive", "Merged", "Not Yet Seen", "Restricted Access"}
)

func (s *Sim) statuses() []string {
	if s.d.plus() {
		return practicePlusStatuses
	}
	return selectStatuses
}

// newPatient reads a create request and names the required fields it lacks; both lists
// are documented. The name may come without a use, as in the vendor's prospects.
func (s *Sim) newPatient(q *query, body map[string]any) (p simserver.Patient, missing []string) {
	s.readName(body, &p)
	s.readTelecom(body, &p)
	s.readAddress(body, &p)
	s.readExtensions(q, body, &p)
	if d, ok := simserver.ParseDay(simserver.StringIn(body, "birthDate")); ok && d.Year > 1800 {
		p.Born = simserver.StringIn(body, "birthDate")
	}
	if g := simserver.StringIn(body, "gender"); isGender(g) {
		p.Gender = g
	}
	for _, r := range children(body, "generalPractitioner") {
		if id, ok := refID(r, "practitioner"); ok {
			if _, known := s.clinic.Practitioner(id); known {
				p.Practitioner = id
			}
		}
	}
	need := func(ok bool, name string) {
		if !ok {
			missing = append(missing, name)
		}
	}
	need(p.Family != "", "family")
	need(p.Given != "", "given")
	need(p.Born != "", "birthDate")
	need(len(p.Phones) > 0, "phone")
	need(len(p.Emails) > 0, "email")
	need(p.Zip != "", "postalCode")
	if s.d.plus() {
		need(len(p.Lines) > 0, "line")
		need(p.City != "", "city")
		need(p.State != "", "state")
		need(p.Practitioner != "", "generalPractitioner")
		need(p.Referral != "", "referral-source")
		need(p.Status != "", "patient-status")
	}
	return p, missing
}

func isGender(g string) bool {
	return slices.Contains([]string{"male", "female", "other", "unknown"}, g)
}

func (s *Sim) readName(body map[string]any, p *simserver.Patient) {
	for _, n := range children(body, "name") {
		if use := simserver.StringIn(n, "use"); use != "" && use != "official" {
			continue
		}
		given := simserver.StringsIn(n, "given")
		p.Family = simserver.StringIn(n, "family")
		if len(given) > 0 {
			p.Given, p.Middle = given[0], fullName(given[1:]...)
		}
		return
	}
}

// readTelecom leaves out what is no telephone and no e-mail address.
func (s *Sim) readTelecom(body map[string]any, p *simserver.Patient) {
	for _, t := range children(body, "telecom") {
		v, use := simserver.StringIn(t, "value"), simserver.StringIn(t, "use")
		switch simserver.StringIn(t, "system") {
		case "phone":
			if len(simserver.Digits(v)) >= 7 && slices.Contains([]string{"", "home", "work", "mobile", "cell"}, use) {
				p.Phones = append(p.Phones, simserver.Phone{Use: strings.Replace(use, "cell", "mobile", 1), Number: v})
			}
		case "email":
			if name, host, ok := strings.Cut(v, "@"); ok && name != "" && strings.Contains(host, ".") {
				p.Emails = append(p.Emails, v)
			}
		}
	}
}

func (s *Sim) readAddress(body map[string]any, p *simserver.Patient) {
	for _, a := range children(body, "address") {
		if use := simserver.StringIn(a, "use"); use != "" && use != "home" {
			continue
		}
		p.Lines, p.City, p.State = simserver.StringsIn(a, "line"), simserver.StringIn(a, "city"), simserver.StringIn(a, "state")
		p.Zip, p.Country = simserver.StringIn(a, "postalCode"), simserver.StringIn(a, "country")
		return
	}
}

func (s *Sim) readExtensions(q *query, body map[string]any, p *simserver.Patient) {
	status := simserver.StringIn(s.extension(q, body, s.d.url("patient-status")), "valueString")
	for _, known := range s.statuses() {
		if strings.EqualFold(status, known) {
			p.Status = known
		}
	}
	if id, ok := refID(simserver.ObjectIn(s.extension(q, body, s.d.url("referral-source")), "valueReference"), "referral-source"); ok {
		if _, known := referralSources[id]; known {
			p.Referral = id
		}
	}
	if note := simserver.StringIn(s.extension(q, body, s.d.url("patient-note")), "valueString"); note != "" {
		p.Note = note
	}
}

// updatePatient is PUT /Patient/ with the id in the body. Documented: values that are
// not valid are ignored with a success status; Select also ignores name and birth date,
// and never clears the postal code. Assumed: Select echoes the patient, Practice+
// answers 204.
func (s *Sim) updatePatient(q *query) *simserver.Reply {
	body, refusal := q.decode()
	if refusal != nil {
		return refusal
	}
	id := ""
	for _, i := range children(body, "identifier") {
		if simserver.StringIn(i, "use") == "official" {
			id = simserver.StringIn(i, "value")
		}
	}
	if simserver.StringIn(body, "resourceType") != "Patient" || id == "" {
		return invalid("An official identifier is required")
	}
	var in simserver.Patient
	s.readName(body, &in)
	s.readTelecom(body, &in)
	s.readAddress(body, &in)
	s.readExtensions(q, body, &in)
	p, ok := s.clinic.ChangePatient(id, s.charts(), func(p *simserver.Patient) { s.merge(p, in, body) })
	switch {
	case !ok:
		return notFound("The patient was not found")
	case s.d.plus():
		return &simserver.Reply{Status: http.StatusNoContent}
	}
	return s.done(http.StatusOK, s.patient(p))
}

// merge takes over what is said and valid.
func (s *Sim) merge(p *simserver.Patient, in simserver.Patient, body map[string]any) {
	set := func(to *string, v string) {
		if v != "" {
			*to = v
		}
	}
	if s.d.plus() {
		set(&p.Family, in.Family)
		set(&p.Given, in.Given)
		if born := simserver.StringIn(body, "birthDate"); born != "" {
			if _, ok := simserver.ParseDay(born); ok {
				p.Born = born
			}
		}
	}
	if g := simserver.StringIn(body, "gender"); isGender(g) {
		p.Gender = g
	}
	if len(in.Phones) > 0 {
		p.Phones = mergePhones(p.Phones, in.Phones)
	}
	if len(in.Emails) > 0 {
		p.Emails = in.Emails
	}
	if len(in.Lines) > 0 {
		p.Lines = in.Lines
	}
	set(&p.City, in.City)
	set(&p.State, in.State)
	set(&p.Zip, in.Zip)
	set(&p.Country, in.Country)
	set(&p.Status, in.Status)
	set(&p.Referral, in.Referral)
	set(&p.Note, in.Note)
}

// mergePhones replaces the number of each use that is sent (assumed).
func mergePhones(have, in []simserver.Phone) []simserver.Phone {
	all := slices.Clone(have)
	for _, n := range in {
		at := slices.IndexFunc(all, func(h simserver.Phone) bool { return h.Use == n.Use })
		if at < 0 {
			all = append(all, n)
		} else {
			all[at] = n
		}
	}
	return all
}
