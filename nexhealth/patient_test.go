package nexhealth

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// tessaRecord is a patient as NexHealth sends one; edits are "old→new" texts.
func tessaRecord(edits ...string) string {
	r := `{"id":70011,"first_name":"Tessa","last_name":"Marlow","email":"tessa@example.com","foreign_id":"100437","foreign_id_type":"msg-1","chart_id":"017407","inactive":false,` +
		`"bio":{"date_of_birth":"1988-11-23","phone_number":"2075550142","gender":"Female","new_patient":false,"non_patient":false}}`
	for i := 0; i < len(edits); i += 2 {
		r = strings.Replace(r, edits[i], edits[i+1], 1)
	}
	return r
}

// filtersOf are the filters of each patient search, without scope and paging.
func filtersOf(t *testing.T, r *replay) []string {
	t.Helper()
	var all []string
	for _, req := range r.seen {
		q := req.URL.Query()
		for _, name := range []string{"subdomain", "location_id", "inactive", "non_patient", "per_page"} {
			q.Del(name)
		}
		text, err := url.QueryUnescape(q.Encode())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	return all
}

// TestTrap_phoneAndEMailAreNeverCombinedWithAnything: NexHealth's documentation says both
// that filters narrow and that they widen, and compares a telephone as a text.
func TestTrap_phoneAndEMailAreNeverCombinedWithAnything(t *testing.T) {
	t.Parallel()
	q := emr.PatientQuery{
		Given: emr.NewPHI("Tessa"), Family: emr.NewPHI("Marlow"), Born: tessaNew().Born,
		Email: emr.NewPHI("Tessa@Example.com"), Phone: emr.NewPHI("+1 207 555 0142"),
	}
	none := step{body: listed()}
	c, r := connect(t, nil,
		step{body: listed(tessaRecord(), tessaRecord("70011", "70012", "2075550142", "2075550143"))}, // another telephone
		step{body: listed(tessaRecord())}, // found again: merged by id
		none, none, none)
	all, err := emr.Collect(emr.NewClient(c, nil).FindPatients(t.Context(), q))
	if err != nil || len(all) != 1 || all[0].ID != tessaID {
		t.Fatalf("%d people, %v", len(all), err)
	}
	want := []string{
		"date_of_birth=1988-11-23&name=Tessa Marlow", "email=Tessa@Example.com",
		"phone_number=2075550142", "phone_number=207-555-0142", "phone_number=+1 207 555 0142",
	}
	if got := filtersOf(t, r); !slices.Equal(got, want) {
		t.Errorf("searches %q, want %q", got, want)
	}
}

func TestTrap_aTelephoneIsFoundHoweverItIsStored(t *testing.T) {
	t.Parallel()
	for _, written := range []string{"2075550142", "(207) 555-0142", "+1-207-555-0142", "1 207 555 0142 x7"} {
		c, _ := connect(t, nil, step{body: listed()}, step{body: listed(tessaRecord("2075550142", "207-555-0142"))}, step{body: listed()})
		all, err := emr.Collect(emr.NewClient(c, nil).FindPatients(t.Context(), emr.PatientQuery{Phone: emr.NewPHI(written)}))
		if err != nil || len(all) != 1 {
			t.Errorf("%s: %d people, %v", written, len(all), err)
		}
	}
	c, r := connect(t, nil, step{body: listed(tessaRecord("2075550142", "+44 1632 960 1"))})
	all, err := emr.Collect(emr.NewClient(c, nil).FindPatients(t.Context(), emr.PatientQuery{Phone: emr.NewPHI("+44 1632 960 1")}))
	if err != nil || len(all) != 1 || len(r.seen) != 1 {
		t.Errorf("a foreign number: %d people after %d requests, %v", len(all), len(r.seen), err)
	}
}

func TestFault_F12_nobodyOutsideTheQueryIsFound(t *testing.T) {
	t.Parallel()
	all := []string{
		tessaRecord(), tessaRecord("70011", "70012", "Tessa", "Terry"), tessaRecord("70011", "70013", "Marlow", "Harlow"),
		tessaRecord("70011", "70014", "1988-11-23", "1988-11-24"), tessaRecord("70011", "70015", `"inactive":false`, `"inactive":true`),
		tessaRecord("70011", "70016", `"non_patient":false`, `"non_patient":true`), tessaRecord("70011", "70017", "tessa@", "other@"),
		tessaRecord("70011", "70018", "2075550142", "2075550199"), tessaRecord("70011", "70019", "100437", "999"), `{"id":70020,"bio":null}`,
	}
	born := tessaNew().Born
	for name, c := range map[string]struct {
		q    emr.PatientQuery
		want []string
	}{
		"name and birth date":  {emr.PatientQuery{Given: emr.NewPHI("tess"), Family: emr.NewPHI("MARLOW"), Born: born}, []string{"70011", "70017", "70018", "70019"}},
		"family name":          {emr.PatientQuery{Family: emr.NewPHI("Mar low")}, []string{"70011", "70012", "70014", "70017", "70018", "70019"}},
		"birth date":           {emr.PatientQuery{Born: born}, []string{"70011", "70012", "70013", "70017", "70018", "70019"}},
		"e-mail":               {emr.PatientQuery{Email: emr.NewPHI("OTHER@example.com")}, []string{"70017"}},
		"id of the practice":   {emr.PatientQuery{Identifier: emr.Identifier{Value: emr.NewPHI("999")}}, []string{"70019"}},
		"id of another system": {emr.PatientQuery{Identifier: emr.Identifier{System: "msg-2", Value: emr.NewPHI("999")}}, nil},
		"chart number and name": {emr.PatientQuery{Family: emr.NewPHI("Harlow"), Identifier: emr.Identifier{System: ChartNumber, Value: emr.NewPHI("017407")}},
			[]string{"70013"}},
		"inactive ones, too": {emr.PatientQuery{Family: emr.NewPHI("Marlow"), Born: born, Vendor: PatientFilter{Inactive: true}},
			[]string{"70011", "70012", "70015", "70017", "70018", "70019"}},
		"others, too": {emr.PatientQuery{Family: emr.NewPHI("Marlow"), Born: born, Vendor: &PatientFilter{NonPatients: true}},
			[]string{"70011", "70012", "70016", "70017", "70018", "70019"}},
	} {
		client, _ := connect(t, nil, step{body: listed(all...)}) // the filter is not obeyed at all
		page, err := parts{client}.FindPatients(t.Context(), c.q, "")
		var got []string
		for _, p := range page.Items {
			got = append(got, p.ID.Reveal())
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: found %v, want %v, %v", name, got, c.want, err)
		}
	}
}

func TestWhatOnlyNexHealthCanBeAskedIsAsked(t *testing.T) {
	t.Parallel()
	c, r := connect(t, nil, step{body: listed()})
	_, err := parts{c}.FindPatients(t.Context(), emr.PatientQuery{
		Family: emr.NewPHI("Marlow"), Vendor: PatientFilter{Location: "9002", LocationOnly: true, Inactive: true, NonPatients: true},
	}, "")
	want := "GET /patients?subdomain=north-pier-dental&location_id=9002&name=Marlow&location_strict=true&per_page=100"
	if got := r.requests(); err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("%q, %v", got, err)
	}
}

