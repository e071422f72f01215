package nexhealth_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
)

func TestWebhookHandlesTheVendorsNextTry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := openHooked(t, nexhealthtest.Options{WriteDelay: -1}, nil)
		tries := 0
		h.fail = func() error {
			if tries++; tries <= 3 {
				return errors.New("the database is down")
			}
			return nil
		}
		h.book()
		h.sim.SettleWrites()
		h.wantEvents()
		time.Sleep(211 * time.Second) // after 30, 90 and 210 seconds
		h.wantEvents("appointment_insertion.complete")
		time.Sleep(48 * time.Hour)
		if d := h.sim.Deliveries()[0]; tries != 4 || d.Attempts != 4 || d.Waiting {
			t.Errorf("%d tries, %+v", tries, d.Attempts)
		}
	})
}

// Whether the vendor renews the timestamp when it tries again is not documented.
func TestWebhookThatWasDownForAnHourGetsTheNewsWithTheRightFreshness(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keeps     bool
		freshness time.Duration
		events    int
	}{
		"renewed timestamps":                   {false, 0, 1},
		"kept ones, five minutes":              {true, 0, 0},
		"kept ones, 49 hours are fresh":        {true, 49 * time.Hour, 1},
		"kept ones, whatever their age may be": {true, -1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := openHooked(t, nexhealthtest.Options{WriteDelay: -1, KeepTimestamps: c.keeps}, func(cfg *nexhealth.WebhookConfig) { cfg.Freshness = c.freshness })
				up := time.Now().Add(time.Hour)
				h.fail = func() error {
					if time.Now().Before(up) {
						return errors.New("the database is down")
					}
					return nil
				}
				h.book()
				h.sim.SettleWrites()
				time.Sleep(49 * time.Hour)
				if len(h.all()) != c.events {
					t.Errorf("handled %d events, want %d", len(h.all()), c.events)
				}
				all, err := h.nx.WebhookEndpoints(t.Context())
				if err != nil || len(all) != 1 || all[0].Active != (c.events == 1) {
					t.Errorf("%v, %v", all, err)
				}
			})
		})
	}
}

func TestWebhookReadsWrappedBase64WhereAsked(t *testing.T) {
	t.Parallel()
	for _, lenient := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			h := openHooked(t, nexhealthtest.Options{WriteDelay: -1, WrappedBase64: true}, func(c *nexhealth.WebhookConfig) { c.LineBreaks = lenient })
			h.book()
			h.sim.SettleWrites()
			if got := len(h.all()) == 1; got != lenient {
				t.Errorf("line breaks %v: handled %v", lenient, got)
			}
		})
	}
}

func TestWebhookTellsOfPeopleAsChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := openHooked(t, nexhealthtest.Options{WriteDelay: -1}, nil)
		born, _ := emr.ParseBirthDate("1988-04-12")
		found, err := h.client.FindOrCreatePatient(t.Context(), &emr.NewPatient{
			Given: emr.NewPHI("Wren"), Family: emr.NewPHI("Stone"), Born: born, Sex: emr.SexOther,
			Phones: []emr.Phone{{Number: emr.NewPHI("2065550177")}}, Emails: []emr.PHI{emr.NewPHI("wren.stone@example.com")},
		})
		if err != nil || !found.Created {
			t.Fatal(err)
		}
		from := emr.Today(time.UTC).AddDays(2)
		for slot, err := range h.client.FindSlots(t.Context(), emr.SlotQuery{From: from, To: from.AddDays(7)}) {
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.client.Book(t.Context(), &emr.Booking{Patient: found.Patient, Slot: slot}); err != nil {
				t.Fatal(err)
			}
			break
		}
		h.sim.SettleWrites() // the practice's system gets the person with the first appointment
		people := 0
		for _, e := range h.all() {
			for _, c := range e.Changes() {
				if c.Kind == emr.ChangePatient && c.Patient.ID == found.Patient.ID && c.Patient.Family.Reveal() == "Stone" && !c.IDOnly && !c.At.IsZero() {
					people++
				}
			}
		}
		if people != 1 {
			t.Errorf("%d changes of the patient in %d events", people, len(h.all()))
		}
	})
}
