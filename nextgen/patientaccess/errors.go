package patientaccess

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// The operations, as they appear in errors and logs.
const (
	opDiscover       = "discover sign-in"
	opPractices      = "list practices"
	opGetPatient     = "get patient"
	opPatients       = "list patients"
	opLocations      = "list locations"
	opPractitioners  = "list practitioners"
	opListDocuments  = "list documents"
	opOpenDocument   = "open document"
	opListEncounters = "list encounters"
	opSearch         = "search"
	opRead           = "read resource"
	opCheck          = "check connection"
	opRaw            = "raw request"
	opRawWrite       = "raw write request"
)

// codeDenied is the Code of a 403 that says no more than that.
const codeDenied = "access_denied"

const (
	hintDenied   = "NextGen denies access: this practice has no record of the person, the person did not allow it, or the practice has not approved the app for production (credentials work in sandboxes at once)"
	hintRefused  = "NextGen refuses the token: send the person through the sign-in again; if it is refused at once, check that the base URL (NEXTGEN_FHIR_BASE_URL) is that of a Patient Access API"
	hintQuota    = "NextGen answers with nothing, which says that the app's calls of the day are used up: go on tomorrow, or ask NextGen for more"
	hintNoType   = "this server has no such resource type, or none by this address: /metadata says which there are"
	hintReadOnly = "Patient Access is read-only; scheduling and writing are NextGen's Enterprise API (package nextgen)"
	hintAnswer   = "NextGen's answer is not the FHIR it documents: check the version (NEXTGEN_FHIR_VERSION), and report it with the request id"
)

// check finds the quota: an empty answer to a read.
func check(call *transport.Call, a *transport.Answer) *emr.Error {
	if call.Safe && call.Method != http.MethodHead && len(bytes.TrimSpace(a.Body)) == 0 {
		return &emr.Error{Kind: emr.KindQuota, Hint: hintQuota}
	}
	return nil
}

// explain refines the error of an answer outside 2xx.
func explain(a *transport.Answer, e *emr.Error) {
	code, text := problem(a.Body)
	if text != "" {
		_ = e.WithDetail(text)
	}
	e.Code = cmp.Or(code, e.Code)
	switch a.Status {
	case http.StatusUnauthorized:
		e.Hint = hintRefused
	case http.StatusForbidden:
		e.Hint, e.Code = hintDenied, cmp.Or(e.Code, codeDenied)
	case http.StatusMethodNotAllowed, http.StatusNotImplemented:
		if e.Op == opRawWrite {
			e.Kind, e.Hint = emr.KindUnsupported, hintReadOnly
		} else {
			e.Kind, e.Hint = emr.KindUnsupported, hintNoType
		}
	case http.StatusNotAcceptable, http.StatusUnsupportedMediaType:
		e.Kind, e.Hint = emr.KindConfig, "the server does not speak this version of FHIR: check the version (NEXTGEN_FHIR_VERSION) and the base URL"
		e.Fields = []string{"Version"}
	}
}

// problem reads the bodies NextGen sends with an error: an OperationOutcome, a JSON array of
// sentences, or text. The code is FHIR's own or codeDenied, never the server's words.
func problem(body []byte) (code, text string) {
	if outcome, err := fhir.Decode[fhir.OperationOutcome](body, nil); err == nil {
		return issueCode(outcome), outcome.Detail()
	}
	var sentences []string
	if json.Unmarshal(body, &sentences) == nil {
		text = strings.Join(sentences, "; ")
		if strings.EqualFold(strings.TrimSpace(text), "access denied") {
			code = codeDenied
		}
		return code, fhir.Excerpt(text)
	}
	return "", fhir.Excerpt(string(body))
}

// outcomeKinds are the codes of an issue that say more than the status of the answer.
// Source: the value set issue-type of FHIR.
var outcomeKinds = map[string]emr.Kind{
	"forbidden": emr.KindPermission, "security": emr.KindPermission, "suppressed": emr.KindPermission,
	"login": emr.KindAuth, "expired": emr.KindAuth,
	"not-found": emr.KindNotFound, "deleted": emr.KindNotFound,
	"not-supported": emr.KindUnsupported, "throttled": emr.KindRateLimited,
	"too-costly": emr.KindTooLarge, "too-long": emr.KindTooLarge,
	"invalid": emr.KindInvalid, "value": emr.KindInvalid, "required": emr.KindInvalid, "structure": emr.KindInvalid,
	"transient": emr.KindUnavailable, "lock-error": emr.KindUnavailable, "no-store": emr.KindUnavailable, "timeout": emr.KindTimeout,
}

// issueCode is the code of the first issue that is an error, "" for words of the server's own.
func issueCode(o *fhir.OperationOutcome) string {
	for _, issue := range o.Issue {
		if !strings.EqualFold(issue.Severity, "error") && !strings.EqualFold(issue.Severity, "fatal") {
			continue
		}
		if _, known := outcomeKinds[issue.Code]; known {
			return issue.Code
		}
		return ""
	}
	return ""
}

// unreadable turns a decoding error, or an outcome that reports an error in a good-looking
// answer, into ours.
func (c *Client) unreadable(call *transport.Call, a *transport.Answer, err error) *emr.Error {
	var f *fhir.Error
	if errors.As(err, &f) && f.Kind == fhir.OutcomeError && f.Outcome != nil {
		kind, known := outcomeKinds[issueCode(f.Outcome)]
		hint := ""
		if !known {
			kind, hint = emr.KindProtocol, "NextGen reports an error in a successful answer: Detail says which"
		} else if kind == emr.KindPermission {
			hint = hintDenied
		}
		e := c.http.Error(call, a, kind, hint)
		e.Code = issueCode(f.Outcome)
		return e.WithDetail(f.Outcome.Detail())
	}
	if fhir.KindOf(err) == fhir.TooLarge {
		return c.http.Error(call, a, emr.KindTooLarge, "narrow the search: fewer days, or a smaller PageSize")
	}
	return c.http.Error(call, a, emr.KindProtocol, hintAnswer)
}

// invalid is input refused before anything was sent.
func invalid(op, hint string, fields ...string) *emr.Error {
	e := emr.Invalid(op, hint, fields...)
	e.Vendor = vendor
	return e
}
