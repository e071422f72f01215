package nextech

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/emr"
)

func person(id, family, given, born string) string {
	return `{"resourceType":"Patient","id":"` + id + `","name":[{"use":"official","family":"` + family + `","given":["` + given + `"]}],"birthDate":"` + born + `"}`
}

func TestFault_F12_aSearchWhoseFilterWasIgnoredIsAProtocolErrorNeverTheFirstHit(t *testing.T) {
	t.Parallel()
	q := emr.PatientQuery{Given: emr.NewPHI("Ines"), Family: emr.NewPHI("Roy"), Born: emr.NewBirthDate(1991, 5, 17)}
	right := person("a", "Roy", "Ines", "1991-05-17")
	withSelf := func(query string) string {
		return `{"resourceType":"Bundle","link":[{"relation":"self","url":"http://localhost/api/Patient` + query + `"}],"entry":[{"resource":` + right + `}]}`
	}
	for _, c := range []struct {
		name, body string
		want       int
		kind       emr.Kind
	}{
		{"the right person", bundleOf(right), 1, ""},
		{"a longer name: Nextech matches the start", bundleOf(right, person("b", "Royce", "Inesa", "1991-05-17")), 2, ""},
		{"a second part of the name", bundleOf(person("b", "van Roy", "Maria Ines", "1991-05-17")), 1, ""},
		{"letters outside ASCII are the server's business", bundleOf(person("b", "Röy", "Inés", "1991-05-17")), 1, ""},
		{"a nickname", bundleOf(`{"resourceType":"Patient","id":"b","name":[{"family":"Roy","given":["Agnes"]},{"use":"nickname","given":["Ines"]}],"birthDate":"1991-05-17"}`), 1, ""},
		{"another birth date", bundleOf(right, person("b", "Roy", "Ines", "1984-11-02")), 0, emr.KindProtocol},
		{"no birth date", bundleOf(`{"resourceType":"Patient","id":"b","name":[{"family":"Roy","given":["Ines"]}]}`), 0, emr.KindProtocol},
		{"another family name", bundleOf(person("b", "Lindqvist", "Ines", "1991-05-17")), 0, emr.KindProtocol},
		{"another given name", bundleOf(person("b", "Roy", "Tomas", "1991-05-17")), 0, emr.KindProtocol},
		{"a self link that lost a filter", withSelf("?family=Roy&given=Ines"), 0, emr.KindProtocol},
		{"a self link with all filters", withSelf("?Family=Roy&given:exact=Ines&birthdate=1991-05-17"), 1, ""},
		{"a self link without a query", withSelf(""), 1, ""},
		{"entries that are no matches", `{"resourceType":"Bundle","entry":[{"search":{"mode":"outcome"},"resource":{"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"x"}]}},{"search":{"mode":"include"},"resource":` + person("b", "X", "Y", "1900-01-01") + `},{"resource":` + right + `}]}`, 1, ""},
		{"another resource", bundleOf(`{"resourceType":"Practitioner","id":"7"}`), 0, emr.KindProtocol},
		{"a patient without an id", bundleOf(strings.Replace(right, `"id":"a",`, "", 1)), 0, emr.KindProtocol},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			nx, _ := connect(t, Select, nil, step{body: c.body})
			page, err := parts{nx}.FindPatients(t.Context(), q, "")
			if emr.KindOf(err) != c.kind || err == nil && len(page.Items) != c.want {
				t.Errorf("%d people, %v", len(page.Items), err)
			}
		})
	}
}

