package nexhealth

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func mustParse(t *testing.T, body string) *Event {
	t.Helper()
	e, err := ParseEvent([]byte(body), nil)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

const oneAppointment = `{"id":88001,"patient_id":70011,"provider_id":501,"location_id":9001,"operatory_id":33,` +
	`"start_time":"2026-03-02T14:00:00.000Z","end_time":"2026-03-02T14:30:00.000Z","timezone":"America/New_York",` +
	`"cancelled":false,"foreign_id":null,"foreign_id_type":"nex","updated_at":"2026-03-01T10:00:00Z"}`

func TestEventsAreReadInEachShapeOfData(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"singular":              `{"appointment":` + oneAppointment + `}`,
		"plural":                `{"appointments":[` + oneAppointment + `]}`,
		"bare":                  oneAppointment,
		"a bare list":           `[` + oneAppointment + `]`,
		"plural, one record":    `{"appointments":` + oneAppointment + `}`,
		"singular, a list":      `{"appointment":[` + oneAppointment + `]}`,
		"as bookings answer":    `{"appt":` + oneAppointment + `}`,
		"with what was before":  `{"appointment":` + oneAppointment + `,"previous_attributes":{"cancelled":true}}`,
		"with something beside": `{"appointments":[` + oneAppointment + `],"meta":{"page":1}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := mustParse(t, `{"resource_type":"Appointment","event_name":"appointment_updated","data":`+data+`}`)
			if e.Problem != nil || len(e.Appointments) != 1 {
				t.Fatalf("%d appointments, problem %v", len(e.Appointments), e.Problem)
			}
			a := e.Appointments[0]
			if a.ID.Reveal() != "88001" || a.Patient.Reveal() != "70011" || a.Write != emr.WriteAccepted || a.Status != emr.StatusPending {
				t.Errorf("got %+v", a)
			}
			if got := a.Start.Format(time.RFC3339); got != "2026-03-02T09:00:00-05:00" {
				t.Errorf("start %s", got)
			}
		})
	}
}

func TestEventsTellTheWriteOfTheirAppointments(t *testing.T) {
	t.Parallel()
	synced := strings.Replace(oneAppointment, `"foreign_id":null,"foreign_id_type":"nex"`, `"foreign_id":"4711","foreign_id_type":"opendental"`, 1)
	for _, c := range []struct {
		event, record string
		outcome       WriteOutcome
		want          emr.WriteState
	}{
		{"appointment_insertion.complete", oneAppointment, OutcomeComplete, emr.WriteDone},
		{"appointment_insertion.failed", oneAppointment, OutcomeFailed, emr.WriteFailed},
		{"appointment_insertion.timed_out", oneAppointment, OutcomeTimedOut, emr.WriteTimedOut},
		{"appointment_insertion.incomplete", oneAppointment, OutcomeIncomplete, emr.WriteAccepted},
		{"appointment_updated", oneAppointment, "", emr.WriteAccepted},
		{"appointment_updated", synced, "", emr.WriteDone},
		{"appointment_updated.failed", synced, OutcomeFailed, emr.WriteTimedOut},
		{"appointment_created", synced, "", emr.WriteDone},
	} {
		e := mustParse(t, `{"event_name":"`+c.event+`","data":{"appointment":`+c.record+`}}`)
		if e.Resource != ResourceAppointment || e.Outcome != c.outcome || len(e.Appointments) != 1 || e.Appointments[0].Write != c.want {
			t.Errorf("%s: %q %q, %v", c.event, e.Resource, e.Outcome, e.Appointments)
		}
	}
}

func TestEventsOfOtherResourcesAreRead(t *testing.T) {
	t.Parallel()
	patient := `{"id":70011,"first_name":"Ada","last_name":"Mohr","bio":{"date_of_birth":"1990-02-28","phone_number":"2065550142"},"updated_at":"2026-03-01T10:00:00Z"}`
	e := mustParse(t, `{"event_name":"patient_updated","event_time":"2026-03-01T10:00:05Z","data":{"patients":[`+patient+`]}}`)
	if len(e.Patients) != 1 || e.Patients[0].Family.Reveal() != "Mohr" || e.Problem != nil {
		t.Errorf("patients %d, problem %v", len(e.Patients), e.Problem)
	}
	sync := `{"institution_id":7,"sync_source_type":"Emr","read_status":"green","read_status_at":"2026-03-01T10:00:00Z","write_status":"red","locations":[{"id":9001}]}`
	for _, data := range []string{sync, `{"sync_status":` + sync + `}`} {
		e = mustParse(t, `{"resource_type":"SyncStatus","event_name":"sync_status_read_change","data":`+data+`}`)
		if len(e.SyncStatus) != 1 || e.SyncStatus[0].Write != SyncRed || !e.SyncStatus[0].Serves("9001") {
			t.Errorf("sync status %v, problem %v", e.SyncStatus, e.Problem)
		}
	}
	e = mustParse(t, `{"resource_type":"Onboarding","event_name":"onboarding_updated","data":{"id":"ab12","status":"complete","subdomain":"acme-dental"}}`)
	if len(e.Onboardings) != 1 || e.Onboardings[0].Status != OnboardingComplete {
		t.Errorf("onboardings %v, problem %v", e.Onboardings, e.Problem)
	}
}

func TestEventsNobodyKnowsAreDeliveredWithTheirSource(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{}`,
		`{"event_name":"provider_created","resource_type":"Provider","data":{"provider":{"id":1}}}`,
		`{"event_name":"appointment_teleported.sideways","resource_type":"Wormhole","data":[1,"x",null]}`,
		`{"event_name":"procedure_updated","data":{"procedure":{"id":5}}}`,
		`{"event_name":"payment_insertion.failed","data":null}`,
		`{"something":"else"}`,
	} {
		e := mustParse(t, body)
		if string(e.Source.Reveal()) != body || e.Problem != nil || len(e.Changes()) != 0 {
			t.Errorf("%s: problem %v, %d changes", body, e.Problem, len(e.Changes()))
		}
	}
	if e := mustParse(t, `{"event_name":"appointment_teleported.sideways"}`); e.Name != "appointment_teleported.sideways" || e.Outcome != "" {
		t.Errorf("name %q, outcome %q", e.Name, e.Outcome)
	}
}

