package patientaccess

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// sizeParam is NextGen's parameter for the page size; _count is not known there.
const sizeParam = "_maxresults"

// mostResults is what is asked for at once where the server takes sizeParam for the limit of
// the whole answer.
const mostResults = 10_000

// repeatKey is where a cursor says which of our parameters the link repeated. No parameter
// of FHIR looks like it.
const repeatKey = "~repeat"

// pageOf is one page of a search.
type pageOf struct {
	hits  []hit
	next  emr.Cursor
	total int // matches on all pages, -1 when not told
}

// hit is a resource of a page; include says that it came along with a match.
type hit struct {
	fhir.Resource
	include bool
}

// call starts a read below the base URL; path is escaped.
func (c *Client) call(op, path, route string) *transport.Call {
	return &transport.Call{
		Op: op, Method: http.MethodGet, Path: path, Route: route, Safe: true, AllowEmpty: true, AcceptTypes: c.cfg.Version.mediaTypes(),
	}
}

// search asks for one page of a type. The cursor holds what the server's link added to our
// own parameters, so that nothing of a patient is in it.
func (c *Client) search(ctx context.Context, call *transport.Call, asked url.Values, at emr.Cursor) (pageOf, error) {
	position, err := url.ParseQuery(string(at))
	if err != nil {
		return pageOf{}, invalid(call.Op, "the cursor belongs to another list", "cursor")
	}
	asked = c.sized(call, asked)
	query := asked
	if at != "" {
		for name := range position {
			if asked.Has("patient") && isPatientParam(name) { // next keeps it out
				return pageOf{}, invalid(call.Op, "the cursor belongs to another list", "cursor")
			}
		}
		query = url.Values{}
		for _, name := range strings.Fields(position.Get(repeatKey)) {
			query[name] = asked[name]
		}
		for name, values := range position {
			if name != repeatKey {
				query[name] = values
			}
		}
	}
	page, bundle, answer, err := c.fetch(ctx, call, query)
	if err != nil || bundle == nil {
		return page, err
	}
	if link, ok := bundle.Link("next"); ok {
		page.next, err = c.next(call, answer, link, asked, position)
		return page, err
	}
	if at != "" { // the caller counts
		return page, nil
	}
	short := shortBy(page, asked)
	switch {
	case short == 0:
		return page, nil
	case asked.Has(sizeParam):
		return c.whole(ctx, call, asked, short)
	}
	return page, c.http.Error(call, answer, emr.KindProtocol, hintShort)
}

// hintShort is about a list that ends before what the server counts.
const hintShort = "NextGen counts more than it lists and links to no further page: the list is not complete"

// sized adds the page size where the type has one and the caller names none.
func (c *Client) sized(call *transport.Call, asked url.Values) url.Values {
	full := url.Values{}
	for name, values := range asked {
		full[name] = values
	}
	if t, known := c.cfg.Version.typeOf(strings.TrimPrefix(call.Path, "/")); known && t.sized && !full.Has(sizeParam) {
		full.Set(sizeParam, strconv.Itoa(c.cfg.PageSize))
	}
	return full
}

// fetch makes the call and decodes what came: a Bundle, or, as seen for patients, the one
// resource itself; then there is no Bundle.
func (c *Client) fetch(ctx context.Context, call *transport.Call, query url.Values) (pageOf, *fhir.Bundle, *transport.Answer, error) {
	page := pageOf{total: -1}
	call.Query = encoded(query)
	answer, err := c.http.Do(ctx, call)
	if err != nil {
		if e := asError(err); e != nil && e.Status == http.StatusNotFound {
			e.Kind, e.Hint = emr.KindUnsupported, hintNoType
		}
		return page, nil, nil, err
	}
	bundle, err := fhir.ParseBundle(answer.Body, c.decoding)
	if err == nil {
		err = bundle.Err()
	}
	if fhir.KindOf(err) == fhir.WrongResource {
		one, other := fhir.DecodeAny(answer.Body, c.decoding)
		if other == nil && "/"+one.ResourceType() == call.Path {
			page.hits = []hit{{Resource: one}}
			return page, nil, answer, nil
		}
	}
	if err == nil {
		page.hits, err = hitsOf(bundle)
	}
	if err != nil {
		return pageOf{}, nil, answer, c.unreadable(call, answer, err)
	}
	if bundle.Total != nil {
		page.total = *bundle.Total
	}
	return page, bundle, answer, nil
}

