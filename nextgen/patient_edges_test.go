package nextgen

import (
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestTelephonesAreSplitAsNorthAmericaWritesThem(t *testing.T) {
	t.Parallel()
	type split struct {
		number, extension string
		home              bool
	}
	for text, want := range map[string]split{
		"207 555 0142": {"2075550142", "", true}, "+1 (207) 555-0142": {"2075550142", "", true}, "1.207.555.0142": {"2075550142", "", true}, "207/555-0142 x12": {"2075550142", "12", true},
		"2075550142 ext. 7": {"2075550142", "7", true}, "2075550142#9": {"2075550142", "9", true}, "2995552222": {"2995552222", "", true}, "2002002222": {"2002002222", "", true},
		"+6495550143": {"+6495550143", "", false}, "+1234567": {"+1234567", "", false}, "+123456789012345": {"+123456789012345", "", false}, "+64 9 555 0143": {"+6495550143", "", false},
		"+123456": {}, "+1234567890123456": {}, "+": {}, "++6495550143": {}, "207+5550142": {}, "1075550142": {}, "2071550142": {}, "207555014": {}, "20755501422": {}, "555 x12": {}, "x12": {}, "": {}, "2075550142 or 43": {}, "６４９５５５０１４３": {},
		"+2075550142": {"+2075550142", "", false},
	} {
		var got split
		got.number, got.extension, got.home = splitPhone(text)
		if got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

func TestEachTelephoneHasAFieldOfItsOwn(t *testing.T) {
	t.Parallel()
	type phones = []emr.Phone
	one := func(number, use string) emr.Phone { return emr.Phone{Number: emr.NewPHI(number), Use: use} }
	for name, c := range map[string]struct {
		phones phones
		want   string // field=number, sorted; "": refused
	}{
		"by use":                   {phones{one("2075550141", "mobile"), one("2075550142", "Home"), one("2075550143", "day")}, "CellPhone=2075550141 DayPhone=2075550143 HomePhone=2075550142"},
		"without use":              {phones{one("2075550141", ""), one("2075550142", "")}, "CellPhone=2075550141 HomePhone=2075550142"},
		"the same twice":           {phones{one("2075550141", ""), one("207-555-0141", "")}, "CellPhone=2075550141"},
		"an extension at work":     {phones{one("2075550141 x5", "")}, "DayPhone=2075550141 DayPhoneExt=5"},
		"two extensions":           {phones{one("2075550141 x5", "work"), one("2075550142 x6", "home")}, "AlternatePhone=2075550142 AlternatePhoneExtension=6 DayPhone=2075550141 DayPhoneExt=5"},
		"three extensions":         {phones{one("2075550141 x5", "work"), one("2075550142 x6", "home"), one("2075550143 x7", "")}, ""},
		"abroad":                   {phones{one("+6495550141", "work"), one("+6495550142", "mobile")}, "InternationalHomePhone=+6495550142 InternationalWorkPhone=+6495550141"},
		"abroad with an extension": {phones{one("+6495550141 x5", "home")}, "InternationalHomePhone=+6495550141"},
		"three abroad":             {phones{one("+6495550141", ""), one("+6495550142", ""), one("+6495550143", "")}, ""},
	} {
		m := members{}
		got := ""
		if m.setPhones(c.phones) {
			var all []string
			for _, field := range []string{"AlternatePhone", "AlternatePhoneExtension", "CellPhone", "DayPhone", "DayPhoneExt", "HomePhone", "InternationalHomePhone", "InternationalWorkPhone", "SecondaryHomePhone"} {
				if m[field] != nil {
					all = append(all, field+"="+m[field].(string))
				}
			}
			got = strings.Join(all, " ")
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	for code, want := range map[string]string{"04101": "04101", "04101-1234": "041011234", "0410": "", "04101a": "", "0410:": "", "0410/": "", "": ""} {
		if got, ok := zipDigits(code); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v", code, got, ok)
		}
	}
}

// TestAllOfANewPersonIsSentAndToldWhereItCannotBeRead.
func TestAllOfANewPersonIsSentAndToldWhereItCannotBeRead(t *testing.T) {
	t.Parallel()
	n := tessaNew()
	n.Middle, n.Practitioner = emr.NewPHI("Ann"), drLee
	p, w := desk(t, nil, located("/persons", tessa), reply{status: 403})
	m, err := p.CreatePatient(t.Context(), n)
	if err != nil || !strings.Contains(w.bodies[0], `"MiddleName":"Ann"`) {
		t.Fatalf("%v", err)
	}
	if m.ID.Reveal() != tessa || !m.Given.Equal(n.Given) || !m.Middle.Equal(n.Middle) || !m.Family.Equal(n.Family) || !m.Born.Equal(n.Born) || m.Sex != n.Sex || len(m.Phones) != 2 || len(m.Emails) != 1 ||
		!m.Address.City.Equal(n.Address.City) || m.Practitioner != drLee || m.Write != emr.WriteDone {
		t.Error("what was sent is not told")
	}
}

// TestAnAnswerThatIsNoWholePersonIsReadAgain: an id and a name alone say too little.
func TestAnAnswerThatIsNoWholePersonIsReadAgain(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"id":"` + tessa + `","lastName":"Marlow"}`, `{"id":"` + tessa + `","dateOfBirth":"1988-02-29T00:00:00"}`} {
		p, w := desk(t, nil, reply{body: body}, answered(t, "patient/get"))
		if m, err := p.CreatePatient(t.Context(), tessaNew()); err != nil || m.Given.Reveal() != "Tessa" || len(w.asked()) != 2 {
			t.Errorf("%v after %v", err, w.asked())
		}
	}
}

// TestAnUpdateThatWasTakenIsComplete, field by field, in whatever form the record has it;
// and each that was not is named alone.
func TestAnUpdateThatWasTakenIsComplete(t *testing.T) {
	t.Parallel()
	given, other, family, born, sex := emr.NewPHI("TESSA"), emr.NewPHI("Tess"), emr.NewPHI("marlow"), emr.NewBirthDate(1988, 2, 29), emr.SexFemale
	was := emr.NewBirthDate(1988, 3, 1)
	male := emr.SexMale
	number := func(n string) []emr.Phone { return []emr.Phone{{Number: emr.NewPHI(n), Use: "home"}} }
	own := func(v string) []emr.Identifier {
		return []emr.Identifier{{System: OtherNumber, Value: emr.NewPHI(v)}}
	}
	for name, c := range map[string]struct {
		u    emr.PatientUpdate
		left string
	}{
		"given": {emr.PatientUpdate{Given: &given}, ""}, "another given": {emr.PatientUpdate{Given: &other}, "given"},
		"family": {emr.PatientUpdate{Family: &family}, ""}, "born": {emr.PatientUpdate{Born: &born}, ""}, "another day": {emr.PatientUpdate{Born: &was}, "birthdate"},
		"sex": {emr.PatientUpdate{Sex: &sex}, ""}, "another sex": {emr.PatientUpdate{Sex: &male}, "sex"},
		"phone": {emr.PatientUpdate{Phones: append(number("(207) 555-0142"), emr.Phone{})}, ""}, "another phone": {emr.PatientUpdate{Phones: number("2075550999")}, "phone"},
		"e-mail": {emr.PatientUpdate{Emails: []emr.PHI{emr.NewPHI(" "), emr.NewPHI("TESSA.marlow@example.com"), emr.NewPHI("second@example.com")}}, ""},
		"city":   {emr.PatientUpdate{Address: &emr.Address{City: emr.NewPHI("PORTLAND")}}, ""}, "another city": {emr.PatientUpdate{Address: &emr.Address{City: emr.NewPHI("Bath")}}, "address"},
		"zip": {emr.PatientUpdate{Address: &emr.Address{PostalCode: emr.NewPHI("04101")}}, ""}, "another zip": {emr.PatientUpdate{Address: &emr.Address{PostalCode: emr.NewPHI("04102")}}, "address"},
		"number": {emr.PatientUpdate{Identifiers: own("0077")}, ""}, "another number": {emr.PatientUpdate{Identifiers: own("78")}, "identifier"},
		"a number of another system": {emr.PatientUpdate{Identifiers: own("1204")}, "identifier"}, // that is the person number
	} {
		c.u.ID = emr.NewPatientID(tessa)
		p, w := desk(t, nil, reply{}, reply{body: strings.Replace(fixture(t, "patient/get.response.json"), `"otherIdNumber": ""`, `"otherIdNumber": "77"`, 1)})
		_, err := p.UpdatePatient(t.Context(), &c.u)
		if c.left == "" && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if c.left != "" {
			if e := wantError(t, err, emr.KindPartial); len(e.Fields) != 1 || e.Fields[0] != c.left {
				t.Errorf("%s: %v", name, e.Fields)
			}
		}
		if name == "given" && w.bodies[0] != `{"FirstName":"TESSA"}` {
			t.Error(w.bodies[0])
		}
	}
	for _, bad := range [][]emr.Identifier{{}, own(" ")} {
		p, w := desk(t, nil)
		_, err := p.UpdatePatient(t.Context(), &emr.PatientUpdate{ID: emr.NewPatientID(tessa), Identifiers: bad})
		if wantError(t, err, emr.KindInvalid); len(w.asked()) != 0 {
			t.Error(w.asked())
		}
	}
}

func TestAPersonsRecordIsReadInItsOddForms(t *testing.T) {
	t.Parallel()
	read := func(members string) *emr.Patient {
		t.Helper()
		p, err := personFrom([]byte(`{"id":"` + tessa + `",` + members + `}`))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if p := read(`"country":"USA","zip":"","internationalZip":"SW1A 1AA"`); p.Address.Country.Reveal() != "USA" || p.Address.PostalCode.Reveal() != "SW1A 1AA" || p.Source.IsZero() {
		t.Error("country, postal code or source")
	}
	if p := read(`"email":"a@example.com","emailAddress":"A@example.com"`); len(p.Emails) != 1 {
		t.Errorf("%d e-mails", len(p.Emails))
	}
	if p := read(`"email":"a@example.com","emailAddress":"b@example.com"`); len(p.Emails) != 2 {
		t.Errorf("%d e-mails", len(p.Emails))
	}
	for members, want := range map[string]string{
		`"isPatient":false`: StatusPerson, `"isPatient":true`: "", `"isPatient":false,"medicalRecordNumber":"7"`: "", `"isPatient":false,"chart":[{"practiceId":"0006"}]`: "", `"firstName":"x"`: "", `"isExpired":true,"isPatient":false`: StatusExpired,
	} {
		if p := read(members); p.Status != want {
			t.Errorf("%s: status %q, want %q", members, p.Status, want)
		}
	}
	for _, born := range []string{`"soon"`, `null`, `"0001-01-01T00:00:00"`} {
		if p := read(`"dateOfBirth":` + born); !p.Born.IsZero() {
			t.Errorf("born %s is %v", born, p.Born)
		}
	}
}

func TestNumbersAreComparedTheWayTheSiteMay(t *testing.T) {
	t.Parallel()
	has := &emr.Patient{Phones: []emr.Phone{{Number: emr.NewPHI("not one")}, {Number: emr.NewPHI("2075550142")}}}
	// Asked for by a number, who shows no number of the system is the server's to judge; who
	// shows another one is not meant.
	q := emr.PatientQuery{Identifier: emr.Identifier{System: PersonNumber, Value: emr.NewPHI("1204")}}
	for have, want := range map[string]bool{"": true, "1204": true, "001204": true, "1205": false} {
		p := &emr.Patient{}
		if have != "" {
			p.Identifiers = []emr.Identifier{{System: PersonNumber, Value: emr.NewPHI(have)}}
		}
		if got := fits(p, q, emr.FieldIdentifier); got != want || fits(p, q, "") != (want && have != "") {
			t.Errorf("%q: %v", have, got)
		}
	}
	tel := emr.PatientQuery{Phone: emr.NewPHI("2075550143")} // a field that the row does not show may have it
	if !fits(has, tel, emr.FieldPhone) || fits(has, tel, "") {
		t.Error("a telephone that was asked for is the server's to judge, another one is compared")
	}
}
