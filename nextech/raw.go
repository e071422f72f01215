package nextech

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// Raw sends what this package has no method for: patient types, recalls, accounts,
// coverage, claims, payments, notes, clinical reads. Path is below the base URL, in the
// spelling of Nextech's documentation; next links are the caller's to follow.
//
// Anything but GET and HEAD is a write and sent once. Note that Nextech's R4 operation
// GET DocumentReference/$docref files a document: send it with care.
func (p parts) Raw(ctx context.Context, r *emr.RawRequest) (*emr.RawResponse, error) {
	if r == nil {
		return nil, invalid(opRaw, "give a request")
	}
	if !isPlainPath(r.Path) {
		return nil, invalid(opRaw, "the path starts with one slash and has no dot segments, query or fragment; the query goes into Query", "path")
	}
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	do := call(opRaw, method, r.Path, r.Route)
	do.Query = r.Query.Encode()
	do.Header = r.Header.Clone()
	if len(r.Body) > 0 {
		do.Body, do.BodySize = bytes.NewReader(r.Body), int64(len(r.Body))
		do.ContentType = "application/json"
		if own := do.Header.Get("Content-Type"); own != "" {
			do.ContentType = own
			do.Header.Del("Content-Type")
		}
	}
	answer, err := p.http.Do(ctx, do)
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