func TestFault_F12_anIgnoredNameOfAPatientFilterIsAProtocolError(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]emr.Kind{"ine": "", "roy": "", "Lindqvist": emr.KindProtocol} {
		nx, _ := connect(t, Select, nil, step{body: bundleOf(person("a", "Roy", "Ines", "1991-05-17"))})
		_, err := parts{nx}.FindPatients(t.Context(), emr.PatientQuery{Vendor: PatientFilter{Name: emr.NewPHI(name)}}, "")
		if emr.KindOf(err) != kind {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFault_T6_aPartOfABirthDateIsNoBirthDate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]emr.BirthDate{
		"1991-05-17": emr.NewBirthDate(1991, 5, 17), "1991-05": {}, "1991": {}, "": {},
	} {
		nx, _ := connect(t, Select, nil, step{body: person(ines, "Roy", "Ines", text)})
		p, err := parts{nx}.GetPatient(t.Context(), emr.NewPatientID(ines))
		if err != nil || !p.Born.Equal(want) {
			t.Errorf("%q: %v, %v", text, p, err)
		}
	}
}

func TestEachFilterOfAPatientSearchGoesOut(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, Select, nil, step{body: empty}, step{body: empty})
	q := emr.PatientQuery{
		Phone: emr.NewPHI("(206) 555-0142"), Email: emr.NewPHI("ines+x@example.com"), Identifier: emr.Identifier{Value: emr.NewPHI("112711")},
		Vendor: &PatientFilter{Name: emr.NewPHI("Ines"), City: emr.NewPHI("Seattle"), State: emr.NewPHI("WA"), PostalCode: emr.NewPHI("98101")},
	}
	if _, err := (parts{nx}).FindPatients(t.Context(), q, ""); err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"phone": {"(206) 555-0142"}, "email": {"ines+x@example.com"}, "identifier": {"112711"}, "name": {"Ines"},
		"address-city": {"Seattle"}, "address-state": {"WA"}, "address-postalcode": {"98101"}, "_count": {"50"},
	}
	if diff := cmp.Diff(want, map[string][]string(r.seen[0].URL.Query())); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if raw := r.seen[0].URL.RawQuery; strings.Contains(raw, "+") {
		t.Errorf("T5 a raw plus sign in %s", raw)
	}
	if _, err := (parts{nx}).FindPatients(t.Context(), emr.PatientQuery{Vendor: PatientFilter{Name: emr.NewPHI("test")}}, ""); err != nil {
		t.Fatal(err)
	}
	if got := r.seen[1].URL.RawQuery; got != "name=test&_count=50" {
		t.Errorf("query %s", got)
	}
	if _, err := (parts{nx}).FindPatients(t.Context(), emr.PatientQuery{Vendor: PatientFilter{}}, ""); emr.KindOf(err) != emr.KindInvalid {
		t.Errorf("a search for everybody: %v", err)
	}
}

func TestFault_F14_patientIdsAreCheckedBeforeTheyAreSent(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, Select, nil)
	for _, id := range []string{"", "..", "a/b", "a?b", "%2e%2e", strings.Repeat("a", 65)} {
		if _, err := (parts{nx}).GetPatient(t.Context(), emr.NewPatientID(id)); emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("%q: %v", id, err)
		}
	}
	if len(r.seen) != 0 {
		t.Errorf("%d requests", len(r.seen))
	}
}

func TestIdsThatChangeCaseAreOneId(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, Select, nil, step{answer: "patient_get"}, step{answer: "patient_get"}, step{answer: "patient_get"})
	for id, kind := range map[string]emr.Kind{strings.ToUpper(ines): "", "112711": "", tomas: emr.KindProtocol} {
		if _, err := (parts{nx}).GetPatient(t.Context(), emr.NewPatientID(id)); emr.KindOf(err) != kind {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestNewPatientsLackingADemandedFieldAreNotSent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		product Product
		edit    func(*Config)
		person  *emr.NewPatient
		want    []string
	}{
		{Select, nil, &emr.NewPatient{}, []string{"given", "family", "birthdate", "phone", "email", "postal-code"}},
		{PracticePlus, nil, inesNew(), []string{"practitioner", "referral-source"}},
		{PracticePlus, plusConfig, &emr.NewPatient{Given: emr.NewPHI("A"), Family: emr.NewPHI("B"), Born: emr.NewBirthDate(2000, 1, 1), Phones: inesNew().Phones, Emails: inesNew().Emails},
			[]string{"address-line", "city", "state", "postal-code"}},
	} {
		nx, r := connect(t, c.product, c.edit)
		_, err := parts{nx}.CreatePatient(t.Context(), c.person)
		var e *emr.Error
		if !errors.As(err, &e) || e.Kind != emr.KindInvalid || len(r.seen) != 0 {
			t.Fatalf("got %v after %d requests", err, len(r.seen))
		}
		if diff := cmp.Diff(c.want, e.Fields); diff != "" {
			t.Errorf("%s (-want +got)\n%s", c.product, diff)
		}
	}
}

