package nextech

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// pageSize is the most Nextech gives on one page; its default is 10.
const pageSize = 50

// offsetParam is Nextech's paging parameter, with an s before offset.
const offsetParam = "_getpagesoffset"

// decoding reads Nextech's published Practitioner, which repeats the member "identifier".
var decoding = &fhir.Options{JoinArrays: []string{"identifier"}}

// page asks for one page of a search. The cursor holds only what the server's next
// link added to our query (offset and count): the filter stays ours, and nothing of a
// patient is in a cursor. A search answered with 404 and JSON, or nothing, is an
// empty list: so the 2017 revision of the documentation had it.
func (c *Client) page(ctx context.Context, search *transport.Call, filter *fhir.Query, at emr.Cursor) (*fhir.Bundle, emr.Cursor, *transport.Answer, error) {
	position := string(at)
	if position == "" {
		position = "_count=" + strconv.Itoa(pageSize)
	}
	search.Query = position
	if q := filter.Encode(); q != "" {
		search.Query = q + "&" + position
	}
	search.Tolerate = append(search.Tolerate, http.StatusNotFound)
	answer, err := c.http.Do(ctx, search)
	if err != nil {
		return nil, "", nil, err
	}
	if answer.Status == http.StatusNotFound {
		if len(strings.TrimSpace(string(answer.Body))) == 0 || json.Valid(answer.Body) {
			return &fhir.Bundle{}, "", answer, nil
		}
		return nil, "", nil, c.wrongBase(search, answer)
	}
	b, err := fhir.ParseBundle(answer.Body, decoding)
	if err == nil {
		err = b.Err()
	}
	if err != nil {
		return nil, "", nil, c.unreadable(search, answer, err)
	}
	next, err := c.next(search, answer, b, position)
	return b, next, answer, err
}

// next decides whether there is another page and where. Nextech's links are not to be
// trusted: hosts are wrong, and a list of one page has been seen with a next link to
// offset 0. The list ends without a link, with an empty page, when the total is
// reached, or when the link does not lead on; the first and the last are an error if
// more entries must exist, because a list never stops early in silence.
func (c *Client) next(search *transport.Call, answer *transport.Answer, b *fhir.Bundle, position string) (emr.Cursor, error) {
	matches := 0
	for range b.Matches() {
		matches++
	}
	here, _ := url.ParseQuery(position)
	from, hasFrom := offsetOf(here)
	known := b.Total != nil
	link, ok := b.Link("next")
	if !ok {
		first := len(here) == 1 && here.Has("_count") // elsewhere a position without an offset says nothing
		if known && (hasFrom || first) && from+matches < *b.Total {
			return "", c.http.Error(search, answer, emr.KindProtocol, "Nextech counts more than it lists and links to no further page: the list is not complete")
		}
		return "", nil
	}
	query, err := c.http.NextQuery(search, link)
	if err != nil {
		return "", err
	}
	asked, _ := url.ParseQuery(search.Query)
	there, err := url.ParseQuery(query)
	if err != nil {
		return "", c.http.Error(search, answer, emr.KindProtocol, "the link to the next page cannot be read")
	}
	for name := range there {
		if _, position := here[name]; position || name == offsetParam || name == "_count" {
			continue
		}
		for ours := range asked {
			if strings.EqualFold(ours, name) {
				there.Del(name)
			}
		}
	}
	if !there.Has("_count") {
		there.Set("_count", here.Get("_count"))
	}
	to, hasOffset := offsetOf(there)
	switch {
	case known && from+matches >= *b.Total:
		return "", nil
	case len(b.Entries()) == 0 && !known:
		return "", nil
	case hasOffset && to > from, !hasOffset && leadsOn(here, there):
		return emr.Cursor(there.Encode()), nil
	case known || matches >= countOf(here, there):
		return "", c.http.Error(search, answer, emr.KindProtocol, "the link to the next page leads back: the list is not complete")
	}
	return "", nil
}

func offsetOf(q url.Values) (int, bool) {
	n, err := strconv.Atoi(q.Get(offsetParam))
	return n, err == nil && n >= 0
}

// countOf is the page size the server uses: what its own link says, else what we asked for.
func countOf(here, there url.Values) int {
	for _, q := range []url.Values{there, here} {
		if n, err := strconv.Atoi(q.Get("_count")); err == nil && n > 0 {
			return n
		}
	}
	return pageSize
}

// leadsOn reports whether a link without an offset says anything new besides the page size.
func leadsOn(here, there url.Values) bool {
	for name, values := range there {
		if name != "_count" && strings.Join(values, ",") != strings.Join(here[name], ",") {
			return true
		}
	}
	return false
}
