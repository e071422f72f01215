package nexhealth

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// The operations, as they appear in errors and logs.
const (
	opFindPatients     = "find patients"
	opGetPatient       = "get patient"
	opCreatePatient    = "create patient"
	opLocations        = "list locations"
	opPractitioners    = "list practitioners"
	opOperatories      = "list operatories"
	opTypes            = "list appointment types"
	opDescriptors      = "list descriptors"
	opFindSlots        = "find slots"
	opNextAvailable    = "find next available date"
	opGetAppointment   = "get appointment"
	opListAppointments = "list appointments"
	opBook             = "book appointment"
	opConfirm          = "confirm appointment"
	opArrive           = "mark arrival"
	opCancel           = "cancel appointment"
	opReschedule       = "move appointment"
	opListDocuments    = "list documents"
	opOpenDocument     = "open document"
	opDocumentTypes    = "list document types"
	opUpload           = "upload document"
	opListChanges      = "list changes"
	opRecalls          = "list recalls"
	opRecallTypes      = "list recall types"
	opProcedures       = "list procedures"
	opPlans            = "list insurance plans"
	opCoverages        = "list insurance coverages"
	opWorkingHours     = "list working hours"
	opSetWorkingHours  = "change working hours"
	opCheck            = "check connection"
	opRaw              = "raw request"
)

