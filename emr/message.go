package emr

import (
	"errors"
	"net/http"
)

// words is what a kind means outside of the code.
type words struct {
	status int    // for the application's own HTTP answer
	said   string // for a person at a desk or on the phone
}

// wordsOf returns the words for a kind, and whether it is one of ours.
func wordsOf(k Kind) (words, bool) {
	const support = " Please tell the support team."
	switch k {
	case KindConfig:
		return words{500, "The connection to the clinic is not set up correctly." + support}, true
	case KindAuth:
		return words{502, "The clinic's system did not accept our sign-in." + support}, true
	case KindPermission:
		return words{403, "The clinic has not allowed this." + support}, true
	case KindNotFound:
		return words{404, "We could not find that at the clinic."}, true
	case KindInvalid:
		return words{400, "Something in the details is missing or not right. Please check them."}, true
	case KindConflict:
		return words{409, "That is no longer possible. Please look again and choose anew."}, true
	case KindPrecondition:
		return words{412, "Somebody changed this in the meantime. Please look at it again."}, true
	case KindRateLimited:
		return words{429, "The clinic's system is busy. Please try again in a moment."}, true
	case KindUnavailable:
		return words{503, "The clinic's system cannot be reached just now. Please try again later."}, true
	case KindTimeout:
		return words{504, "The clinic's system took too long to answer. Please try again later."}, true
	case KindCanceled:
		return words{499, "This was stopped before it was done."}, true
	case KindAmbiguous:
		return words{409, "We could not confirm whether this went through. Please do not repeat it until it has been checked."}, true
	case KindProtocol:
		return words{502, "The clinic's system gave an answer we did not understand." + support}, true
	case KindTooLarge:
		return words{413, "That is more than can be handled at once. Please ask for less."}, true
	case KindUntrustedURL:
		return words{502, "The clinic's system pointed somewhere we do not trust, so we stopped." + support}, true
	case KindUnsupported:
		return words{501, "The clinic's system cannot do this. Please ask the clinic."}, true
	case KindQuota:
		return words{429, "The number of requests allowed for now is used up. Please try again later."}, true
	case KindPartial:
		return words{409, "Only a part of this was done. Please have it checked before doing anything else."}, true
	}
	return words{500, "Something went wrong." + support}, false
}

// refined is a kind made more exact by one of our sentinels.
func refined(err error) (key string, w words, ok bool) {
	switch k := kindFor(err); {
	case k == KindConflict && errors.Is(err, ErrSlotTaken):
		return "slot_taken", words{409, "That time has just been taken. Please choose another one."}, true
	case k == KindConflict && errors.Is(err, ErrDuplicatePatient):
		return "patient_exists", words{409, "The clinic already knows this person. Please ask the clinic to look up the record."}, true
	case k == KindConflict && errors.Is(err, ErrWriteFailed):
		return "write_failed", words{409, "The clinic's system did not take this. Please choose another time."}, true
	case k == KindAmbiguous && errors.Is(err, ErrWriteTimedOut):
		return "write_timed_out", words{409, "The clinic's system has not confirmed this yet. Please ask the clinic before you repeat it."}, true
	case k == KindAuth && errors.Is(err, ErrLoginRequired):
		return "login_required", words{401, "The sign-in to the clinic has ended. Please sign in again."}, true
	}
	return "", words{}, false
}

// kindFor is KindOf, for sentinels too.
func kindFor(err error) Kind {
	var s *sentinel
	if k := KindOf(err); k != "" || !errors.As(err, &s) {
		return k
	}
	return s.kind
}

// UserMessage returns a plain sentence in English for the person who waits: no
// technical words, nothing personal. "" for nil. For other languages use MessageKey.
func UserMessage(err error) string {
	if err == nil {
		return ""
	}
	if _, w, ok := refined(err); ok {
		return w.said
	}
	w, _ := wordsOf(kindFor(err))
	return w.said
}

// MessageKey returns a stable key for a text of your own: the error's kind, or
// slot_taken, patient_exists, write_failed, write_timed_out, login_required; "error" for
// errors of other packages and "" for nil.
func MessageKey(err error) string {
	if err == nil {
		return ""
	}
	if key, _, ok := refined(err); ok {
		return key
	}
	k := kindFor(err)
	if _, ok := wordsOf(k); !ok {
		return "error"
	}
	return string(k)
}

// HTTPStatus returns the status for your own HTTP answer: 200 for nil, 500 for errors
// of other packages. Ambiguous and partial are 409 and not of the 500s, because proxies
// and clients repeat those by themselves, and that could book twice.
func HTTPStatus(err error) int {
	if err == nil {
		return http.StatusOK
	}
	if _, w, ok := refined(err); ok {
		return w.status
	}
	w, _ := wordsOf(kindFor(err))
	return w.status
}
