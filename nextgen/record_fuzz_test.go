package nextgen

import (
	"net/http"
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// offline is a connection whose every answer, but for the reference data, is the same body.
func offline(t *testing.T, edit func(*Config), body []byte) parts {
	t.Helper()
	w := practice(&wire{t: t, replies: []reply{{body: string(body)}}, routes: map[string]reply{}})
	cfg := testConfig(t)
	cfg.SessionID = auth.NewSecret(testSession)
	if edit != nil {
		edit(&cfg)
	}
	c, err := New(cfg, &emr.Options{HTTPClient: &http.Client{Transport: w}, Retry: &emr.Retry{Attempts: 1}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return parts{c}
}

// quietly fails for an error without a kind, and for one that quotes the answer.
func quietly(t *testing.T, err error) {
	t.Helper()
	if err != nil && (emr.KindOf(err) == "" || leak(err.Error()) != "") {
		t.Errorf("got %v", err)
	}
}

// FuzzPersons looks for answers that panic, find people who were not asked for, or say in
// an error what was in them.
func FuzzPersons(f *testing.F) {
	for _, name := range []string{"patient/lookup", "patient/get"} {
		f.Add([]byte(fixture(f, name+".response.json")))
	}
	f.Add([]byte(`[{"id":"` + tessa + `","dateOfBirth":"1988-02-29","lastName":7,"chart":[{}]}]`))
	born := emr.NewBirthDate(1988, 2, 29)
	f.Fuzz(func(t *testing.T, body []byte) {
		p := offline(t, nil, body)
		page, err := p.FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI("Marlow"), Born: born}, "")
		quietly(t, err)
		for _, m := range page.Items {
			if !m.Born.Equal(born) || !isGUID(m.ID.Reveal()) {
				t.Error("somebody else was found")
			}
		}
		m, err := p.GetPatient(t.Context(), emr.NewPatientID(tessa))
		quietly(t, err)
		if err == nil && !m.ID.EqualFold(emr.NewPatientID(tessa)) {
			t.Error("another person")
		}
		k, err := p.Chart(t.Context(), emr.NewPatientID(tessa))
		quietly(t, err)
		if err == nil && k == nil {
			t.Error("no chart and no error")
		}
		_, err = p.CreatePatient(t.Context(), tessaNew())
		quietly(t, err)
	})
}

// FuzzAppointments does the same for the calendar, and for what answers to writes tell.
func FuzzAppointments(f *testing.F) {
	for _, name := range []string{"appointment/get", "appointment/list", "appointment/book"} {
		f.Add([]byte(fixture(f, name+".response.json")))
	}
	f.Add([]byte(`"` + visit + `"`))
	f.Fuzz(func(t *testing.T, body []byte) {
		p := offline(t, nil, body)
		page, err := p.ListAppointments(t.Context(), emr.AppointmentQuery{Patient: &emr.Patient{ID: emr.NewPatientID(tessa)}}, "")
		quietly(t, err)
		for _, a := range page.Items {
			if a.Start.IsZero() || a.End.Before(a.Start) || a.ID.IsZero() || !a.Patient.IsZero() && !a.Patient.EqualFold(emr.NewPatientID(tessa)) {
				t.Errorf("%+v", a)
			}
		}
		a, err := p.Book(t.Context(), visitBooking(t))
		quietly(t, err)
		if err == nil && (a.ID.IsZero() || !a.Status.Live()) {
			t.Errorf("booked %+v", a)
		}
		a, err = p.Cancel(t.Context(), liveVisit(t), nil)
		quietly(t, err)
		if err == nil && a.Status != emr.StatusCancelled {
			t.Errorf("cancelled %+v", a)
		}
		_, err = p.Reschedule(t.Context(), liveVisit(t), &emr.Move{To: afternoon(t)})
		quietly(t, err)
	})
}

// FuzzSlots looks for free times that nobody could book.
func FuzzSlots(f *testing.F) {
	for _, name := range []string{"slot/availability", "slot/template"} {
		f.Add([]byte(fixture(f, name+".response.json")))
	}
	f.Add([]byte(`[` + piece("2031-03-09", "230") + `]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, source := range []SlotSource{SlotsAvailability, SlotsTemplate} {
			p := offline(t, func(c *Config) { c.SlotSource = source }, body)
			page, err := p.FindSlots(t.Context(), emr.SlotQuery{From: march(3), To: march(10), Type: followUp}, "")
			quietly(t, err)
			for _, s := range page.Items {
				if day := emr.DateOf(s.Start); !s.End.After(s.Start) || day.Before(march(3)) || !day.Before(march(10)) || s.Key != s.MakeKey() || s.Type != followUp {
					t.Errorf("slot %+v", s)
				}
			}
		}
	})
}

// FuzzChanges: a list of changes names records, or says that it cannot be read.
func FuzzChanges(f *testing.F) {
	for _, name := range []string{"change/persons", "change/merged", "change/appointments"} {
		f.Add([]byte(fixture(f, name+".response.json")))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		p := offline(t, nil, body)
		q := emr.ChangeQuery{Since: march(1).Start(p.cfg.Zone), Kinds: []emr.ChangeKind{emr.ChangePatient, emr.ChangeAppointment}}
		for _, at := range []emr.Cursor{"", "1:", "2:"} {
			page, err := p.ListChanges(t.Context(), q, at)
			quietly(t, err)
			for _, c := range page.Items {
				if (c.Patient == nil || c.Patient.ID.IsZero()) && (c.Appointment == nil || c.Appointment.ID.IsZero()) || c.Action == emr.ActionMerged && c.Into.IsZero() {
					t.Errorf("%+v", c)
				}
			}
		}
	})
}
