package nextgen

import (
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// recorded is one of the vendor's answers as they were recorded.
func recorded(t *testing.T, name string) reply {
	t.Helper()
	return reply{body: string(vendortest.Published(t, "nextgen/"+name+".json"))}
}

func TestRecordedRecordsAreRead(t *testing.T) {
	t.Parallel()
	const person, appointment = "1c5d22d3-cc33-4082-98ad-7a58c637f646", "97456e4b-8575-4423-857e-ba7549d65d25"
	t.Run("person", func(t *testing.T) {
		t.Parallel()
		c, _ := connect(t, nil, recorded(t, "person-detail"))
		p, err := parts{c}.GetPatient(t.Context(), emr.NewPatientID(person))
		if err != nil || p.Given.Reveal() != "QA" || p.Family.Reveal() != "Patient" || p.Born.Reveal() != (emr.Date{Year: 1989, Month: 12, Day: 6}) || p.Sex != emr.SexMale ||
			len(p.Phones) != 1 || len(p.Emails) != 1 || p.Address.PostalCode.Reveal() != "28409" || p.Inactive || p.Status != "" {
			t.Errorf("%v", err)
		}
	})
	t.Run("chart", func(t *testing.T) {
		t.Parallel()
		c, _ := connect(t, nil, recorded(t, "chart"))
		if k, err := c.Chart(t.Context(), emr.NewPatientID(person)); err != nil || k.MedicalRecordNumber.Reveal() != "000000000185" {
			t.Errorf("%v", err)
		}
	})
	t.Run("appointment", func(t *testing.T) {
		t.Parallel()
		c, _ := connect(t, nil, recorded(t, "appointment-detail"))
		a, err := parts{c}.GetAppointment(t.Context(), emr.NewAppointmentID(appointment))
		if err != nil {
			t.Fatal(err)
		}
		if a.Start.Format(time.RFC3339) != "2023-04-25T08:00:00-04:00" || a.End.Sub(a.Start) != 10*time.Minute || a.Status != emr.StatusArrived || a.VendorStatus != "KEPT" ||
			a.Patient.Reveal() != person || a.Practitioner != "6c04cd76-c80d-4816-8c75-9ff14617ed74" || len(a.Resources) != 1 || a.Created.Format("15:04:05.00") != "07:55:56.65" {
			t.Errorf("%+v", a)
		}
	})
	for _, name := range []string{"appointments-empty-page", "resource-appointments-empty"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := connect(t, nil, recorded(t, name))
			if page, err := (parts{c}).ListAppointments(t.Context(), emr.AppointmentQuery{}, ""); err != nil || len(page.Items) != 0 || page.Next != "" {
				t.Errorf("%v", err)
			}
		})
	}
	t.Run("no slots", func(t *testing.T) {
		t.Parallel()
		p, _ := desk(t, nil, recorded(t, "appointment-slots-empty-page"))
		if page, err := p.FindSlots(t.Context(), emr.SlotQuery{From: march(3), To: march(4)}, ""); err != nil || len(page.Items) != 0 {
			t.Errorf("%v", err)
		}
	})
	t.Run("the thin rows of a person's appointments are not taken for whole ones", func(t *testing.T) {
		t.Parallel()
		c, _ := connect(t, nil, recorded(t, "person-appointments"))
		_, err := parts{c}.ListAppointments(t.Context(), emr.AppointmentQuery{}, "")
		wantError(t, err, emr.KindProtocol)
	})
}