func TestASearchForEverybodyIsRefusedWithoutARequest(t *testing.T) {
	t.Parallel()
	for name, q := range map[string]emr.PatientQuery{
		"nothing": {}, "options only": {Vendor: PatientFilter{}}, "options of another vendor": {Family: emr.NewPHI("x"), Vendor: 7},
		"no digits": {Phone: emr.NewPHI("none")}, "location": {Family: emr.NewPHI("x"), Vendor: PatientFilter{Location: "x"}},
		"chart number only": {Identifier: emr.Identifier{System: ChartNumber, Value: emr.NewPHI("1")}},
	} {
		c, _ := connect(t, nil)
		if _, err := (parts{c}).FindPatients(t.Context(), q, ""); emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, at := range []emr.Cursor{"x", "1:", "-1:", "00:", "0"} {
		c, _ := connect(t, nil)
		if _, err := (parts{c}).FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI("x")}, at); emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("cursor %q: %v", at, err)
		}
	}
}

// TestFault_F12_anIgnoredFilterIsNoAnswer: an ignored parameter means an unfiltered list.
func TestFault_F12_anIgnoredFilterIsNoAnswer(t *testing.T) {
	t.Parallel()
	for ignored, want := range map[string]emr.Kind{
		"name": emr.KindProtocol, "date_of_birth": emr.KindProtocol, "inactive": "", "non_patient, inactive": "", "something": "",
	} {
		body := strings.Replace(listed(tessaRecord()), `"description":null`, fmt.Sprintf(`"description":"Note that following parameters are ignored: %s."`, ignored), 1)
		c, _ := connect(t, nil, step{body: body})
		_, err := parts{c}.FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI("Marlow"), Born: tessaNew().Born}, "")
		if emr.KindOf(err) != want {
			t.Errorf("%s ignored: %v", ignored, err)
		}
	}
}

