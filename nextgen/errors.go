package nextgen

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// The operations, as they appear in errors and logs.
const (
	opSelect           = "select practice"
	opFindPatients     = "find patients"
	opGetPatient       = "get patient"
	opCreatePatient    = "create patient"
	opCreateChart      = "create chart"
	opGetChart         = "get chart"
	opUpdatePatient    = "update patient"
	opLocations        = "list locations"
	opPractitioners    = "list practitioners"
	opResources        = "list resources"
	opTypes            = "list appointment types"
	opCategories       = "list appointment categories"
	opReasons          = "list reasons"
	opPractices        = "list practices"
	opFindSlots        = "find slots"
	opGetAppointment   = "get appointment"
	opListAppointments = "list appointments"
	opBook             = "book appointment"
	opConfirm          = "confirm appointment"
	opArrive           = "mark arrival"
	opCancel           = "cancel appointment"
	opReschedule       = "move appointment"
	opListDocuments    = "list documents"
	opOpenDocument     = "open document"
	opEncounters       = "list encounters"
	opListChanges      = "list changes"
	opCheck            = "check connection"
	opRaw              = "raw request"
)

const (
	hintQuota      = "NextGen answered a read with nothing at all, which is how it says that the application's daily allowance, over all clinics, is used up: wait for the next day; nothing is repeated"
	hintShape      = "NextGen's answer is not what it documents: report it with the request id"
	hintRefused    = "NextGen refused the input: Detail says why"
	hintTaken      = "somebody else has this time: find slots again and offer the next one, or book with BookingOptions that allow it"
	hintPermission = "NextGen does not allow this: the service user or the application lacks the right (ask the practice to grant the route to the application), the record is restricted, the session id is missing or another practice's (NEXTGEN_PRACTICE_ID, Config.SessionID), or the client has not approved the application for this site"
	hintSelect     = "NextGen does not let this application work for the practice: check NEXTGEN_ENTERPRISE_ID and NEXTGEN_PRACTICE_ID with their leading zeros (GET /master/practices lists them), and that the practice has approved the application"
	hintNotFound   = "no such record in this practice; if everything is missing, check NEXTGEN_SITE_ID, NEXTGEN_PRACTICE_ID and NEXTGEN_BASE_URL"
	hintVersion    = "this site's version of the API does not have the route, or not in this form"
)

