package medtech

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

func staticToken(text string) *auth.Token { return &auth.Token{Access: auth.NewSecret(text)} }

// booked is the appointment of appointmentBody.
func booked() *emr.Appointment {
	start := time.Date(2030, 3, 3, 20, 0, 0, 0, time.UTC)
	return &emr.Appointment{
		ID: emr.NewAppointmentID("a1"), Patient: emr.NewPatientID(testPatient), Status: emr.StatusBooked,
		Start: start, End: start.Add(15 * time.Minute), Source: emr.NewSource([]byte(appointmentBody)),
	}
}

func TestChange_theWholeAppointmentGoesBackWithTheNHIInTheQuery(t *testing.T) {
	t.Parallel()
	done := strings.Replace(appointmentBody, `"booked"`, `"cancelled"`, 1)
	c, w := connect(t, nil, reply{body: done})
	w.routes["GET /Patient/"+testPatient] = reply{body: patientBody}
	a, err := parts{c}.Cancel(t.Context(), booked(), &emr.Cancellation{Reason: "x"})
	if err != nil || a.Status != emr.StatusCancelled || len(w.seen) != 1 {
		t.Fatalf("%v, %d requests", err, len(w.seen))
	}
	r := w.seen[0]
	if r.Method != http.MethodPut || r.URL.Path != "/FHIR/Appointment" || r.URL.RawQuery != "patient.identifier=https://standards.digital.health.nz/ns/nhi-id%7CZZZ0016" {
		t.Errorf("%s %s?%s", r.Method, r.URL.Path, r.URL.RawQuery)
	}
	for _, want := range []string{`"id":"a1"`, `"status":"cancelled"`, `"start":"2030-03-04T09:00:00+13:00"`, `"comment":"x"`, `"Patient/` + testPatient + `"`, `"Practitioner/p1"`} {
		if !strings.Contains(w.bodies[0], want) {
			t.Errorf("the body lacks %s: %s", want, w.bodies[0])
		}
	}
}

func TestChange_byID(t *testing.T) {
	t.Parallel()
	done := strings.Replace(appointmentBody, `"booked"`, `"arrived"`, 1)
	c, w := connect(t, func(cfg *Config) { cfg.UpdateByID = true }, reply{body: done})
	if a, err := (parts{c}).Arrive(t.Context(), booked()); err != nil || a.Status != emr.StatusArrived {
		t.Fatal(err)
	}
	if r := w.seen[0]; len(w.seen) != 1 || r.URL.Path != "/FHIR/Appointment/a1" || r.URL.RawQuery != "" {
		t.Errorf("%d requests, %s?%s", len(w.seen), r.URL.Path, r.URL.RawQuery)
	}
}

func TestChange_anAnswerWithoutTheAppointmentIsReadBack(t *testing.T) {
	t.Parallel()
	done := strings.Replace(appointmentBody, `"booked"`, `"cancelled"`, 1)
	for _, answer := range []reply{{}, {status: 204}, {body: outcome("information", "informational", "Request processed successfully.")}} {
		c, w := connect(t, func(cfg *Config) { cfg.UpdateByID = true }, answer, reply{body: done})
		if a, err := (parts{c}).Cancel(t.Context(), booked(), nil); err != nil || a.Status != emr.StatusCancelled || len(w.seen) != 2 {
			t.Errorf("%v, %d requests", err, len(w.seen))
		}
	}
	c, w := connect(t, func(cfg *Config) { cfg.UpdateByID = true }, reply{}, reply{status: 404})
	_, err := parts{c}.Cancel(t.Context(), booked(), nil)
	if wantError(t, err, emr.KindAmbiguous); len(w.seen) != 2 {
		t.Errorf("%d requests", len(w.seen))
	}
}

func TestChange_withoutNHINothingIsSent(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil)
	w.routes["GET /Patient/"+testPatient] = reply{body: `{"resourceType":"Patient","id":"` + testPatient + `"}`}
	_, err := parts{c}.Cancel(t.Context(), booked(), nil)
	if e := wantError(t, err, emr.KindPrecondition); len(w.seen) != 0 || strings.Join(e.Fields, "") != "identifier" {
		t.Errorf("%v, %d requests", err, len(w.seen))
	}
}

