package emrtest

import (
	"fmt"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// People returns invented patients that make careless matching fail, always the same
// ones in the same order. Simulators and the seeded [Memory] hold all of them:
//
//   - 0 and 1 are namesakes: same name, same birth date, other phone and e-mail
//   - 2 has the same name and another birth date
//   - 3 and 4 have names that begin like those of 0 (Royce, Inesa)
//   - 5 to 8 have names outside ASCII; 6 in a script without letter case
//   - 9 has no phone, 10 no e-mail
//
// Phones are 555-01xx, mails go to example.com. All were born before 2000, where time
// begins in a testing/synctest bubble.
func People() []emr.NewPatient {
	people := []emr.NewPatient{
		person("Ines", "Roy", 1991, time.May, 17, emr.SexFemale, 42),
		person("Ines", "Roy", 1991, time.May, 17, emr.SexFemale, 43),
		person("Ines", "Roy", 1984, time.November, 2, emr.SexFemale, 44),
		person("Ines", "Royce", 1991, time.May, 17, emr.SexFemale, 45),
		person("Inesa", "Roy", 1991, time.May, 17, emr.SexFemale, 46),
		person("Zoë", "Müller-Østergård", 1996, time.February, 29, emr.SexFemale, 47),
		person("小明", "王", 1978, time.January, 1, emr.SexMale, 48),
		person("Seán", "O’Néill", 1969, time.December, 31, emr.SexMale, 49),
		person("Łucja", "Żółkiewska", 1998, time.October, 25, emr.SexOther, 50),
		person("Tomas", "Lindqvist", 1955, time.July, 4, emr.SexMale, 51),
		person("Amara", "Okonkwo", 1999, time.October, 31, emr.SexUnknown, 52),
	}
	people[9].Phones = nil
	people[10].Emails = nil
	return people
}

// person n of the clinic in Seattle: the number is in phone, mail, street and postal code.
func person(given, family string, year int, month time.Month, day int, sex emr.Sex, n int) emr.NewPatient {
	return emr.NewPatient{
		Given:  emr.NewPHI(given),
		Family: emr.NewPHI(family),
		Born:   emr.NewBirthDate(year, month, day),
		Sex:    sex,
		Phones: []emr.Phone{{Number: emr.NewPHI(fmt.Sprintf("(206) 555-01%02d", n)), Use: "mobile"}},
		Emails: []emr.PHI{emr.NewPHI(fmt.Sprintf("person%d@example.com", n))},
		Address: emr.Address{
			Lines:      []emr.PHI{emr.NewPHI(fmt.Sprintf("%d Lantern Row", n))},
			City:       emr.NewPHI("Seattle"),
			State:      emr.NewPHI("WA"),
			PostalCode: emr.NewPHI(fmt.Sprintf("981%02d", n)),
			Country:    emr.NewPHI("USA"),
		},
	}
}

// Invent returns the n-th of many invented people who are not among [People]: no two
// below 60 000 share a name, phone, e-mail or street number. The conformance suite
// uses those from 30 000 on; clinics that are seeded keep below. A negative n is 0.
func Invent(n int) emr.NewPatient {
	n = max(n, 0)
	given := []string{"Adela", "Bruno", "Carys", "Dario", "Edda", "Femi", "Greta", "Hamid", "Ilka", "Jonas"}
	born := emr.Date{Year: 1950, Month: time.January, Day: 1}.AddDays((n * 997) % 18000)
	p := person(given[n%len(given)], familyName(n), born.Year, born.Month, born.Day, emr.SexFemale, 0)
	p.Phones[0].Number = emr.NewPHI(fmt.Sprintf("(%d) 555-01%02d", 301+(n/100)%600, n%100))
	p.Emails[0] = emr.NewPHI(fmt.Sprintf("invented%d@example.com", n))
	p.Address.Lines[0] = emr.NewPHI(fmt.Sprintf("%d Juniper Bend", 1000+n))
	p.Address.PostalCode = emr.NewPHI(fmt.Sprintf("%05d", 70000+n%9000))
	return p
}

// familyName spells n in syllables, so that no name is the start of another: all
// have the same number of them.
func familyName(n int) string {
	onsets := []string{"b", "d", "f", "k", "l", "m", "n", "r", "s", "v"}
	vowels := []string{"a", "e", "i", "o"}
	name := "Qu"
	for range 4 {
		at := n % (len(onsets) * len(vowels))
		name += vowels[at%len(vowels)] + onsets[at/len(vowels)]
		n /= len(onsets) * len(vowels)
	}
	return name + "en"
}
