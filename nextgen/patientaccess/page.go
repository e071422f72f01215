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

// The names under which a cursor keeps what is ours. No parameter of FHIR looks like them.
const (
	seenKey   = "~seen"   // matches on the pages before
	repeatKey = "~repeat" // which of our parameters the link repeated
)

// hit is a resource of a page; include says that it came along with a match.
type hit struct {
	fhir.Resource
	include bool
}

// call starts a read below the base URL; path is escaped.
func (c *Client) call(op, path, route string) *transport.Call {
	return &transport.Call{Op: op, Method: http.MethodGet, Path: path, Route: route, Safe: true, AllowEmpty: true}
}

// search asks for one page of a type. The cursor holds what the server's link added to our
// own parameters, so that nothing of a patient is in it.
func (c *Client) search(ctx context.Context, call *transport.Call, asked url.Values, at emr.Cursor) ([]hit, emr.Cursor, error) {
	position, err := url.ParseQuery(string(at))
	if err != nil {
		return nil, "", invalid(call.Op, "the cursor belongs to another list", "cursor")
	}
	asked = c.sized(call, asked)
	seen, _ := strconv.Atoi(position.Get(seenKey))
	query := asked
	if at != "" {
		query = url.Values{}
		for _, name := range strings.Fields(position.Get(repeatKey)) {
			query[name] = asked[name]
		}
		for name, values := range position {
			if name != seenKey && name != repeatKey {
				query[name] = values
			}
		}
	}
	hits, bundle, answer, err := c.fetch(ctx, call, query)
	if err != nil || bundle == nil {
		return hits, "", err
	}
	here := matches(hits)
	link, ok := bundle.Link("next")
	if !ok {
		if short := c.isShort(bundle, asked, seen, here); short == 0 {
			return hits, "", nil
		} else if at == "" && asked.Has(sizeParam) {
			return c.whole(ctx, call, asked, short)
		}
		return hits, "", c.http.Error(call, answer, emr.KindProtocol, "NextGen counts more than it lists and links to no further page: the list is not complete")
	}
	next, err := c.next(call, answer, link, asked, position, seen+here)
	return hits, next, err
}

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
func (c *Client) fetch(ctx context.Context, call *transport.Call, query url.Values) ([]hit, *fhir.Bundle, *transport.Answer, error) {
	call.Query = encoded(query)
	answer, err := c.http.Do(ctx, call)
	if err != nil {
		if e := asError(err); e != nil && e.Status == http.StatusNotFound {
			e.Kind, e.Hint = emr.KindUnsupported, hintNoType
		}
		return nil, nil, nil, err
	}
	bundle, err := fhir.ParseBundle(answer.Body, c.decoding)
	if err == nil {
		err = bundle.Err()
	}
	if fhir.KindOf(err) == fhir.WrongResource {
		one, other := fhir.DecodeAny(answer.Body, c.decoding)
		if other == nil && "/"+one.ResourceType() == call.Path {
			return []hit{{Resource: one}}, nil, answer, nil
		}
	}
	if err != nil {
		return nil, nil, answer, c.unreadable(call, answer, err)
	}
	hits, err := hitsOf(bundle)
	if err != nil {
		return nil, nil, answer, c.unreadable(call, answer, err)
	}
	return hits, bundle, answer, nil
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

// isShort returns how many matches there must be at least if the server has more than it
// listed though it links to no further page: it tells a larger total, or the first page is
// as full as was asked for. 0: the list is complete.
func (c *Client) isShort(b *fhir.Bundle, asked url.Values, seen, here int) int {
	if b.Total != nil {
		if *b.Total > seen+here {
			return *b.Total
		}
		return 0
	}
	size, err := strconv.Atoi(asked.Get(sizeParam))
	if err == nil && seen == 0 && here >= size && size < mostResults {
		return min(10*size, mostResults)
	}
	return 0
}

// whole asks for everything at once, for a server that takes the page size for the limit of
// the whole answer.
func (c *Client) whole(ctx context.Context, call *transport.Call, asked url.Values, atLeast int) ([]hit, emr.Cursor, error) {
	for size := atLeast; size <= mostResults; {
		asked.Set(sizeParam, strconv.Itoa(size))
		hits, bundle, answer, err := c.fetch(ctx, call, asked)
		if err != nil || bundle == nil {
			return hits, "", err
		}
		here := matches(hits)
		if link, ok := bundle.Link("next"); ok {
			asked.Del(sizeParam) // stays in the cursor: the next call knows the usual size only
			next, err := c.next(call, answer, link, asked, nil, here)
			return hits, next, err
		}
		short := c.isShort(bundle, asked, 0, here)
		if short <= size {
			if short > here && bundle.Total != nil {
				return hits, "", c.http.Error(call, answer, emr.KindProtocol, "NextGen counts more than it lists, however many are asked for: the list is not complete")
			}
			return hits, "", nil
		}
		size = short
	}
	return nil, "", c.http.Error(call, nil, emr.KindTooLarge, "more than 10,000 resources in one list: narrow the search")
}

// next is the cursor of the next page. The link must stay at our origin and name the same
// list, in whatever letter case: the gateway prints /fhir/R4 for /fhir/r4.
func (c *Client) next(call *transport.Call, answer *transport.Answer, link string, asked, position url.Values, seen int) (emr.Cursor, error) {
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
		if !strings.HasPrefix(name, "~") && slices.Equal(values, asked[name]) {
			repeated = append(repeated, name)
			there.Del(name)
		}
	}
	slices.Sort(repeated)
	there.Set(repeatKey, strings.Join(repeated, " "))
	leads := there.Encode()
	last := url.Values{}
	for name, values := range position {
		if name != seenKey {
			last[name] = values
		}
	}
	if leads == last.Encode() || len(position) == 0 && len(there) == 1 && len(repeated) == len(asked) {
		return "", c.http.Error(call, answer, emr.KindProtocol, "the link to the next page leads back: the list is not complete")
	}
	there.Set(seenKey, strconv.Itoa(seen))
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
