package nexhealth_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
)

// practice is a simulated practice and a client of it.
type practice struct {
	t   *testing.T
	sim *nexhealthtest.Sim
	nx  *nexhealth.Client
	c   *emr.Client
}

// openPractice starts both in memory; it belongs into a synctest bubble.
func openPractice(t *testing.T, o nexhealthtest.Options, edit func(*nexhealth.Config)) *practice {
	t.Helper()
	o.InMemory = true
	sim := nexhealthtest.New(t, &o)
	cfg := sim.Config()
	if edit != nil {
		edit(&cfg)
	}
	nx := dial(t, cfg, &emr.Options{HTTPClient: sim.HTTPClient()})
	return &practice{t: t, sim: sim, nx: nx, c: emr.NewClient(nx, nil)}
}

// known is a patient the practice knows, and a free time.
func (p *practice) known() (*emr.Patient, *emr.Slot) {
	p.t.Helper()
	person := emrtest.People()[2]
	found, err := p.c.FindOrCreatePatient(p.t.Context(), &person)
	if err != nil || found.Patient == nil || found.Created {
		p.t.Fatalf("%+v, %v", found, err)
	}
	slot, err := emr.First(p.c.FindSlots(p.t.Context(), emr.SlotQuery{}))
	if err != nil {
		p.t.Fatal(err)
	}
	return found.Patient, slot
}

// sent counts what arrived since n requests: "POST /appointments".
func (p *practice) sent(n int) map[string]int {
	count := map[string]int{}
	for _, r := range p.sim.Requests()[n:] {
		count[r.Method+" "+r.Path]++
	}
	return count
}

func (p *practice) wantSent(n int, want map[string]int) {
	p.t.Helper()
	got := p.sent(n)
	delete(got, "GET /sync_status") // how the location stands, at most once
	for line, times := range want {
		if got[line] != times {
			p.t.Errorf("%s came %d times, want %d: %v", line, got[line], times, got)
		}
	}
	for line := range got {
		if _, ok := want[line]; !ok {
			p.t.Errorf("%s was not expected: %v", line, got)
		}
	}
}

// TestTheMainJobInExactRequests: a search before the create, one token, one booking.
func TestTheMainJobInExactRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := openPractice(t, nexhealthtest.Options{}, nil)
		ctx := t.Context()
		person := emrtest.Invent(41_000)
		found, err := p.c.FindOrCreatePatient(ctx, &person)
		if err != nil || !found.Created || found.Patient.Write != emr.WriteAccepted {
			t.Fatalf("%+v, %v", found, err)
		}
		p.wantSent(0, map[string]int{"POST /authenticates": 1, "GET /patients": 1, "GET /providers": 1, "POST /patients": 1})
		slot, err := emr.First(p.c.FindSlots(ctx, emr.SlotQuery{}))
		if err != nil {
			t.Fatal(err)
		}
		n := len(p.sim.Requests())
		a, err := p.c.Book(ctx, &emr.Booking{Patient: found.Patient, Slot: slot, Note: emr.NewPHI("first visit")})
		if err != nil || a.Status != emr.StatusPending || a.Write != emr.WriteAccepted || !a.Start.Equal(slot.Start) || len(a.Warnings) > 0 {
			t.Fatalf("%+v, %v", a, err)
		}
		p.wantSent(n, map[string]int{"GET /appointments": 1, "POST /appointments": 1}) // a look, for a taken time is not refused
		written, err := p.c.AwaitWritten(ctx, a.ID)
		if err != nil || written.Write != emr.WriteDone || written.Status != emr.StatusBooked {
			t.Fatalf("%+v, %v", written, err)
		}
		n = len(p.sim.Requests())
		gone, err := p.c.Cancel(ctx, a.ID, nil)
		if err != nil || gone.Status != emr.StatusCancelled {
			t.Fatalf("%+v, %v", gone, err)
		}
		p.wantSent(n, map[string]int{"PATCH /appointments/" + a.ID.Reveal(): 1})
		last := p.sim.Requests()[len(p.sim.Requests())-1]
		if string(last.Body) != `{"appt":{"cancelled":true}}` {
			t.Errorf("cancelled with %s", last.Body)
		}
		if again, err := p.c.Cancel(ctx, a.ID, nil); err != nil || again.Status != emr.StatusCancelled {
			t.Errorf("cancelled twice: %+v, %v", again, err)
		}
		if p.sim.Appointments() != 0 || len(p.sim.Violations()) > 0 {
			t.Errorf("%d appointments, %v", p.sim.Appointments(), p.sim.Violations())
		}
	})
}

// TestFault_N3_aLostReplyToABookingEndsInOneAppointment, that of somebody new too.
func TestFault_N3_aLostReplyToABookingEndsInOneAppointment(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := openPractice(t, nexhealthtest.Options{}, nil)
		who, slot := p.known()
		n := len(p.sim.Requests())
		p.sim.FailNextOn(emrtest.StepBook, emrtest.FaultLostReply, 1)
		a, err := p.c.Book(t.Context(), &emr.Booking{Patient: who, Slot: slot})
		if err != nil || !a.Start.Equal(slot.Start) || a.Patient != who.ID {
			t.Fatalf("%+v, %v", a, err)
		}
		p.wantSent(n, map[string]int{"GET /appointments": 2, "POST /appointments": 1})
		if p.sim.Appointments() != 1 {
			t.Errorf("%d appointments", p.sim.Appointments())
		}
	})
}

