package nexhealthtest

import (
	"strconv"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// person is what only NexHealth knows of a patient of the clinic.
type person struct {
	foreign     string // "" until it is in the practice system
	lastSync    time.Time
	inactive    bool
	nonPatient  bool
	placeholder bool // made through the API, and not in the practice system
	created     bool // through the API
	never       bool // will never reach the practice system
	guarantor   string
	locations   []string
	bio         object // further members
}

// firstPatient is added to a chart number to make the id on the wire.
const firstPatient = 50000

// patientID is the id on the wire.
func patientID(p simserver.Patient) int {
	n, _ := strconv.Atoi(p.Chart)
	return firstPatient + n
}

// patientBy finds a patient by the id on the wire.
func (s *Sim) patientBy(id string) (simserver.Patient, bool) {
	n, err := strconv.Atoi(id)
	if err != nil || n <= firstPatient {
		return simserver.Patient{}, false
	}
	return s.clinic.Patient(itoa(n-firstPatient), true)
}

// personOf is the record beside p; those of the seed are in the practice system.
func (s *Sim) personOf(p simserver.Patient) *person {
	r := s.people[p.Chart]
	if r == nil {
		r = &person{foreign: "PT" + p.Chart, lastSync: s.seeded, locations: []string{"7", "8", "10"}}
		s.people[p.Chart] = r
	}
	return r
}

// seedPeople makes what real data looks like: telephones as somebody typed them, an
// inactive double of the third invented person, and a guarantor who is no patient.
func (s *Sim) seedPeople() {
	for n, p := range s.clinic.Patients() {
		s.personOf(p)
		if n%2 == 1 {
			continue
		}
		s.clinic.ChangePatient(p.ID, false, func(p *simserver.Patient) {
			phones := append([]simserver.Phone(nil), p.Phones...)
			for i := range phones {
				phones[i].Number = simserver.Digits(phones[i].Number)
			}
			p.Phones = phones
		})
	}
	all := s.clinic.Patients()
	if len(all) < len(emrtest.People())+5 {
		return
	}
	double := all[len(emrtest.People())+2]
	double.Phones = []simserver.Phone{{Use: "mobile", Number: "2065550197"}}
	old, _ := s.clinic.AddPatient(double, nil)
	s.personOf(old).inactive = true
	payer := all[len(emrtest.People())+3]
	payer.Given, payer.Born = "Oona", "1961-03-09"
	payer, _ = s.clinic.AddPatient(payer, nil)
	s.personOf(payer).nonPatient = true
	s.personOf(all[len(emrtest.People())+3]).guarantor = payer.Chart
}

// patientObject is a patient as lists and single reads have it. Do not count on any
// member of bio being there (documented): what is unknown is left out.
func (s *Sim) patientObject(p simserver.Patient) object {
	r := s.personOf(p)
	o := s.briefPatient(p)
	o["guarantor_id"], o["billing_type"], o["chart_id"] = nil, nil, p.Chart
	if g, ok := s.clinic.Patient(r.guarantor, true); ok && r.guarantor != "" {
		o["guarantor_id"] = patientID(g)
	}
	o["preferred_language"], o["provider_id"] = "en", number(p.Practitioner)
	return o
}

// briefPatient is a patient as other records embed it.
func (s *Sim) briefPatient(p simserver.Patient) object {
	r := s.personOf(p)
	kind := s.syncHome().foreignType()
	if r.foreign == "" {
		kind = "nex"
	}
	var email any
	if len(p.Emails) > 0 {
		email = p.Emails[0]
	}
	return object{
		"id": patientID(p), "email": email, "first_name": p.Given, "middle_name": orNull(p.Middle), "last_name": p.Family,
		"name": strings.Join(strings.Fields(p.Given+" "+p.Middle+" "+p.Family), " "), "created_at": stamp(p.Created), "updated_at": stamp(p.Updated),
		"institution_id": s.homeInstitution().id, "foreign_id": orNull(r.foreign), "foreign_id_type": kind, "bio": s.bio(p, r),
		"inactive": r.inactive, "last_sync_time": stamp(r.lastSync),
	}
}

// syncHome is the sync whose practice system has the patients.
func (s *Sim) syncHome() *syncSource {
	for _, y := range s.syncs {
		if y.inst.home {
			return y
		}
	}
	return nil
}

func (s *Sim) bio(p simserver.Patient, r *person) object {
	bio := object{"new_patient": r.placeholder, "non_patient": r.nonPatient}
	for name, v := range map[string]string{
		"city": p.City, "state": p.State, "zip_code": p.Zip, "date_of_birth": p.Born, "gender": genderWord(p.Gender),
		"phone_number": mainPhone(p),
	} {
		if v != "" {
			bio[name] = v
		}
	}
	if len(p.Lines) > 0 {
		bio["street_address"], bio["address_line_1"], bio["address_line_2"] = p.Lines[0], p.Lines[0], ""
	}
	for _, t := range p.Phones {
		if use := map[string]string{"home": "home_phone_number", "work": "work_phone_number", "mobile": "cell_phone_number"}[t.Use]; use != "" {
			bio[use] = t.Number
		}
	}
	for name, v := range r.bio {
		bio[name] = v
	}
	return bio
}

// mainPhone is the one that searches and matches look at.
func mainPhone(p simserver.Patient) string {
	if len(p.Phones) == 0 {
		return ""
	}
	return p.Phones[0].Number
}

// genderWord is one of the vendor's three words, "" for unknown.
func genderWord(sex string) string {
	switch sex {
	case "female":
		return "Female"
	case "male":
		return "Male"
	case "other":
		return "Other"
	}
	return ""
}
