package medtech

import (
	"errors"

	"github.com/emrkit/emrkit/emr"
)

// Words is one row of the words for users: see UserMessage.
type Words struct {
	Code  string // emr.Error.Code
	Kind  emr.Kind
	Words string
}

// words are what a person at the desk reads, by emr.Error.Code. What is not listed has the
// words of its kind: see emr.UserMessage.
var words = []Words{
	{"unauthorized", emr.KindAuth, "The practice's system did not accept our sign-in. Please tell the support team."},
	{codeNoRole, emr.KindPermission, "This application has not been given the right to do this. Please tell the support team."},
	{codeShape, emr.KindPermission, "The practice's system did not accept the way we asked. Please tell the support team."},
	{codeForbidden, emr.KindPermission, "The practice's system does not allow this. Please tell the support team."},
	{"confidential", emr.KindPermission, "This record is confidential and cannot be shown here. Please ask the practice."},
	{codeFacility, emr.KindConfig, "This practice is not connected to us, or its facility id is wrong. Please tell the support team."},
	{codeOffline, emr.KindUnavailable, "The practice's own system is switched off or cannot be reached. Please try again later, or call the practice."},
	{codeSlow, emr.KindTimeout, "The practice's own system took too long to answer. Please try again in a few minutes."},
	{"throttled", emr.KindRateLimited, "The practice's system is busy. Please try again in a moment."},
	{codeTaken, emr.KindConflict, "That time has just been taken. Please choose another one."},
	{"other_patient", emr.KindConflict, "That time belongs to somebody else by now. Please look at the calendar again."},
	{"not_in_calendar", emr.KindNotFound, "This appointment is not in the practice's calendar any more. Please look at it again."},
	{"date_range", emr.KindInvalid, "The practice's system does not take these days. Please choose days from today on."},
	{"practitioner_not_found", emr.KindNotFound, "The practice does not know this practitioner. Please choose again."},
	{"patient_not_found", emr.KindNotFound, "The practice has no such patient. Please check the NHI number or the name, birth date and mobile number."},
	{"id_not_found", emr.KindNotFound, "The practice does not have this record any more. Please look for it again."},
	{"nothing_found", emr.KindNotFound, "The practice has nothing of this kind."},
	{"not_found", emr.KindNotFound, "We could not find that at the practice."},
	{codeNoRoute, emr.KindUnsupported, "The practice's system does not offer this. Please ask the practice."},
	{"not_supported", emr.KindUnsupported, "The practice's system cannot do this. Please ask the practice."},
	{"business_rule", emr.KindInvalid, "The practice's system refused this because something is missing or not allowed. Please check the details."},
	{"invalid", emr.KindInvalid, "Something in the details is missing or not right. Please check them."},
	{"duplicate", emr.KindConflict, "The practice's system has this already. Please look for it."},
	{"conflict", emr.KindConflict, "Somebody changed this in the meantime. Please look at it again."},
}

// UserMessages returns the words for users, one row for each code of this package's
// errors: for a translation, and for the table in the documentation.
func UserMessages() []Words { return append([]Words(nil), words...) }

// UserMessage returns a plain sentence in English for the person who waits, and where a
// request was made the reference with which Medtech's support finds it (the id sent as
// mt-correlationid; none with Config.OmitCorrelationID). It holds no technical words and nothing personal. "" for nil.
//
// A write whose outcome is not known keeps the words of kind ambiguous, whatever ALEX
// said: it must not be repeated before somebody has looked.
func UserMessage(err error) string {
	if err == nil {
		return ""
	}
	said := emr.UserMessage(err)
	var e *emr.Error
	if !errors.As(err, &e) || e.Vendor != vendor {
		return said
	}
	for _, w := range words {
		if w.Code == e.Code && w.Kind == e.Kind {
			said = w.Words
		}
	}
	asked := e.Status != 0 || e.Attempts > 0 || e.Kind == emr.KindPartial || e.Kind == emr.KindAmbiguous
	if e.RequestID != "" && asked && !errors.Is(e, errUnsent) {
		said += " (reference " + e.RequestID + ")"
	}
	return said
}
