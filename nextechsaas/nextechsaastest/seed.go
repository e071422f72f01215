package nextechsaastest

import (
	"fmt"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// patient is somebody of the practice.
type patient struct {
	id                           int
	chart, given, middle, family string
	born, ssn, phone             string
}

// visitRecord is one visit.
type visitRecord struct {
	id, patient, doctor int
	at                  time.Time
	department, kind    string
	locked              bool
}

// doctors have no endpoint: visits name them.
var doctors = []struct {
	id                       int
	first, last, designation string
}{{15, "Ada", "Okafor", "MD"}, {21, "Bela", "Novak", "OD"}}

// seed makes the same people for each number of them, and visits back from now.
func (s *Sim) seed(now time.Time) {
	people := emrtest.People()
	for n := range s.opts.Patients {
		m := emrtest.Invent(max(0, n-len(people)))
		if n < len(people) {
			m = people[n]
		}
		p := patient{
			id: 1042 + n, chart: fmt.Sprintf("RV-%05d", 20871+n), given: m.Given.Reveal(), family: m.Family.Reveal(), born: m.Born.Reveal().String(),
			ssn: fmt.Sprintf("900-55-%04d", n), // 9xx was never issued
		}
		if len(m.Phones) > 0 {
			p.phone = m.Phones[0].Number.Reveal()
		}
		if n == 4 {
			p.middle = "Lou"
		}
		if n == 9 {
			p.ssn = ""
		}
		s.patients = append(s.patients, p)
		s.seedVisits(n, p.id, now)
	}
}

// seedVisits gives three visits of four: one patient in four has none. The time is in the
// night of UTC, when the practice's day may be another one.
func (s *Sim) seedVisits(n, id int, now time.Time) {
	if n%4 == 3 {
		return
	}
	kinds := []string{"Follow Up", "New Patient", "Post Op"}
	for k := range 1 + n%3 {
		day := now.UTC().AddDate(0, 0, -20-150*k-n%7)
		s.visits = append(s.visits, visitRecord{
			id: 88310 + 10*n + k, patient: id, doctor: (n + k) % len(doctors), locked: k > 0, department: "Retina", kind: kinds[k],
			at: time.Date(day.Year(), day.Month(), day.Day(), 3, 4, 5, 123_000_000, time.UTC),
		})
	}
}

// large is the place of the visit with the large document: the last one of the second
// patient of emrtest.People.
func (s *Sim) large() int {
	at := 0
	for i, v := range s.visits {
		if v.patient == s.patients[1].id {
			at = i
		}
	}
	return at
}
