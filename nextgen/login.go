package nextgen

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
	"github.com/emrkit/emrkit/internal/transport"
)

// loginDefaults is the body of the practice selection. Source: the vendor's wiki.
type loginDefaults struct {
	Enterprise string `json:"enterpriseId"`
	Practice   string `json:"practiceId"`
	Location   string `json:"locationId,omitempty"`
	Provider   string `json:"providerId,omitempty"`
	Zone       string `json:"timeZone,omitempty"`
}

// longestSession bounds what is taken for a session id: it goes into each call's header.
const longestSession = 4096

// selectPractice asks for the session id with the token alone. The answer's body says
// nothing; the value is in a header. Asking twice does no harm, so it is repeated like a
// read.
func (c *Client) selectPractice(ctx context.Context) (auth.Secret, *emr.Error) {
	body, err := json.Marshal(loginDefaults{
		Enterprise: c.cfg.EnterpriseID, Practice: c.cfg.PracticeID,
		Location: string(c.cfg.LocationID), Provider: string(c.cfg.ProviderID), Zone: c.cfg.zoneSent(),
	})
	if err != nil { // five texts
		return auth.Secret{}, invalid(opSelect, "a value cannot be written as JSON")
	}
	call := &transport.Call{
		Op: opSelect, Method: http.MethodPut, Path: loginPath, Route: loginPath, Safe: true, Impersonal: true,
		Body: bytes.NewReader(body), BodySize: int64(len(body)), ContentType: "application/json",
		AllowEmpty: true, AcceptTypes: []string{"*/*"},
	}
	answer, err := c.http.Do(ctx, call)
	if e, ok := errors.AsType[*emr.Error](err); ok {
		return auth.Secret{}, e
	}
	if err != nil { // transport has no other errors
		return auth.Secret{}, &emr.Error{Kind: emr.KindUnavailable, Vendor: vendor, Op: opSelect}
	}
	all := answer.Header.Values(sessionHeader)
	value := answer.Header.Get(sessionHeader)
	switch {
	case slices.ContainsFunc(all, func(v string) bool { return v != value }):
		return auth.Secret{}, c.http.Error(call, answer, emr.KindProtocol, "NextGen answered the practice selection with two session ids, and one of them may be another practice's: report it with the request id")
	case value == "":
		return auth.Secret{}, c.http.Error(call, answer, emr.KindProtocol, "NextGen's answer to the practice selection has no X-NG-SessionId: check NEXTGEN_BASE_URL, or set Config.SessionID")
	case len(value) > longestSession || !peer.FitsHeader(value):
		return auth.Secret{}, c.http.Error(call, answer, emr.KindProtocol, "NextGen's session id cannot be sent back in a header: report it with the request id")
	}
	return auth.NewSecret(value), nil
}

// enter puts the session id into the call. Of a write nothing was sent when it fails.
func (c *Client) enter(ctx context.Context, call *transport.Call) error {
	secret, bad := c.session.get(ctx, c)
	if bad == nil {
		value, err := secret.Reveal(ctx)
		if err == nil && value != "" && peer.FitsHeader(value) {
			if call.Header == nil {
				call.Header = http.Header{}
			}
			call.Header.Set(sessionHeader, value)
			return nil
		}
		bad = &emr.Error{Kind: emr.KindConfig, Vendor: vendor, Op: opSelect, Fields: []string{"SessionID"}, Hint: "the session id could not be read, or cannot be sent in a header"}
	}
	told := *bad
	told.Name, told.Op, told.Err = c.name, call.Op, bad
	if call.Safe {
		return &told
	}
	return emr.Unsent(&told)
}