func TestADuplicatePatientIsAConflictThatSaysSo(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, Select, nil, step{status: 409, body: errorFixture(t, "409_duplicate_patient.json")})
	_, err := parts{nx}.CreatePatient(t.Context(), inesNew())
	if !errors.Is(err, emr.ErrDuplicatePatient) || !errors.Is(err, emr.ErrConflict) || errors.Is(err, emr.ErrSlotTaken) {
		t.Errorf("got %v", err)
	}
}

func TestFault_H11_aPatientAnsweredWithAnIdOnlyIsReadBack(t *testing.T) {
	t.Parallel()
	location := http.Header{"Location": {"https://select.nextech-api.com/api/Patient/" + ines + "/_history/1"}}
	nx, _ := connect(t, Select, nil, step{want: "patient_create", status: 201, header: location}, step{want: "patient_get", answer: "patient_get"})
	p, err := parts{nx}.CreatePatient(t.Context(), inesNew())
	if err != nil {
		t.Fatal(err)
	}
	golden(t, Select, "patient_get", p)
	nx, _ = connect(t, Select, nil, step{status: 201, header: location}, step{status: 400})
	if p, err = (parts{nx}).CreatePatient(t.Context(), inesNew()); err != nil || p.ID.Reveal() != ines || p.Family.Reveal() != "Roy" {
		t.Errorf("not readable: %v, %v", p, err)
	}
	for _, s := range []step{{status: 201}, {status: 201, body: `{"resourceType":"Patient"}`}, {status: 200, body: "{"}} {
		nx, r := connect(t, Select, nil, s)
		if _, err = (parts{nx}).CreatePatient(t.Context(), inesNew()); emr.KindOf(err) != emr.KindAmbiguous || len(r.seen) != 1 {
			t.Errorf("B9 %q: %v after %d requests", s.body, err, len(r.seen))
		}
	}
}

func TestAnUpdateThatIsIgnoredInSilenceIsReported(t *testing.T) {
	t.Parallel()
	phone := []emr.Phone{{Number: emr.NewPHI("206-555-0142")}}
	wrong := []emr.PHI{emr.NewPHI("new@example.com")}
	for _, c := range []struct {
		name    string
		update  emr.PatientUpdate
		kind    emr.Kind
		ignored []string
	}{
		{"taken, written another way", emr.PatientUpdate{Phones: phone}, "", nil},
		{"nothing taken", emr.PatientUpdate{Emails: wrong}, emr.KindInvalid, []string{"email"}},
		{"one of two taken", emr.PatientUpdate{Phones: phone, Emails: wrong}, emr.KindPartial, []string{"email"}},
		{"an address taken", emr.PatientUpdate{Address: &emr.Address{Lines: phis("42 lantern row"), PostalCode: emr.NewPHI("98101")}}, "", nil},
		{"an address not taken", emr.PatientUpdate{Address: &emr.Address{PostalCode: emr.NewPHI("98102")}}, emr.KindInvalid, []string{"address"}},
	} {
		nx, _ := connect(t, Select, nil, step{status: 200}, step{want: "patient_get", answer: "patient_get"})
		c.update.ID = emr.NewPatientID(ines)
		p, err := parts{nx}.UpdatePatient(t.Context(), &c.update)
		var e *emr.Error
		errors.As(err, &e)
		if emr.KindOf(err) != c.kind || p == nil || p.ID.Reveal() != ines {
			t.Errorf("%s: %v, %v", c.name, p, err)
		} else if e != nil && cmp.Diff(c.ignored, e.Fields) != "" {
			t.Errorf("%s: fields %v", c.name, e.Fields)
		}
	}
}

