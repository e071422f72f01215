package medtechtest

import (
	"slices"
	"strconv"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// The facilities. The shape of the ids is the Health Provider Index's, they are ours.
const (
	homeFacility   = "FZZ901-B"
	otherFacility  = "FZZ902-D"
	beyondFacility = "FZZ903-F" // a practice of the vendor's that is not mapped for the application

	organisation = "GZZ901-C"
	theLocation  = "7" // a facility has one
	slotLength   = 15 * time.Minute
	blanket      = 13 // which seeded patient has no NHI: a visitor
	oddNHI       = 12 // which seeded patient has one that fails the check, as in the vendor's sandbox
)

// facility is one practice with its patients and calendar.
type facility struct {
	id, name string
	ids      *ids
	clinic   *simserver.Clinic
	staff    []colleague
	nhi      map[string]string // by the patient's chart number
}

// colleague is what only this vendor knows of a practitioner: the numbers that slots are
// asked for by.
type colleague struct {
	id      string // in clinic.Practitioners
	cpn     string // HPI person number
	nzmc    string // of the medical council
	nursing string // of the nursing council
}

func newFacility(id, name string, clinic *simserver.Clinic, long bool) *facility {
	f := &facility{id: id, name: name, clinic: clinic, ids: newIDs(id, long), nhi: map[string]string{}, staff: colleagues()}
	for i, p := range clinic.Patients() {
		switch i {
		case blanket:
		case oddNHI:
			f.nhi[p.Chart] = "ZZZ0044"
		default:
			f.nhi[p.Chart] = NHI(i)
		}
	}
	return f
}

// practice seeds a facility.
func practice(clock *simserver.Clock, zone *time.Location, patients, appointments int) (*simserver.Clinic, error) {
	return simserver.Seed(clock, simserver.SeedOptions{
		Zone: zone, Patients: max(patients, len(emrtest.People())+3), Appointments: appointments, Practitioners: practitioners(),
		Locations: []simserver.Location{{ID: theLocation, Zone: zone, Phone: "095550100", Active: true, Managed: true}},
	})
}

func practitioners() []simserver.Practitioner {
	week := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	hours := func(days ...time.Weekday) []simserver.Hours {
		return []simserver.Hours{
			{Location: theLocation, Days: days, From: 9 * time.Hour, To: 12 * time.Hour},
			{Location: theLocation, Days: days, From: 13 * time.Hour, To: 16 * time.Hour},
		}
	}
	return []simserver.Practitioner{
		{ID: "15", Given: "Ada", Family: "Okafor", Gender: "female", Phone: "095550115", Active: true, Linked: true, Hours: hours(week...)},
		{ID: "21", Given: "Nils", Family: "Brandt", Gender: "male", Phone: "095550121", Active: true, Linked: true, Hours: hours(time.Monday, time.Wednesday)},
		{ID: "24", Given: "Lía", Family: "Ferro", Gender: "female", Phone: "095550124", Active: true, Linked: true, Hours: hours(week...)},
		{ID: "27", Given: "Mara", Family: "Quist", Phone: "095550127", Active: true, Linked: true, Hours: hours(time.Friday)},
		{ID: "33", Given: "Jo", Family: "Imani", Gender: "other", Phone: "095550133", Active: true, Linked: true, Hours: hours(time.Tuesday)},
	}
}

// colleagues: 15 has both numbers, 21 only that of the medical council, 24 only that of
// the index, 27 none (as one of four in the vendor's sandbox), 33 is a nurse.
func colleagues() []colleague {
	return []colleague{
		{id: "15", cpn: "91ZABK", nzmc: "90015"},
		{id: "21", nzmc: "90021"},
		{id: "24", cpn: "91ZACM"},
		{id: "27"},
		{id: "33", cpn: "91ZADP", nursing: "900033"},
	}
}

// has reports whether the practitioner has that number.
func (c colleague) has(t token) bool {
	switch t.system {
	case cpnSystem:
		return t.value != "" && t.value == c.cpn
	case nzmcSystem:
		return t.value != "" && t.value == c.nzmc
	case nursingSystem:
		return t.value != "" && t.value == c.nursing
	}
	return false
}

// practitionerBy finds who has that number.
func (f *facility) practitionerBy(t token) (simserver.Practitioner, bool) {
	at := slices.IndexFunc(f.staff, func(c colleague) bool { return c.has(t) })
	if at < 0 {
		return simserver.Practitioner{}, false
	}
	return f.clinic.Practitioner(f.staff[at].id)
}

// practitioner finds one by the id in answers.
func (f *facility) practitioner(id string) (simserver.Practitioner, bool) {
	n, _, ok := f.ids.read("Practitioner", id)
	if !ok {
		return simserver.Practitioner{}, false
	}
	return f.clinic.Practitioner(itoa(int(n)))
}

// patient finds one by the id in answers.
func (f *facility) patient(id string) (simserver.Patient, bool) {
	n, _, ok := f.ids.read("Patient", id)
	if !ok {
		return simserver.Patient{}, false
	}
	return f.clinic.Patient(itoa(int(n)), true)
}

// patientBy finds one by NHI.
func (s *Sim) patientBy(f *facility, t token) (simserver.Patient, bool) {
	if t.system != nhiSystem || t.value == "" {
		return simserver.Patient{}, false
	}
	all := f.clinic.Patients()
	at := slices.IndexFunc(all, func(p simserver.Patient) bool { return s.nhiOf(f, p) == t.value })
	if at < 0 {
		return simserver.Patient{}, false
	}
	return all[at], true
}

func (s *Sim) nhiOf(f *facility, p simserver.Patient) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return f.nhi[p.Chart]
}

// wire is the id of a record in answers; number is the simulator's own.
func (f *facility) wire(resourceType, number string) string {
	n, _ := strconv.ParseInt(number, 10, 64)
	return f.ids.of(resourceType, n, 0)
}

func itoa(n int) string { return strconv.Itoa(n) }
