package nextgen

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// TestASearchAsksForOneThingAtATime: a quick search ignores all else, so all else is
// compared here.
func TestASearchAsksForOneThingAtATime(t *testing.T) {
	t.Parallel()
	phi := emr.NewPHI
	born := emr.NewBirthDate(1988, 2, 29)
	for want, c := range map[string]struct {
		q     emr.PatientQuery
		found string // ends of the ids
	}{
		"lastName=Marlow&dateOfBirth=1988-02-29&excludeExpired=true":                 {emr.PatientQuery{Given: phi("Tessa"), Family: phi("Marlow"), Born: born}, "01 02"},
		"lastName=Marlow&firstName=Ada&excludeExpired=true":                          {emr.PatientQuery{Given: phi("Ada"), Family: phi("Marlow")}, "03"},
		"firstName=tess&dateOfBirth=1988-02-29&excludeExpired=true":                  {emr.PatientQuery{Given: phi("tess"), Born: born}, "01 02"},
		"emailAddress=Tessa.Marlow%40example.com&excludeExpired=true":                {emr.PatientQuery{Email: phi("Tessa.Marlow@example.com")}, "01"},
		"quickSearchId=PhoneNumber&quickSearchInput=2075550142&excludeExpired=true":  {emr.PatientQuery{Phone: phi("+1 207-555-0142"), Born: emr.NewBirthDate(1988, 3, 1), Family: phi("Marlow")}, ""},
		"quickSearchId=MedicalRecordNumber&quickSearchInput=185&excludeExpired=true": {emr.PatientQuery{Identifier: emr.Identifier{Value: phi("185")}}, "01 02 03"},
		"quickSearchId=PersonNumber&quickSearchInput=1377&excludeExpired=true":       {emr.PatientQuery{Identifier: emr.Identifier{System: PersonNumber, Value: phi("1377")}}, "02 03"},
		"quickSearchId=OtherIdNumber&quickSearchInput=Q7&searchPatientsOnly=true":    {emr.PatientQuery{Identifier: emr.Identifier{System: OtherNumber, Value: phi("Q7")}, Given: phi("Ada"), Vendor: PatientFilter{PatientsOnly: true, Expired: true}}, "03"},
		"externalId=X%268&externalSystemId=4&excludeExpired=true":                    {emr.PatientQuery{Identifier: emr.Identifier{System: ExternalNumber, Value: phi("X&8")}, Family: phi("Else"), Vendor: &PatientFilter{ExternalSystem: 4}}, ""},
		"lastName=O%27N%C3%A9ill&dateOfBirth=1988-02-29&excludeExpired=true":         {emr.PatientQuery{Family: phi("O'Néill"), Born: born, Phone: phi("+64 9 555 0143")}, ""},
	} {
		p, w := desk(t, nil, answered(t, "patient/lookup"))
		page, err := p.FindPatients(t.Context(), c.q, "")
		if err != nil || len(w.asked()) != 1 || w.asked()[0] != "GET /persons/lookup?"+want {
			t.Errorf("%s: %v, asked %v", want, err, w.asked())
		}
		var ends []string
		for _, m := range page.Items {
			ends = append(ends, m.ID.Reveal()[34:])
		}
		if got := strings.Join(ends, " "); got != c.found {
			t.Errorf("%s: found %q, want %q", want, got, c.found)
		}
	}
	for field, q := range map[string]emr.PatientQuery{
		"family": {Vendor: PatientFilter{}}, "phone": {Phone: phi("12")}, "identifier": {Identifier: emr.Identifier{System: "ssn", Value: phi("1")}}, "vendor": {Family: phi("x"), Vendor: 1},
	} {
		p, w := desk(t, nil)
		_, err := p.FindPatients(t.Context(), q, "")
		if e := wantError(t, err, emr.KindInvalid); !slices.Contains(e.Fields, field) || len(w.asked()) != 0 {
			t.Errorf("%s: %v", field, e.Fields)
		}
	}
}

