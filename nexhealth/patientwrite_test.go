package nexhealth

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func TestAKnownPersonComesBackAsADuplicate(t *testing.T) {
	t.Parallel()
	c, r := connect(t, nil, step{want: "patient/create", answer: "patient/create_known"})
	p, err := parts{c}.CreatePatient(t.Context(), tessaNew())
	if !errors.Is(err, emr.ErrDuplicatePatient) || emr.KindOf(err) != emr.KindConflict || p == nil || p.ID != tessaID || len(r.seen) != 1 {
		t.Errorf("%v, %v", p, err)
	}
}

func TestARefusedDuplicateIsOneToo(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]step{
		"400":                    {status: 400, body: `{"code":false,"error":["Patient already exists with matching information"]}`},
		"409":                    {status: 409, body: `{"code":false,"error":["Conflict"]}`},
		"code false in a 200":    {status: 200, body: `{"code":false,"data":null,"error":["A patient with matching data already exists"]}`},
		"the vendor's own shape": {status: 400, answer: "errors/400_duplicate_patient"},
	} {
		c, r := connect(t, nil, s)
		p, err := parts{c}.CreatePatient(t.Context(), tessaNew())
		if !errors.Is(err, emr.ErrDuplicatePatient) || p != nil || len(r.seen) != 1 {
			t.Errorf("%s: %v after %d requests", name, err, len(r.seen))
		}
	}
}

func TestAPatientIsNotSentWithoutWhatNexHealthDemands(t *testing.T) {
	t.Parallel()
	for field, edit := range map[string]func(*emr.NewPatient){
		"given":        func(n *emr.NewPatient) { n.Given = emr.NewPHI(" ") },
		"family":       func(n *emr.NewPatient) { n.Family = emr.PHI{} },
		"birthdate":    func(n *emr.NewPatient) { n.Born = emr.BirthDate{} },
		"email":        func(n *emr.NewPatient) { n.Emails = nil },
		"phone":        func(n *emr.NewPatient) { n.Phones = nil },
		"practitioner": func(n *emr.NewPatient) { n.Practitioner = "Dr. Brandt" },
		"location":     func(n *emr.NewPatient) { n.Vendor = NewPatientOptions{Location: "x"} },
		"weight":       func(n *emr.NewPatient) { n.Vendor = &NewPatientOptions{WeightKG: -1} },
		"height":       func(n *emr.NewPatient) { n.Vendor = &NewPatientOptions{HeightCM: -1} },
		"vendor":       func(n *emr.NewPatient) { n.Vendor = "x" },
	} {
		c, _ := connect(t, nil)
		n := tessaNew()
		edit(n)
		_, err := parts{c}.CreatePatient(t.Context(), n)
		if e := wantKind(t, err, emr.KindInvalid); !slices.Equal(e.Fields, []string{field}) {
			t.Errorf("%s: fields %v", field, e.Fields)
		}
	}
	for _, born := range []emr.BirthDate{emr.NewBirthDate(1880, time.May, 1), emr.NewBirthDate(time.Now().Year()+1, time.May, 1)} {
		c, _ := connect(t, nil)
		n := tessaNew()
		n.Born = born
		_, err := parts{c}.CreatePatient(t.Context(), n)
		wantKind(t, err, emr.KindInvalid)
	}
	for _, mail := range []string{"tessa", "tessa@", "tessa@localhost", "te ssa@example.com", "tessa@example.c", "a@b@example.com", "tessa@example.com x"} {
		c, _ := connect(t, nil)
		n := tessaNew()
		n.Emails = []emr.PHI{emr.NewPHI(mail)}
		_, err := parts{c}.CreatePatient(t.Context(), n)
		wantKind(t, err, emr.KindInvalid)
	}
}

