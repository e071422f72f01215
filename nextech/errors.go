package nextech

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// The operations, as they appear in errors and logs.
const (
	opFindPatients       = "find patients"
	opGetPatient         = "get patient"
	opCreatePatient      = "create patient"
	opUpdatePatient      = "update patient"
	opLocations          = "list locations"
	opPractitioners      = "list practitioners"
	opTypes              = "list appointment types"
	opPurposes           = "list purposes"
	opStatuses           = "list practice statuses"
	opFindSlots          = "find slots"
	opGetAppointment     = "get appointment"
	opListAppointments   = "list appointments"
	opBook               = "book appointment"
	opHold               = "hold slot"
	opConfirm            = "confirm appointment"
	opArrive             = "mark arrival"
	opCancel             = "cancel appointment"
	opSetStatus          = "set practice status"
	opUpload             = "upload document"
	opListEncounters     = "list encounters"
	opOpenSummary        = "open clinical summary"
	opListChanges        = "list changes"
	opListPatientChanges = "list patient changes"
	opRaw                = "raw request"
)

const (
	hintBase = "the address is not the API's: check the base URL (NEXTECH_BASE_URL), it ends in /api and has no /r4"
	hintBook = "the time is taken or the practice does not let it be booked: offer the next slot; if every booking is refused, " +
		`the practice's preference "Online Scheduling Default Functionality" must be <Book> and "Online Scheduling Appointments - Book" not <Not Allowed>`
	hintCancel = "Nextech does not cancel an appointment that a room, photo, bill, order, case history or other appointment hangs on, " +
		"that has no patient, for which a cancellation request is pending, or when the practice demands a reason: ask the staff (CancelOptions.AskStaff)"
)

// problem is what a Nextech error body says.
type problem struct {
	resource string // resourceType
	code     string // one of codes, or empty
	text     string
	json     bool
}

// say sets code; one that is not known is kept in the text.
func (p *problem) say(code string) {
	if p.code = knownCode(code); p.code == "" {
		p.text = strings.TrimSpace(fhir.Excerpt(code) + " " + p.text)
	}
}

// readProblem reads the bodies Nextech is known or expected to send with an error, in
// the order of likelihood: OperationOutcome, AppointmentResponse, OAuth-style JSON, a
// message, text.
func readProblem(body []byte) problem {
	r, err := fhir.DecodeAny(body, nil)
	if err == nil {
		switch r := r.(type) {
		case *fhir.OperationOutcome:
			p := problem{resource: "OperationOutcome", text: r.Detail(), json: true}
			if len(r.Issue) > 0 {
				p.say(r.Issue[0].Code)
			}
			return p
		case *fhir.AppointmentResponse:
			p := problem{resource: "AppointmentResponse", text: fhir.Excerpt(r.Comment), json: true}
			p.say(r.ParticipantStatus)
			return p
		}
	}
	var plain struct {
		Error       json.RawMessage `json:"error"`
		Description string          `json:"error_description"`
		Message     string          `json:"message"` // encoding/json also takes Message
	}
	if json.Unmarshal(body, &plain) == nil {
		p := problem{json: true, text: fhir.Excerpt(plain.Description)}
		if p.text == "" {
			p.text = fhir.Excerpt(plain.Message)
		}
		var code string
		_ = json.Unmarshal(plain.Error, &code) // a string in OAuth, anything elsewhere
		p.say(code)
		return p
	}
	return problem{json: json.Valid(body), text: fhir.Excerpt(string(body))}
}

// explain refines the error of an answer outside 2xx: kind by Nextech's habits, the
// vendor's code and text, and what to do next.
func (c *Client) explain(a *transport.Answer, e *emr.Error) {
	p := readProblem(a.Body)
	if p.text != "" {
		_ = e.WithDetail(p.text)
	}
	if p.code != "" {
		e.Code = p.code
	}
	switch a.Status {
	case http.StatusUnauthorized:
		e.Hint = "Nextech refused the token: sign in again, and check that user and practice belong together"
		if p.code == "invalid_client" {
			e.Hint = "check the client id and the client secret (NEXTECH_CLIENT_ID, NEXTECH_CLIENT_SECRET)"
		} else if c.cfg.Product == PracticePlus && c.cfg.Resource == "" && c.cfg.TokenURL == azureTokenURL {
			e.Hint = "the token was asked for without a resource (NEXTECH_RESOURCE): Nextech hands it out for Practice+"
		}
	case http.StatusForbidden:
		e.Hint = c.forbidden(p, a.Header, e.Op)
	case http.StatusNotFound:
		if !p.json && len(strings.TrimSpace(string(a.Body))) > 0 {
			e.Hint = hintBase
		}
	case http.StatusConflict:
		c.conflict(p, e)
	case http.StatusUnprocessableEntity:
		if e.Op == opCancel {
			e.Hint = hintCancel
		}
	case http.StatusTooManyRequests:
		e.Hint = "Nextech takes 20 requests a second for each user and endpoint: wait, and let all clinics of one credential share an emr.Shared"
	}
}

