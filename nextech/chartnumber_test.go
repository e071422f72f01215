package nextech_test

import (
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextech/nextechtest"
)

func TestAppointmentsAreListedByChartNumberOnSelect(t *testing.T) {
	t.Parallel()
	sim := nextechtest.New(t, nil)
	client := emr.NewClient(connect(t, sim.Config(), nil), nil)
	patient := findOrCreate(t, client)
	slot, err := emr.First(client.FindSlots(t.Context(), emr.SlotQuery{}))
	if err != nil {
		t.Fatal(err)
	}
	made, err := client.Book(t.Context(), &emr.Booking{Patient: patient, Slot: slot})
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, number := range patient.Identifiers {
		id := emr.NewPatientID(number.Value.Reveal())
		if id.EqualFold(patient.ID) {
			continue
		}
		asked++
		all, err := emr.Collect(client.Appointments(t.Context(), emr.AppointmentQuery{Patient: &emr.Patient{ID: id}}))
		if err != nil || len(all) != 1 || all[0].ID != made.ID || all[0].Patient != id {
			t.Errorf("%d appointments, %v", len(all), err)
		}
	}
	if asked == 0 {
		t.Error("the patient has no chart number")
	}
}