// TestTrap_aTelephoneHasTenDigits: NexHealth cuts at ten characters and knows North
// American numbers only.
func TestTrap_aTelephoneHasTenDigits(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"2075550142": "2075550142", "(207) 555-0142": "2075550142", "+1 207.555.0142": "2075550142", "1-207-555-0142": "2075550142", " 207/555 0142 ": "2075550142",
		"207555014": "", "20755501422": "", "+44 1632 960123": "", "+2075550142": "", "107-555-0142": "", "207-155-0142": "", "207-555-0142 x5": "", "207-555-CALL": "", "": "", "22075550142": "",
	} {
		got, ok := nationalDigits(written)
		if got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", written, got, ok)
		}
	}
	n := tessaNew()
	n.Phones = append(n.Phones, emr.Phone{Number: emr.NewPHI("12345")}) // one bad number is enough
	c, _ := connect(t, nil)
	_, err := parts{c}.CreatePatient(t.Context(), n)
	wantKind(t, err, emr.KindInvalid)
}

// TestTrap_theGenderIsAlwaysSent: NexHealth takes Female where none is sent.
func TestTrap_theGenderIsAlwaysSent(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		sex    emr.Sex
		unsaid string
		want   string
	}{
		{emr.SexFemale, "", "Female"}, {emr.SexMale, "", "Male"}, {emr.SexOther, "Female", "Other"}, {"intersex", "", "Other"},
		{"", "", "Other"}, {emr.SexUnknown, "", "Other"}, {"", "Female", "Female"}, {emr.SexUnknown, "Male", "Male"},
	} {
		c, r := connect(t, func(c *Config) { c.GenderUnsaid = tc.unsaid }, step{status: 400})
		n := tessaNew()
		n.Sex = tc.sex
		_, _ = parts{c}.CreatePatient(t.Context(), n)
		var sent newPatient
		if err := json.Unmarshal([]byte(r.bodies[0]), &sent); err != nil || sent.Patient.Bio.Gender != tc.want {
			t.Errorf("%q: sent %q, want %q", tc.sex, sent.Patient.Bio.Gender, tc.want)
		}
	}
	c, _ := connect(t, func(c *Config) { c.RequireSex = true }, step{status: 201, body: good(`{"user":` + tessaRecord() + `}`)})
	if _, err := (parts{c}).CreatePatient(t.Context(), tessaNew()); err != nil {
		t.Errorf("a sex that is told: %v", err)
	}
	for _, sex := range []emr.Sex{"", emr.SexUnknown} {
		c, _ := connect(t, func(c *Config) { c.RequireSex = true })
		n := tessaNew()
		n.Sex = sex
		_, err := parts{c}.CreatePatient(t.Context(), n)
		if e := wantKind(t, err, emr.KindInvalid); !slices.Equal(e.Fields, []string{"sex"}) {
			t.Errorf("fields %v", e.Fields)
		}
	}
}

func TestWithoutAPractitionerTheFirstActiveOneTakesThePatientIn(t *testing.T) {
	t.Parallel()
	c, r := connect(t, nil, step{body: listed(`{"id":500,"inactive":true}`, `{"id":502,"name":"Dr. Ola Brandt","inactive":false}`)}, step{status: 201, body: good(`{"user":` + tessaRecord() + `}`)})
	n := tessaNew()
	n.Practitioner = ""
	if _, err := (parts{c}).CreatePatient(t.Context(), n); err != nil || !strings.Contains(r.bodies[1], `"provider":{"provider_id":502}`) {
		t.Errorf("%v", err)
	}
	// What fails before the write leaves no doubt.
	c, r = connect(t, nil, step{body: "cut"}, step{body: "cut"})
	_, err := parts{c}.CreatePatient(t.Context(), n)
	if emr.KindOf(err) != emr.KindProtocol || len(r.seen) != 1 {
		t.Errorf("%v", err)
	}
	if _, err = emr.NewClient(c, nil).CreatePatient(t.Context(), n); emr.KindOf(err) != emr.KindProtocol || len(r.seen) != 2 {
		t.Errorf("%v", err)
	}
	n.Vendor = NewPatientOptions{Location: "9002"}
	c, _ = connect(t, nil)
	_, err = parts{c}.CreatePatient(t.Context(), n)
	wantKind(t, err, emr.KindInvalid)
	n.Vendor = NewPatientOptions{Location: testLocation} // the connection's own, said aloud
	c, r = connect(t, nil, step{body: listed(`{"id":502,"name":"Dr. Ola Brandt"}`)}, step{status: 201, body: good(`{"user":` + tessaRecord() + `}`)})
	if _, err := (parts{c}).CreatePatient(t.Context(), n); err != nil || len(r.seen) != 2 {
		t.Errorf("%v", err)
	}
}