// refusals are the answers outside 2xx, told by the status and by words of the message,
// for there are no codes. The first row that fits counts; a row without ops is for all,
// one without words for any text. Sources: statuses with messages are recorded (sandbox,
// 6.0.0.767), 401 and 409 documented; words of bookings are assumed, from the names of the
// flags that override them.
var refusals = []refusal{
	{statuses: []int{http.StatusNotFound}, words: []string{"no http resource was found", "no action was found", "no type was found"}, kind: emr.KindUnsupported, hint: hintVersion},
	{statuses: []int{http.StatusMethodNotAllowed, http.StatusNotImplemented}, kind: emr.KindUnsupported, hint: hintVersion},
	{ops: writes, statuses: []int{http.StatusSeeOther}, kind: emr.KindAmbiguous,
		hint: "NextGen answered with a redirect that says the request was done, without its outcome: look before repeating it"},
	{statuses: []int{http.StatusUnauthorized}, kind: emr.KindAuth,
		hint: "NextGen refused the token, and a new one too: check NEXTGEN_SITE_ID, and whether the client still approves the application"},
	{ops: []string{opSelect}, statuses: []int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound}, kind: emr.KindPermission, hint: hintSelect},
	{statuses: []int{http.StatusForbidden}, kind: emr.KindPermission, hint: hintPermission},

	// Bookings. Category and event conflicts are not a taken time: another time of the
	// same kind may do, and the override flags have their names.
	{ops: bookings, statuses: refused, words: []string{"event location", "at this location", "at the location", "for this location"}, kind: emr.KindInvalid, fields: []string{"location"},
		hint: "the event is not offered at this location: choose another location, or set BookingOptions.AllowEventLocationOverride"},
	{ops: bookings, statuses: refused, words: []string{"category"}, kind: emr.KindConflict,
		hint: "the schedule template keeps this time for other kinds of visit: offer another time, or set BookingOptions.AllowCategoryConflictOverride"},
	{ops: bookings, statuses: refused, words: takenWords, kind: emr.KindConflict, err: emr.ErrSlotTaken, hint: hintTaken},
	{ops: bookings, statuses: []int{http.StatusConflict}, kind: emr.KindConflict, err: emr.ErrSlotTaken, hint: hintTaken},

	// Persons.
	{ops: []string{opCreatePatient}, statuses: []int{http.StatusConflict}, kind: emr.KindConflict, err: emr.ErrDuplicatePatient,
		hint: "the site already has this person: find the record and go on"},
	{ops: []string{opCreatePatient}, statuses: refused, words: []string{"duplicate person", "duplicate patient", "possible duplicate", "person already exists", "patient already exists"}, kind: emr.KindConflict, err: emr.ErrDuplicatePatient, // assumed
		hint: "the site already has this person: find the record and go on"},
	{ops: []string{opCreatePatient}, statuses: []int{http.StatusNotFound}, kind: emr.KindInvalid,
		hint: "an id in the new record is not known at this site, such as that of the primary care provider"},
	{ops: []string{opUpdatePatient, opConfirm}, statuses: []int{http.StatusConflict}, kind: emr.KindConflict,
		hint: "NextGen finds the change inconsistent with the record: read it again, Detail may say more"},

	// Changes of appointments.
	{ops: []string{opCancel}, statuses: refused, words: []string{"already cancel", "is cancel", "been cancel"}, kind: emr.KindConflict, code: codeCancelled, // assumed
		hint: "the appointment is already cancelled: read it again"},
	{ops: []string{opCancel}, statuses: []int{http.StatusConflict}, kind: emr.KindConflict, hint: "the appointment's state does not allow this: read it again"},

	{statuses: []int{http.StatusBadRequest}, words: []string{"is locked"}, kind: emr.KindConflict, hint: "the encounter is locked: NextGen takes no changes of it"},
	{statuses: []int{http.StatusConflict}, kind: emr.KindConflict, hint: "the state at NextGen differs: read it again; Detail may say more"},
	{statuses: []int{http.StatusNotFound, http.StatusGone}, kind: emr.KindNotFound, hint: hintNotFound},
	{statuses: []int{http.StatusBadRequest, http.StatusUnprocessableEntity}, kind: emr.KindInvalid, hint: hintRefused},
}

// codeCancelled is a code of ours for Error.Code, for NextGen has none.
const codeCancelled = "already_cancelled"

