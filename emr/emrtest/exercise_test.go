package emrtest

import (
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func TestAMadeUpSlotHasIDsOfTheVendorsForm(t *testing.T) {
	t.Parallel()
	const unknown = "0e0e0e0e-1111-4222-8333-444455556666"
	s := &suite{TB: t, client: emr.NewClient(NewMemory(nil), nil), clinic: &Clinic{
		Zone: time.UTC, Unknown: unknown, Slots: emr.SlotQuery{From: emr.Date{Year: 2030, Month: 3, Day: 4}, Practitioners: []emr.PractitionerID{"p1"}},
	}}
	if slot := s.madeUpSlot(); slot.Location != unknown || slot.Type != unknown || slot.Practitioner != "p1" {
		t.Errorf("%+v", slot)
	}
	s.clinic.Unknown = ""
	if slot := s.madeUpSlot(); slot.Location != "1" || slot.Type != "1" {
		t.Errorf("%+v", slot)
	}
}
