package patientaccess_test

import (
	"context"
	"fmt"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextgen/nextgentest"
	"github.com/emrkit/emrkit/nextgen/patientaccess"
)

// A person signs in, and the record is read: in the neutral model, and type by type.
func Example() {
	sim, err := nextgentest.StartPatientAccess(&nextgentest.PatientAccessOptions{InMemory: true, SignIn: nextgentest.PatientAccessApprove})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = sim.Close() }()
	ctx, o := context.Background(), &emr.Options{HTTPClient: sim.HTTPClient()}
	if err := readRecord(ctx, sim, o); err != nil {
		fmt.Println(err)
	}
	// Output:
	// born on a known day: true
	// has conditions: true
}

func readRecord(ctx context.Context, sim *nextgentest.PatientAccess, o *emr.Options) error {
	cfg, err := sim.Config().Discover(ctx, o)
	if err != nil {
		return err
	}
	flow, err := patientaccess.NewSignIn(cfg, o)
	if err != nil {
		return err
	}
	attempt, err := flow.Begin()
	if err != nil {
		return err
	}
	callback, err := sim.Browse(ctx, attempt.URL()) // what the person does in the browser
	if err != nil {
		return err
	}
	grant, err := flow.Finish(ctx, attempt, callback.Query())
	if err != nil {
		return err
	}
	pa, err := patientaccess.NewSignedIn(cfg, grant, o)
	if err != nil {
		return err
	}
	defer func() { _ = pa.Close() }()
	id, err := pa.Patient(ctx)
	if err != nil {
		return err
	}
	patient, err := emr.NewClient(pa, nil).GetPatient(ctx, id)
	if err != nil {
		return err
	}
	fmt.Println("born on a known day:", !patient.Born.IsZero())
	n := 0
	for _, err := range pa.Search(ctx, "Condition", nil) {
		if err != nil {
			return err
		}
		n++
	}
	fmt.Println("has conditions:", n > 0)
	return nil
}
