package emrtest

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// MemoryOptions shape the clinic of NewMemory. nil: an empty clinic.
type MemoryOptions struct {
	// Seeded fills the clinic: two locations, three practitioners, three appointment
	// types, People, two weeks of free half hours from tomorrow on, and for the first
	// of People an encounter, a document and a clinical summary.
	Seeded bool
	// Zone is the clinic's; nil: five hours west of UTC all year, so that tests notice
	// a lost zone. Load a named zone for tests with clock changes.
	Zone *time.Location
	// Zones are those of locations in other zones than Zone: their days and times are
	// told in them. The seeded locations are "west" and "east".
	Zones map[emr.LocationID]*time.Location
	// Now is the clinic's clock; nil: time.Now.
	Now func() time.Time
	// PageSize is the most items of one page; 0: 10.
	PageSize int
	// Habits are how the vendor behaves; nil: it keeps notes and refuses double bookings.
	// With WritesLater bookings are accepted and written by SettleWrites, which is also
	// what the clinic's news (emr.CanWatchWrites) tell of.
	Habits *emr.Habits
	// Limits are kept: a longer slot window or a larger upload is refused.
	Limits emr.Limits
	// Options take effect as far as they do not concern HTTP: Name, Logger, Observer, Audit.
	Options *emr.Options
}

// Memory is a clinic in memory and a connection to it: an emr.Driver with all parts,
// deterministic, safe for concurrent use. Nothing in it waits or sleeps.
//
// It behaves like the stricter vendors: names match by their start, a second patient
// with the same name, birth date and phone or e-mail is refused as duplicate, ids of
// the clinic's directory must exist, and a time is free when no live appointment of
// the practitioner overlaps it.
type Memory struct {
	clinic  *clinic
	missing map[emr.Capability]bool
	refused bool
	closed  atomic.Bool
}

// clinic is what several connections share.
type clinic struct {
	zone     *time.Location
	zones    map[emr.LocationID]*time.Location
	now      func() time.Time
	pageSize int
	habits   emr.Habits
	limits   emr.Limits
	options  emr.Options

	mu            sync.Mutex
	serial        int // of the last record made
	patients      []*emr.Patient
	locations     []*emr.Location
	practitioners []*emr.Practitioner
	types         []*emr.AppointmentType
	slots         []*emr.Slot
	appointments  []*emr.Appointment
	documents     []*storedDocument
	encounters    []*emr.Encounter
	summaries     map[emr.PatientID]storedContent
	changes       []*emr.Change
	watches       map[chan emr.WriteState]emr.AppointmentID
	health        emr.Health
	raw           func(*emr.RawRequest) (*emr.RawResponse, error)

	broken   error // of every call, in the suite's own tests
	requests int
	writes   int
	calls    map[Op]int
	faults   map[Op][]fault
	spoiled  bool // see SpoilReads
	reads    int  // answers with ids, for FoldsIDs
}