// refusals are NexHealth's reasons for saying no, told by the status and by words of its
// messages, which are plain sentences without a code. The first row that fits counts; a
// row without ops is for all, one without words for any text, and one without statuses
// for any status, a 200 with code false included.
// Sources: a row of statuses alone is that of docs.nexhealth.com/reference/errors and
// .../response-codes. Words are marked: [doc] as documented, [seen] in public notes,
// [assumed] our guess at what it may say. What nobody guessed right is told by the status:
// invalid where nothing tells more, which repeats nothing and books nothing.
var refusals = []refusal{
	{statuses: []int{http.StatusTooManyRequests}, kind: emr.KindRateLimited,
		hint: "NexHealth takes 10 requests a second for appointments and slots, and 100 for all: wait, and let all clinics of one key share an emr.Shared"},
	{words: []string{"rate limit", "too many requests"}, kind: emr.KindRateLimited, // [assumed]
		hint: "NexHealth's request limit was reached: wait, and let all clinics of one key share an emr.Shared"},
	{statuses: []int{http.StatusUnauthorized}, kind: emr.KindAuth,
		hint: "NexHealth refused the token, and a new one too: check NEXHEALTH_API_KEY"},
	{words: []string{"invalid credentials"}, kind: emr.KindAuth, // [doc]
		hint: hintToken},
	{words: []string{"token has expired", "invalid token", "not authenticated"}, kind: emr.KindAuth, // [assumed]
		hint: hintToken},
	{statuses: []int{http.StatusForbidden}, kind: emr.KindPermission, hint: hintAccess},
	{words: []string{"have access to perform"}, kind: emr.KindPermission, hint: hintAccess},              // [doc]
	{words: []string{"not authorized", "permission denied"}, kind: emr.KindPermission, hint: hintAccess}, // [assumed]

	// Trouble of NexHealth's own [assumed]: for a write as good as a lost answer, see refused.
	{statuses: inside, words: troubleWords, kind: emr.KindUnavailable, hint: hintTrouble},

	// Changes of appointments.
	{ops: changes, words: []string{"already cancelled"}, kind: emr.KindConflict, // [seen]
		hint: hintCancelled, code: codeCancelled},
	{ops: changes, words: []string{"already canceled", "is cancelled", "is canceled", "been cancelled", "been canceled"}, kind: emr.KindConflict, // [assumed]
		hint: hintCancelled, code: codeCancelled},
	{ops: changes, words: []string{"already confirmed"}, kind: emr.KindConflict, // [seen]
		hint: "the appointment is already confirmed: read it again", code: codeConfirmed},
	{ops: changes, words: []string{"already checked in", "already arrived"}, kind: emr.KindConflict, // [assumed]
		hint: "the patient is already marked as arrived: read the appointment again", code: codeArrived},
	{ops: changes, words: []string{"not supported", "unsupported", "does not support", "doesn't support", "cannot be updated", "can't be updated", "not allowed for", "not updatable"},
		kind: emr.KindUnsupported, // [assumed]
		hint: "this practice's system does not take this change from NexHealth; nothing was changed: ask the practice"},
	{ops: uploads, words: []string{"not supported", "unsupported", "does not support", "doesn't support"}, kind: emr.KindUnsupported, // [assumed]
		hint: "this practice's system takes no documents from NexHealth, or not of this kind"},

	// Bookings.
	{ops: bookings, words: takenWords, kind: emr.KindConflict, err: emr.ErrSlotTaken, hint: hintTaken},                    // [assumed]; that 422 may mean it [seen]
	{ops: bookings, statuses: []int{http.StatusConflict}, kind: emr.KindConflict, err: emr.ErrSlotTaken, hint: hintTaken}, // [assumed]: 409 is not in their table
	{ops: bookings, words: []string{"operatory"}, kind: emr.KindInvalid, fields: []string{"resources"}, // [assumed]
		hint: "this location books by operatory: book a slot as FindSlots returned it, with its Resources"},
	{ops: bookings, words: []string{"in the past", "must be in the future", "future date", "past date"}, kind: emr.KindInvalid, fields: []string{"start"}, // [assumed]
		hint: "NexHealth books future times only: offer a later slot"},

	// Patients.
	{ops: []string{opCreatePatient}, words: []string{"already exist", "duplicate", "has already been taken", "existing patient", "matching patient"}, kind: emr.KindConflict, err: emr.ErrDuplicatePatient, // [assumed]
		hint: "NexHealth already has a person with this name, birth date and telephone: find that one and go on"},
	{ops: []string{opCreatePatient}, statuses: []int{http.StatusConflict}, kind: emr.KindConflict, err: emr.ErrDuplicatePatient, // [assumed]: 409 is not in their table
		hint: "NexHealth already has this person: find the record and go on"},
	{ops: []string{opCreatePatient}, words: []string{"phone"}, kind: emr.KindInvalid, fields: []string{"phone"}, // [seen]: "User phone number is invalid"
		hint: "NexHealth takes ten digits of a North American number whose area code exists"},
	{ops: []string{opCreatePatient}, words: []string{"email"}, kind: emr.KindInvalid, fields: []string{"email"}, // [assumed]
		hint: "NexHealth does not take this e-mail address"},
	{ops: []string{opCreatePatient}, words: []string{"date of birth", "date_of_birth"}, kind: emr.KindInvalid, fields: []string{"born"}, // [assumed]
		hint: "NexHealth takes birth dates of the last 130 years"},

	// Any call.
	{statuses: inside, words: []string{"try again", "try later"}, kind: emr.KindUnavailable, hint: hintTrouble}, // [assumed]
	{words: []string{"missing parameter"}, kind: emr.KindInvalid, hint: hintMissing},                            // [seen]
	{words: []string{"is missing", "can't be blank", "is required"}, kind: emr.KindInvalid, hint: hintMissing},  // [assumed]
	{ops: []string{opGetPatient, opBook, opUpload, opListDocuments}, statuses: []int{http.StatusNotFound}, kind: emr.KindNotFound, hint: hintReplaced + hintNotFound},
	{statuses: []int{http.StatusNotFound}, kind: emr.KindNotFound, hint: hintNotFound},
	{statuses: inside, words: []string{"not found", "could not find", "couldn't find", "does not exist", "doesn't exist"}, kind: emr.KindNotFound, hint: hintNotFound}, // [assumed]
	{statuses: []int{http.StatusMethodNotAllowed, http.StatusNotImplemented}, kind: emr.KindUnsupported, // [assumed]: neither is in their table
		hint: "NexHealth does not offer this in the configured version (NEXHEALTH_API_VERSION)"},
	{statuses: []int{http.StatusNotAcceptable, http.StatusUnsupportedMediaType}, kind: emr.KindInvalid, // 415 on a path it does not know [seen]
		hint: "NexHealth does not know this request: check the base URL (NEXHEALTH_BASE_URL), the path and the version"},
	{ops: []string{opReschedule}, statuses: []int{http.StatusBadRequest}, kind: emr.KindUnsupported, // a site that cannot says 400, in words of its own
		hint: "this practice's system does not let NexHealth move the appointment; nothing was changed: with Move.Emulate the new one is booked and the old one cancelled"},
	{statuses: []int{http.StatusBadRequest, http.StatusUnprocessableEntity}, kind: emr.KindInvalid, hint: "NexHealth refused the input: Detail says why"},
}

