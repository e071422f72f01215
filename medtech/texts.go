package medtech

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// refusals are ALEX's reasons for saying no, told by status, issue code and text, in that
// order of weight. The first row that fits counts; what a row leaves empty fits all. Texts
// are compared without case and without the final point: the numbers that go with them
// differ between the editions of the guide, and how status and text pair up is documented
// nowhere. Source: the vendor messages of the ALEX guide of 2021; [seen] comes from
// recorded answers.
var refusals = []refusal{
	{statuses: []int{http.StatusUnauthorized}, kind: emr.KindAuth, code: "unauthorized", // [seen]
		hint: "ALEX refused the token, and a new one too: check the client id, the secret and the scope (MEDTECH_API_SCOPE), and that UAT and production are not mixed"},
	{statuses: []int{http.StatusTooManyRequests}, kind: emr.KindRateLimited, code: "throttled",
		hint: "ALEX takes no more requests just now: wait, and ask less at once (Config.Parallel)"},

	// The practice. [seen] with 403.
	{words: []string{facilityWords, "no facility found"}, kind: emr.KindConfig, code: codeFacility, fields: []string{"facility"}, hint: hintFacility},
	{texts: []string{"pms unreachable or unavailable"}, kind: emr.KindUnavailable, code: codeOffline, passing: true,
		hint: "the practice's own system cannot be reached: its connector may be switched off; try again later, or ask the practice"},
	{texts: []string{"pms did not respond to request or has timed out"}, kind: emr.KindTimeout, code: codeSlow, passing: true,
		hint: "the practice's own system did not answer in time, or has no access licence free: try again later and ask less at once (Config.Parallel)"},

	// Rights.
	{texts: []string{"request for confidential data is not supported", "request for confidential consultation notes is not supported"},
		kind: emr.KindPermission, code: "confidential",
		hint: "the record is confidential, and the application may not read such: ask Medtech for the right"},
	{statuses: []int{http.StatusForbidden}, kind: emr.KindPermission, code: codeForbidden, hint: hintForbidden}, // [seen]
	{codes: []string{"forbidden"}, kind: emr.KindPermission, code: codeForbidden, hint: hintForbidden},
	{texts: []string{"authorization failed", "unauthorized"}, kind: emr.KindPermission, code: codeForbidden, hint: hintForbidden},

	// Bookings and changes.
	{ops: bookings, texts: []string{"no appointment slot available for booking", "appointment slot is already booked, unable to process the request",
		"appointment slot is booked for another patient, unable to process the request"},
		kind: emr.KindConflict, err: emr.ErrSlotTaken, code: codeTaken, hint: hintTaken},
	{texts: []string{"appointment slot is booked for another patient, unable to process the request"}, kind: emr.KindConflict, code: "other_patient",
		hint: "the time belongs to another patient by now: read the appointment again"},
	{texts: []string{"no appointment slot available for cancellation"}, kind: emr.KindNotFound, code: "not_in_calendar",
		hint: "ALEX finds no such appointment to change: read it again, it may be cancelled or moved"},
	{ops: bookings, words: []string{"already booked", "already been booked", "not available", "no longer available", "slot available for booking"},
		kind: emr.KindConflict, err: emr.ErrSlotTaken, code: codeTaken, hint: hintTaken},
	{ops: bookings, statuses: []int{http.StatusConflict}, kind: emr.KindConflict, err: emr.ErrSlotTaken, code: codeTaken, hint: hintTaken},
	{ops: bookings, statuses: []int{http.StatusUnprocessableEntity}, codes: []string{"processing", "conflict", "duplicate"},
		kind: emr.KindConflict, err: emr.ErrSlotTaken, code: codeTaken, hint: hintTaken},

	// New patients. How ALEX refuses a known person is assumed.
	{ops: creations, statuses: []int{http.StatusConflict}, kind: emr.KindConflict, err: emr.ErrDuplicatePatient, code: codeDuplicate, hint: hintKnown},
	{ops: creations, codes: []string{codeDuplicate}, kind: emr.KindConflict, err: emr.ErrDuplicatePatient, code: codeDuplicate, hint: hintKnown},
	{ops: creations, words: []string{"already exist", "already registered", "duplicate patient", "duplicate nhi"},
		kind: emr.KindConflict, err: emr.ErrDuplicatePatient, code: codeDuplicate, hint: hintKnown},

	// Lists with nothing in them, and records that are not there.
	{texts: []string{"requested appointment schedule date range is invalid"}, kind: emr.KindInvalid, code: "date_range", fields: []string{"from", "to"},
		hint: "ALEX does not take these days: ask for days from today on, a week at most"},
	{texts: []string{"service provider not found"}, kind: emr.KindNotFound, code: "practitioner_not_found", fields: []string{"practitioner"},
		hint: "ALEX does not know this practitioner at this facility: list the practitioners again"},
	{texts: []string{"patient not found"}, kind: emr.KindNotFound, code: "patient_not_found", empty: true,
		hint: "this practice has no such patient; ids belong to one facility: check which one is asked (mt-facilityid)"},
	{texts: []string{"resource id not found", "no information related to resource id found"}, kind: emr.KindNotFound, code: "id_not_found", empty: true,
		hint: "no record has this id at this practice; ids belong to one facility: check which one is asked (mt-facilityid)"},
	{words: []string{"no "}, starts: true, codes: []string{"not-found", "processing", ""}, kind: emr.KindNotFound, code: "nothing_found", empty: true,
		hint: "ALEX has nothing of the kind"},

	// Any call.
	{texts: []string{"request is not supported"}, kind: emr.KindUnsupported, code: "not_supported", hint: hintUnsupported},
	{codes: []string{"not-supported"}, kind: emr.KindUnsupported, code: "not_supported", hint: hintUnsupported},
	{statuses: []int{http.StatusMethodNotAllowed, http.StatusNotImplemented}, kind: emr.KindUnsupported, code: "not_supported", hint: hintUnsupported},
	{codes: []string{"business-rule"}, kind: emr.KindInvalid, code: "business_rule", // [seen] with 400
		hint: "a rule of Medtech's refuses what was sent: Detail says which"},
	{texts: []string{"request is invalid"}, kind: emr.KindInvalid, code: "invalid", hint: hintInvalid},
	{codes: []string{codeDuplicate}, kind: emr.KindConflict, code: codeDuplicate, hint: "ALEX has this record already: look for it"},
	{codes: []string{"conflict"}, kind: emr.KindConflict, code: "conflict", hint: "the record is in another state by now: read it again"},
	{codes: []string{"throttled"}, kind: emr.KindRateLimited, code: "throttled", hint: "ALEX takes no more requests just now: wait, and ask less at once (Config.Parallel)"},
	{codes: []string{"exception", "transient", "no-store", "lock-error"}, kind: emr.KindUnavailable, code: codeOffline, passing: true,
		hint: "ALEX or the practice's own system failed: try again later"},
	{codes: []string{"timeout"}, kind: emr.KindTimeout, code: codeSlow, passing: true, hint: "the practice's own system did not answer in time: try again later"},
	{codes: []string{"not-found"}, kind: emr.KindNotFound, code: "not_found", empty: true, hint: hintNotFound},
	{codes: []string{"invalid", "structure", "required", "value", "invariant"}, kind: emr.KindInvalid, code: "invalid", hint: hintInvalid},
	{statuses: []int{http.StatusNotFound, http.StatusGone}, kind: emr.KindNotFound, code: "not_found", hint: hintNotFound},
	{statuses: []int{http.StatusBadRequest, http.StatusUnprocessableEntity}, kind: emr.KindInvalid, code: "invalid", hint: hintInvalid},
}

