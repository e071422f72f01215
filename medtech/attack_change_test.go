package medtech

import (
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// A change whose answer shows something else than the change is not done: it is in doubt,
// and the core reads the appointment back.
func TestChange_anAnswerThatIsNotTheChangeIsAmbiguous(t *testing.T) {
	t.Parallel()
	cancelled := strings.Replace(appointmentBody, `"booked"`, `"cancelled"`, 1)
	for name, replies := range map[string][]reply{
		"still booked":           {{body: appointmentBody}},
		"another appointment":    {{body: strings.Replace(cancelled, `"a1"`, `"a2"`, 1)}},
		"another patient's":      {{body: strings.Replace(cancelled, testPatient, otherPatient, 1)}},
		"read back still booked": {{body: outcome("information", "informational", "Request processed successfully.")}, {body: appointmentBody}},
	} {
		c, w := connect(t, nil, replies...)
		w.routes["GET /Patient/"+testPatient] = reply{body: patientBody}
		a, err := parts{c}.Cancel(t.Context(), booked(), nil)
		if emr.KindOf(err) != emr.KindAmbiguous || a != nil {
			t.Errorf("%s: %v, %v", name, a, err)
		}
	}
	c, w := connect(t, nil, reply{body: cancelled})
	w.routes["GET /Patient/"+testPatient] = reply{body: patientBody}
	if a, err := (parts{c}).Cancel(t.Context(), booked(), nil); err != nil || a.Status != emr.StatusCancelled {
		t.Errorf("%v, %v", a, err)
	}
}

// Location is a URL, in which an id with strange signs is escaped; ids of 2021 have escapes
// of their own.
func TestBook_theIDInLocationIsReadInBothSpellings(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"a!b", "abc%3D%3D"} {
		c, w := connect(t, nil, reply{status: 201, location: "https://h/fhir/Appointment/" + strings.ReplaceAll(id, "!", "%21") + "/_history/1"},
			reply{status: 404, body: outcome("error", "not-found", "Resource ID not found.")})
		w.routes["GET /Appointment/"+id] = reply{body: strings.Replace(appointmentBody, `"a1"`, `"`+id+`"`, 1)}
		a, err := parts{c}.Book(t.Context(), booking())
		if err != nil || a.ID.Reveal() != id || a.Source.IsZero() {
			t.Errorf("%s: %v", id, err)
			if a != nil {
				t.Errorf("booked %q", a.ID.Reveal())
			}
		}
	}
}