func TestBirthDatesOfThe130YearsAreTaken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // 2000-01-01, UTC
		for day, want := range map[emr.Date]bool{
			{Year: 1870, Month: 1, Day: 1}: true, {Year: 1869, Month: 12, Day: 31}: false, {Year: 2000, Month: 1, Day: 1}: true,
			{Year: 2000, Month: 1, Day: 2}: true, // where it is tomorrow already
			{Year: 2000, Month: 1, Day: 3}: false, {}: false,
		} {
			born := emr.BirthDate{}
			if !day.IsZero() {
				born = emr.NewBirthDate(day.Year, day.Month, day.Day)
			}
			if bornInReach(born) != want {
				t.Errorf("%s: %v", day, !want)
			}
		}
	})
}

func TestEachTelephoneStandsOnceBesideTheMainOne(t *testing.T) {
	t.Parallel()
	phone := func(number, use string) emr.Phone { return emr.Phone{Number: emr.NewPHI(number), Use: use} }
	const one, two, three = "2075550111", "2075550112", "2075550113"
	for name, c := range map[string]struct {
		phones []emr.Phone
		want   newPatientBio
	}{
		"the main one once more at home":  {[]emr.Phone{phone(one, "work"), phone(one, "home")}, newPatientBio{Phone: one, Work: one}},
		"the main one once more, no use":  {[]emr.Phone{phone(one, ""), phone(one, "")}, newPatientBio{Phone: one}},
		"a second one without use":        {[]emr.Phone{phone(one, ""), phone(two, "")}, newPatientBio{Phone: one, Other: two}},
		"two at home":                     {[]emr.Phone{phone(one, "home"), phone(two, "HOME")}, newPatientBio{Phone: one, Home: one, Other: two}},
		"three at home: the first two":    {[]emr.Phone{phone(one, "home"), phone(two, "home"), phone(three, "home")}, newPatientBio{Phone: one, Home: one, Other: two}},
		"a mobile and the main one again": {[]emr.Phone{phone(one, "mobile"), phone(two, "cell"), phone(one, "cell")}, newPatientBio{Phone: one, Cell: one, Other: two}},
		"each use":                        {[]emr.Phone{phone(one, "cell"), phone(two, "home"), phone(three, "work")}, newPatientBio{Phone: one, Cell: one, Home: two, Work: three}},
		"an empty one between":            {[]emr.Phone{{}, phone(one, "fax")}, newPatientBio{Phone: one}},
	} {
		var got newPatientBio
		if !got.setPhones(c.phones) || got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestAnAddressGoesIntoTwoLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lines, first, second string }{
		{"", "", ""}, {" |7 Kestrel Lane", "7 Kestrel Lane", ""}, {"7 Kestrel Lane||Floor 2| |rear", "7 Kestrel Lane", "Floor 2, rear"},
	} {
		var lines []emr.PHI
		for _, l := range strings.Split(c.lines, "|") {
			lines = append(lines, emr.NewPHI(l))
		}
		var b newPatientBio
		if b.setLines(lines); b.Line1 != c.first || b.Line2 != c.second {
			t.Errorf("%q: %q, %q", c.lines, b.Line1, b.Line2)
		}
	}
}

