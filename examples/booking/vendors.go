package main

import (
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
	"github.com/emrkit/emrkit/nextech"
	"github.com/emrkit/emrkit/nextech/nextechtest"
)

// vendor is one row of the table below: how to reach its simulator and the real thing.
type vendor struct {
	name  string   // as -vendor takes it
	title string   // for people
	needs []string // the variables a first live run sets

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
