package emr

// Kind is the stable class of an [*Error]: safe as a metric label, the same for
// every vendor. Match it with errors.Is and the Err variables below.
type Kind string

// The kinds. The comment says what happened and what to do next.
const (
	KindConfig       Kind = "config"        // the configuration cannot work; mend it, repeating does not help
	KindAuth         Kind = "auth"          // the vendor refused the credential; check it or sign in again
	KindPermission   Kind = "permission"    // the credential is good but may not do this; ask for scope or approval
	KindNotFound     Kind = "not_found"     // no such record
	KindInvalid      Kind = "invalid"       // the input was refused, here or by the vendor; Fields names what
	KindConflict     Kind = "conflict"      // the state changed: slot taken, patient exists; look again, choose again
	KindPrecondition Kind = "precondition"  // the record changed since it was read; read it again
	KindRateLimited  Kind = "rate_limited"  // too many requests; wait RetryAfter
	KindUnavailable  Kind = "unavailable"   // network or vendor down, nothing was changed; try later
	KindTimeout      Kind = "timeout"       // no answer in time, nothing was changed; try later
	KindCanceled     Kind = "canceled"      // the caller's context was cancelled, nothing was changed
	KindAmbiguous    Kind = "ambiguous"     // a write was sent and its outcome is unknown; look before doing it again
	KindProtocol     Kind = "protocol"      // the answer is not what the contract says; report it
	KindTooLarge     Kind = "too_large"     // more data than the limit allows; narrow the request
	KindUntrustedURL Kind = "untrusted_url" // the vendor pointed at another host; not followed
	KindUnsupported  Kind = "unsupported"   // this connection or site cannot do that; nothing was changed
	KindQuota        Kind = "quota"         // the vendor's allowance is used up; wait for the next period
	KindPartial      Kind = "partial"       // one of several steps was done; the result says which
)

// Kinds returns every kind, in the order of the documentation.
func Kinds() []Kind {
	return []Kind{
		KindConfig, KindAuth, KindPermission, KindNotFound, KindInvalid, KindConflict,
		KindPrecondition, KindRateLimited, KindUnavailable, KindTimeout, KindCanceled,
		KindAmbiguous, KindProtocol, KindTooLarge, KindUntrustedURL, KindUnsupported,
		KindQuota, KindPartial,
	}
}

// sentinel is an error that stands for a kind, or for a refinement of one.
type sentinel struct {
	kind Kind
	text string
}

func (s *sentinel) Error() string { return s.text }

// Is lets a refinement match its kind: errors.Is(ErrSlotTaken, ErrConflict).
func (s *sentinel) Is(target error) bool { return target == sentinelOf(s.kind) }

// One sentinel for each kind, for errors.Is.
var (
	ErrConfig       error = &sentinel{KindConfig, "emr: configuration"}
	ErrAuth         error = &sentinel{KindAuth, "emr: authentication"}
	ErrPermission   error = &sentinel{KindPermission, "emr: permission"}
	ErrNotFound     error = &sentinel{KindNotFound, "emr: not found"}
	ErrInvalid      error = &sentinel{KindInvalid, "emr: invalid input"}
	ErrConflict     error = &sentinel{KindConflict, "emr: conflict"}
	ErrPrecondition error = &sentinel{KindPrecondition, "emr: precondition"}
	ErrRateLimited  error = &sentinel{KindRateLimited, "emr: rate limited"}
	ErrUnavailable  error = &sentinel{KindUnavailable, "emr: unavailable"}
	ErrTimeout      error = &sentinel{KindTimeout, "emr: timeout"}
	ErrCanceled     error = &sentinel{KindCanceled, "emr: canceled"}
	ErrAmbiguous    error = &sentinel{KindAmbiguous, "emr: outcome unknown"}
	ErrProtocol     error = &sentinel{KindProtocol, "emr: unexpected answer"}
	ErrTooLarge     error = &sentinel{KindTooLarge, "emr: too large"}
	ErrUntrustedURL error = &sentinel{KindUntrustedURL, "emr: untrusted URL"}
	ErrUnsupported  error = &sentinel{KindUnsupported, "emr: unsupported"}
	ErrQuota        error = &sentinel{KindQuota, "emr: quota used up"}
	ErrPartial      error = &sentinel{KindPartial, "emr: partly done"}
)

// Refinements: each also matches the sentinel of its kind. A driver puts one into
// Error.Err (joined with the cause, if there is one).
var (
	// ErrSlotTaken is a conflict: somebody else has the time. Offer the next slot.
	ErrSlotTaken error = &sentinel{KindConflict, "emr: slot taken"}
	// ErrDuplicatePatient is a conflict: the vendor already knows this person.
	ErrDuplicatePatient error = &sentinel{KindConflict, "emr: patient exists"}
	// ErrWriteFailed is a conflict: the vendor had accepted the write, and the clinic's own
	// system refused it. Nothing was made: offer another time.
	ErrWriteFailed error = &sentinel{KindConflict, "emr: the clinic's system refused the write"}
	// ErrWriteTimedOut is ambiguous: the vendor had accepted the write and gave up waiting
	// for the clinic's own system. It may still be written: ask the clinic.
	ErrWriteTimedOut error = &sentinel{KindAmbiguous, "emr: the vendor gave up waiting for the clinic's system"}
	// ErrLoginRequired is an auth error that only a new sign-in can mend.
	ErrLoginRequired error = &sentinel{KindAuth, "emr: sign in again"}
)

// sentinelOf returns the sentinel of kind k, or nil for a kind this version does not know.
func sentinelOf(k Kind) error {
	switch k {
	case KindConfig:
		return ErrConfig
	case KindAuth:
		return ErrAuth
	case KindPermission:
		return ErrPermission
	case KindNotFound:
		return ErrNotFound
	case KindInvalid:
		return ErrInvalid
	case KindConflict:
		return ErrConflict
	case KindPrecondition:
		return ErrPrecondition
	case KindRateLimited:
		return ErrRateLimited
	case KindUnavailable:
		return ErrUnavailable
	case KindTimeout:
		return ErrTimeout
	case KindCanceled:
		return ErrCanceled
	case KindAmbiguous:
		return ErrAmbiguous
	case KindProtocol:
		return ErrProtocol
	case KindTooLarge:
		return ErrTooLarge
	case KindUntrustedURL:
		return ErrUntrustedURL
	case KindUnsupported:
		return ErrUnsupported
	case KindQuota:
		return ErrQuota
	case KindPartial:
		return ErrPartial
	}
	return nil
}