// TestTrap_aPlaceholderYieldsToTheRealRecord: both are there for a while.
func TestTrap_aPlaceholderYieldsToTheRealRecord(t *testing.T) {
	t.Parallel()
	placeholder := tessaRecord("70011", "70900", `"foreign_id":"100437"`, `"foreign_id":null`, "msg-1", "nex", `"new_patient":false`, `"new_patient":true`)
	for name, c := range map[string]struct {
		people []string
		want   string
	}{
		"placeholder first": {[]string{placeholder, tessaRecord()}, "70011"},
		"placeholder last":  {[]string{tessaRecord(), placeholder}, "70011"},
		"placeholder only":  {[]string{placeholder}, "70900"},
	} {
		client, _ := connect(t, nil, step{body: listed(c.people...)})
		found, err := emr.NewClient(client, nil).FindOrCreatePatient(t.Context(), tessaNew())
		if err != nil || found.Patient == nil || found.Created || found.Patient.ID.Reveal() != c.want {
			t.Errorf("%s: %+v, %v", name, found, err)
		}
	}
	// Another person of the same name is no reason to retire a placeholder.
	other := tessaRecord("70011", "70012", "2075550142", "2075550199", "tessa@", "other@")
	client, _ := connect(t, nil, step{body: listed(placeholder, other)})
	page, err := parts{client}.FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI("Marlow")}, "")
	if err != nil || len(page.Items) != 2 || page.Items[0].Inactive || page.Items[0].Status != StatusPlaceholder || page.Items[0].Write != emr.WriteAccepted {
		t.Errorf("%+v, %v", page.Items, err)
	}
}

func TestAPatientIsReadFromEachShapeThatWasSeen(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"bare": tessaRecord(), "user": `{"user":` + tessaRecord() + `}`, "patient": `{"patient":` + tessaRecord() + `}`,
		"text id": tessaRecord("70011", `"70011"`), "number as foreign id": tessaRecord(`"100437"`, "100437"), "birth date with a time": tessaRecord("1988-11-23", "1988-11-23T00:00:00.000-08:00"),
	} {
		c, _ := connect(t, nil, step{body: good(data)})
		p, err := parts{c}.GetPatient(t.Context(), tessaID)
		if err != nil || p.Born.Reveal().String() != "1988-11-23" || p.Identifiers[0].Value.Reveal() != "100437" || p.Write != emr.WriteDone {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, data := range map[string]string{
		"nobody": "null", "a list": "[]", "no id": tessaRecord("70011", "null"), "somebody else": tessaRecord("70011", "70012"), "a text": `"Tessa"`, "bio is a list": `{"id":70011,"bio":[1]}`,
	} {
		c, _ := connect(t, nil, step{body: good(data)})
		if p, err := (parts{c}).GetPatient(t.Context(), tessaID); emr.KindOf(err) != emr.KindProtocol || p != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestFault_F14_anIdThatIsNoNumberIsRefusedWithoutARequest for every call with an id.
func TestFault_F14_anIdThatIsNoNumberIsRefusedWithoutARequest(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"x", "1/2", "..", "7 0", "70011.0", "0", "-1", "007", "9223372036854775808", "%2e"} {
		c, _ := connect(t, nil)
		p, patient := quiet(c), &emr.Patient{ID: emr.NewPatientID(id)}
		a := &emr.Appointment{ID: emr.NewAppointmentID(id)}
		b := visitBooking(t)
		b.Patient = patient
		for name, do := range map[string]func() error{
			"get patient":     func() error { _, err := p.GetPatient(t.Context(), patient.ID); return err },
			"get appointment": func() error { _, err := p.GetAppointment(t.Context(), a.ID); return err },
			"cancel":          func() error { _, err := p.Cancel(t.Context(), a, nil); return err },
			"book":            func() error { _, err := p.Book(t.Context(), b); return err },
			"list": func() error {
				_, err := p.ListAppointments(t.Context(), emr.AppointmentQuery{Patient: patient}, "")
				return err
			},
			"documents": func() error {
				_, err := p.ListDocuments(t.Context(), emr.DocumentQuery{Patient: patient}, "")
				return err
			},
			"open": func() error {
				_, err := p.OpenDocument(t.Context(), &emr.Document{ID: emr.NewDocumentID(id)})
				return err
			},
			"alerts": func() error { _, err := p.PatientAlerts(t.Context(), patient.ID, false); return err },
			"recall": func() error { _, err := p.Recall(t.Context(), id); return err },
			"coverages": func() error {
				_, err := emr.First(p.InsuranceCoverages(t.Context(), InsuranceCoverageQuery{Patient: patient.ID}))
				return err
			},
			"procedures": func() error {
				_, err := emr.First(p.Procedures(t.Context(), ProcedureQuery{Appointment: a.ID}))
				return err
			},
			"recalls": func() error { _, err := emr.First(p.Recalls(t.Context(), RecallQuery{Type: id})); return err },
		} {
			if err := do(); emr.KindOf(err) != emr.KindInvalid {
				t.Errorf("%s %q: %v", name, id, err)
			}
		}
	}
}

func TestAPatientNobodyHasIsNotFound(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil, step{status: http.StatusNotFound, body: `{"code":false,"error":["Patient not found"]}`})
	_, err := parts{c}.GetPatient(t.Context(), tessaID)
	wantKind(t, err, emr.KindNotFound)
}