// TestFault_N4_aWriteThatNeverArrivedIsAmbiguous: absence is no proof.
func TestFault_N4_aWriteThatNeverArrivedIsAmbiguous(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := openPractice(t, nexhealthtest.Options{}, nil)
		who, slot := p.known()
		n := len(p.sim.Requests())
		p.sim.FailNextOn(emrtest.StepBook, emrtest.FaultServerError, 1)
		_, err := p.c.Book(t.Context(), &emr.Booking{Patient: who, Slot: slot})
		if emr.KindOf(err) != emr.KindAmbiguous || emr.RedoOf(err) != emr.CheckFirst {
			t.Errorf("%v", err)
		}
		p.wantSent(n, map[string]int{"GET /appointments": 3, "POST /appointments": 1}) // a look before, two after
		if p.sim.Appointments() != 0 {
			t.Errorf("%d appointments", p.sim.Appointments())
		}
	})
}

func TestALostReplyToACreationEndsInOnePatient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := openPractice(t, nexhealthtest.Options{}, nil)
		person := emrtest.Invent(41_001)
		person.Practitioner = "15"
		p.sim.FailNextOn(emrtest.StepPatient, emrtest.FaultLostReply, 1)
		found, err := p.c.FindOrCreatePatient(t.Context(), &person)
		if err != nil || found.Patient == nil {
			t.Fatalf("%+v, %v", found, err)
		}
		p.wantSent(0, map[string]int{"POST /authenticates": 1, "GET /patients": 2, "POST /patients": 1})
		again, err := p.c.FindOrCreatePatient(t.Context(), &person)
		if err != nil || again.Created || again.Patient.ID != found.Patient.ID {
			t.Errorf("%+v, %v", again, err)
		}
	})
}

// TestADuplicateIsTakenFromTheAnswer: no search follows.
func TestADuplicateIsTakenFromTheAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := openPractice(t, nexhealthtest.Options{}, nil)
		person := emrtest.Invent(41_002)
		person.Practitioner = "15"
		p.sim.FailNextOn(emrtest.StepPatient, emrtest.FaultDuplicatePatient, 1)
		found, err := p.c.FindOrCreatePatient(t.Context(), &person)
		if err != nil || found.Created || found.Patient == nil {
			t.Fatalf("%+v, %v", found, err)
		}
		p.wantSent(0, map[string]int{"POST /authenticates": 1, "GET /patients": 1, "POST /patients": 1})
		if _, err := p.c.CreatePatient(t.Context(), &person); !errors.Is(err, emr.ErrDuplicatePatient) {
			t.Errorf("created again: %v", err)
		}
	})
}

// TestFault_B3_aTimeThatWasTakenMeanwhile where the practice notices, and where only the
// look before does.
func TestFault_B3_aTimeThatWasTakenMeanwhile(t *testing.T) {
	t.Parallel()
	for _, refuses := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			p := openPractice(t, nexhealthtest.Options{RefuseTaken: refuses}, nil)
			who, slot := p.known()
			n, want := len(p.sim.Requests()), map[string]int{"GET /appointments": 1}
			if refuses {
				p.sim.FailNextOn(emrtest.StepBook, emrtest.FaultSlotTaken, 1)
				want["POST /appointments"] = 1
			} else if err := p.sim.TakeSlot(slot); err != nil {
				t.Fatal(err)
			}
			_, err := p.c.Book(t.Context(), &emr.Booking{Patient: who, Slot: slot})
			if !errors.Is(err, emr.ErrSlotTaken) || emr.KindOf(err) != emr.KindConflict {
				t.Errorf("refuses %v: %v", refuses, err)
			}
			p.wantSent(n, want)
			if p.sim.Appointments() != 0 {
				t.Errorf("%d appointments", p.sim.Appointments())
			}
		})
	}
}

// TestAFailedWriteIsToldByTheOutcome; without webhooks it stays accepted.
func TestAFailedWriteStaysAcceptedWithoutWebhooks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := openPractice(t, nexhealthtest.Options{}, nil)
		who, slot := p.known()
		p.sim.FailWrites(1)
		a, err := p.c.Book(t.Context(), &emr.Booking{Patient: who, Slot: slot})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		last, err := p.c.AwaitWritten(ctx, a.ID)
		if emr.KindOf(err) != emr.KindAmbiguous || !errors.Is(err, context.DeadlineExceeded) || last == nil || last.Write != emr.WriteAccepted {
			t.Errorf("%+v, %v", last, err)
		}
	})
}