// Codes of ours for Error.Code that others of this package ask for.
const (
	codeFacility  = "facility_not_found"
	codeOffline   = "practice_offline"
	codeSlow      = "practice_slow"
	codeForbidden = "forbidden"
	codeTaken     = "slot_taken"
	codeNoRoute   = "not_exposed"
	codeDuplicate = "duplicate"
)

// facilityWords are in every form in which ALEX says that it does not know the practice.
const facilityWords = "facility not found"

const (
	hintFacility    = "ALEX does not know this facility id, or has not mapped it to the application: check MEDTECH_FACILITY_ID, and ask Medtech to connect the practice"
	hintForbidden   = "the application has no role for this, or ALEX does not accept this form of query: patients are asked for by NHI as system|value; Client.Roles tells the roles of the token"
	hintTaken       = "somebody else has this time: find slots again and offer the next one"
	hintKnown       = "the practice has this person already: find them (FindOrCreatePatient does)"
	hintUnsupported = "ALEX does not support this request"
	hintInvalid     = "ALEX refused the input: Detail says why"
	hintNotFound    = "no such record at this practice; ids belong to one facility: check which one is asked (mt-facilityid)"
	hintNoRoute     = "ALEX does not offer this resource here; if nothing works, check the base URL, which ends in /FHIR (MEDTECH_BASE_URL)"
)

var (
	bookings  = []string{opBook}
	creations = []string{opCreatePatient}
)

// refusal is one row of the table.
type refusal struct {
	statuses []int
	ops      []string
	codes    []string // issue codes, lower case
	texts    []string // whole texts, lower case, no final point
	words    []string // parts of texts, lower case
	starts   bool     // words are how the text starts

	kind    emr.Kind
	code    string
	hint    string
	err     error
	fields  []string
	empty   bool // in a list: there is nothing
	passing bool // may be gone in a moment
}

func (r *refusal) fits(status int, op, code, text string) bool {
	return (len(r.statuses) == 0 || slices.Contains(r.statuses, status)) &&
		(len(r.ops) == 0 || slices.Contains(r.ops, op)) &&
		(len(r.codes) == 0 || slices.Contains(r.codes, code)) &&
		(len(r.texts) == 0 || slices.Contains(r.texts, text)) &&
		(len(r.words) == 0 || slices.ContainsFunc(r.words, func(w string) bool {
			return r.starts && strings.HasPrefix(text, w) || !r.starts && strings.Contains(text, w)
		}))
}

// exact reports whether the row is about what ALEX itself says, and not about a status.
func (r *refusal) exact() bool { return len(r.texts)+len(r.words)+len(r.codes) > 0 }

// refusalFor returns the first row that fits, nil for a reason nobody knows.
func refusalFor(status int, op, code, text string) *refusal {
	text = plainText(text)
	for i := range refusals {
		if refusals[i].fits(status, op, code, text) {
			return &refusals[i]
		}
	}
	return nil
}

// plainText is a text the way the table has it.
func plainText(text string) string {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	return strings.TrimSpace(strings.TrimRight(text, ". "))
}

func (r *refusal) apply(e *emr.Error) {
	e.Kind, e.Hint, e.Code = r.kind, r.hint, r.code
	if r.fields != nil {
		e.Fields = append([]string(nil), r.fields...)
	}
	if r.err != nil {
		e.Err = errors.Join(r.err, e.Err)
	}
}
