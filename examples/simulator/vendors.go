package main

import (
	"fmt"
	"slices"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/medtech/medtechtest"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
	"github.com/emrkit/emrkit/nextech"
	"github.com/emrkit/emrkit/nextech/nextechtest"
	"github.com/emrkit/emrkit/nextechsaas/nextechsaastest"
	"github.com/emrkit/emrkit/nextgen/nextgentest"
)

// simulator is a running one, with aimed faults and the lines that configure a client
// for it: all names that the vendor's package reads, those not needed with no value.
type simulator interface {
	emrtest.Sim
	FailNextOn(step emrtest.Step, f emrtest.Fault, n int)
	Env() []string
}

// choice is what the flags say of the vendor's variant.
type choice struct {
	product, auth, addr string
	observe             func(r emrtest.Request, broken []string)
}

// vendor is one row of the table below.
type vendor struct {
	name     string         // as -vendor takes it
	products []string       // as -product takes them, the first is the default
	auths    []string       // as -auth takes them, the first is the default
	base     string         // path of the API, for the journal: "/api"
	onePage  []emrtest.Step // whose lists come in one answer: no faults of next links
	readOnly bool           // patients and records are read, all in one answer: no faults of writes, of bookings and of next links
	start    func(choice) (simulator, error)
}

// vendors lists every simulator. A new vendor is one more row.
func vendors() []vendor {
	return []vendor{
		{name: "nextech", products: []string{"select", "practiceplus"}, auths: []string{"connect", "azure"}, base: "/api", start: startNextech},
		{
			name: "nexhealth", products: []string{"production", "sandbox"}, auths: []string{"key"},
			onePage: []emrtest.Step{emrtest.StepSlots}, start: startNexhealth,
		},
		{name: "medtech", products: []string{"nz"}, auths: []string{"azure"}, base: "/FHIR", start: startMedtech},
		{name: "nextgen", products: []string{"enterprise"}, auths: []string{"gsa"}, base: "/nge/prod/nge-api/api", start: startNextgen},
		{name: "nextechsaas", products: []string{"saas-ehr"}, auths: []string{"azure"}, base: "/ehr/api", readOnly: true, start: startNextechSaaS},
	}
}

// startNextech: azure means the grant that the product's documentation names.
func startNextech(c choice) (simulator, error) {
	o := &nextechtest.Options{Product: nextech.Product(c.product), Addr: c.addr, Observe: c.observe}
	switch {
	case c.auth == "connect":
		o.Auth = nextechtest.Connect
	case c.product == "practiceplus":
		o.Auth = nextechtest.AzureClient
	default:
		o.Auth = nextechtest.AzurePassword
	}
	sim, err := nextechtest.Start(o)
	if err != nil {
		return nil, fmt.Errorf("start the simulator: %w", err)
	}
	return sim, nil
}

// startNexhealth: the product is the environment of the API key.
func startNexhealth(c choice) (simulator, error) {
	sim, err := nexhealthtest.Start(&nexhealthtest.Options{Environment: nexhealthtest.Environment(c.product), Addr: c.addr, Observe: c.observe})
	if err != nil {
		return nil, fmt.Errorf("start the simulator: %w", err)
	}
	return sim, nil
}

// startMedtech: lists come in one answer, and have a next link when a fault adds one.
func startMedtech(c choice) (simulator, error) {
	sim, err := medtechtest.Start(&medtechtest.Options{Addr: c.addr, Observe: c.observe})
	if err != nil {
		return nil, fmt.Errorf("start the simulator: %w", err)
	}
	return sim, nil
}

// startNextgen: the lookup of persons and the search for a type's times come in one answer,
// the template and the change feed in pages.
func startNextgen(c choice) (simulator, error) {
	sim, err := nextgentest.Start(&nextgentest.Options{Addr: c.addr, Observe: c.observe})
	if err != nil {
		return nil, fmt.Errorf("start the simulator: %w", err)
	}
	return sim, nil
}

// startNextechSaaS: a page signs people in. The printed refresh token is that of somebody
// who has signed in before; another port of the redirect URL will do.
func startNextechSaaS(c choice) (simulator, error) {
	sim, err := nextechsaastest.Start(&nextechsaastest.Options{Addr: c.addr, AnyPort: true, Observe: c.observe})
	if err != nil {
		return nil, fmt.Errorf("start the simulator: %w", err)
	}
	return sim, nil
}

// steps are those whose calls can meet f at this vendor, the usual one first; none: it
// cannot happen there.
func (v vendor) steps(f emrtest.Fault) []emrtest.Step {
	all := f.Steps()
	if v.readOnly {
		switch f {
		case emrtest.FaultLostReply, emrtest.FaultWriteNeverCompleted, emrtest.FaultNextLoop, emrtest.FaultNextForeignHost,
			emrtest.FaultSlotTaken, emrtest.FaultDuplicatePatient:
			return nil
		}
		return slices.DeleteFunc(all, func(s emrtest.Step) bool {
			return s == emrtest.StepSlots || s == emrtest.StepBook || s == emrtest.StepCancel
		})
	}
	if f == emrtest.FaultNextLoop || f == emrtest.FaultNextForeignHost {
		all = slices.DeleteFunc(all, func(s emrtest.Step) bool { return slices.Contains(v.onePage, s) })
	}
	return all
}
