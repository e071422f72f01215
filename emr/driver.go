package emr

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Driver is one connection to one clinic, made by a vendor package. Info and Parts
// are pure: no I/O, the same answer each time. Methods of the parts may be called by
// many goroutines at once. Close ends background work; calls after Close fail with
// kind config.
type Driver interface {
	Info() Info
	Parts() Parts
	Close() error
}

// Parts says what this connection can do: nil is "not supported". Drivers never
// implement a part only to say that it is unsupported. Where sites of one vendor
// differ and only the call tells, the part may answer kind unsupported: then nothing
// was changed. A part fetches one page or
// does one write, plus the safe look-ups it needs; loops, checks and the booking
// protocol are the Client's. The error of a look-up before a write goes through Unsent.
//
// Parts receive whole values. Of a patient only the ID is sure: a part that needs more
// reads the record first where it is missing (see Unsent). A query without a patient,
// where one is needed, does not come from the Client.
type Parts struct {
	PatientFinder          PatientFinder
	PatientGetter          PatientGetter
	PatientCreator         PatientCreator
	PatientUpdater         PatientUpdater
	LocationLister         LocationLister
	PractitionerLister     PractitionerLister
	AppointmentTypeLister  AppointmentTypeLister
	SlotFinder             SlotFinder
	AppointmentReader      AppointmentReader
	AppointmentBooker      AppointmentBooker
	AppointmentHolder      AppointmentHolder
	AppointmentConfirmer   AppointmentConfirmer
	AppointmentArriver     AppointmentArriver
	AppointmentCanceller   AppointmentCanceller
	AppointmentRescheduler AppointmentRescheduler
	DocumentReader         DocumentReader
	DocumentWriter         DocumentWriter
	EncounterReader        EncounterReader
	SummaryReader          SummaryReader
	ChangeReader           ChangeReader
	WriteWatcher           WriteWatcher
	Checker                Checker
	RawDoer                RawDoer
}

// Cursor is the driver's own bookmark for the next page; "" is the first page when
// asked, and "no more" when answered.
type Cursor string

// Page is one page of a list. A page without items but with Next is not the end.
type Page[T any] struct {
	Items []*T
	Next  Cursor
}

// PatientFinder returns the people the vendor matched: match entries only, never
// people outside the query. It fails with kind protocol when the vendor ignored a
// filter.
type PatientFinder interface {
	FindPatients(ctx context.Context, q PatientQuery, at Cursor) (Page[Patient], error)
}

// PatientGetter reads one patient; kind not_found when there is none.
type PatientGetter interface {
	GetPatient(ctx context.Context, id PatientID) (*Patient, error)
}

// PatientCreator makes a patient, once. ErrDuplicatePatient when the vendor knows the
// person, together with the known record where the vendor answers with it: the Client
// compares it. Ambiguous when the answer was lost after sending.
type PatientCreator interface {
	CreatePatient(ctx context.Context, p *NewPatient) (*Patient, error)
}

// PatientUpdater changes a patient and returns it as it is afterwards. Kind invalid,
// with Fields, for changes the vendor would ignore.
type PatientUpdater interface {
	UpdatePatient(ctx context.Context, u *PatientUpdate) (*Patient, error)
}

// LocationLister lists the clinic's active locations.
type LocationLister interface {
	ListLocations(ctx context.Context, at Cursor) (Page[Location], error)
}

// PractitionerLister lists the clinic's active practitioners.
type PractitionerLister interface {
	ListPractitioners(ctx context.Context, at Cursor) (Page[Practitioner], error)
}

// AppointmentTypeLister lists what can be booked.
type AppointmentTypeLister interface {
	ListAppointmentTypes(ctx context.Context, at Cursor) (Page[AppointmentType], error)
}

// SlotFinder returns one page of free slots of one window; the Client keeps From..To
// within Info.Limits.SlotWindow. Blank fields the vendor needs are filled from the
// directory. Slots need not be sorted.
type SlotFinder interface {
	FindSlots(ctx context.Context, q SlotQuery, at Cursor) (Page[Slot], error)
}

// AppointmentReader reads the calendar.
type AppointmentReader interface {
	GetAppointment(ctx context.Context, id AppointmentID) (*Appointment, error)
	ListAppointments(ctx context.Context, q AppointmentQuery, at Cursor) (Page[Appointment], error)
}

