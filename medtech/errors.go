package medtech

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// The operations, as they appear in errors and logs.
const (
	opFindPatients     = "find patients"
	opGetPatient       = "get patient"
	opCreatePatient    = "create patient"
	opLocations        = "list locations"
	opPractitioners    = "list practitioners"
	opFindSlots        = "find slots"
	opSchedules        = "list schedules"
	opGetAppointment   = "get appointment"
	opListAppointments = "list appointments"
	opBook             = "book appointment"
	opArrive           = "mark arrival"
	opCancel           = "cancel appointment"
	opListDocuments    = "list documents"
	opOpenDocument     = "open document"
	opUpload           = "upload document"
	opOpenSummary      = "open summary"
	opFindImages       = "find images"
	opStoreImage       = "store image"
	opMessages         = "list messages"
	opSendMessage      = "send message"
	opTasks            = "list tasks"
	opCreateTask       = "create task"
	opCheck            = "check connection"
	opRaw              = "raw request"
	opRawWrite         = "raw write request"
)

// reads are the operations that change nothing.
var reads = []string{
	opFindPatients, opGetPatient, opLocations, opPractitioners, opFindSlots, opSchedules, opGetAppointment, opListAppointments,
	opListDocuments, opOpenDocument, opOpenSummary, opFindImages, opMessages, opTasks, opCheck, opRaw,
}

// explain refines the error of an answer outside 2xx: status, issue code and text, in that
// order. ALEX's text goes behind Detail.
//
// A 5xx of a write stays ambiguous, whatever a gateway says; only 500 with a refusal in
// ALEX's own words is one. That the practice's system is away or slow says nothing about
// a write that may be on its way there.
func (c *Client) explain(a *transport.Answer, e *emr.Error) {
	s := hear(a.Body)
	if text := s.detail(); text != "" {
		_ = e.WithDetail(text)
	}
	switch {
	case a.Status < http.StatusBadRequest, a.Status == http.StatusRequestTimeout, a.Status == http.StatusTooEarly:
		return
	}
	r := s.refusal(a.Status, e.Op)
	if s.gateway && a.Status == http.StatusNotFound && (r == nil || r.code != codeFacility) {
		e.Kind, e.Code, e.Hint = emr.KindUnsupported, codeNoRoute, hintNoRoute
		return
	}
	if r == nil || a.Status >= http.StatusInternalServerError && !r.exact() {
		return
	}
	c.refuse(e, r, a.Status)
}

// refuse makes e the error of row r.
func (c *Client) refuse(e *emr.Error, r *refusal, status int) {
	write := !slices.Contains(reads, e.Op)
	if r.passing && write {
		e.Kind, e.Code = emr.KindAmbiguous, r.code
		e.Hint = "the practice's own system gave no answer, so whether this was done is not known: look before repeating it"
		return
	}
	if status > http.StatusInternalServerError && write {
		return // a gateway: nobody knows
	}
	r.apply(e)
	if r.code == codeForbidden {
		c.tellForbidden(e)
	}
}

// tellForbidden says which of the reasons for a 403 it is, as well as the token tells.
func (c *Client) tellForbidden(e *emr.Error) {
	need := rolesOf(e.Op)
	have, known := c.lastRoles()
	switch {
	case len(need) == 0 || !known:
	case !hasRole(have, need):
		e.Code = codeNoRole
		e.Hint = "the role " + need[0] + " is missing from the token: ask Medtech to give it to the application, then call Invalidate or wait for the next token"
	default:
		e.Code = codeShape
		e.Hint = "the token has the role " + need[0] + ", so ALEX does not accept this form of query or has not opened the practice to the application: ask Medtech with the request id"
	}
}

// outcome is the error of an answer with 2xx that says that it failed; nil where it says
// nothing of the kind. Without a known reason such an answer contradicts itself: protocol,
// and ambiguous for a write.
func (c *Client) outcome(call *transport.Call, a *transport.Answer, s said) *emr.Error {
	if !s.grave(a.Status, call.Op) {
		return nil
	}
	e := c.failure(call, a, emr.KindProtocol, "ALEX says in a successful answer that it failed: Detail says why")
	if r := s.refusal(a.Status, call.Op); r != nil {
		c.refuse(e, r, a.Status)
	}
	return e.WithDetail(s.detail())
}

// told adds to an error what only the call knows: the facility, and that no connection
// came about although a token was to be had.
func (c *Client) told(call *transport.Call, dial *dialing, err error) error {
	e, ok := errors.AsType[*emr.Error](err)
	if !ok {
		return err
	}
	_ = c.marked(e)
	switch {
	case e.Code == codeFacility:
		e.Hint = "facility " + call.Header.Get(facilityHeader) + ": " + hintFacility
	case dial.failed() && e.Status == 0 && (e.Kind == emr.KindTimeout || errors.Is(e, context.DeadlineExceeded)):
		e.Hint = "ALEX hands out tokens but takes no connection from here: Medtech lets in listed addresses only; ask them to put this machine's public address on the allow-list, and check the firewall"
	}
	return err
}

// unreadable turns a decoding error into ours. For a write it is ambiguous: the request
// was done, what came of it cannot be read.
func (c *Client) unreadable(call *transport.Call, a *transport.Answer, err error) *emr.Error {
	if fhir.KindOf(err) == fhir.TooLarge {
		return c.failure(call, a, emr.KindTooLarge, "narrow the request: fewer days, or one practitioner")
	}
	return c.failure(call, a, emr.KindProtocol, "ALEX's answer is not what it documents: report it with the request id")
}

// statusKind is the kind of a tolerated status before anybody explained it.
func statusKind(status int) emr.Kind {
	if status == http.StatusNotFound || status == http.StatusGone {
		return emr.KindNotFound
	}
	return emr.KindInvalid
}

// invalid is input refused before anything was sent.
func invalid(op, hint string, fields ...string) *emr.Error {
	e := emr.Invalid(op, hint, fields...)
	e.Vendor = vendor
	return e
}