// TestTrap_aNameThatWasCutIsStillTheSameName: some practice systems cut at 15 and 20
// characters.
func TestTrap_aNameThatWasCutIsStillTheSameName(t *testing.T) {
	t.Parallel()
	n := tessaNew()
	n.Given, n.Family = emr.NewPHI("Maximiliana-Theresia"), emr.NewPHI("Featherstonehaugh-Marlow")
	cut := tessaRecord("Tessa", "Maximiliana-The", "Marlow", "Featherstonehaugh-Ma")
	c, _ := connect(t, nil, step{status: 201, body: good(`{"user":` + cut + `}`)})
	p, err := emr.NewClient(c, nil).CreatePatient(t.Context(), n)
	if err != nil || !p.Given.Equal(n.Given) || !p.Family.Equal(n.Family) {
		t.Errorf("%v", err)
	}
	for _, tc := range []struct{ sent, got, want string }{
		{"Maximiliana-Theresia", "Max", "Max"}, {"Maximiliana-Theresia", "Maximiliane-The", "Maximiliane-The"}, {"Max", "Maximiliana-Theresia", "Maximiliana-Theresia"},
		{"Maximiliana-Theresia", "MAXIMILIANA THERESIA", "MAXIMILIANA THERESIA"}, // the whole name, as the practice writes it
	} {
		if got := uncut(emr.NewPHI(tc.sent), emr.NewPHI(tc.got), mostGiven); got.Reveal() != tc.want {
			t.Errorf("%s as %s became %s", tc.sent, tc.got, got.Reveal())
		}
	}
}

func TestFurtherFieldsOfANewPatientAreSent(t *testing.T) {
	t.Parallel()
	c, r := connect(t, nil, step{status: 400})
	n := tessaNew()
	n.Phones = append(n.Phones, emr.Phone{Number: emr.NewPHI("207-555-0111"), Use: "home"}, emr.Phone{}, emr.Phone{Number: emr.NewPHI("207-555-0112"), Use: "home"}, emr.Phone{Number: emr.NewPHI("207-555-0142")})
	n.Vendor = NewPatientOptions{Location: "9002", Insurance: emr.NewPHI("Harbour Mutual"), Race: emr.NewPHI("x"), WeightKG: 70, HeightCM: 175}
	_, _ = parts{c}.CreatePatient(t.Context(), n)
	var sent newPatient
	if err := json.Unmarshal([]byte(r.bodies[0]), &sent); err != nil {
		t.Fatal(err)
	}
	b := sent.Patient.Bio
	if b.Home != "2075550111" || b.Other != "2075550112" || b.Race != "x" || b.Insurance != "Harbour Mutual" || b.Weight != 70 || b.Height != 175 || !strings.Contains(r.requests()[0], "location_id=9002") {
		t.Errorf("%+v, %v", b, r.requests())
	}
}

// TestFault_B9_anAnswerWithoutTheRecordIsAmbiguous, whatever was written.
func TestFault_B9_anAnswerWithoutTheRecordIsAmbiguous(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "null", "{}", good("null"), good("[]"), good("{}"), good(`{"user":null}`), good(`{"user":{"id":null}}`), good(`{"appt":{"id":""}}`), `{"code":true,"data":{"user":{"id":7`, `{"code":false,"data":null}`} {
		for name, do := range map[string]func(parts) error{
			"patient":  func(p parts) error { _, err := p.CreatePatient(t.Context(), tessaNew()); return err },
			"booking":  func(p parts) error { _, err := p.Book(t.Context(), visitBooking(t)); return err },
			"document": func(p parts) error { _, err := p.UploadDocument(t.Context(), letter()); return err },
		} {
			c, r := connect(t, nil, step{status: 201, body: body})
			if err := do(quiet(c)); emr.KindOf(err) != emr.KindAmbiguous || len(r.seen) != 1 {
				t.Errorf("%s answered with %s: %v after %d requests", name, body, err, len(r.seen))
			}
		}
	}
}