const (
	hintTrouble   = "NexHealth reports trouble of its own in a successful answer: try again later"
	hintToken     = "NexHealth refused the token: check NEXHEALTH_API_KEY"
	hintCancelled = "the appointment is already cancelled: read it again"
	hintTaken     = "somebody else has this time: find slots again and offer the next one"
	hintMissing   = "NexHealth misses a value: Detail says which"
	hintReplaced  = "the record of a new patient gets another id when the practice's system takes the person in: find the person again; else "
	hintAccess    = "the key has no access to this institution, location or endpoint: check NEXHEALTH_SUBDOMAIN and NEXHEALTH_LOCATION_ID, that a sandbox key is not used for production, and the access in the developer portal"
	hintNotFound  = "no such record for this key, institution and location; if everything is missing, check NEXHEALTH_SUBDOMAIN, NEXHEALTH_BASE_URL and the version (NEXHEALTH_API_VERSION): NexHealth answers 404 to a version it does not know"
)

// Codes of ours for Error.Code, since NexHealth has none: the answer to a change that was
// made before is a success for those who only want the state.
const (
	codeCancelled = "already_cancelled"
	codeConfirmed = "already_confirmed"
	codeArrived   = "already_arrived"
)

var (
	inside     = []int{http.StatusOK, http.StatusCreated, http.StatusAccepted} // a 2xx with code false
	changes    = []string{opCancel, opConfirm, opArrive, opReschedule}
	bookings   = []string{opBook, opReschedule}
	uploads    = []string{opUpload}
	takenWords = []string{
		"not available", "no longer available", "unavailable", "already booked", "already been booked", "already taken",
		"slot taken", "is taken", "slot is full", "double book", "double-book", "conflict", "overlap",
	}
	troubleWords = []string{
		"internal server error", "internal error", "unexpected error", "something went wrong", "timed out", "timeout", "time out",
		"not respond", "temporarily unavailable", "service unavailable", "bad gateway",
	}
)

// refusal is one row of the table.
type refusal struct {
	statuses []int
	ops      []string
	words    []string // any of them, in lower case

	kind   emr.Kind
	hint   string
	code   string
	err    error
	fields []string
}

func (r *refusal) fits(status int, op, text string) bool {
	return (len(r.statuses) == 0 || slices.Contains(r.statuses, status)) &&
		(len(r.ops) == 0 || slices.Contains(r.ops, op)) &&
		(len(r.words) == 0 || mentions(text, r.words))
}