func TestBook_theAnswerIsOnlyALocationOrNothing(t *testing.T) {
	t.Parallel()
	const at = "https://alexapiuat.medtechglobal.com/fhir/Appointment/a1/_history/a1"
	for name, tt := range map[string]struct {
		answer reply
		reads  int
		kind   emr.Kind
	}{
		"location":             {reply{status: 201, location: at}, 1, ""},
		"location and outcome": {reply{status: 201, location: at, body: outcome("information", "informational", "Request processed successfully.")}, 1, ""},
		"location and rubbish": {reply{status: 201, location: at, body: `{"resourceType":"Appointment","id":`}, 1, ""},
		"nothing":              {reply{status: 201}, 0, emr.KindAmbiguous},
		"outcome":              {reply{status: 200, body: outcome("information", "informational", "Request processed successfully.")}, 0, emr.KindAmbiguous},
		"refused in 200":       {reply{status: 200, body: outcome("error", "processing", "Appointment Slot is already booked, unable to process the request.")}, 0, emr.KindConflict},
		"another resource":     {reply{status: 201, body: patientBody}, 0, emr.KindAmbiguous},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, w := connect(t, nil, tt.answer, reply{body: appointmentBody})
			a, err := parts{c}.Book(t.Context(), booking())
			if tt.kind != "" {
				wantError(t, err, tt.kind)
			} else if err != nil || a.ID.Reveal() != "a1" || a.Status != emr.StatusBooked {
				t.Errorf("%v", err)
			}
			if len(w.seen) != 1+tt.reads {
				t.Errorf("%d requests", len(w.seen))
			}
		})
	}
}

func TestBook_options(t *testing.T) {
	t.Parallel()
	c, w := connect(t, func(cfg *Config) {
		cfg.AbsoluteReferences, cfg.ReferenceTypes, cfg.BookingStatus = true, true, "proposed"
	}, reply{status: 201, body: appointmentBody})
	if _, err := (parts{c}).Book(t.Context(), booking()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"status":"proposed"`, `"slot":[{"reference":"https://alexapiuat.medtechglobal.com/fhir/Slot/s1"}]`,
		`{"reference":"https://alexapiuat.medtechglobal.com/fhir/Patient/` + testPatient + `","type":"Patient"}`, `"type":"Practitioner"`,
	} {
		if !strings.Contains(w.bodies[0], want) {
			t.Errorf("the body lacks %s: %s", want, w.bodies[0])
		}
	}
	if strings.Contains(w.bodies[0], `"id"`) {
		t.Error("an id is made up")
	}
}

func TestPages_nothingOfAPatientIsInACursorAndALoopIsAnError(t *testing.T) {
	t.Parallel()
	page := func(url string) string {
		return `{"resourceType":"Bundle","link":[{"relation":"next","url":"` + url + `"}],"entry":[{"resource":` + appointmentBody + `}]}`
	}
	q := emr.AppointmentQuery{Patient: &emr.Patient{ID: emr.NewPatientID(testPatient), Identifiers: []emr.Identifier{NHI(testNHI)}}}
	c, w := connect(t, nil, reply{body: page("http://alexapitest.medtechglobal.com/fhir/Appointment?page=2&patient.identifier=x%7CZZZ0016")}, reply{body: bundle(appointmentBody)})
	first, err := parts{c}.ListAppointments(t.Context(), q, "")
	if err != nil || first.Next == "" || leak(string(first.Next)) != "" {
		t.Fatalf("%q, %v", first.Next, err)
	}
	if _, err = (parts{c}).ListAppointments(t.Context(), q, first.Next); err != nil || !strings.HasSuffix(w.seen[1].URL.RawQuery, "%7CZZZ0016&page=2") || w.seen[1].URL.Host != "alexapiuat.medtechglobal.com" {
		t.Errorf("%v: %s", err, w.seen[1].URL.RawQuery)
	}
	c, _ = connect(t, nil, reply{body: page("?patient.identifier=x")})
	_, err = parts{c}.ListAppointments(t.Context(), q, "")
	wantError(t, err, emr.KindProtocol)
}
