package nexhealth

import (
	"context"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
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
	call, err := transport.RawCall(opRaw, r)
	if err != nil {
		return nil, err
	}
	if strings.EqualFold(strings.TrimSuffix(r.Path, "/"), tokenPath) {
		return nil, invalid(opRaw, "tokens are bought by the connection itself", "path")
	}
	call.Endpoint, call.AllowEmpty = endpointOf(r.Path), true
	if call.Query, err = p.rawQuery(call.Method, r); err != nil {
		return nil, err
	}
	answer, err := p.http.Do(ctx, call)
	if err != nil {
		return nil, err
	}
	return answer.Raw(), nil
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
