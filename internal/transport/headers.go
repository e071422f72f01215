package transport

import (
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

// reserved are the headers a caller cannot set: the credential's, the connection's, and
// those that make net/http repeat a write by itself.
var reserved = []string{
	"Authorization", "Proxy-Authorization", "Cookie", "Host", "Connection", "Content-Length",
	"Transfer-Encoding", "Te", "Trailer", "Upgrade", "Expect", "Idempotency-Key", "X-Idempotency-Key",
}

// isReserved reports whether name is one of reserved.
func isReserved(name string) bool {
	for _, r := range reserved {
		if strings.EqualFold(name, r) {
			return true
		}
	}
	return false
}

// dress makes the headers of one attempt, without the credential. A value that cannot
// be sent is the vendor package's fault or a bad configuration.
func (c *Client) dress(a *attempt) (http.Header, *fault) {
	r := a.run
	h := make(http.Header, 8)
	for name, values := range r.call.Header {
		h[http.CanonicalHeaderKey(name)] = slices.Clone(values)
	}
	h["User-Agent"] = agent
	if h["Accept"] == nil {
		h["Accept"] = c.accept
	}
	if r.call.ContentType != "" && r.upload != nil {
		h["Content-Type"] = []string{r.call.ContentType}
	}
	if c.headers != nil {
		c.headers(a.ctx, h)
	}
	if c.correlation != "" {
		h[c.correlation] = []string{r.id}
	}
	for name, values := range h {
		if strings.EqualFold(name, "Idempotency-Key") || strings.EqualFold(name, "X-Idempotency-Key") {
			delete(h, name)
			continue
		}
		for _, v := range values {
			if !isToken(name) || !isHeaderValue(v) {
				return nil, &fault{kind: emr.KindConfig, fields: []string{headerField(name)}, hint: "a header value is not printable ASCII; nothing was sent"}
			}
		}
	}
	return h, nil
}

// agent is shared by all requests and never written to.
var agent = []string{userAgent}

// headerField names a header in an error, unless the name itself is strange.
func headerField(name string) string {
	if isToken(name) {
		return name
	}
	return "header name"
}

// isHeaderValue reports whether v is visible ASCII, blanks and tabs.
func isHeaderValue(v string) bool { return peer.IsHeaderValue(v) }

// isToken reports whether s is a token of RFC 9110: a method or a header name.
func isToken(s string) bool { return peer.IsToken(s) }
