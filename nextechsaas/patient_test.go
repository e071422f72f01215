package nextechsaas

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

const marisol = `{"patientId":1042,"chartNumber":"RV-20871","firstName":"Marisol","lastName":"Quint","middleName":"",
 "dob":"1991-05-17T23:30:00-08:00","ssn":"900-55-0142","homePhone":"(206) 555-0142","newMember":{"x":[1]}}`

func find(t *testing.T, q emr.PatientQuery, r reply) ([]*emr.Patient, *wire, error) {
	t.Helper()
	c, w := dial(t, nil, r)
	all, err := emr.Collect(c.FindPatients(t.Context(), q))
	return all, w, err
}

func TestAPatientIsReadFromAListAndFromOneObject(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"[" + marisol + "]", marisol} {
		all, w, err := find(t, emr.PatientQuery{Family: emr.NewPHI("quint")}, reply{body: body})
		if err != nil || len(all) != 1 {
			t.Fatalf("%d, %v", len(all), err)
		}
		p := all[0]
		if p.ID.Reveal() != "1042" || p.Given.Reveal() != "Marisol" || p.Family.Reveal() != "Quint" || !p.Middle.IsZero() ||
			p.Phones[0].Number.Reveal() != "(206) 555-0142" || p.Identifiers[0].System != ChartNumber || p.Identifiers[0].Value.Reveal() != "RV-20871" {
			t.Errorf("%s", fmt.Sprint(p.ID.Reveal(), p.Given.Reveal(), p.Family.Reveal()))
		}
		if got := p.Born.Reveal().String(); got != "1991-05-17" {
			t.Errorf("born %s: a zone shifted it", got)
		}
		req := w.seen[0]
		if req.Method != http.MethodGet || req.URL.String() != "https://saas.nextech-api.com/ehr/api/search?term=quint" ||
			req.Header.Get("x-nextech-practice-id") != testPractice || req.Header.Get("nx-practice-id") != "" {
			t.Errorf("%s %s %v", req.Method, req.URL, req.Header)
		}
	}
}

func TestTheSocialSecurityNumberIsKeptNowhere(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"ssn", "SSN", "socialSecurityNumber", "social_security_number"} {
		all, _, err := find(t, emr.PatientQuery{Family: emr.NewPHI("Quint")}, reply{body: strings.Replace(marisol, `"ssn"`, `"`+name+`"`, 1)})
		if err != nil || len(all) != 1 {
			t.Fatal(len(all), err)
		}
		raw := string(all[0].Source.Reveal())
		if strings.Contains(raw, testSSN) || !strings.Contains(raw, "newMember") || !strings.Contains(raw, "1042") {
			t.Errorf("%s: the source is %s", name, raw)
		}
		if len(all[0].Identifiers) != 1 {
			t.Errorf("%d identifiers", len(all[0].Identifiers))
		}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			if text := fmt.Sprintf(verb, all[0]); strings.Contains(text, testSSN) || strings.Contains(text, testName) {
				t.Errorf("%s prints the person", verb)
			}
		}
	}
}

func TestWhoIsFoundIsComparedWithTheWholeQuery(t *testing.T) {
	t.Parallel()
	born, err := emr.ParseBirthDate("1991-05-17")
	if err != nil {
		t.Fatal(err)
	}
	other, err := emr.ParseBirthDate("1991-05-18")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		q    emr.PatientQuery
		term string
		n    int
	}{
		"chart number":        {emr.PatientQuery{Identifier: emr.Identifier{System: ChartNumber, Value: emr.NewPHI("rv-20871")}, Family: emr.NewPHI("Quint")}, "rv-20871", 1},
		"another chart":       {emr.PatientQuery{Identifier: emr.Identifier{Value: emr.NewPHI("RV-2087")}}, "RV-2087", 0},
		"name and day":        {emr.PatientQuery{Given: emr.NewPHI("Mari"), Family: emr.NewPHI("Quint"), Born: born}, "Quint", 1},
		"another day":         {emr.PatientQuery{Family: emr.NewPHI("Quint"), Born: other}, "Quint", 0},
		"telephone":           {emr.PatientQuery{Given: emr.NewPHI("Marisol"), Phone: emr.NewPHI("+1 206 555 0142")}, "Marisol", 1},
		"another telephone":   {emr.PatientQuery{Family: emr.NewPHI("Quint"), Phone: emr.NewPHI("2065550143")}, "Quint", 0},
		"a term of one's own": {emr.PatientQuery{Born: born, Vendor: PatientFilter{Term: emr.NewPHI("Quint, Marisol")}}, "Quint, Marisol", 1},
	} {
		all, w, err := find(t, c.q, reply{body: "[" + marisol + "]"})
		if err != nil || len(all) != c.n || w.seen[0].URL.Query().Get("term") != c.term {
			t.Errorf("%s: %d of %d, %v, %s", name, len(all), c.n, err, w.seen[0].URL.RawQuery)
		}
	}
}

