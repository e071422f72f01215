package emrtest

import (
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// Harness tells Run how to reach the driver under test.
type Harness struct {
	// Open makes a fresh clinic and a driver connected to it: every sub-test gets its
	// own, and closes the driver. The driver must be made with o (its logger, observer
	// and audit hook watch for personal data); Open may set o.HTTPClient. What Open
	// starts, it stops in t.Cleanup. It may fail t later, when the simulator recorded a
	// violation.
	Open func(t testing.TB, o *emr.Options) *Clinic
	// Bubble runs each sub-test, Open included, in a testing/synctest bubble: limits and
	// pauses cost no time. Everything that Open starts must live in memory (no sockets)
	// and end in t.Cleanup. Time begins at 2000-01-01.
	Bubble bool
	// Serial runs the sub-tests one after another, for clinics that cannot be many.
	Serial bool

	// For the suite's own tests.
	patience time.Duration // for what should end; 0: seconds
	only     []string      // these clauses only
}

// Clinic is one fresh clinic with a driver connected to it. Everything is required
// where the comment does not say otherwise. Where the comment names a capability, it
// is required when the driver has it, or lacks it.
type Clinic struct {
	Driver emr.Driver
	// Refused is a connection to the same clinic with credentials that the vendor refuses.
	Refused emr.Driver
	// Zone is the clinic's true zone, also when the driver is not told.
	Zone *time.Location
	// Zones are those of locations in other zones than Zone. Optional.
	Zones map[emr.LocationID]*time.Location
	// Slots finds at least eight free slots on at least two days, none in the past. Its
	// locations, type and so on are what the vendor needs; From and To are set.
	Slots emr.SlotQuery

	// Take books a slot for somebody else, behind the driver's back.
	Take func(*emr.Slot) error
	// LoseReply lets the next write arrive and be done, and loses its answer.
	LoseReply func()
	// Stall lets the next read or write arrive and holds up its answer until the caller's
	// context ends. The channel is closed when the request has arrived.
	Stall func(write bool) (arrived <-chan struct{})
	// SpoilReads says whether reads arrive and are answered with a success that nobody can
	// understand.
	SpoilReads func(spoil bool)
	// Requests counts everything that arrived, requests for tokens included.
	Requests func() int
	// Writes counts the writes that arrived; requests for tokens are none.
	Writes func() int
	// Booked counts the live appointments that were booked through a driver.
	Booked func() int

	// Patient is a known patient; required when the driver cannot create one.
	Patient *emr.Patient
	// Slot gives a free slot, each time another; required when the driver cannot find slots.
	Slot func() *emr.Slot
	// Appointment makes a booked appointment in the future; required when the driver
	// reads or changes appointments and cannot book.
	Appointment func() emr.AppointmentID
	// Chart gives a patient with at least one encounter, clinical summary and document,
	// as far as the driver reads them; nil when every patient has them.
	Chart func() emr.PatientID
	// Visit is an encounter of the patient of Chart (of Patient where Chart is nil), for
	// vendors that have a clinical summary of each visit; zero: they have one of the patient.
	Visit emr.EncounterID
	// Raw is a GET that succeeds; required when the driver does raw requests.
	Raw *emr.RawRequest
	// SettleWrites lets the vendor finish writes it has accepted; required when
	// Habits.WritesLater is set.
	SettleWrites func()
	// FailWrites lets the vendor report its accepted writes as failed; required when
	// Habits.WritesLater is set.
	FailWrites func()

	// Unknown is an id in the vendor's form that no record has; "" is 999999999.
	Unknown string
	// LongestID is the most bytes of an id, for vendors whose ids are longer than FHIR's 64.
	LongestID int
	// FillPatient adds what only this vendor requires of a new patient. The names, birth
	// date, phone, e-mail and address are set, and must stay. Optional.
	FillPatient func(*emr.NewPatient)
	// FillBooking adds what only this vendor requires of a booking. Optional.
	FillBooking func(*emr.Booking)
	// FillDocument adds what only this vendor requires of a document. Optional.
	FillDocument func(*emr.NewDocument)
	// Idle closes idle connections of an HTTP client that Open made. Optional.
	Idle func()
	// Secrets are values that must never be printed: tokens, client secrets, the
	// practice id. Optional.
	Secrets []string
}

// unknown is an id that no record has.
func (c *Clinic) unknown() string {
	if c.Unknown != "" {
		return c.Unknown
	}
	return "999999999"
}

// Attach sets what w can do for the clinic, where it is not set.
func (w *Wire) Attach(c *Clinic) {
	if c.LoseReply == nil {
		c.LoseReply = w.LoseReply
	}
	if c.Stall == nil {
		c.Stall = w.Stall
	}
	if c.SpoilReads == nil {
		c.SpoilReads = w.SpoilReads
	}
	if c.Requests == nil {
		c.Requests = w.Requests
	}
	if c.Writes == nil {
		c.Writes = w.Writes
	}
	if c.Idle == nil {
		c.Idle = w.CloseIdleConnections
	}
}

// AttachSim sets what a simulator can do for the clinic, where it is not set, and
// puts a Wire into o for the rest. transport is how to reach the simulator; nil for a
// loopback socket. Make the driver with o after this call.
func AttachSim(c *Clinic, sim Sim, o *emr.Options, transport http.RoundTripper) *Wire {
	w := NewWire(transport)
	o.HTTPClient = &http.Client{Transport: w}
	if c.Take == nil {
		c.Take = sim.TakeSlot
	}
	if c.LoseReply == nil {
		c.LoseReply = func() { sim.FailNext(FaultLostReply, 1) }
	}
	if c.Requests == nil {
		c.Requests = func() int { return len(sim.Requests()) }
	}
	if c.Writes == nil {
		c.Writes = func() int {
			n := 0
			for _, r := range sim.Requests() {
				if r.Write {
					n++
				}
			}
			return n
		}
	}
	if c.Booked == nil {
		c.Booked = sim.Appointments
	}
	w.Attach(c)
	return w
}

// MemoryHarness runs the suite against Memory, as an example of a Harness and to
// check what changes is wrapped around it. Without caps the driver has every part.
func MemoryHarness(o *MemoryOptions, without ...emr.Capability) Harness {
	return Harness{Open: func(t testing.TB, opts *emr.Options) *Clinic {
		mine := MemoryOptions{}
		if o != nil {
			mine = *o
		}
		mine.Seeded, mine.Options = true, opts
		m := NewMemory(&mine)
		m.SetRaw(func(*emr.RawRequest) (*emr.RawResponse, error) {
			return &emr.RawResponse{Status: http.StatusOK, Body: []byte(`{}`)}, nil
		})
		return m.Clinic(without...)
	}}
}

// Clinic describes a seeded Memory to the suite. Its driver lacks the parts without.
func (m *Memory) Clinic(without ...emr.Capability) *Clinic {
	known := m.Patients()[0]
	tomorrow := emr.DateOf(m.clinic.now().In(m.clinic.zone)).AddDays(1)
	return &Clinic{
		Driver:    m.Without(without...),
		Refused:   m.Without(without...).Refused(),
		Zone:      m.clinic.zone,
		Zones:     maps.Clone(m.clinic.zones),
		Slots:     emr.SlotQuery{From: tomorrow, To: tomorrow.AddDays(7)},
		Take:      m.TakeSlot,
		LoseReply: func() { m.LoseReply(OpAnyWrite) },
		Stall: func(write bool) <-chan struct{} {
			if write {
				return m.Stall(OpAnyWrite)
			}
			return m.Stall(OpAnyRead)
		},
		SpoilReads: m.SpoilReads,
		Requests:   m.Requests,
		Writes:     m.Writes,
		Booked:     m.Booked,
		Patient:    known,
		Slot:       m.lastFree,
		Appointment: func() emr.AppointmentID {
			s := m.lastFree()
			return m.AddAppointment(emr.Appointment{
				Patient: known.ID, Start: s.Start, End: s.End, Location: s.Location, Practitioner: s.Practitioner, Type: s.Type,
			}).ID
		},
		Chart:        func() emr.PatientID { return known.ID },
		Raw:          &emr.RawRequest{Path: "/ping"},
		SettleWrites: func() { m.SettleWrites(emr.WriteDone) },
		FailWrites:   func() { m.SettleWrites(emr.WriteFailed) },
	}
}

// lastFree takes the last free slot out of the search and returns it, so that the next
// call gives another.
func (m *Memory) lastFree() *emr.Slot {
	c := m.clinic
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := len(c.slots) - 1; i >= 0; i-- {
		if s := c.slots[i]; !c.busy(s, emr.AppointmentID{}) {
			c.slots = append(c.slots[:i:i], c.slots[i+1:]...)
			return c.outSlot(s, emr.SlotQuery{})
		}
	}
	return nil
}