// NewMemory makes a clinic and a connection to it.
func NewMemory(o *MemoryOptions) *Memory {
	if o == nil {
		o = &MemoryOptions{}
	}
	c := &clinic{
		zone:      o.Zone,
		zones:     maps.Clone(o.Zones),
		now:       o.Now,
		pageSize:  o.PageSize,
		habits:    emr.Habits{KeepsNotes: true},
		limits:    o.Limits,
		summaries: map[emr.PatientID]storedContent{},
		health:    emr.Health{OK: true, Version: "memory"},
		calls:     map[Op]int{},
		faults:    map[Op][]fault{},
		watches:   map[chan emr.WriteState]emr.AppointmentID{},
	}
	if c.zone == nil {
		c.zone = time.FixedZone("clinic", -5*60*60)
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.pageSize <= 0 {
		c.pageSize = 10
	}
	if o.Habits != nil {
		c.habits = *o.Habits
	}
	if o.Options != nil {
		c.options = *o.Options
	}
	m := &Memory{clinic: c}
	if o.Seeded {
		m.seed()
	}
	return m
}

// Without returns another connection to the same clinic that lacks caps. It panics when
// one of them is no capability: a test would otherwise show nothing.
func (m *Memory) Without(caps ...emr.Capability) *Memory {
	mustExist(caps)
	n := &Memory{clinic: m.clinic, refused: m.refused, missing: map[emr.Capability]bool{}}
	for c := range m.missing {
		n.missing[c] = true
	}
	for _, c := range caps {
		n.missing[c] = true
	}
	return n
}

// Only returns another connection to the same clinic that has nothing but caps. It
// panics when one of them is no capability.
func (m *Memory) Only(caps ...emr.Capability) *Memory {
	mustExist(caps)
	var others []emr.Capability
	for _, c := range emr.Capabilities() {
		if !slices.Contains(caps, c) {
			others = append(others, c)
		}
	}
	return m.Without(others...)
}

// mustExist panics when one of caps is no capability.
func mustExist(caps []emr.Capability) {
	for _, c := range caps {
		if !slices.Contains(emr.Capabilities(), c) {
			panic(fmt.Sprintf("emrtest: there is no capability %q: see emr.Capabilities", string(c)))
		}
	}
}

// Refused returns another connection to the same clinic whose credentials are
// refused: every call fails with kind auth.
func (m *Memory) Refused() *Memory {
	n := m.Without()
	n.refused = true
	return n
}

// Info describes the connection.
func (m *Memory) Info() emr.Info {
	c := m.clinic
	info := emr.Info{
		Vendor:      "memory",
		Name:        c.options.Name,
		Environment: "memory",
		Zone:        c.zone,
		Limits:      c.limits,
		Habits:      c.habits,
		Caveats:     map[emr.Capability]string{},
	}
	for missing := range m.missing {
		info.Caveats[missing] = "Switched off by the test."
	}
	return info
}

// Parts returns all parts but those switched off with Without. Hold goes with cancel:
// a driver may not reserve what it cannot release.
func (m *Memory) Parts() emr.Parts {
	d := memoryParts{m}
	parts := emr.Parts{
		PatientFinder:          keep[emr.PatientFinder](m, emr.CanFindPatients, d),
		PatientGetter:          keep[emr.PatientGetter](m, emr.CanGetPatient, d),
		PatientCreator:         keep[emr.PatientCreator](m, emr.CanCreatePatient, d),
		PatientUpdater:         keep[emr.PatientUpdater](m, emr.CanUpdatePatient, d),
		LocationLister:         keep[emr.LocationLister](m, emr.CanListLocations, d),
		PractitionerLister:     keep[emr.PractitionerLister](m, emr.CanListPractitioners, d),
		AppointmentTypeLister:  keep[emr.AppointmentTypeLister](m, emr.CanListAppointmentTypes, d),
		SlotFinder:             keep[emr.SlotFinder](m, emr.CanFindSlots, d),
		AppointmentReader:      keep[emr.AppointmentReader](m, emr.CanReadAppointments, d),
		AppointmentBooker:      keep[emr.AppointmentBooker](m, emr.CanBook, d),
		AppointmentHolder:      keep[emr.AppointmentHolder](m, emr.CanHold, d),
		AppointmentConfirmer:   keep[emr.AppointmentConfirmer](m, emr.CanConfirm, d),
		AppointmentArriver:     keep[emr.AppointmentArriver](m, emr.CanArrive, d),
		AppointmentCanceller:   keep[emr.AppointmentCanceller](m, emr.CanCancel, d),
		AppointmentRescheduler: keep[emr.AppointmentRescheduler](m, emr.CanReschedule, d),
		DocumentReader:         keep[emr.DocumentReader](m, emr.CanReadDocuments, d),
		DocumentWriter:         keep[emr.DocumentWriter](m, emr.CanUploadDocuments, d),
		EncounterReader:        keep[emr.EncounterReader](m, emr.CanReadEncounters, d),
		SummaryReader:          keep[emr.SummaryReader](m, emr.CanReadSummaries, d),
		ChangeReader:           keep[emr.ChangeReader](m, emr.CanReadChanges, d),
		WriteWatcher:           keep[emr.WriteWatcher](m, emr.CanWatchWrites, d),
		Checker:                keep[emr.Checker](m, emr.CanCheck, d),
		RawDoer:                keep[emr.RawDoer](m, emr.CanRaw, d),
	}
	if !m.clinic.habits.WritesLater {
		parts.WriteWatcher = nil // there is nothing to wait for
	}
	if parts.AppointmentCanceller == nil {
		parts.AppointmentHolder = nil // a hold that nobody can release is none
	}
	return parts
}

// Close ends this connection; the clinic and its other connections stay.
func (m *Memory) Close() error {
	m.closed.Store(true)
	return nil
}

// memoryParts implements every part, apart from Memory to keep its documentation short.
type memoryParts struct{ m *Memory }

// keep returns part, or nil when cap is switched off.
func keep[P any](m *Memory, c emr.Capability, part P) P {
	if m.missing[c] {
		var none P
		return none
	}
	return part
}
