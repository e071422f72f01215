package emr

import "time"

// Status is the neutral state of an appointment.
type Status string

// The states. Client code switches on these; Appointment.VendorStatus keeps the vendor's word.
const (
	StatusHeld      Status = "held"      // reserved, not yet a booking: Confirm or Cancel it
	StatusPending   Status = "pending"   // asked for, the clinic (or its system) has yet to accept
	StatusBooked    Status = "booked"    // in the calendar
	StatusArrived   Status = "arrived"   // the patient is there
	StatusFulfilled Status = "fulfilled" // over
	StatusCancelled Status = "cancelled" // called off
	StatusNoShow    Status = "noshow"    // the patient did not come
	StatusMoved     Status = "moved"     // replaced by another appointment
	StatusUnknown   Status = "unknown"   // a word we do not know: see VendorStatus
)

// Live reports whether the appointment still takes its time in the calendar.
func (s Status) Live() bool {
	switch s {
	case StatusCancelled, StatusNoShow, StatusMoved:
		return false
	}
	return true
}

// WriteState says how far the vendor is with writing a record into the clinic's system.
// "" on a record means that the vendor does not tell.
type WriteState string

// The write states. Synchronous vendors always answer WriteDone.
const (
	WriteDone     WriteState = "written"   // in the clinic's own system
	WriteAccepted WriteState = "accepted"  // taken by the vendor, not yet written: see Client.AwaitWritten
	WriteFailed   WriteState = "failed"    // the clinic's system refused it
	WriteTimedOut WriteState = "timed_out" // the vendor gave up waiting
)

// Appointment is an entry in a clinic's calendar.
type Appointment struct {
	ID           AppointmentID
	Status       Status
	VendorStatus string // the vendor's own word
	Confirmed    bool   // the patient confirmed, where the vendor tells that apart from booked
	Write        WriteState
	Start, End   time.Time // in the clinic's zone, or with the offset the vendor sent
	Patient      PatientID // none for a block without a patient
	Location     LocationID
	Practitioner PractitionerID
	Resources    []ResourceID
	Type         AppointmentTypeID
	Purposes     []PurposeID
	Note         PHI
	Created      time.Time // zero when the vendor does not tell
	Updated      time.Time // zero when the vendor does not tell
	Version      string    // for vendors with optimistic locking
	// Warnings are sentences of ours for whoever runs the application, never the vendor's
	// text: the appointment was made, and something about it wants a look.
	Warnings []string
	Source   Source
}

// AppointmentQuery lists appointments. Zero fields do not restrict. The patient needs an
// id only; some vendors save a request where the whole record is given.
type AppointmentQuery struct {
	From, To      Date     // clinic-local days of the start, To exclusive
	Patient       *Patient // nil: everybody
	Locations     []LocationID
	Practitioners []PractitionerID
	Statuses      []Status
	Vendor        any
}

// Booking asks for an appointment.
type Booking struct {
	Patient *Patient
	Slot    *Slot
	Note    PHI // free text for the clinic
	// Again says that an earlier try of the same booking may have succeeded: look
	// first, and the identical appointment is the answer instead of a second one.
	Again  bool
	Vendor any // the vendor package's own struct: override flags, guardian, prospect
}

// Cancellation says why an appointment is called off.
type Cancellation struct {
	Reason string // a code or word the vendor knows; plain text, never about the patient
	Note   PHI
	Vendor any
}

// Move asks to reschedule.
type Move struct {
	Appointment AppointmentID
	To          *Slot
	Note        PHI
	// Emulate allows book-then-cancel where the vendor or the site cannot move. If the second step
	// fails, the new appointment and an ErrPartial come back together.
	Emulate bool
	Vendor  any
}

// Change says that a record was made, changed, removed or merged.
type Change struct {
	Kind        ChangeKind
	Action      ChangeAction
	At          time.Time    // zero when the vendor does not tell
	Appointment *Appointment // set for appointment changes
	Patient     *Patient     // set for patient changes
	Into        PatientID    // ActionMerged: the patient that lives on; use it from now on
	// IDOnly says that the vendor told nothing of the record but its id: read it
	// (GetAppointment, GetPatient; one that was removed may be not_found).
	IDOnly bool
}

// ChangeKind is what a Change is about.
type ChangeKind string

// The kinds of change.
const (
	ChangeAppointment ChangeKind = "appointment"
	ChangePatient     ChangeKind = "patient"
)

// ChangeAction is what became of the record.
type ChangeAction string

// The actions. Vendors do not tell a new record from an altered one.
const (
	ActionChanged ChangeAction = "changed" // made or altered; a cancelled appointment is altered, too
	ActionRemoved ChangeAction = "removed" // no longer there
	ActionMerged  ChangeAction = "merged"  // a patient's record went into another one: see Change.Into
)

// ChangeQuery asks for changes since an instant.
type ChangeQuery struct {
	Since time.Time    // exclusive where the vendor can; repeat a little overlap, changes are idempotent
	Kinds []ChangeKind // nil: appointments
}