func mentions(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// refusalFor returns the first row that fits, nil for a reason nobody knows. text is what
// NexHealth said, in any case.
func refusalFor(status int, op string, text string) *refusal {
	text = strings.ToLower(text)
	for i := range refusals {
		if refusals[i].fits(status, op, text) {
			return &refusals[i]
		}
	}
	return nil
}

func (r *refusal) apply(e *emr.Error) {
	e.Kind, e.Hint = r.kind, r.hint
	if r.code != "" {
		e.Code = r.code
	}
	if r.fields != nil {
		e.Fields = append([]string(nil), r.fields...)
	}
	if r.err != nil {
		e.Err = errors.Join(r.err, e.Err)
	}
}

// sentences are the messages of a body: those of error, then description. Older answers
// and gateways say it otherwise.
func sentences(body []byte) vendorjson.Texts {
	var plain struct {
		Error       vendorjson.Texts `json:"error"`
		Errors      vendorjson.Texts `json:"errors"`
		Message     vendorjson.Texts `json:"message"`
		Description vendorjson.Texts `json:"description"`
	}
	if vendorjson.Decode(body, &plain) != nil {
		return nil
	}
	all := append(plain.Error, plain.Errors...)
	return append(append(all, plain.Message...), plain.Description...)
}

// explain refines the error of an answer outside 2xx: kind by the table, NexHealth's text
// behind Detail. A 5xx stays what transport makes of it: for a write nobody knows.
func (c *Client) explain(a *transport.Answer, e *emr.Error) {
	text := strings.Join(sentences(a.Body), "; ")
	if text == "" {
		text = string(a.Body) // a gateway's own page
	}
	if text != "" {
		_ = e.WithDetail(fhir.Excerpt(text))
	}
	if a.Status >= http.StatusInternalServerError || a.Status < http.StatusBadRequest {
		return
	}
	if a.Status == http.StatusRequestTimeout || a.Status == http.StatusTooEarly {
		return
	}
	if r := refusalFor(a.Status, e.Op, text); r != nil {
		r.apply(e)
	}
}

// refused is the error of an answer with 2xx whose code is false. Without a word about
// why, or with a record beside it, such an answer contradicts itself: protocol, and
// ambiguous for a write.
func (c *Client) refused(call *transport.Call, a *transport.Answer, e *envelope) *emr.Error {
	text := strings.Join(append(append([]string{}, e.Error...), e.Description...), "; ")
	if text == "" {
		return c.http.Error(call, a, emr.KindProtocol, "NexHealth says in a successful answer that it failed, and not why: report it with the request id")
	}
	if !call.Safe && holdsRecord(e) {
		bad := c.http.Error(call, a, emr.KindProtocol, "NexHealth sent a record and says that it failed: look before doing it again")
		return bad.WithDetail(fhir.Excerpt(text))
	}
	bad := c.http.Error(call, a, emr.KindInvalid, "NexHealth reports a failure in a successful answer: Detail says why")
	if r := refusalFor(a.Status, call.Op, text); r != nil {
		r.apply(bad)
	}
	if bad.Kind == emr.KindUnavailable && !call.Safe { // as with a 5xx, nobody knows what was done
		bad.Kind, bad.Hint = emr.KindAmbiguous, "NexHealth reports trouble of its own in a successful answer: look whether the write was done before doing it again"
	}
	return bad.WithDetail(fhir.Excerpt(text))
}

// holdsRecord reports whether data holds something.
func holdsRecord(e *envelope) bool {
	if vendorjson.IsNull(e.Data) {
		return false
	}
	switch strings.Join(strings.Fields(string(e.Data)), "") {
	case "{}", "[]", `""`, "false":
		return false
	}
	return true
}

// unreadable turns a decoding error into ours. For a write it is ambiguous: the request
// was done, what came of it cannot be read.
func (c *Client) unreadable(call *transport.Call, a *transport.Answer, err error) *emr.Error {
	var v *vendorjson.Error
	if errors.As(err, &v) && v.Problem == vendorjson.TooLarge {
		return c.http.Error(call, a, emr.KindTooLarge, "narrow the request, or make Config.PageSize smaller")
	}
	return c.http.Error(call, a, emr.KindProtocol, "NexHealth's answer is not what it documents: report it with the request id")
}

// invalid is input refused before anything was sent.
func invalid(op, hint string, fields ...string) *emr.Error {
	e := emr.Invalid(op, hint, fields...)
	e.Vendor = vendor
	return e
}

// unsupported is what NexHealth has no call for; nothing was sent.
func unsupported(op, hint string) *emr.Error {
	return &emr.Error{Kind: emr.KindUnsupported, Vendor: vendor, Op: op, Hint: hint}
}