// TestTheLookupMayBeEmptyOrInAnEnvelopeAndItsNothingIsTheQuota.
func TestTheLookupMayBeEmptyOrInAnEnvelopeAndItsNothingIsTheQuota(t *testing.T) {
	t.Parallel()
	q := emr.PatientQuery{Family: emr.NewPHI("Marlow"), Born: emr.NewBirthDate(1988, 2, 29)}
	for body, kind := range map[string]emr.Kind{
		`[]`: "", `{"Items":[],"NextPageLink":null}`: "", ``: emr.KindQuota, `{}`: emr.KindProtocol, `null`: emr.KindProtocol, `[null]`: emr.KindProtocol, `[{}]`: emr.KindProtocol, `[{"id":"7"}]`: emr.KindProtocol,
		`[{"id":"` + tessa + `","ID":"` + visit + `"}]`: emr.KindProtocol, `[{"id":"` + tessa + `","firstName":["Tessa"]}]`: emr.KindProtocol, `[`: emr.KindProtocol,
	} {
		p, _ := desk(t, nil, reply{body: body})
		page, err := p.FindPatients(t.Context(), q, "")
		if emr.KindOf(err) != kind || len(page.Items) != 0 {
			t.Errorf("%s: %v", body, err)
		}
		clean(t, err)
	}
	next := `{"items":` + fixture(t, "patient/lookup.response.json") + `,"nextPageLink":"http://127.0.0.1:889/x/persons/lookup?lastName=Marlow&$skip=25"}`
	p, w := desk(t, nil, reply{body: next}, reply{body: `[]`})
	page, err := p.FindPatients(t.Context(), q, "")
	if err != nil || page.Next == "" {
		t.Fatalf("%v", err)
	}
	if page, err = p.FindPatients(t.Context(), q, page.Next); err != nil || page.Next != "" || !strings.HasSuffix(w.asked()[1], "&$skip=25") {
		t.Errorf("%v, %v", err, w.asked())
	}
	if _, err = p.FindPatients(t.Context(), q, "1:2"); emr.KindOf(err) != emr.KindInvalid {
		t.Error(err)
	}
}

// TestAPersonIsReadWhateverIsMissing: null, "", the zero id and the year 1 are all absent.
func TestAPersonIsReadWhateverIsMissing(t *testing.T) {
	t.Parallel()
	p, _ := desk(t, nil, reply{body: `{"ID":"` + strings.ToUpper(tessa) + `","FirstName":"Tessa","LastName":"Marlow","DateOfBirth":"0001-01-01T00:00:00","Sex":"X","PrimaryCareProviderId":"00000000-0000-0000-0000-000000000000","IsExpired":true,"Email":"","Chart":[{"MedicalRecordNumber":"7"}],"socialSecurityNumber":"000-12-3456"}`})
	m, err := p.GetPatient(t.Context(), emr.NewPatientID(tessa))
	if err != nil || !m.Born.IsZero() || m.Sex != "x" || m.Practitioner != "" || !m.Inactive || m.Status != StatusExpired || len(m.Emails) != 0 || len(m.Identifiers) != 1 || m.Identifiers[0].Value.Reveal() != "7" {
		t.Errorf("%v", err)
	}
	for _, i := range m.Identifiers {
		if strings.Contains(i.Value.Reveal(), "3456") {
			t.Error("the social security number was read")
		}
	}
	p, _ = desk(t, nil, reply{body: `{"id":"` + visit + `"}`})
	_, err = p.GetPatient(t.Context(), emr.NewPatientID(tessa))
	wantError(t, err, emr.KindProtocol)
	clean(t, err)
	p, _ = desk(t, nil, reply{status: 404})
	_, err = p.GetPatient(t.Context(), emr.NewPatientID(tessa))
	wantError(t, err, emr.KindNotFound)
}

