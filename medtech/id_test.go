package medtech

import (
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// One id may be one segment of a path and of a reference, however often it is unescaped.
func TestFault_F14_whatIsNoIDIsNotSent(t *testing.T) {
	t.Parallel()
	for id, ok := range map[string]bool{
		"a1": true, "0123456789abcdef0123456789abcdef": true, "a-b_c!d": true, "abc%3D%3D": true, "a%2": true, "a=b": true, "a.b": true, "%25": true, "...": true,
		"": false, ".": false, "..": false, "a/b": false, `a\b`: false, "a?b": false, "a#b": false, "a;b": false, "a b": false, "a\nb": false, "a\x7fb": false,
		"%2e%2e": false, "%2E": false, "a%2fb": false, "a%252fb": false, "a%25252fb": false, "a%3fb": false, "a%23": false, "a%0d%0a": false, "%252e%252e": false,
		"%25252525252541": false, // who unescapes that often is not known
	} {
		if isID(id) != ok {
			t.Errorf("isID(%q)", id)
		}
		c, w := connect(t, nil, reply{status: 404, body: outcome("error", "not-found", "Resource ID not found.")})
		_, err := parts{c}.GetPatient(t.Context(), emr.NewPatientID(id))
		want := map[bool]emr.Kind{true: emr.KindNotFound, false: emr.KindInvalid}[ok]
		if emr.KindOf(err) != want || (len(w.seen) == 1) != ok || ok && strings.Count(w.seen[0].URL.EscapedPath(), "/") != 3 {
			t.Errorf("%q: %v, %d requests", id, err, len(w.seen))
		}
	}
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"a!b", "a%21b", true}, {"a%21b", "a!b", true}, {"abc%3D", "abc=", true}, {"a%253D", "a%3D", true}, {"a", "a", true}, {"a%2", "a%2", true}, {"", "", false}, {"a", "b", false}, {"a", "A", false}, {"a!b", "a%22b", false},
	} {
		if isSame(tt.a, tt.b) != tt.same {
			t.Errorf("%q and %q", tt.a, tt.b)
		}
	}
}

// References may escape ids in other ways than the records themselves: an appointment has
// those of the records, whichever way it came.
func TestSettle_anAppointmentHasTheIDsOfTheRecords(t *testing.T) {
	t.Parallel()
	const patient, doctor, place = "pat!1", "doc%3D", "loc!%3D"
	body := `{"resourceType":"Appointment","id":"a!1","status":"%s","start":"2030-03-04T09:00:00+13:00","end":"2030-03-04T09:15:00+13:00","participant":[
		{"actor":{"reference":"Patient/pat%211"},"status":"accepted"},{"actor":{"reference":"Practitioner/doc="},"status":"accepted"},{"actor":{"reference":"Location/loc%21="},"status":"accepted"}]}`
	status := func(word string) string { return strings.Replace(body, "%s", word, 1) }
	who := &emr.Patient{ID: emr.NewPatientID(patient), Identifiers: []emr.Identifier{NHI(testNHI)}}
	b := booking()
	b.Patient, b.Slot.Practitioner, b.Slot.Location = who, doctor, place
	was := booked()
	was.ID, was.Patient, was.Source = emr.NewAppointmentID("a%211"), who.ID, emr.NewSource([]byte(status("booked")))
	for name, row := range map[string]struct {
		answer  string
		patient string
		do      func(parts) (*emr.Appointment, error)
	}{
		"booked":    {status("booked"), patient, func(p parts) (*emr.Appointment, error) { return p.Book(t.Context(), b) }},
		"cancelled": {status("cancelled"), patient, func(p parts) (*emr.Appointment, error) { return p.Cancel(t.Context(), was, nil) }},
		"listed": {bundle(status("booked")), patient, func(p parts) (*emr.Appointment, error) {
			page, err := p.ListAppointments(t.Context(), emr.AppointmentQuery{Patient: who, Practitioners: []emr.PractitionerID{"doc="}}, "")
			if err != nil || len(page.Items) != 1 {
				return nil, err
			}
			return page.Items[0], nil
		}},
		"read": {status("booked"), "pat%211", func(p parts) (*emr.Appointment, error) { // whose it is is not told by anybody
			return p.GetAppointment(t.Context(), emr.NewAppointmentID("a%211"))
		}},
	} {
		c, w := connect(t, nil, reply{body: row.answer})
		w.routes["GET /Patient/"+patient] = reply{body: strings.Replace(patientBody, testPatient, patient, 1)}
		w.routes["GET /Practitioner"] = reply{body: bundle(doctors, strings.Replace(doctors, `"p1"`, `"`+doctor+`"`, 1))}
		w.routes["GET /Location"] = reply{body: bundle(`{"resourceType":"Location","id":"` + place + `"}`)}
		a, err := row.do(parts{c})
		if err != nil || a == nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if a.Patient.Reveal() != row.patient || a.Practitioner != doctor || a.Location != place {
			t.Errorf("%s: %s, %s, %s", name, a.Patient.Reveal(), a.Practitioner, a.Location)
		}
		if name == "read" || name == "cancelled" {
			if a.ID.Reveal() != "a%211" { // under the id that the caller has
				t.Errorf("%s: %s", name, a.ID.Reveal())
			}
		}
	}
	// Where the directory cannot be read, the spelling stays; plain ids ask for nothing.
	c, w := connect(t, nil, reply{body: status("booked")})
	w.routes["GET /Practitioner"], w.routes["GET /Location"] = reply{status: 403}, reply{status: 403}
	if a, err := (parts{c}).GetAppointment(t.Context(), emr.NewAppointmentID("a!1")); err != nil || a.Practitioner != "doc=" || a.Location != "loc%21=" {
		t.Errorf("%v, %v", a, err)
	}
	c, w = connect(t, nil, reply{body: appointmentBody})
	if _, err := (parts{c}).GetAppointment(t.Context(), emr.NewAppointmentID("a1")); err != nil || len(w.seen) != 1 {
		t.Errorf("%v, %d requests", err, len(w.seen))
	}
}