// hitsOf decodes the entries but outcomes. One without a resource is an error: a record
// that got lost.
func hitsOf(b *fhir.Bundle) ([]hit, error) {
	var all []hit
	entries := b.Entries()
	for i := range entries {
		e := &entries[i]
		if e.Mode == "outcome" || e.ResourceType == "OperationOutcome" {
			continue
		}
		r, err := e.Resource()
		if err != nil {
			return nil, err
		}
		all = append(all, hit{r, e.Mode == "include"})
	}
	return all, nil
}

func matches(hits []hit) (n int) {
	for _, h := range hits {
		if !h.include {
			n++
		}
	}
	return n
}

// shortBy returns how many matches there must be at least if the server has more than it
// listed on a first page without a link: it tells a larger total, or the page is as full as
// was asked for. 0: the list is complete.
func shortBy(page pageOf, asked url.Values) int {
	here := matches(page.hits)
	if page.total >= 0 {
		if page.total > here {
			return page.total
		}
		return 0
	}
	size, err := strconv.Atoi(asked.Get(sizeParam))
	if err == nil && here >= size && size < mostResults {
		return min(10*size, mostResults)
	}
	return 0
}

// whole asks for everything at once, for a server that takes the page size for the limit of
// the whole answer.
func (c *Client) whole(ctx context.Context, call *transport.Call, asked url.Values, atLeast int) (pageOf, error) {
	for size := atLeast; size <= mostResults; {
		asked.Set(sizeParam, strconv.Itoa(size))
		page, bundle, answer, err := c.fetch(ctx, call, asked)
		if err != nil || bundle == nil {
			return page, err
		}
		if link, ok := bundle.Link("next"); ok {
			asked.Del(sizeParam) // stays in the cursor: the next call knows the usual size only
			page.next, err = c.next(call, answer, link, asked, nil)
			return page, err
		}
		short := shortBy(page, asked)
		switch {
		case short == 0:
			return page, nil
		case short <= size:
			return page, c.http.Error(call, answer, emr.KindProtocol, hintShort)
		}
		size = short
	}
	return pageOf{}, c.http.Error(call, nil, emr.KindTooLarge, "more than 10,000 resources in one list: narrow the search")
}

// next is the cursor of the next page. The link must stay at our origin and name the same
// list, in whatever letter case: the gateway prints /fhir/R4 for /fhir/r4.
func (c *Client) next(call *transport.Call, answer *transport.Answer, link string, asked, position url.Values) (emr.Cursor, error) {
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil || u.Opaque != "" {
		return "", c.http.Error(call, answer, emr.KindProtocol, "the link to the next page cannot be read")
	}
	base := c.http.Base()
	here := base.JoinPath(call.Path)
	u = here.ResolveReference(u)
	if u.User != nil || !sameOrigin(base, u.String()) {
		return "", c.http.Error(call, answer, emr.KindUntrustedURL, "NextGen's link to the next page leads to another host, or to plain http; it was not followed")
	}
	there, err := url.ParseQuery(u.RawQuery)
	if err != nil || u.RawQuery == "" || !strings.EqualFold(strings.TrimRight(u.Path, "/"), here.Path) {
		return "", c.http.Error(call, answer, emr.KindProtocol, "the link to the next page asks for another list")
	}
	var repeated []string
	for name, values := range there {
		switch {
		case strings.HasPrefix(name, "~"):
		case slices.Equal(values, asked[name]):
			repeated = append(repeated, name)
			there.Del(name)
		case asked.Has("patient") && isPatientParam(name): // perhaps as Patient/id, or subject
			if namesOther(name, values, askedPatient(asked)) {
				return "", c.http.Error(call, answer, emr.KindProtocol, "the link to the next page asks for another patient")
			}
			repeated = append(repeated, "patient")
			there.Del(name)
		}
	}
	slices.Sort(repeated)
	repeated = slices.Compact(repeated)
	there.Set(repeatKey, strings.Join(repeated, " "))
	if there.Encode() == position.Encode() || len(position) == 0 && len(there) == 1 && len(repeated) == len(asked) {
		return "", c.http.Error(call, answer, emr.KindProtocol, "the link to the next page leads back: the list is not complete")
	}
	return emr.Cursor(there.Encode()), nil
}

// encoded writes a query as FHIR servers want it: a blank is %20.
func encoded(q url.Values) string { return strings.ReplaceAll(q.Encode(), "+", "%20") }

func asError(err error) *emr.Error {
	if e, ok := err.(*emr.Error); ok { //nolint:errorlint // ours, to be completed
		return e
	}
	return nil
}
