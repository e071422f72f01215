package emrtest

import (
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestASummaryIsThatOfTheClinicsVisitWhereItHasOne(t *testing.T) {
	t.Parallel()
	visit := emr.NewEncounterID("7")
	s := &suite{TB: t, clinic: &Clinic{Visit: visit}}
	if q := s.summary(emr.NewPatientID("p1")); q.Encounter != visit || q.Patient.ID.Reveal() != "p1" {
		t.Error("another visit is asked for")
	}
	s.clinic = &Clinic{}
	if q := s.summary(emr.NewPatientID("p1")); !q.Encounter.IsZero() {
		t.Error("a visit that the clinic does not name")
	}
}