func TestChangesNextechIsKnownToIgnoreAreNotSent(t *testing.T) {
	t.Parallel()
	name, born, none := emr.NewPHI("Roy"), emr.NewBirthDate(1991, 5, 17), emr.Sex("")
	for _, c := range []struct {
		product Product
		update  emr.PatientUpdate
		want    []string
	}{
		{Select, emr.PatientUpdate{Given: &name, Family: &name, Born: &born}, []string{"given", "family", "birthdate"}},
		{Select, emr.PatientUpdate{Address: &emr.Address{City: emr.NewPHI("Tacoma")}}, []string{"postal-code"}},
		{PracticePlus, emr.PatientUpdate{Family: &emr.PHI{}, Sex: &none, Phones: []emr.Phone{}, Emails: []emr.PHI{}}, []string{"family", "sex", "phone", "email"}},
	} {
		nx, r := connect(t, c.product, nil)
		c.update.ID = emr.NewPatientID(ines)
		_, err := parts{nx}.UpdatePatient(t.Context(), &c.update)
		var e *emr.Error
		if !errors.As(err, &e) || e.Kind != emr.KindInvalid || cmp.Diff(c.want, e.Fields) != "" || len(r.seen) != 0 {
			t.Errorf("%s: %v", c.product, err)
		}
	}
	nx, _ := connect(t, Select, nil)
	if _, err := (parts{nx}).UpdatePatient(t.Context(), &emr.PatientUpdate{ID: emr.NewPatientID(ines)}); emr.KindOf(err) != emr.KindInvalid {
		t.Errorf("an empty update: %v", err)
	}
}

func TestFault_B7_anUpdateSendsChangedFieldsOnlyAndAnUnreadableOutcomeIsAmbiguous(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, Select, nil, step{want: "patient_update", status: 200}, step{status: 400})
	_, err := parts{nx}.UpdatePatient(t.Context(), &emr.PatientUpdate{ID: emr.NewPatientID(ines), Phones: []emr.Phone{{Number: emr.NewPHI("(206) 555-0142"), Use: "home"}}})
	if emr.KindOf(err) != emr.KindAmbiguous {
		t.Errorf("got %v", err)
	}
}

func TestSocialSecurityNumbersAreNotKept(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, PracticePlus, nil, step{answer: "patient_get"})
	p, err := parts{nx}.GetPatient(t.Context(), emr.NewPatientID(tomas))
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range p.Identifiers {
		if strings.Contains(i.System, "ssn") {
			t.Error("the model holds a social security number")
		}
	}
	if !strings.Contains(string(p.Source.Reveal()), "us-ssn") {
		t.Error("the source lost it")
	}
}

