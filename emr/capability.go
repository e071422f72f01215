package emr

import "time"

// Capability is one thing a connection can do. Ask with Client.Has before the call.
type Capability string

// The capabilities: one for each part of a Driver. Each has calls of its own, but for
// CanWatchWrites: without it AwaitWritten only looks.
const (
	CanFindPatients         Capability = "find patients"
	CanGetPatient           Capability = "get patient"
	CanCreatePatient        Capability = "create patient"
	CanUpdatePatient        Capability = "update patient"
	CanListLocations        Capability = "list locations"
	CanListPractitioners    Capability = "list practitioners"
	CanListAppointmentTypes Capability = "list appointment types"
	CanFindSlots            Capability = "find slots"
	CanReadAppointments     Capability = "read appointments"
	CanBook                 Capability = "book"
	CanHold                 Capability = "hold"
	CanConfirm              Capability = "confirm"
	CanArrive               Capability = "arrive"
	CanCancel               Capability = "cancel"
	CanReschedule           Capability = "reschedule"
	CanReadDocuments        Capability = "read documents"
	CanUploadDocuments      Capability = "upload documents"
	CanReadEncounters       Capability = "read encounters"
	CanReadSummaries        Capability = "read clinical summaries"
	CanReadChanges          Capability = "read changes"
	CanWatchWrites          Capability = "watch writes" // AwaitWritten is told, and need not wait for its next look
	CanCheck                Capability = "check"
	CanRaw                  Capability = "raw requests"
)

// Capabilities returns all of them, in the order of the support table.
func Capabilities() []Capability {
	return []Capability{
		CanFindPatients, CanGetPatient, CanCreatePatient, CanUpdatePatient, CanListLocations,
		CanListPractitioners, CanListAppointmentTypes, CanFindSlots, CanReadAppointments, CanBook,
		CanHold, CanConfirm, CanArrive, CanCancel, CanReschedule, CanReadDocuments,
		CanUploadDocuments, CanReadEncounters, CanReadSummaries, CanReadChanges, CanWatchWrites,
		CanCheck, CanRaw,
	}
}

// Has reports whether the part for c is there.
func (p Parts) Has(c Capability) bool {
	switch c {
	case CanFindPatients:
		return p.PatientFinder != nil
	case CanGetPatient:
		return p.PatientGetter != nil
	case CanCreatePatient:
		return p.PatientCreator != nil
	case CanUpdatePatient:
		return p.PatientUpdater != nil
	case CanListLocations:
		return p.LocationLister != nil
	case CanListPractitioners:
		return p.PractitionerLister != nil
	case CanListAppointmentTypes:
		return p.AppointmentTypeLister != nil
	case CanFindSlots:
		return p.SlotFinder != nil
	case CanReadAppointments:
		return p.AppointmentReader != nil
	case CanBook:
		return p.AppointmentBooker != nil
	case CanHold:
		return p.AppointmentHolder != nil
	case CanConfirm:
		return p.AppointmentConfirmer != nil
	case CanArrive:
		return p.AppointmentArriver != nil
	case CanCancel:
		return p.AppointmentCanceller != nil
	case CanReschedule:
		return p.AppointmentRescheduler != nil
	case CanReadDocuments:
		return p.DocumentReader != nil
	case CanUploadDocuments:
		return p.DocumentWriter != nil
	case CanReadEncounters:
		return p.EncounterReader != nil
	case CanReadSummaries:
		return p.SummaryReader != nil
	case CanReadChanges:
		return p.ChangeReader != nil
	case CanWatchWrites:
		return p.WriteWatcher != nil
	case CanCheck:
		return p.Checker != nil
	case CanRaw:
		return p.RawDoer != nil
	}
	return false
}

// Info describes a connection without I/O.
type Info struct {
	Vendor      string         // "nextech"
	Product     string         // "select", "practiceplus"; "" when the vendor has one
	Name        string         // Options.Name
	Environment string         // "production", "sandbox", ...; "" when not told
	Zone        *time.Location // the clinic's zone, nil when not configured
	// Caveats holds one sentence for each capability that has a catch. A caveat for a
	// missing capability says why it is missing.
	Caveats map[Capability]string
	Limits  Limits
	Habits  Habits
	// Searches are the sets of fields by which this vendor finds a patient, best first; a
	// search needs every field of one set. Nil: by name and birth date. FindOrCreatePatient
	// keeps to it.
	Searches [][]Field
}

// Limits are the vendor's bounds that the core or the caller must keep.
type Limits struct {
	SlotWindow        int // most days in one slot search; 0: any
	AppointmentWindow int // most days in one appointment list; 0: any
	UploadBytes       int64
	UploadTypes       []string // accepted media types; empty: any
	// Rates are the request limits that are kept; none: not known. Class is in words
	// where there are many of a kind: "each endpoint".
	Rates []Rate
}

// Habits tell the booking protocol how the vendor behaves.
type Habits struct {
	AcceptsDoubleBooking bool // a taken time is booked again without complaint: look first
	KeepsNotes           bool // Booking.Note comes back on the appointment
	FoldsIDs             bool // ids differ in case between calls: compare ignoring case
	WritesLater          bool // Book answers WriteAccepted; see Client.AwaitWritten
	ListsByLocation      bool // appointments are listed for a location: where none is named, for the connection's own only
	ActsByID             bool // Confirm, Arrive and Cancel need the appointment's id only: it is not read first
}

// sameID compares two ids the way the vendor means them.
func sameID[Of any](h Habits, a, b ID[Of]) bool {
	if h.FoldsIDs {
		return a.EqualFold(b)
	}
	return a == b
}
