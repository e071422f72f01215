package main

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nextech"
	"github.com/emrkit/emrkit/nextech/nextechtest"
	"github.com/emrkit/emrkit/nextechsaas"
	"github.com/emrkit/emrkit/nextechsaas/nextechsaastest"
	"github.com/emrkit/emrkit/nextgen"
	"github.com/emrkit/emrkit/nextgen/nextgentest"
	"github.com/emrkit/emrkit/nextgen/patientaccess"
)

// visit is what an application shows of one.
type visit struct {
	id       emr.EncounterID
	first    emr.Date
	document int64 // bytes; 0 where there is none
}

// visitsOf is what an application writes: the visits of a patient since a day, with the
// size of their summaries where the vendor has any. It knows no vendor.
func visitsOf(ctx context.Context, c *emr.Client, who *emr.Patient, since emr.Date) ([]visit, error) {
	var all []visit
	for e, err := range c.Encounters(ctx, emr.EncounterQuery{Patient: who, From: since}) {
		if err != nil {
			return nil, err
		}
		v := visit{id: e.ID, first: e.Start}
		if c.Has(emr.CanReadSummaries) {
			if v.document, err = documentOf(ctx, c, who, e); err != nil {
				return nil, err
			}
		}
		all = append(all, v)
	}
	return all, nil
}

// documentOf reads the summary of a visit: the visit and its days are named.
func documentOf(ctx context.Context, c *emr.Client, who *emr.Patient, e *emr.Encounter) (int64, error) {
	q := emr.SummaryQuery{Patient: who, Encounter: e.ID}
	if !e.Start.IsZero() {
		q.From, q.To = e.Start, e.Start.AddDays(1)
	}
	if e.Start.Before(e.End) {
		q.To = e.End.AddDays(1)
	}
	content, err := c.OpenSummary(ctx, q)
	if errors.Is(err, emr.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(io.Discard, content.Body)
	return n, errors.Join(err, content.Body.Close())
}

// TestOneFunctionReadsTheVisitsOfEveryVendor runs visitsOf unchanged against each vendor
// that has visits.
func TestOneFunctionReadsTheVisitsOfEveryVendor(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]struct {
		open      func(*testing.T) (emr.Driver, emr.PatientID, error)
		visits    int
		documents bool
	}{
		"nextech select":             {open: selectVisits, visits: 1, documents: true},
		"nextgen":                    {open: nextgenVisits, visits: 2},
		"nextgen patient access":     {open: patientAccessVisits(false), visits: 3},
		"nextgen patient access, D2": {open: patientAccessVisits(true), visits: 3},
		"nextechsaas":                {open: saasVisits, visits: 3, documents: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			driver, id, err := v.open(t)
			if err != nil {
				t.Fatal(err)
			}
			c := emr.NewClient(driver, nil)
			defer func() { _ = c.Close() }()
			who := &emr.Patient{ID: id}
			all, err := visitsOf(t.Context(), c, who, emr.Date{Year: 2010, Month: time.January, Day: 1})
			if err != nil || len(all) != v.visits {
				t.Fatalf("%d visits, want %d: %v", len(all), v.visits, err)
			}
			seen := map[emr.EncounterID]bool{}
			for _, one := range all {
				if one.id.IsZero() || seen[one.id] || one.first.IsZero() || (one.document > 0) != v.documents {
					t.Errorf("a visit on %v with a document of %d bytes", one.first, one.document)
				}
				seen[one.id] = true
			}
			// A bound narrows: nobody was seen in the future.
			later := emr.Date{Year: 2199, Month: time.January, Day: 1}
			if all, err := visitsOf(t.Context(), c, who, later); err != nil || len(all) != 0 {
				t.Errorf("%d visits after %v: %v", len(all), later, err)
			}
		})
	}
}

func selectVisits(t *testing.T) (emr.Driver, emr.PatientID, error) {
	sim := nextechtest.New(t, &nextechtest.Options{Product: nextech.Select, InMemory: true})
	nx, err := nextech.New(sim.Config(), &emr.Options{HTTPClient: sim.HTTPClient()})
	if err != nil {
		return nil, emr.PatientID{}, err
	}
	someone := emrtest.People()[0]
	p, err := emr.First(emr.NewClient(nx, nil).FindPatients(t.Context(), emr.PatientQuery{Family: someone.Family, Born: someone.Born}))
	if err != nil {
		return nil, emr.PatientID{}, err
	}
	return nx, p.ID, nil
}

func nextgenVisits(t *testing.T) (emr.Driver, emr.PatientID, error) {
	sim := nextgentest.New(t, &nextgentest.Options{InMemory: true})
	nx, err := nextgen.New(sim.Config(), &emr.Options{HTTPClient: sim.HTTPClient()})
	return nx, sim.PersonID(sim.Practices()[0], 0), err
}

func patientAccessVisits(dstu2 bool) func(*testing.T) (emr.Driver, emr.PatientID, error) {
	return func(t *testing.T) (emr.Driver, emr.PatientID, error) {
		sim := nextgentest.NewPatientAccess(t, &nextgentest.PatientAccessOptions{InMemory: true})
		cfg := sim.Config()
		if dstu2 {
			cfg = sim.ConfigDSTU2()
		}
		cfg.RefreshToken = auth.NewSecret(sim.FirstRefreshToken())
		self, _ := sim.PatientIDs()
		nx, err := patientaccess.New(cfg, &emr.Options{HTTPClient: sim.HTTPClient()})
		return nx, emr.NewPatientID(self), err
	}
}

func saasVisits(t *testing.T) (emr.Driver, emr.PatientID, error) {
	sim := nextechsaastest.New(t, &nextechsaastest.Options{InMemory: true})
	nx, err := nextechsaas.New(sim.Config(), &emr.Options{HTTPClient: sim.HTTPClient()})
	return nx, sim.Patient(2).ID, err
}