// conflict tells a taken slot, a known patient and missing data apart.
func (c *Client) conflict(p problem, e *emr.Error) {
	switch e.Op {
	case opBook, opHold:
		if c.cfg.Product == PracticePlus && p.resource != "AppointmentResponse" && missingData(p.text) {
			e.Kind = emr.KindInvalid
			e.Hint = "Practice+ misses data for the booking: complete it (Error.Detail has Practice+'s own words for what)"
			return
		}
		e.Kind, e.Hint = emr.KindConflict, hintBook
		e.Err = errors.Join(emr.ErrSlotTaken, e.Err)
	case opCreatePatient:
		e.Kind = emr.KindConflict
		e.Hint = "Nextech already has a person with this name, e-mail, birth date, postal code and telephone: find that one and go on"
		e.Err = errors.Join(emr.ErrDuplicatePatient, e.Err)
	}
}

// missingData recognises the one other meaning of 409 that Practice+ documents: a
// message about missing data.
func missingData(text string) bool {
	text = strings.ToLower(text)
	return strings.Contains(text, "missing") || strings.Contains(text, "required")
}

// forbidden names the missing scope where it can be known.
func (c *Client) forbidden(p problem, h http.Header, op string) string {
	if p.code != "insufficient_scope" && !strings.Contains(h.Get("WWW-Authenticate"), "insufficient_scope") {
		return "Nextech refuses this for the practice or the user: check the practice id (NEXTECH_PRACTICE_ID) and that the practice has granted access"
	}
	missing := scopeWord.FindAllString(h.Get("WWW-Authenticate")+" "+p.text, 4)
	slices.Sort(missing)
	missing = slices.Compact(missing)
	if len(missing) == 0 {
		if s := scopeOf(op); s != "" {
			missing = []string{s}
		}
	}
	if len(missing) == 0 {
		return "the token lacks a scope for this call: ask for it in Scopes (NEXTECH_SCOPES), and have Nextech approve it"
	}
	return "the token lacks the scope " + strings.Join(missing, " ") +
		": ask for it in Scopes (NEXTECH_SCOPES), spelled like this and not like patient:read, and have Nextech approve it"
}

// wrongBase is the error for a page where an API was expected.
func (c *Client) wrongBase(call *transport.Call, a *transport.Answer) error {
	e := c.http.Error(call, a, emr.KindNotFound, hintBase)
	return e.WithDetail(fhir.Excerpt(string(a.Body)))
}

// unreadable turns a decoding error into ours. For a write it is ambiguous: the
// request was done, what came of it cannot be read.
func (c *Client) unreadable(call *transport.Call, a *transport.Answer, err error) error {
	kind, hint := emr.KindProtocol, "Nextech's answer is not the FHIR it documents: report it with the request id"
	var f *fhir.Error
	errors.As(err, &f)
	switch fhir.KindOf(err) {
	case fhir.TooLarge:
		kind, hint = emr.KindTooLarge, "narrow the request"
	case fhir.OutcomeError:
		kind, hint = emr.KindInvalid, "Nextech reports an error in a successful answer: check the input (Error.Detail has Nextech's own words)"
	default:
		if !call.Safe {
			kind, hint = emr.KindAmbiguous, "Nextech took the request and its answer cannot be read: look before doing it again"
		}
	}
	e := c.http.Error(call, a, kind, hint)
	if f != nil && f.Outcome != nil {
		p := problem{text: f.Outcome.Detail()}
		if len(f.Outcome.Issue) > 0 {
			p.say(f.Outcome.Issue[0].Code)
		}
		e.Code = p.code
		_ = e.WithDetail(p.text)
	}
	return e
}

// invalid is input refused before anything was sent.
func invalid(op, hint string, fields ...string) *emr.Error {
	e := emr.Invalid(op, hint, fields...)
	e.Vendor = vendor
	return e
}
