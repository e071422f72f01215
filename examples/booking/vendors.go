package main

import (
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/medtech"
	"github.com/emrkit/emrkit/medtech/medtechtest"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
	"github.com/emrkit/emrkit/nextech"
	"github.com/emrkit/emrkit/nextech/nextechtest"
	"github.com/emrkit/emrkit/nextgen"
	"github.com/emrkit/emrkit/nextgen/nextgentest"
)

// vendor is one row of the table below: how to reach its simulator and the real thing.
type vendor struct {
	name  string   // as -vendor takes it
	title string   // for people
	needs []string // the variables a first live run sets

	// system goes with an -identifier that names none.
	system string

	// simulate starts the vendor's simulator in this process and connects to it.
	simulate func() (endpoint, error)
	// connect makes the live connection from configuration values.
	connect func(get func(key string) string) (endpoint, error)
}

// endpoint is an open connection. Whoever gets one closes it, also beside an error.
type endpoint struct {
	driver emr.Driver
	url    string      // "" when the vendor package's own default is used
	sim    emrtest.Sim // nil when live
	// known is somebody the simulator knows, for vendors that cannot create the invented
	// person; nil for all others.
	known *emr.NewPatient
}

// vendors lists every scheduling vendor. A new vendor is one more row.
func vendors() []vendor {
	return []vendor{
		{
			name:     "nextech",
			title:    "Nextech",
			needs:    []string{"NEXTECH_BASE_URL", "NEXTECH_CLIENT_ID", "NEXTECH_CLIENT_SECRET"},
			simulate: simulateNextech,
			connect:  connectNextech,
		},
		{
			name:     "nexhealth",
			title:    "NexHealth",
			needs:    []string{"NEXHEALTH_API_KEY", "NEXHEALTH_SUBDOMAIN", "NEXHEALTH_LOCATION_ID"},
			simulate: simulateNexHealth,
			connect:  connectNexHealth,
		},
		{
			name:     "medtech",
			title:    "Medtech ALEX",
			needs:    []string{"MEDTECH_CLIENT_ID", "MEDTECH_CLIENT_SECRET", "MEDTECH_TENANT_ID", "MEDTECH_API_SCOPE", "MEDTECH_FACILITY_ID", "MEDTECH_BASE_URL"},
			system:   medtech.NHISystem,
			simulate: simulateMedtech,
			connect:  connectMedtech,
		},
		{
			name:     "nextgen",
			title:    "NextGen Enterprise",
			needs:    []string{"NEXTGEN_CLIENT_ID", "NEXTGEN_CLIENT_SECRET", "NEXTGEN_SITE_ID", "NEXTGEN_ENTERPRISE_ID", "NEXTGEN_PRACTICE_ID", "NEXTGEN_TIME_ZONE"},
			simulate: simulateNextGen,
			connect:  connectNextGen,
		},
	}
}

func simulateNextech() (endpoint, error) {
	sim, err := nextechtest.Start(nil)
	if err != nil {
		return endpoint{}, err
	}
	cfg := sim.Config()
	e := endpoint{url: cfg.BaseURL, sim: sim}
	nx, err := nextech.New(cfg, nil)
	if err == nil {
		e.driver = nx
	}
	return e, err
}

func connectNextech(get func(key string) string) (endpoint, error) {
	cfg, err := nextech.ConfigFrom(get)
	if err != nil {
		return endpoint{}, err
	}
	nx, err := nextech.New(cfg, nil)
	if err != nil {
		return endpoint{}, err
	}
	return endpoint{driver: nx, url: cfg.BaseURL}, nil
}

func simulateNexHealth() (endpoint, error) {
	sim, err := nexhealthtest.Start(nil)
	if err != nil {
		return endpoint{}, err
	}
	cfg := sim.Config()
	e := endpoint{url: cfg.BaseURL, sim: sim}
	nx, err := nexhealth.New(cfg, nil)
	if err == nil {
		e.driver = nx
	}
	return e, err
}

func connectNexHealth(get func(key string) string) (endpoint, error) {
	cfg, err := nexhealth.ConfigFrom(get)
	if err != nil {
		return endpoint{}, err
	}
	nx, err := nexhealth.New(cfg, nil)
	if err != nil {
		return endpoint{}, err
	}
	return endpoint{driver: nx, url: cfg.BaseURL}, nil
}

func simulateMedtech() (endpoint, error) {
	sim, err := medtechtest.Start(nil)
	if err != nil {
		return endpoint{}, err
	}
	cfg := sim.Config()
	known := emrtest.People()[0]
	known.Identifiers = []emr.Identifier{medtech.NHI(medtechtest.NHI(0))}
	e := endpoint{url: cfg.BaseURL, sim: sim, known: &known}
	mt, err := medtech.New(cfg, nil)
	if err == nil {
		e.driver = mt
	}
	return e, err
}

func connectMedtech(get func(key string) string) (endpoint, error) {
	cfg, err := medtech.ConfigFrom(get)
	if err != nil {
		return endpoint{}, err
	}
	mt, err := medtech.New(cfg, nil)
	if err != nil {
		return endpoint{}, err
	}
	return endpoint{driver: mt, url: cfg.BaseURL}, nil
}

func simulateNextGen() (endpoint, error) {
	sim, err := nextgentest.Start(nil)
	if err != nil {
		return endpoint{}, err
	}
	cfg := sim.Config()
	e := endpoint{url: cfg.BaseURL, sim: sim}
	ng, err := nextgen.New(cfg, nil)
	if err == nil {
		e.driver = ng
	}
	return e, err
}

func connectNextGen(get func(key string) string) (endpoint, error) {
	cfg, err := nextgen.ConfigFrom(get)
	if err != nil {
		return endpoint{}, err
	}
	ng, err := nextgen.New(cfg, nil)
	if err != nil {
		return endpoint{}, err
	}
	return endpoint{driver: ng, url: cfg.BaseURL}, nil
}
