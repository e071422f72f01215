package transport

import (
	"bytes"
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// RawCall makes the call of a raw request: GET if it names no method, and JSON if it has a
// body and names no content type. Anything but GET and HEAD is a write. The vendor adds
// what its calls have in common. The error has kind invalid: there is no request, or its
// path leads elsewhere than below the base URL.
func RawCall(op string, r *emr.RawRequest) (*Call, error) {
	switch {
	case r == nil:
		return nil, emr.Invalid(op, "give a request")
	case !isPlainPath(r.Path):
		return nil, emr.Invalid(op, "the path starts with one slash and has no dot segments, query or fragment; the query goes into Query", "path")
	}
	c := &Call{Op: op, Method: strings.ToUpper(cmp.Or(r.Method, http.MethodGet)), Path: r.Path, Route: r.Route, Query: r.Query.Encode(), Header: r.Header.Clone()}
	c.Safe = c.Method == http.MethodGet || c.Method == http.MethodHead
	if len(r.Body) > 0 {
		c.Body, c.BodySize = bytes.NewReader(r.Body), int64(len(r.Body))
		c.ContentType = cmp.Or(c.Header.Get("Content-Type"), "application/json")
		c.Header.Del("Content-Type")
	}
	return c, nil
}

// Raw is the answer to a raw request.
func (a *Answer) Raw() *emr.RawResponse {
	return &emr.RawResponse{Status: a.Status, Header: a.Header, Body: a.Body, RequestID: a.RequestID}
}

// isPlainPath keeps a raw path below the base URL.
func isPlainPath(path string) bool {
	if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "?#\\") {
		return false
	}
	segments := strings.Split(path[1:], "/")
	for i, s := range segments {
		plain, err := url.PathUnescape(s)
		if err != nil || plain == "." || plain == ".." || strings.ContainsAny(plain, "/\\") || plain == "" && i < len(segments)-1 {
			return false
		}
	}
	return segments[0] != ""
}
