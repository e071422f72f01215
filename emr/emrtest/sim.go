package emrtest

import (
	"net/http"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// Sim is what every vendor's simulator can do, beside answering HTTP: the test
// drives the clinic and the network behind the client's back, and counts what
// arrived. All methods may be called by many goroutines at once.
type Sim interface {
	// TakeSlot books the slot for somebody else. The client's next booking of it meets
	// the vendor's own refusal. An error says that the slot is not free (any more).
	TakeSlot(s *emr.Slot) error
	// FailNext makes the next n calls that f fits fail that way; each Fault says which
	// calls it fits. Faults wait in the order in which they were set, and a call meets
	// one at a time. n < 1 does nothing.
	FailNext(f Fault, n int)
	// Requests returns a copy of what arrived, in order of arrival.
	Requests() []Request
	// Appointments counts the live appointments that were booked through the API: not
	// the seeded ones, not those of TakeSlot, not the cancelled ones.
	Appointments() int
	// Violations lists where a request broke the vendor's rules, in our own words and
	// without values: an empty list is a client that behaves.
	Violations() []string
	// Close stops the simulator and waits until nothing of it runs.
	Close() error
}

// Fault is a way for calls to fail; the names are those of examples/simulator -fault.
type Fault string

// The faults. "Data call" means any call but the one for a token. Where a write meets
// a fault, the comment says whether the write was done.
const (
	// FaultLostReply fits writes: the write is done, then the connection is cut before
	// the first byte of the answer.
	FaultLostReply Fault = "lost-reply"
	// FaultWriteNeverCompleted fits writes: the request is read, nothing is done, the
	// connection is cut. To the client it looks like FaultLostReply. Vendors that answer
	// "accepted" do so and never carry the write out.
	FaultWriteNeverCompleted Fault = "write-never-completed"
	// FaultSlowToken fits token calls: the answer takes long (2 seconds where the
	// simulator's options say nothing else).
	FaultSlowToken Fault = "slow-token"
	// FaultRevokedToken fits data calls: 401, and the token that came with the call is
	// good for nothing from now on. A write was not done.
	FaultRevokedToken Fault = "revoked-token"
	// FaultRateLimited fits data calls: 429 without Retry-After. A write was not done.
	FaultRateLimited Fault = "429"
	// FaultRateLimitedRetryAfter fits data calls: 429 with Retry-After: 1. A write was not done.
	FaultRateLimitedRetryAfter Fault = "429-retry-after"
	// FaultUnavailableOnce fits data calls: 503. A write was not done.
	FaultUnavailableOnce Fault = "503-once"
	// FaultServerError fits data calls: 500. A write was not done, which the client cannot know.
	FaultServerError Fault = "500"
	// FaultTruncatedJSON fits data calls with a JSON answer: a whole HTTP answer whose
	// JSON ends in the middle. A write was done.
	FaultTruncatedJSON Fault = "truncated-json"
	// FaultHTML fits data calls: 200 with a login page. A write was not done.
	FaultHTML Fault = "html-200"
	// FaultNextLoop fits list answers: the link to the next page leads to the same page again.
	FaultNextLoop Fault = "next-loop"
	// FaultNextForeignHost fits list answers that have a next page: its link leads to another host.
	FaultNextForeignHost Fault = "next-foreign-host"
	// FaultSlotTaken fits bookings: somebody else gets the time first.
	FaultSlotTaken Fault = "slot-taken"
	// FaultDuplicatePatient fits patient creation: the same person was made a moment
	// before by somebody else, and can be found.
	FaultDuplicatePatient Fault = "duplicate-patient"
)

// Faults returns every fault, in the order of the documentation.
func Faults() []Fault {
	return []Fault{
		FaultLostReply, FaultWriteNeverCompleted, FaultSlowToken, FaultRevokedToken,
		FaultRateLimited, FaultRateLimitedRetryAfter, FaultUnavailableOnce, FaultServerError,
		FaultTruncatedJSON, FaultHTML, FaultNextLoop, FaultNextForeignHost,
		FaultSlotTaken, FaultDuplicatePatient,
	}
}

// Step is a part of the main job as calls show it, for faults that shall hit it and
// nothing else.
type Step string

// The steps.
const (
	StepAny     Step = "any"     // whatever comes first
	StepToken   Step = "token"   // asking for a token
	StepPatient Step = "patient" // searching, reading, creating or changing patients
	StepSlots   Step = "slots"   // listing free slots
	StepBook    Step = "book"    // booking
	StepCancel  Step = "cancel"  // cancelling; no other change of an appointment
)

// Steps returns the steps whose calls f can fit. The first is where examples/simulator
// puts it when nothing else is said. Nil: f is no fault.
func (f Fault) Steps() []Step {
	switch f {
	case FaultLostReply, FaultWriteNeverCompleted:
		return []Step{StepBook, StepPatient, StepCancel, StepAny}
	case FaultSlowToken:
		return []Step{StepToken, StepAny}
	case FaultRevokedToken, FaultRateLimited, FaultRateLimitedRetryAfter, FaultUnavailableOnce,
		FaultServerError, FaultTruncatedJSON, FaultHTML:
		return []Step{StepAny, StepPatient, StepSlots, StepBook, StepCancel}
	case FaultNextLoop, FaultNextForeignHost:
		return []Step{StepSlots, StepPatient, StepAny}
	case FaultSlotTaken:
		return []Step{StepBook, StepAny}
	case FaultDuplicatePatient:
		return []Step{StepPatient, StepAny}
	}
	return nil
}

// Request is one request that reached a simulator, whatever became of it. It holds
// what the client sent, unredacted: simulators are for invented people.
type Request struct {
	Method   string
	Path     string // as sent, not unescaped
	RawQuery string
	Header   http.Header
	Body     []byte // the first 64 KiB
	Host     string
	Token    bool // it asked for a token
	Write    bool // it would change something; asking for a token is none
	At       time.Time
	Status   int   // of the answer; 0 while there is none, and when the connection was cut instead
	Lost     int   // status of the answer that FaultLostReply kept back; else 0
	Step     Step  // of the main job; "" for what is none
	Fault    Fault // that the request met; "" for none
}
