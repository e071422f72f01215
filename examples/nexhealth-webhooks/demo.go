package main

import (
	"errors"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
)

// demo is everything that runs: a simulated NexHealth, the connection to it, and the
// application's receiver of webhooks.
type demo struct {
	sim      *nexhealthtest.Sim
	nx       *nexhealth.Client
	client   *emr.Client
	receiver *receiver
	endpoint *nexhealth.WebhookEndpoint

	patient *emr.Patient
	slots   []*emr.Slot
	booked  *emr.Appointment // the one that is written
	lost    *emr.Appointment // the one that is not
}

// writeDelay is how long the simulated practice's system takes. Real ones take minutes.
const writeDelay = 300 * time.Millisecond

// open starts all of it. The client and the webhook share what became of bookings: here
// nx.Outcomes(), in a service of several replicas one with a store.
func open() (*demo, error) {
	d := &demo{}
	var err error
	if d.sim, err = nexhealthtest.Start(&nexhealthtest.Options{WriteDelay: writeDelay}); err != nil {
		return nil, err
	}
	if d.nx, err = nexhealth.New(d.sim.Config(), nil); err == nil {
		d.client = emr.NewClient(d.nx, nil)
		d.receiver, err = listen()
	}
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// close ends the connection, then the simulator, which delivers until then.
func (d *demo) close() error {
	var errs []error
	if d.nx != nil {
		errs = append(errs, d.nx.Close())
	}
	errs = append(errs, d.sim.Close())
	if d.receiver != nil {
		errs = append(errs, d.receiver.close())
	}
	return errors.Join(errs...)
}

// nobody is an invented person: 555-01xx numbers and example.com belong to no one.
func nobody() *emr.NewPatient {
	born, _ := emr.ParseBirthDate("1988-04-12")
	return &emr.NewPatient{
		Given: emr.NewPHI("Nora"), Family: emr.NewPHI("Lindenfeld"), Born: born,
		Phones: []emr.Phone{{Number: emr.NewPHI("(206) 555-0177"), Use: "mobile"}},
		Emails: []emr.PHI{emr.NewPHI("nora.lindenfeld@example.com")},
	}
}
