package medtech

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// Raw sends what this package has no method for: clinical lists, invoices, prescriptions.
// The path is below the base URL; facility, token and correlation id are added, and next
// links are the caller's to follow. Patients are asked for as
// patient.identifier=system|NHI: ALEX answers 403 to the forms patient= and subject=.
//
// Anything but GET and HEAD is a write and sent once.
func (p parts) Raw(ctx context.Context, r *emr.RawRequest) (*emr.RawResponse, error) {
	if r == nil {
		return nil, invalid(opRaw, "give a request")
	}
	if !isPlainPath(r.Path) {
		return nil, invalid(opRaw, "the path starts with one slash and has no dot segments, query or fragment; the query goes into Query", "path")
	}
	method := or(r.Method, http.MethodGet)
	call := &transport.Call{
		Op: opRaw, Method: method, Path: r.Path, Route: r.Route, Query: r.Query.Encode(), Header: r.Header.Clone(),
		Safe: method == http.MethodGet || method == http.MethodHead,
	}
	if !call.Safe {
		call.Op = opRawWrite
	}
	for name := range call.Header {
		if strings.HasPrefix(strings.ToLower(name), "mt-") {
			return nil, invalid(opRaw, "the mt- headers are the connection's: WithFacility names another practice", "header")
		}
	}
	if len(r.Body) > 0 {
		call.Body, call.BodySize, call.ContentType = bytes.NewReader(r.Body), int64(len(r.Body)), mediaType
		if own := call.Header.Get("Content-Type"); own != "" {
			call.ContentType = own
			call.Header.Del("Content-Type")
		}
	}
	answer, err := p.do(ctx, call)
	if err != nil {
		return nil, err
	}
	return &emr.RawResponse{Status: answer.Status, Header: answer.Header, Body: answer.Body, RequestID: answer.RequestID}, nil
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
