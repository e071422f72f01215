package nexhealth

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// Raw sends what this package has no method for: alerts, balances, charges, claims,
// payments, staff, notes. Path is below the base URL. The connection's institution is
// added to the query where the endpoint knows it, and its location where the endpoint
// demands one; a query of the caller's with another subdomain is refused (kind invalid),
// an empty subdomain leaves it out, as subscriptions to onboardings want it.
//
// The answer comes as it is: look at its member "code", which may be false with status
// 200. Lists give five records a page unless per_page is set; page_info.end_cursor goes
// back as end_cursor. Anything but GET and HEAD is a write and sent once.
func (p parts) Raw(ctx context.Context, r *emr.RawRequest) (*emr.RawResponse, error) {
	if r == nil {
		return nil, invalid(opRaw, "give a request")
	}
	if !isPlainPath(r.Path) {
		return nil, invalid(opRaw, "the path starts with one slash and has no dot segments, query or fragment; the query goes into Query", "path")
	}
	if strings.EqualFold(strings.TrimSuffix(r.Path, "/"), tokenPath) {
		return nil, invalid(opRaw, "tokens are bought by the connection itself", "path")
	}
	method := strings.ToUpper(or(r.Method, http.MethodGet))
	call, err := p.call(opRaw, method, "/")
	if err != nil {
		return nil, err
	}
	call.Path, call.Route, call.Endpoint = r.Path, r.Route, endpointOf(r.Path)
	call.AllowEmpty = true
	if call.Query, err = p.rawQuery(method, r); err != nil {
		return nil, err
	}
	call.Header = r.Header.Clone()
	if len(r.Body) > 0 {
		call.Body, call.BodySize = bytes.NewReader(r.Body), int64(len(r.Body))
		call.ContentType = "application/json"
		if own := call.Header.Get("Content-Type"); own != "" {
			call.ContentType = own
			call.Header.Del("Content-Type")
		}
	}
	answer, err := p.http.Do(ctx, call)
	if err != nil {
		return nil, err
	}
	return &emr.RawResponse{Status: answer.Status, Header: answer.Header, Body: answer.Body}, nil
}

// rawQuery adds the connection's scope.
func (c *Client) rawQuery(method string, r *emr.RawRequest) (string, error) {
	q := url.Values{}
	for name, values := range r.Query {
		q[name] = values
	}
	switch own, given := q["subdomain"]; {
	case !given:
		if wantsSubdomain(method, r.Path) {
			q.Set("subdomain", c.cfg.Subdomain)
		}
	case strings.Join(own, "") == "":
		q.Del("subdomain")
	case len(own) != 1 || own[0] != c.cfg.Subdomain:
		return "", invalid(opRaw, "this connection is for another institution: leave the subdomain out", "subdomain")
	}
	if _, given := q["location_id"]; !given && wantsLocation(method, r.Path) {
		q.Set("location_id", string(c.cfg.Location))
	}
	return q.Encode(), nil
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
