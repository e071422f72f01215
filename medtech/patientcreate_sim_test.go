package medtech_test

import (
	"errors"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/medtech"
	"github.com/emrkit/emrkit/medtech/medtechtest"
)

// registering starts a practice with new patients switched on, and somebody unknown to it.
func registering(t *testing.T) (*practice, *emr.NewPatient) {
	t.Helper()
	p := start(t, nil, func(c *medtech.Config) { c.ExperimentalCreate = true })
	n := emrtest.Invent(31_000)
	n.Identifiers = []emr.Identifier{medtech.NHI(medtechtest.NHI(31_000))}
	return p, &n
}

func TestFindOrCreate_registersWhomNobodyKnowsAndOnce(t *testing.T) {
	t.Parallel()
	p, n := registering(t)
	first, err := p.c.FindOrCreatePatient(t.Context(), n)
	if err != nil || !first.Created || first.Patient == nil {
		t.Fatal(first, err)
	}
	again, err := p.c.FindOrCreatePatient(t.Context(), n)
	if err != nil || again.Created || again.Patient == nil || again.Patient.ID != first.Patient.ID || p.count("POST", "/Patient") != 1 {
		t.Errorf("%v, %v, %d sent", again, err, p.count("POST", "/Patient"))
	}
	n.Phones, n.Family = nil, emr.NewPHI("Quelsewhere") // somebody else under the same number
	if _, err = p.c.CreatePatient(t.Context(), n); !errors.Is(err, emr.ErrDuplicatePatient) {
		t.Errorf("a second person under one NHI: %v", err)
	}
}

func TestFault_B8_aPersonMadeMeanwhileIsFound(t *testing.T) {
	t.Parallel()
	p, n := registering(t)
	p.sim.FailNextOn(emrtest.StepPatient, emrtest.FaultDuplicatePatient, 1)
	found, err := p.c.FindOrCreatePatient(t.Context(), n)
	if err != nil || found.Created || found.Patient == nil || p.count("POST", "/Patient") != 1 {
		t.Errorf("%v, %v, %d sent", found, err, p.count("POST", "/Patient"))
	}
}

func TestFault_N3_aLostNewPatientIsLookedForAndNotSentAgain(t *testing.T) {
	t.Parallel()
	for _, numbered := range []bool{true, false} {
		p, n := registering(t)
		if !numbered {
			n.Identifiers = nil // then by family name, birth date and phone
		}
		p.sim.FailNextOn(emrtest.StepPatient, emrtest.FaultLostReply, 1)
		made, err := p.c.CreatePatient(t.Context(), n)
		if err != nil || made.ID.IsZero() || p.count("POST", "/Patient") != 1 {
			t.Errorf("by NHI %t: %v, %d sent", numbered, err, p.count("POST", "/Patient"))
		}
	}
	p, n := registering(t)
	n.Identifiers, n.Phones = nil, nil // nothing to look for them by
	p.sim.FailNextOn(emrtest.StepPatient, emrtest.FaultLostReply, 1)
	if _, err := p.c.CreatePatient(t.Context(), n); emr.KindOf(err) != emr.KindAmbiguous || p.count("POST", "/Patient") != 1 {
		t.Errorf("%v, %d sent", err, p.count("POST", "/Patient"))
	}
}

func TestCreatePatient_aMissingRoleIsNamed(t *testing.T) {
	t.Parallel()
	p, n := registering(t)
	p.sim.SetWithoutRoles("patient.create.write")
	_, err := p.c.CreatePatient(t.Context(), n)
	if e, ok := errors.AsType[*emr.Error](err); !ok || e.Kind != emr.KindPermission || e.Code != "role_missing" {
		t.Errorf("%v", err)
	}
}

// TestCreatePatient_theIDIsSpelledAsInLists: Location may escape it in another way.
func TestCreatePatient_theIDIsSpelledAsInLists(t *testing.T) {
	t.Parallel()
	p := start(t, &medtechtest.Options{EmptyAnswers: true, LongIDs: true}, func(c *medtech.Config) { c.ExperimentalCreate = true })
	for i := range 5 {
		n := emrtest.Invent(32_000 + i)
		n.Identifiers = []emr.Identifier{medtech.NHI(medtechtest.NHI(32_000 + i))}
		made, err := p.c.CreatePatient(t.Context(), &n)
		if err != nil {
			t.Fatal(err)
		}
		found, err := emr.Collect(p.c.FindPatients(t.Context(), emr.PatientQuery{Identifier: n.Identifiers[0]}))
		if err != nil || len(found) != 1 || found[0].ID != made.ID {
			t.Errorf("%d people, %v", len(found), err)
		}
	}
}