var (
	writes     = []string{opBook, opReschedule, opConfirm, opArrive, opCancel, opCreatePatient, opUpdatePatient, opCreateChart}
	bookings   = []string{opBook, opReschedule}
	refused    = []int{http.StatusBadRequest, http.StatusConflict, http.StatusUnprocessableEntity}
	takenWords = []string{
		"double book", "double-book", "doublebook", "overbook", "overlap", "conflict", "already booked", "already been booked", "already scheduled",
		"already taken", "already exists", "already has an appointment", "not available", "no longer available", "unavailable", "is taken", "is full", "fully booked", "occupied", "is blocked", "no availability", "duplicate appointment", "maximum number of appointments",
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
	return slices.Contains(r.statuses, status) && (len(r.ops) == 0 || slices.Contains(r.ops, op)) && (len(r.words) == 0 || mentions(text, r.words))
}

// mentions reports whether text holds one of the words, in whatever letter case.
func mentions(text string, words []string) bool {
	text = strings.ToLower(text)
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// explain refines the error of an answer outside 2xx: kind by the table, NextGen's text
// behind Detail, without the addresses inside the clinic that it names. A 5xx stays what
// transport makes of it: for a write nobody knows.
func (c *Client) explain(a *transport.Answer, e *emr.Error) {
	c.noteVersion(a)
	text := message(a.Body)
	if text != "" {
		_ = e.WithDetail(fhir.Excerpt(redacted(text)))
	}
	if a.Status >= http.StatusInternalServerError && a.Status != http.StatusNotImplemented {
		e.Hint = e.Hint + "; NextGen reaches the clinic's own server, which may be offline"
		return
	}
	for i := range refusals {
		r := &refusals[i]
		if !r.fits(a.Status, e.Op, text) {
			continue
		}
		e.Kind, e.Hint, e.Code, e.Fields = r.kind, r.hint, r.code, r.fields
		if r.err != nil {
			e.Err = r.err
		}
		if r.kind == emr.KindUnsupported {
			e.Hint += c.versionNote()
		}
		return
	}
}

// message is NextGen's own text in an answer: "message" and what explains it of an object,
// all texts of another one, or the text itself.
func message(body []byte) string {
	var plain struct {
		Message vendorjson.Texts `json:"message"`
		Detail  vendorjson.Texts `json:"messageDetail"`
		State   vendorjson.Texts `json:"modelState"`
		Cause   vendorjson.Texts `json:"exceptionMessage"`
	}
	if startsWith(body, '{') && vendorjson.Decode(body, &plain) == nil {
		if texts := slices.Concat(plain.Message, plain.Detail, plain.State, plain.Cause); len(texts) > 0 {
			return strings.Join(texts, "; ")
		}
	}
	var all vendorjson.Texts // of a form that nobody has seen
	if (startsWith(body, '{') || startsWith(body, '[')) && vendorjson.Decode(body, &all) == nil {
		return strings.Join(all, "; ")
	}
	var bare string
	if startsWith(body, '"') && vendorjson.Decode(body, &bare) == nil {
		return bare
	}
	return strings.TrimSpace(string(body))
}

// address matches what messages say of the machines inside a clinic.
var address = regexp.MustCompile(`(?i)https?://[^\s'"<>]*`)

func redacted(text string) string { return address.ReplaceAllString(text, "(address)") }

// check looks at each answer with 2xx. A read that is answered with nothing is the quota:
// taken for an empty list, it would silently end lists. 204 says that there is nothing.
func (c *Client) check(call *transport.Call, a *transport.Answer) *emr.Error {
	c.noteVersion(a)
	if !call.Safe || call.Method == http.MethodHead || call.Op == opSelect || len(strings.TrimSpace(string(a.Body))) > 0 {
		return nil
	}
	if a.Status == http.StatusNoContent {
		return &emr.Error{Kind: emr.KindNotFound, Hint: hintNotFound}
	}
	return &emr.Error{Kind: emr.KindQuota, Hint: hintQuota}
}

// noteVersion keeps the version of the site's API, which answers tell in a header.
func (c *Client) noteVersion(a *transport.Answer) {
	if v := cleanVersion(a.Header.Get("api-version")); v != "" {
		c.version.Store(&v)
	}
}

// versionNote says in a hint which version it is about.
func (c *Client) versionNote() string {
	if v := c.version.Load(); v != nil {
		return " (API version " + *v + ")"
	}
	return " (its API version is not known yet: Check tells it)"
}

// cleanVersion is a version number such as 6.0.0.767, else "".
func cleanVersion(text string) string {
	if len(text) > 32 || strings.Trim(text, "0123456789.") != "" || strings.Trim(text, ".") == "" {
		return ""
	}
	return text
}

// unreadable turns a decoding error into ours. For a write it is ambiguous: the request
// was done, what came of it cannot be read.
func (c *Client) unreadable(call *transport.Call, a *transport.Answer, err error) *emr.Error {
	if v, ok := errors.AsType[*vendorjson.Error](err); ok && v.Problem == vendorjson.TooLarge {
		return c.http.Error(call, a, emr.KindTooLarge, "narrow the request, or make Config.PageSize smaller")
	}
	return c.http.Error(call, a, emr.KindProtocol, hintShape)
}

// invalid is input refused before anything was sent.
func invalid(op, hint string, fields ...string) *emr.Error {
	e := emr.Invalid(op, hint, fields...)
	e.Vendor = vendor
	return e
}