func TestWhatCannotBeAskedSendsNothing(t *testing.T) {
	t.Parallel()
	born, err := emr.ParseBirthDate("1991-05-17")
	if err != nil {
		t.Fatal(err)
	}
	for name, q := range map[string]emr.PatientQuery{
		"a birth date alone":   {Born: born},
		"a telephone alone":    {Phone: emr.NewPHI("2065550142")},
		"an e-mail address":    {Family: emr.NewPHI("Quint"), Email: emr.NewPHI("m@example.com")},
		"another number":       {Identifier: emr.Identifier{System: "nhi", Value: emr.NewPHI("ZZZ0016")}},
		"somebody's own query": {Family: emr.NewPHI("Quint"), Vendor: 7},
	} {
		_, w, err := find(t, q, reply{body: "[]"})
		wantKind(t, err, emr.KindInvalid)
		if len(w.seen) != 0 {
			t.Errorf("%s: sent", name)
		}
	}
}

func TestNobodyIsNoError(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"[]", "null"} {
		all, _, err := find(t, emr.PatientQuery{Family: emr.NewPHI("Quint")}, reply{body: body})
		if err != nil || len(all) != 0 {
			t.Errorf("%s: %d, %v", body, len(all), err)
		}
	}
}

func TestARecordThatIsNoneIsNotDropped(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`[{}]`, `[{"patientId":"x"}]`, `[{"patientId":-1}]`, `[null]`, `[[]]`, `"x"`, `7`, `[{"patientId":1,"dob":"5-5-2010"}]`, `[{"patientId":1,"firstName":{}}]`, `{"a":1,"A":2}`} {
		_, _, err := find(t, emr.PatientQuery{Family: emr.NewPHI("Quint")}, reply{body: body})
		wantKind(t, err, emr.KindProtocol)
	}
}

func TestFault_T8_aBirthDateIsTheDayAsItIsWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1991-05-17": "1991-05-17", "1991-05-17T00:00:00Z": "1991-05-17", "2017-12-14T15:08:59.934Z": "2017-12-14", "1991-05-17 00:00:00": "1991-05-17",
		"1991-05-17T23:59:59+14:00": "1991-05-17", "": "", "0001-01-01T00:00:00": "", " 1991-05-17 ": "1991-05-17",
	} {
		if got, ok := birthDate(text); !ok || got.Reveal().String() != want {
			t.Errorf("%q: %s, %v", text, got.Reveal(), ok)
		}
	}
	for _, text := range []string{"17/05/1991", "1991-13-01", "1991", "yesterday", "T00:00:00"} {
		if _, ok := birthDate(text); ok {
			t.Errorf("%q is a birth date", text)
		}
	}
}

func TestErrorsFollowTheVendorsTable(t *testing.T) {
	t.Parallel()
	for status, kind := range map[int]emr.Kind{400: emr.KindInvalid, 401: emr.KindAuth, 403: emr.KindPermission, 404: emr.KindNotFound, 500: emr.KindUnavailable} {
		for _, body := range []string{``, `{"message":"no access for Marisol"}`, `{"Message":"Marisol"}`, `{"error":"x","error_description":"Marisol"}`, `plain Marisol`, `<html>Marisol`,
			`{"resourceType":"OperationOutcome","issue":[{"details":{"text":"Marisol"}}]}`} {
			_, w, err := find(t, emr.PatientQuery{Family: emr.NewPHI("Quint")}, reply{status: status, body: body})
			e := wantKind(t, err, kind)
			if body != "" && !strings.Contains(e.Detail(), testName) {
				t.Errorf("%d %q: the vendor's words are lost: %q", status, body, e.Detail())
			}
			if e.Hint == "" {
				t.Errorf("%d: no hint", status)
			}
			if status < 500 && status != 401 && len(w.seen) != 1 {
				t.Errorf("%d: %d requests", status, len(w.seen))
			}
		}
	}
	for _, body := range []string{"", "<html><body>Marisol</body></html>"} {
		_, _, err := find(t, emr.PatientQuery{Family: emr.NewPHI("Quint")}, reply{body: body, kind: "text/html"})
		wantKind(t, err, emr.KindProtocol)
	}
}