// AppointmentBooker books, once. ErrSlotTaken when somebody else has the time;
// ambiguous when the request was sent and no usable answer came. The answer holds what
// the vendor told, and nothing else: the Client compares status, start and patient with
// the booking, and an answer that contradicts it is none.
type AppointmentBooker interface {
	Book(ctx context.Context, b *Booking) (*Appointment, error)
}

// AppointmentHolder reserves a slot. Only for vendors that can also release it.
type AppointmentHolder interface {
	Hold(ctx context.Context, b *Booking) (*Appointment, error)
}

// AppointmentConfirmer makes a held appointment a booking, or marks it confirmed.
type AppointmentConfirmer interface {
	Confirm(ctx context.Context, a *Appointment) (*Appointment, error)
}

// AppointmentArriver marks the patient as arrived.
type AppointmentArriver interface {
	Arrive(ctx context.Context, a *Appointment) (*Appointment, error)
}

// AppointmentCanceller calls an appointment off. One that is already cancelled is a success.
type AppointmentCanceller interface {
	Cancel(ctx context.Context, a *Appointment, c *Cancellation) (*Appointment, error)
}

// AppointmentRescheduler moves an appointment natively. The returned id is the truth.
// Kind unsupported where this site cannot: with Move.Emulate the Client then books and
// cancels.
type AppointmentRescheduler interface {
	Reschedule(ctx context.Context, a *Appointment, m *Move) (*Appointment, error)
}

// DocumentReader lists documents and opens one.
type DocumentReader interface {
	ListDocuments(ctx context.Context, q DocumentQuery, at Cursor) (Page[Document], error)
	OpenDocument(ctx context.Context, d *Document) (*Content, error)
}

// DocumentWriter stores a document, once. Where that takes several steps and one after
// the content failed, the document comes together with an error of kind partial.
type DocumentWriter interface {
	UploadDocument(ctx context.Context, d *NewDocument) (*Document, error)
}

// EncounterReader lists the visits of a patient.
type EncounterReader interface {
	ListEncounters(ctx context.Context, q EncounterQuery, at Cursor) (Page[Encounter], error)
}

// SummaryReader opens a clinical summary (CCDA).
type SummaryReader interface {
	OpenSummary(ctx context.Context, q SummaryQuery) (*Content, error)
}

// ChangeReader returns one page of what changed. Each Change has its Kind, its Action
// and the record of its Kind, at least with the id.
type ChangeReader interface {
	ListChanges(ctx context.Context, q ChangeQuery, at Cursor) (Page[Change], error)
}

// WriteWatcher is for vendors that push news (webhooks) about accepted writes.
type WriteWatcher interface {
	// WatchWrite reports what becomes of the write of an appointment: WriteDone,
	// WriteFailed or WriteTimedOut, in whatever order and however often it was told. What
	// is already known comes at once. The channel has room: nothing waits for the reader,
	// who may miss what no longer fits. It may be closed when nothing more will come. stop
	// ends the watch and what belongs to it; it may be called more than once.
	WatchWrite(id AppointmentID) (news <-chan WriteState, stop func())
}

// Checker tells the live state of the connection.
type Checker interface {
	Check(ctx context.Context) (*Health, error)
}

// Health is the live state of a connection.
type Health struct {
	OK       bool
	Version  string        // the vendor's version, where told
	SyncAge  time.Duration // how old the vendor's copy of the clinic is; 0 for vendors without a copy
	Warnings []string      // our own sentences
}

// RawDoer sends a request of the caller's own with the connection's token, limits,
// retry and redaction. Only the path and query are the caller's: it cannot reach
// another host.
type RawDoer interface {
	Raw(ctx context.Context, r *RawRequest) (*RawResponse, error)
}

// RawRequest is a call the neutral core does not know.
type RawRequest struct {
	Method string     // "" is GET
	Path   string     // below the base URL, already escaped: "/patient-type"
	Route  string     // template for logs: "/Patient/{id}"; "" logs the method only
	Query  url.Values // encoded by the client
	Header http.Header
	Body   []byte
}

// RawResponse is the vendor's answer, unread.
type RawResponse struct {
	Status    int
	Header    http.Header
	Body      []byte // may be personal data: never log it
	RequestID string // correlation id of the call, as in Error.RequestID
}
