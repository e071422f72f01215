package nextgen

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// TestTheIDOfANewPersonIsFoundWhereverTheAnswerTellsIt. Where it tells none, or a wrong
// one, the outcome is unknown: the Client searches, and nothing is sent a second time.
func TestTheIDOfANewPersonIsFoundWhereverTheAnswerTellsIt(t *testing.T) {
	t.Parallel()
	whole := answered(t, "patient/get")
	for name, c := range map[string]struct {
		replies []reply
		kind    emr.Kind
	}{
		"the whole record":       {replies: []reply{whole}},
		"an id":                  {replies: []reply{{body: `{"id":"` + tessa + `"}`}, whole}},
		"a person id":            {replies: []reply{{body: `{"PersonId":"` + tessa + `"}`}, whole}},
		"Location":               {replies: []reply{located("/persons", tessa), whole}},
		"a login page, Location": {replies: []reply{{body: "<html>", kind: "text/html", header: located("/persons", tessa).header}, whole}},
		"cannot be read":         {replies: []reply{located("/persons", tessa), {status: 403}}},
		"{}":                     {replies: []reply{{body: "{}"}}, kind: emr.KindAmbiguous},
		"nothing":                {replies: []reply{{}}, kind: emr.KindAmbiguous},
		"201 and nothing":        {replies: []reply{{status: 201}}, kind: emr.KindAmbiguous},
		"not one id":             {replies: []reply{{body: `[{"id":"` + tessa + `"},{"id":"` + visit + `"}]`}}, kind: emr.KindAmbiguous},
		"an odd Location":        {replies: []reply{{status: 201, header: http.Header{"Location": {"/persons/7"}}}}, kind: emr.KindAmbiguous},
		"an id of nobody":        {replies: []reply{located("/appointments", visit), {status: 404}}, kind: emr.KindAmbiguous},
		"an id of somebody else": {replies: []reply{located("/persons", drLee), whole}, kind: emr.KindAmbiguous},
	} {
		p, w := desk(t, nil, c.replies...)
		made, err := p.CreatePatient(t.Context(), tessaNew())
		if emr.KindOf(err) != c.kind || len(w.asked()) != len(c.replies) {
			t.Errorf("%s: %v after %v", name, err, w.asked())
		}
		if err == nil && (made.ID.Reveal() != tessa || !made.Family.Equal(tessaNew().Family)) {
			t.Errorf("%s: %+v", name, emr.Reveal(*made).Model.ID)
		}
		clean(t, err)
	}
}