// TestListsOfAppointmentsNameTheirDays, typed by field, and what is another person's is
// never shown.
func TestListsOfAppointmentsNameTheirDays(t *testing.T) {
	t.Parallel()
	who := &emr.Patient{ID: emr.NewPatientID(tessa)}
	for want, q := range map[string]emr.AppointmentQuery{
		"appointmentDate ge dateTime'1900-01-01T00:00:00'":                                                                                                                              {},
		"appointmentDate ge dateTime'1900-01-01T00:00:00' and appointmentDate lt dateTime'2031-03-04T00:00:00'":                                                                         {To: march(4)},
		"appointmentDate ge dateTime'2031-03-04T00:00:00' and personId eq guid'" + tessa + "'":                                                                                          {From: march(4), Patient: who},
		"appointmentDate ge dateTime'1900-01-01T00:00:00' and (locationId eq guid'" + harbor + "' or locationId eq guid'" + tessa + "') and renderingProviderId eq guid'" + drLee + "'": {Locations: []emr.LocationID{harbor, tessa}, Practitioners: []emr.PractitionerID{drLee}},
	} {
		p, w := desk(t, nil, reply{body: listed()})
		if _, err := p.ListAppointments(t.Context(), q, ""); err != nil || w.seen[0].URL.Query().Get("$filter") != want {
			t.Errorf("%v: %s, want %s", err, w.seen[0].URL.Query().Get("$filter"), want)
		}
	}
	p, _ := desk(t, nil, reply{body: listed(visitRecord(t, tessa, drLee))})
	_, err := p.ListAppointments(t.Context(), emr.AppointmentQuery{Patient: who}, "")
	wantError(t, err, emr.KindProtocol)
	clean(t, err)
	p, _ = desk(t, nil, answered(t, "appointment/list"))
	page, err := p.ListAppointments(t.Context(), emr.AppointmentQuery{Statuses: []emr.Status{emr.StatusMoved}}, "")
	if err != nil || len(page.Items) != 1 || page.Items[0].Status != emr.StatusMoved {
		t.Errorf("%v", err)
	}
	for field, q := range map[string]emr.AppointmentQuery{"personId": {Patient: &emr.Patient{ID: emr.NewPatientID("x' or true")}}, "locationId": {Locations: []emr.LocationID{"x"}}, "renderingProviderId": {Practitioners: []emr.PractitionerID{"x"}}, "vendor": {Vendor: 1}} {
		p, w := desk(t, nil)
		_, err := p.ListAppointments(t.Context(), q, "")
		if e := wantError(t, err, emr.KindInvalid); !slices.Equal(e.Fields, []string{field}) || len(w.asked()) != 0 {
			t.Errorf("%s: %v", field, e.Fields)
		}
	}
	for _, body := range []string{visitRecord(t, `"isDeleted": false`, `"isDeleted": true`), visitRecord(t, `"0006"`, `"0001"`)} {
		p, _ := desk(t, nil, reply{body: body})
		_, err := p.GetAppointment(t.Context(), emr.NewAppointmentID(visit))
		wantError(t, err, emr.KindNotFound)
	}
}

// TestChangesSinceTheHourThatIsShownTwiceMissNone, whichever of the two it was.
func TestChangesSinceTheHourThatIsShownTwiceMissNone(t *testing.T) {
	t.Parallel()
	first := time.Date(2031, 11, 2, 1, 30, 0, 0, zone(t, "America/New_York"))
	for since, want := range map[time.Time]string{
		first: "2031-11-02T01:00:00", first.Add(time.Hour): "2031-11-02T01:30:00", first.Add(-time.Hour): "2031-11-02T00:30:00",
		first.Add(-time.Hour).UTC(): "2031-11-02T00:30:00", first.Add(1900 * time.Millisecond).UTC(): "2031-11-02T01:00:00", first.Add(90 * time.Minute): "2031-11-02T02:00:00",
	} {
		p, w := desk(t, nil, reply{body: listed()})
		if _, err := p.ListChanges(t.Context(), emr.ChangeQuery{Since: since}, ""); err != nil {
			t.Fatal(err)
		}
		if got := w.seen[0].URL.Query().Get("$filter"); !strings.HasPrefix(got, "modifyTimestamp ge dateTime'"+want+"'") {
			t.Errorf("%v: %s", since, got)
		}
	}
	for _, q := range []emr.ChangeQuery{{}, {Since: first, Kinds: []emr.ChangeKind{"document"}}} {
		p, _ := desk(t, nil)
		_, err := p.ListChanges(t.Context(), q, "")
		wantError(t, err, emr.KindInvalid)
	}
	p, _ := desk(t, nil, reply{status: 405, body: `{"message":"The requested resource does not support http method 'GET'."}`})
	_, err := p.ListChanges(t.Context(), emr.ChangeQuery{Since: first, Kinds: []emr.ChangeKind{emr.ChangePatient}}, "")
	wantError(t, err, emr.KindUnsupported)
}
