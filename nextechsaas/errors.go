package nextechsaas

import (
	"encoding/json"
	"net/http"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// refusals is the vendor's table of statuses. 401 and 429 are not in it, and to be
// expected; no error body is published.
var refusals = map[int]struct {
	kind emr.Kind
	hint string
}{
	http.StatusBadRequest:      {emr.KindInvalid, "Nextech could not read the request: a search term or date is missing or malformed (see Config.DateLayout); Detail may say more"},
	http.StatusUnauthorized:    {emr.KindAuth, "Nextech refused the token, and a new one too: sign in again, and check tenant and resource (NEXTECHSAAS_TENANT, NEXTECHSAAS_RESOURCE)"},
	http.StatusForbidden:       {emr.KindPermission, "Nextech refused the call: check the practice id (NEXTECHSAAS_PRACTICE_ID), and that the signed-in user may read records of that practice"},
	http.StatusNotFound:        {emr.KindNotFound, "Nextech knows no such patient in this practice; if every call says so, check the base URL (NEXTECHSAAS_BASE_URL) and Config.EncounterPath"},
	http.StatusTooManyRequests: {emr.KindRateLimited, "Nextech's request limit was reached: wait, or lower Config.PerSecond"},
}

// explain refines the error of an answer outside 2xx: a hint by the table, the vendor's
// text behind Detail.
func explain(a *transport.Answer, e *emr.Error) {
	if text := sentence(a.Body); text != "" {
		_ = e.WithDetail(fhir.Excerpt(text))
	}
	if r, known := refusals[a.Status]; known {
		e.Kind, e.Hint = r.kind, r.hint
	}
}

// sentence is what a body says, in any form: plain objects, an OperationOutcome, a page.
func sentence(body []byte) string {
	var plain struct {
		Message     vendorjson.Texts `json:"message"`
		Error       vendorjson.Texts `json:"error"`
		Description vendorjson.Texts `json:"error_description"`
		Issue       []struct {
			Details     struct{ Text vendorjson.Text } `json:"details"`
			Diagnostics vendorjson.Text                `json:"diagnostics"`
		} `json:"issue"`
	}
	if json.Unmarshal(body, &plain) != nil {
		return string(body)
	}
	for _, texts := range []vendorjson.Texts{plain.Message, plain.Description, plain.Error} {
		if len(texts) > 0 {
			return texts[0]
		}
	}
	for _, issue := range plain.Issue {
		if issue.Details.Text != "" {
			return string(issue.Details.Text)
		}
		if issue.Diagnostics != "" {
			return string(issue.Diagnostics)
		}
	}
	return string(body)
}

const hintUnreadable = "Nextech's answer is not what it documents: report it with the request id"

// unreadable turns a decoding error into ours.
func (c *Client) unreadable(call *transport.Call, a *transport.Answer) *emr.Error {
	return c.http.Error(call, a, emr.KindProtocol, hintUnreadable)
}

// invalid is input refused before anything was sent.
func invalid(op, hint string, fields ...string) *emr.Error {
	e := emr.Invalid(op, hint, fields...)
	e.Vendor = vendor
	return e
}
