package nexhealth_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
)

// TestTrap_aPlaceholderIsReplacedByARecordWithAnotherId with the first appointment: gone,
// or still there beside the real one. Nobody is made twice, and who holds the old id is
// told what to do.
func TestTrap_aPlaceholderIsReplacedByARecordWithAnotherId(t *testing.T) {
	t.Parallel()
	for _, gone := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			o := nexhealthtest.Options{WriteDelay: -1, Placeholders: nexhealthtest.PlaceholderTwice}
			if gone {
				o.Placeholders = nexhealthtest.PlaceholderGone
			}
			p := openPractice(t, o, nil)
			person := emrtest.Invent(913)
			found, err := p.c.FindOrCreatePatient(t.Context(), &person)
			if err != nil || !found.Created || found.Patient.Write != emr.WriteAccepted {
				t.Fatalf("%+v, %v", found, err)
			}
			old := found.Patient.ID
			slots, err := emr.Collect(p.c.FindSlots(t.Context(), emr.SlotQuery{}))
			if err != nil || len(slots) < 2 {
				t.Fatal(err)
			}
			made, err := p.c.Book(t.Context(), &emr.Booking{Patient: found.Patient, Slot: slots[0]})
			if err != nil || made.Patient != old {
				t.Fatalf("%v, %v", made, err)
			}
			p.sim.SettleWrites()

			written, err := p.c.AwaitWritten(t.Context(), made.ID)
			if err != nil || written.Patient == old || written.Patient.IsZero() {
				t.Fatalf("gone %v: %v, %v", gone, written, err)
			}
			n := len(p.sim.Requests())
			again, err := p.c.FindOrCreatePatient(t.Context(), &person)
			if err != nil || again.Patient == nil || again.Created || again.Patient.ID != written.Patient || again.Patient.Write != emr.WriteDone {
				t.Fatalf("gone %v: %+v, %v", gone, again, err)
			}
			if p.sent(n)["POST /patients"] != 0 {
				t.Error("a person who is known was sent once more")
			}
			if !gone {
				return
			}
			_, err = p.c.GetPatient(t.Context(), old)
			e, _ := errors.AsType[*emr.Error](err)
			if emr.KindOf(err) != emr.KindNotFound || !strings.Contains(e.Hint, "another id") {
				t.Errorf("the placeholder: %v", err)
			}
			_, err = p.c.Book(t.Context(), &emr.Booking{Patient: found.Patient, Slot: slots[1]})
			if kind := emr.KindOf(err); kind != emr.KindNotFound && kind != emr.KindInvalid || p.sim.Appointments() != 1 {
				t.Errorf("a booking for the placeholder: %v, %d appointments", err, p.sim.Appointments())
			}
		})
	}
}

// TestTrap_aLostReplyWhileThePlaceholderIsReplaced: the appointment is found under neither
// the time's nor the old id's name, so it is ambiguous or found, and never made twice.
func TestTrap_aLostReplyWhileThePlaceholderIsReplaced(t *testing.T) {
	t.Parallel()
	for _, as := range []nexhealthtest.Placeholder{nexhealthtest.PlaceholderGone, nexhealthtest.PlaceholderTwice, nexhealthtest.PlaceholderKept} {
		synctest.Test(t, func(t *testing.T) {
			p := openPractice(t, nexhealthtest.Options{EarlyWebhooks: true, Placeholders: as}, nil)
			person := emrtest.Invent(914)
			found, err := p.c.FindOrCreatePatient(t.Context(), &person)
			if err != nil || !found.Created {
				t.Fatalf("%+v, %v", found, err)
			}
			slot, err := emr.First(p.c.FindSlots(t.Context(), emr.SlotQuery{}))
			if err != nil {
				t.Fatal(err)
			}
			n := len(p.sim.Requests())
			p.sim.FailNextOn(emrtest.StepBook, emrtest.FaultLostReply, 1)
			b := &emr.Booking{Patient: found.Patient, Slot: slot}
			made, err := p.c.Book(t.Context(), b)
			t.Logf("%s: %v, %v", as, made, err)
			if kind := emr.KindOf(err); kind != "" && kind != emr.KindAmbiguous {
				t.Errorf("%s: %v", as, err)
			}
			if err != nil {
				b.Again = true
				made, err = p.c.Book(t.Context(), b)
				t.Logf("%s again: %v, %v", as, made, err)
			}
			if posts := p.sent(n)[http.MethodPost+" /appointments"]; posts > 2 || p.sim.Appointments() != 1 {
				t.Errorf("%s: %d bookings sent, %d appointments", as, posts, p.sim.Appointments())
			}
		})
	}
}