// TestADuplicateIsAConflictOfItsOwn, and other refusals are not; none of them shows a name.
func TestADuplicateIsAConflictOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		r    reply
		kind emr.Kind
		dup  bool
	}{
		{reply{status: 409, kind: "text/plain", body: "Marlow, Tessa exists"}, emr.KindConflict, true}, {reply{status: 409}, emr.KindConflict, true},
		{reply{status: 400, body: `{"message":"Tessa Marlow needs a county"}`}, emr.KindInvalid, false}, {reply{status: 404, kind: "text/plain"}, emr.KindInvalid, false}, {reply{status: 403}, emr.KindPermission, false},
	} {
		p, w := desk(t, nil, c.r)
		_, err := p.CreatePatient(t.Context(), tessaNew())
		if wantError(t, err, c.kind); errors.Is(err, emr.ErrDuplicatePatient) != c.dup || len(w.asked()) != 1 {
			t.Errorf("%d: %v", c.r.status, err)
		}
		clean(t, err)
	}
	p, w := desk(t, nil, located("/persons", tessa), answered(t, "patient/get"))
	n := tessaNew()
	n.Vendor, n.Practitioner, n.Identifiers = NewPatientOptions{IgnoreDuplicates: true, Language: drLee}, drLee, []emr.Identifier{{System: OtherNumber, Value: emr.NewPHI("Q7")}, {System: ExternalNumber, Value: emr.NewPHI("X8")}, {System: MedicalRecordNumber, Value: emr.NewPHI("1")}}
	if _, err := p.CreatePatient(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"IgnoreDuplicatePersons":true`, `"LanguageId":"` + drLee, `"PrimaryCareProviderId":"` + drLee, `"OtherIdNumber":"Q7"`, `"ExternalId":"X8"`} {
		if !strings.Contains(w.bodies[0], want) {
			t.Errorf("%s is not in %s", want, w.bodies[0])
		}
	}
}

func TestANewPatientIsCheckedBeforeItIsSent(t *testing.T) {
	t.Parallel()
	phone := func(numbers ...string) func(*emr.NewPatient) {
		return func(n *emr.NewPatient) {
			n.Phones = nil
			for _, number := range numbers {
				n.Phones = append(n.Phones, emr.Phone{Number: emr.NewPHI(number)})
			}
		}
	}
	for field, edits := range map[string][]func(*emr.NewPatient){
		"given": {func(n *emr.NewPatient) { n.Given = emr.NewPHI(" ") }}, "family": {func(n *emr.NewPatient) { n.Family = emr.PHI{} }}, "birthdate": {func(n *emr.NewPatient) { n.Born = emr.BirthDate{} }},
		"phone":        {phone("12"), phone("555-0142"), phone("call me"), phone("0207 946 0142"), phone("2075550141", "2075550142", "2075550143", "2075550144", "2075550145", "2075550146")},
		"practitioner": {func(n *emr.NewPatient) { n.Practitioner = "lee" }}, "language": {func(n *emr.NewPatient) { n.Vendor = NewPatientOptions{Language: "english"} }}, "vendor": {func(n *emr.NewPatient) { n.Vendor = PatientFilter{} }},
	} {
		for _, edit := range edits {
			p, w := desk(t, nil)
			n := tessaNew()
			edit(n)
			_, err := p.CreatePatient(t.Context(), n)
			if e := wantError(t, err, emr.KindInvalid); !slices.Equal(e.Fields, []string{field}) || len(w.asked()) != 0 {
				t.Errorf("%s: %v", field, e.Fields)
			}
		}
	}
}

func TestNumbersCodesAndSexesAreWrittenAsNextGenKeepsThem(t *testing.T) {
	t.Parallel()
	m := members{}
	if !m.setPhones([]emr.Phone{{Number: emr.NewPHI("+1 (207) 555-0141"), Use: "Work"}, {Number: emr.NewPHI("207.555.0142 ext 12"), Use: "home"}, {Number: emr.NewPHI("+64 9 555 0143"), Use: "home"}, {Number: emr.NewPHI("2075550144")}, {Number: emr.NewPHI(" ")}, {Number: emr.NewPHI("2075550144"), Use: "mobile"}}) {
		t.Fatal("refused")
	}
	for name, want := range map[string]any{"DayPhone": "2075550141", "AlternatePhone": "2075550142", "AlternatePhoneExtension": "12", "InternationalHomePhone": "+6495550143", "CellPhone": "2075550144", "HomePhone": nil} {
		if m[name] != want {
			t.Errorf("%s is %v, want %v", name, m[name], want)
		}
	}
	for code, want := range map[string][2]string{"04101-1234": {"Zip", "041011234"}, "04101": {"Zip", "04101"}, "SW1A 1AA": {"InternationalZip", "SW1A 1AA"}} {
		m := members{}
		m.setAddress(emr.Address{PostalCode: emr.NewPHI(code), Lines: []emr.PHI{emr.NewPHI("a"), emr.NewPHI(" "), emr.NewPHI("b"), emr.NewPHI("c")}})
		if m[want[0]] != want[1] || m["AddressLine1"] != "a" || m["AddressLine2"] != "b, c" {
			t.Errorf("%s: %v", code, m)
		}
	}
	for sex, want := range map[emr.Sex]string{emr.SexFemale: "F", emr.SexMale: "M", emr.SexUnknown: "U", emr.SexOther: "U", "": "U"} {
		if got := sexCode(sex); got != want {
			t.Errorf("%s: %s", sex, got)
		}
	}
}

// TestAnUpdateSendsOnlyWhatIsGivenAndSaysWhatWasNotTaken.
func TestAnUpdateSendsOnlyWhatIsGivenAndSaysWhatWasNotTaken(t *testing.T) {
	t.Parallel()
	id, family, sex, born := emr.NewPatientID(tessa), emr.NewPHI("Marlowe"), emr.SexMale, emr.NewBirthDate(1988, 3, 1)
	p, w := desk(t, nil, reply{body: "{}"}, answered(t, "patient/get"))
	now, err := p.UpdatePatient(t.Context(), &emr.PatientUpdate{
		ID: id, Family: &family, Sex: &sex, Born: &born, Phones: []emr.Phone{{Number: emr.NewPHI("2075550199"), Use: "mobile"}}, Emails: []emr.PHI{emr.NewPHI("other@example.com")},
		Address: &emr.Address{City: emr.NewPHI("Bath")}, Identifiers: []emr.Identifier{{System: OtherNumber, Value: emr.NewPHI("9")}},
	})
	if e := wantError(t, err, emr.KindPartial); now == nil || !slices.Equal(e.Fields, []string{"family", "birthdate", "sex", "phone", "email", "address", "identifier"}) {
		t.Errorf("%v", e.Fields)
	}
	if w.bodies[0] != `{"CellPhone":"2075550199","City":"Bath","DateOfBirth":"1988-03-01T00:00:00","EmailAddress":"other@example.com","LastName":"Marlowe","OtherIdNumber":"9","Sex":"M"}` {
		t.Error(w.bodies[0])
	}
	clean(t, err)
	for _, then := range []reply{{status: 403}, {}} {
		p, _ := desk(t, nil, reply{}, then)
		_, err := p.UpdatePatient(t.Context(), &emr.PatientUpdate{ID: id, Family: &family})
		wantError(t, err, emr.KindAmbiguous)
	}
	empty, none, noSex := emr.PHI{}, emr.BirthDate{}, emr.Sex("")
	for field, u := range map[string]*emr.PatientUpdate{
		"given": {Given: &empty}, "family": {Family: &empty}, "birthdate": {Born: &none}, "sex": {Sex: &noSex}, "phone": {Phones: []emr.Phone{}}, "email": {Emails: []emr.PHI{}}, "address": {Address: &emr.Address{}},
		"identifier": {Identifiers: []emr.Identifier{{System: MedicalRecordNumber, Value: emr.NewPHI("1")}}}, "vendor": {Vendor: 1}, "patient": {},
	} {
		u.ID = id
		p, w := desk(t, nil)
		_, err := p.UpdatePatient(t.Context(), u)
		if e := wantError(t, err, emr.KindInvalid); !slices.Equal(e.Fields, []string{field}) || len(w.asked()) != 0 {
			t.Errorf("%s: %v", field, e.Fields)
		}
	}
}

// TestAChartIsMadeOnceAndOnlyWhereThereIsNone, and that it could not does not undo the
// person.
func TestAChartIsMadeOnceAndOnlyWhereThereIsNone(t *testing.T) {
	t.Parallel()
	chart := reply{body: `[{"personId":"` + tessa + `","practiceId":"0006","medicalRecordNumber":"000000000185"}]`}
	for name, c := range map[string]struct {
		replies []reply
		kind    emr.Kind
	}{
		"there is one": {replies: []reply{chart}}, "made": {replies: []reply{{status: 404}, {status: 201}, chart}}, "the answer is lost": {replies: []reply{{status: 404}, {cut: true}, chart}}, "made meanwhile": {replies: []reply{{status: 404}, {status: 409}, chart}},
		"lost, and not there": {replies: []reply{{status: 404}, {cut: true}, {status: 404}}, kind: emr.KindAmbiguous}, "said yes, and not there": {replies: []reply{{status: 404}, {}, {status: 404}}, kind: emr.KindAmbiguous},
		"another practice's": {replies: []reply{{body: `[{"practiceId":"0001"}]`}, {status: 403}}, kind: emr.KindPermission}, "not to be read": {replies: []reply{{status: 403}}, kind: emr.KindPermission},
	} {
		p, w := desk(t, nil, c.replies...)
		made, err := p.CreateChart(t.Context(), emr.NewPatientID(tessa))
		if emr.KindOf(err) != c.kind || len(w.asked()) != len(c.replies) || err == nil && made.MedicalRecordNumber.Reveal() != "000000000185" {
			t.Errorf("%s: %v after %v", name, err, w.asked())
		}
		clean(t, err)
	}
	whole := `{"id":"` + tessa + `","firstName":"Tessa","lastName":"Marlow","dateOfBirth":"1988-02-29T00:00:00"}`
	p, w := desk(t, func(c *Config) { c.CreateChart = true }, reply{body: whole}, reply{status: 404}, reply{status: 201}, chart)
	if made, err := p.CreatePatient(t.Context(), tessaNew()); err != nil || len(made.Identifiers) != 1 || made.Identifiers[0].System != MedicalRecordNumber || made.Status != "" || len(w.asked()) != 4 {
		t.Errorf("%v, %v", err, w.asked())
	}
	p, _ = desk(t, func(c *Config) { c.CreateChart = true }, reply{body: whole}, reply{status: 404}, reply{status: 403})
	if made, err := p.CreatePatient(t.Context(), tessaNew()); err != nil || made.Status != StatusPerson {
		t.Errorf("%v", err)
	}
}