func TestEventsWithAnOddPartAreDeliveredAndSaySo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body         string
		appointments int
	}{
		"a time without its zone":    {`{"event_name":"appointment_updated","data":{"appointment":{"id":1,"start_time":"2026-03-02T14:00:00"}}}`, 1},
		"a time of day as the event": {`{"event_name":"appointment_updated","event_time":"noon","data":{"appointment":{"id":1}}}`, 1},
		"a name that is an object":   {`{"event_name":{},"resource_type":"Appointment","data":{"appointment":{"id":1}}}`, 1},
		"no id":                      {`{"event_name":"appointment_updated","data":{"appointment":{"start_time":"2026-03-02T14:00:00Z"}}}`, 0},
		"no data":                    {`{"event_name":"appointment_updated"}`, 0},
		"data of another shape":      {`{"event_name":"appointment_updated","data":"soon"}`, 0},
		"one of two":                 {`{"event_name":"appointment_updated","data":{"appointments":[{"id":1},{"id":{}}]}}`, 1},
		"an empty list":              {`{"event_name":"appointment_updated","data":{"appointments":[]}}`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := mustParse(t, c.body)
			if emr.KindOf(e.Problem) != emr.KindProtocol || len(e.Appointments) != c.appointments {
				t.Errorf("problem %v, %d appointments", e.Problem, len(e.Appointments))
			}
			for _, ch := range e.Changes() {
				if !ch.IDOnly || ch.Appointment.Status != emr.StatusUnknown {
					t.Errorf("the change claims more than the id: %+v", ch.Appointment)
				}
			}
		})
	}
}

func TestEventsAreTheSameChangesThatListsGive(t *testing.T) {
	t.Parallel()
	cancelled := strings.Replace(oneAppointment, `"cancelled":false`, `"cancelled":true`, 1)
	e := mustParse(t, `{"event_name":"appointment_updated","event_time":"2026-03-01T10:00:09Z","data":{"appointment":`+cancelled+`,"previous_attributes":{"cancelled":false,"note":"x"}}}`)
	changes := e.Changes()
	if len(changes) != 1 {
		t.Fatalf("%d changes", len(changes))
	}
	c := changes[0]
	if c.Kind != emr.ChangeAppointment || c.Action != emr.ActionChanged || c.IDOnly || c.Appointment.Status != emr.StatusCancelled ||
		!c.At.Equal(time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("got %+v at %v", c, c.At)
	}
	if !slices.Equal(e.Changed, []string{"cancelled", "note"}) {
		t.Errorf("changed %v", e.Changed)
	}
	e = mustParse(t, `{"event_name":"patient_created","event_time":"2026-03-01T10:00:09Z","data":{"patients":[{"id":1},{"id":2,"last_name":"Mohr","updated_at":"2026-03-01T10:00:08Z"}]}}`)
	changes = e.Changes()
	if len(changes) != 2 || !changes[0].IDOnly || changes[1].IDOnly || changes[1].Kind != emr.ChangePatient || changes[0].At.Second() != 9 || changes[1].At.Second() != 8 {
		t.Errorf("got %+v", changes)
	}
}

func TestEventsPrintNothingPersonal(t *testing.T) {
	t.Parallel()
	e := mustParse(t, `{"event_name":"patient_updated","data":{"patient":{"id":70011,"first_name":"Ada","last_name":"Mohr","email":"ada.mohr@example.com","bio":{"date_of_birth":"1990-02-28"}}}}`)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		text := fmt.Sprintf(verb, *e) + fmt.Sprintf(verb, e) + fmt.Sprintf(verb, e.Patients[0])
		for _, word := range []string{"Ada", "Mohr", "70011", "1990", "example.com"} {
			if strings.Contains(text, word) {
				t.Errorf("%s prints %q", verb, word)
			}
		}
	}
}

func TestEveryEventNameHasItsResource(t *testing.T) {
	t.Parallel()
	for name, want := range map[EventName]ResourceType{
		AppointmentInsertion: ResourceAppointment, PatientUpdated: ResourcePatient, PatientInsuranceCreated: ResourcePatientInsuranceCoverage,
		PaymentTypeUpdated: ResourcePaymentType, PaymentInsertion: ResourcePayment, ProcedureCodeDeleted: ResourceProcedureCode,
		ProcedureUpdated: ResourceProcedure, AdjustmentTypeCreated: ResourceAdjustmentType, AdjustmentInsertion: ResourceAdjustment,
		SyncStatusWriteChange: ResourceSyncStatus, OnboardingAvailabilityReady: ResourceOnboarding, TreatmentPlanDeleted: ResourceTreatmentPlan,
		FormResponseInsertion: ResourceFormResponse, DocumentInsertion: ResourceDocument, FeeScheduleUpdated: ResourceFeeSchedule,
		ChargeDeleted: ResourceCharge, ClaimDeleted: ResourceClaim, MessageCreated: ResourceMessage, "provider_created": "",
	} {
		if got := name.Resource(); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