// TestAnAppointmentIsMovedOrBookedAnew, as the practice's system allows.
func TestAnAppointmentIsMovedOrBookedAnew(t *testing.T) {
	t.Parallel()
	for _, moves := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			p := openPractice(t, nexhealthtest.Options{NoMoves: !moves}, nil)
			who, slot := p.known()
			a, err := p.c.Book(t.Context(), &emr.Booking{Patient: who, Slot: slot})
			if err != nil {
				t.Fatal(err)
			}
			to, err := emr.First(p.c.FindSlots(t.Context(), emr.SlotQuery{NotBefore: slot.End, Practitioners: []emr.PractitionerID{slot.Practitioner}, Type: slot.Type}))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.c.Reschedule(t.Context(), &emr.Move{Appointment: a.ID, To: to}); moves != (err == nil) || !moves && emr.KindOf(err) != emr.KindUnsupported {
				t.Fatalf("moves %v: %v", moves, err)
			}
			if moves {
				now, err := p.c.GetAppointment(t.Context(), a.ID)
				if err != nil || !now.Start.Equal(to.Start) || p.sim.Appointments() != 1 {
					t.Errorf("%+v, %v", now, err)
				}
				return
			}
			now, err := p.c.Reschedule(t.Context(), &emr.Move{Appointment: a.ID, To: to, Emulate: true})
			if err != nil || now.ID == a.ID || !now.Start.Equal(to.Start) || p.sim.Appointments() != 1 {
				t.Errorf("%+v, %v, %d appointments", now, err, p.sim.Appointments())
			}
		})
	}
}

// TestRecordsAreReadFromAPractice: documents there and back, and the typed reads.
func TestRecordsAreReadFromAPractice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := openPractice(t, nexhealthtest.Options{}, nil)
		ctx := t.Context()
		who, _ := p.known()
		types, err := p.nx.DocumentTypes(ctx)
		if err != nil || len(types) == 0 {
			t.Fatalf("%d document types, %v", len(types), err)
		}
		const content = "%PDF-1.7 invented\n"
		made, err := p.c.UploadDocument(ctx, &emr.NewDocument{
			Patient: who, Title: emr.NewPHI("Letter"), ContentType: "application/pdf", Category: types[0].ID, Content: strings.NewReader(content),
		})
		if err != nil || made.Write != emr.WriteAccepted || made.ID.IsZero() {
			t.Fatalf("%+v, %v", made, err)
		}
		listed, err := emr.Collect(p.c.Documents(ctx, emr.DocumentQuery{Patient: who, Category: types[0].ID}))
		at := slices.IndexFunc(listed, func(d *emr.Document) bool { return d.ID == made.ID })
		if err != nil || at < 0 {
			t.Fatalf("%d documents, %v", len(listed), err)
		}
		opened, err := p.c.OpenDocument(ctx, listed[at])
		if err != nil {
			t.Fatal(err)
		}
		all, err := io.ReadAll(opened.Body)
		if err != nil || string(all) != content || opened.Body.Close() != nil {
			t.Errorf("%q, %v", all, err)
		}
		if _, err := emr.Collect(p.nx.Recalls(ctx, nexhealth.RecallQuery{})); err != nil {
			t.Error(err)
		}
		if _, err := p.nx.RecallTypes(ctx, ""); err != nil {
			t.Error(err)
		}
		if _, err := emr.Collect(p.nx.Procedures(ctx, nexhealth.ProcedureQuery{Patient: who.ID})); err != nil {
			t.Error(err)
		}
		if _, err := emr.Collect(p.nx.InsurancePlans(ctx, nexhealth.InsurancePlanQuery{})); err != nil {
			t.Error(err)
		}
		if _, err := emr.Collect(p.nx.InsuranceCoverages(ctx, nexhealth.InsuranceCoverageQuery{Patient: who.ID})); err != nil {
			t.Error(err)
		}
		if _, err := p.nx.PatientAlerts(ctx, who.ID, true); err != nil {
			t.Error(err)
		}
		for _, kind := range []emr.ChangeKind{emr.ChangeAppointment, emr.ChangePatient} {
			changes, err := emr.Collect(p.c.Changes(ctx, emr.ChangeQuery{Since: p.sim.Now().Add(-365 * 24 * time.Hour), Kinds: []emr.ChangeKind{kind}}))
			if err != nil || len(changes) == 0 {
				t.Errorf("%d changes of %ss, %v", len(changes), kind, err)
			}
		}
		if v := p.sim.Violations(); len(v) > 0 {
			t.Error(v)
		}
	})
}

// TestTrap_aBookingAtAClosedLocationIsWarnedOf, or refused where that is configured.
func TestTrap_aBookingAtAClosedLocationIsWarnedOf(t *testing.T) {
	t.Parallel()
	for _, require := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			p := openPractice(t, nexhealthtest.Options{NoInsert: []string{"7"}}, func(c *nexhealth.Config) { c.RequireWritable = require })
			who, slot := p.known()
			a, err := p.c.Book(t.Context(), &emr.Booking{Patient: who, Slot: slot})
			switch {
			case require && (emr.KindOf(err) != emr.KindPrecondition || p.sim.Appointments() != 0):
				t.Errorf("%+v, %v", a, err)
			case !require && (err != nil || len(a.Warnings) == 0 || a.Write != emr.WriteAccepted):
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
}