func TestFault_B8_aSocialSecurityNumberIdentifiesNobody(t *testing.T) {
	t.Parallel()
	const ssn = "000-12-3456"
	for _, identifier := range []string{
		`{"system":"http://hl7.org/fhir/sid/us-ssn","value":"` + ssn + `"}`,
		`{"use":"official","system":"http://hl7.org/fhir/sid/us-ssn","value":"` + ssn + `"}`,
		`{"use":"official","system":"HTTP://HL7.ORG/FHIR/SID/US-SSN","value":"` + ssn + `"}`,
		`{"use":"official","system":"urn:oid:2.16.840.1.113883.4.1","value":"` + ssn + `"}`,
		`{"use":"official","type":{"coding":[{"system":"http://hl7.org/fhir/v2/0203","code":"SS"}]},"value":"` + ssn + `"}`,
	} {
		other := `{"use":"official","value":"31115"}`
		body := func(id string, identifiers ...string) step {
			return step{body: `{"resourceType":"Patient",` + id + `"identifier":[` + strings.Join(identifiers, ",") + `],"name":[{"family":"Roy"}]}`}
		}
		// The record asked for is not the one that has this number.
		nx, _ := connect(t, Select, nil, body(`"id":"`+ines+`",`, identifier))
		if _, err := (parts{nx}).GetPatient(t.Context(), emr.NewPatientID(ssn)); emr.KindOf(err) != emr.KindProtocol {
			t.Errorf("%s is an id: %v", identifier, err)
		}
		// It is not listed, and never becomes the id.
		for _, answer := range []step{body(`"id":"31115",`, identifier, other), body("", identifier, other)} {
			nx, _ := connect(t, Select, nil, answer)
			p, err := parts{nx}.GetPatient(t.Context(), emr.NewPatientID("31115"))
			if err != nil || p.ID.Reveal() != "31115" || len(p.Identifiers) != 1 || p.Identifiers[0].Value.Reveal() != "31115" {
				t.Errorf("%s: %v, %d identifiers, %v", identifier, p, len(p.Identifiers), err)
			}
		}
		nx, _ = connect(t, Select, nil, step{body: `{"resourceType":"Bundle","entry":[{"resource":` + body("", identifier).body + `}]}`})
		found, err := parts{nx}.FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI("Roy")}, "")
		if emr.KindOf(err) != emr.KindProtocol || len(found.Items) != 0 {
			t.Errorf("%s: %d people, %v", identifier, len(found.Items), err)
		}
	}
}

func TestNamesAreComparedWordByWordInLinearTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, prefix string
		want         bool
	}{
		{"van der Berg", "der  Be", true}, {"Smith-Jones", "jon", true}, {"O'Brien", "bri", true}, {"O'Brien", "o'b", true},
		{"Mary Ann", "Mary A", true}, {"Mary Ann", "Mary B", false}, {"Ann", "Ann Mary", false}, {"Royce", "oy", false},
		{"Müller", "Muller", true}, {"", "Roy", false}, {"Roy", " ' ", true},
		{strings.Repeat(" ", 8<<20) + "x", "Roy", false},
		{strings.Repeat("a ", 4<<20), strings.Repeat("a ", 1000) + "b", false},
	} {
		start := time.Now()
		if got := startsAny([]string{c.text}, c.prefix); got != c.want {
			t.Errorf("%.20q starts with %.20q: %t", c.text, c.prefix, got)
		}
		if took := time.Since(start); took > 2*time.Second { // squared it would be hours
			t.Errorf("%.20q took %s", c.text, took)
		}
	}
}

func TestARecordThatIsNotInUseSaysSoInItsStatus(t *testing.T) {
	t.Parallel()
	for member, want := range map[string]string{
		`"active":false`: "inactive", `"active":true,"deceasedBoolean":false`: "", `"deceasedBoolean":true`: "deceased",
		`"deceasedDateTime":"2030-01-01"`:                                                     "deceased",
		`"active":false,"link":[{"type":"replaced-by","other":{"reference":"Patient/b"}}]`:    "replaced",
		`"active":false,"extension":[{"url":"x/patient-status","valueString":"Not patient"}]`: "Not patient",
	} {
		nx, _ := connect(t, Select, nil, step{body: `{"resourceType":"Patient","id":"` + ines + `",` + member + `}`})
		p, err := parts{nx}.GetPatient(t.Context(), emr.NewPatientID(ines))
		if err != nil || p.Status != want || p.Inactive != (want != "") {
			t.Errorf("%s: %v, inactive %v, want %q", member, err, p.Inactive, want)
		}
	}
}
