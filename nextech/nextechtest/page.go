package nextechtest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// page answers a search with one page of all.
func (s *Sim) page(q *query, all []object) *simserver.Reply {
	return pageOf(s, q, all, func(o object) object { return o })
}

// pageOf is page for what is not dressed yet: only the page's own entries are.
//
// Documented: 10 by default, 50 at most, the relations of the links. Recorded: the
// parameter _getpagesoffset, link hosts that are wrong, a one-page result whose next and
// previous lead to offset 0, and a last link that is not a whole page before the end
// (total 41, count 10, last at 31). Assumed: slots are paged like everything else.
func pageOf[T any](s *Sim, q *query, all []T, dress func(T) object) *simserver.Reply {
	count, _ := strconv.Atoi(q.values.Get(countParam))
	if count < 1 {
		count = usualCount
	}
	count = min(count, mostCount)
	offset, _ := strconv.Atoi(q.values.Get(offsetParam))
	offset = min(offset, len(all))
	end := min(offset+count, len(all))

	entries := []object{}
	for _, r := range all[offset:end] {
		entries = append(entries, object{"resource": dress(r)})
	}
	bundle := object{"resourceType": "Bundle", "type": "searchset", "entry": entries, "link": s.links(q, offset, count, len(all))}
	if !s.opts.OmitTotal {
		bundle["total"] = len(all)
	}
	return answer(http.StatusOK, bundle)
}

func (s *Sim) links(q *query, offset, count, total int) []object {
	to := func(at int) string { return s.link(q, s.origin(), at, count) }
	links := []object{{"relation": "self", "url": s.link(q, s.origin(), -1, 0)}}
	add := func(relation, url string) { links = append(links, object{"relation": relation, "url": url}) }
	switch {
	case total <= count && offset == 0:
		add("previous", to(0))
		add("next", to(0))
	default:
		if offset > 0 {
			add("previous", to(max(0, offset-count)))
		}
		if offset+count < total {
			add("next", s.next(q, to(offset+count), offset, count))
		}
	}
	add("first", to(0))
	add("last", to(max(0, total-count)))
	return links
}

// next is the link to the next page, or what a fault makes of it.
func (s *Sim) next(q *query, link string, offset, count int) string {
	switch {
	case q.Take(emrtest.FaultNextLoop):
		return s.link(q, s.origin(), offset, count)
	case q.Take(emrtest.FaultNextForeignHost):
		return s.link(q, s.trap, offset+count, count)
	}
	return link
}

// origin is that of the links.
func (s *Sim) origin() string {
	switch s.opts.Links {
	case TrueLinks:
		return s.base.Scheme + "://" + s.base.Host
	case PlainLinks:
		return "http://" + s.base.Hostname()
	}
	return s.trap
}

// link repeats the request as it was sent; below 0 at names no position.
func (s *Sim) link(q *query, origin string, at, count int) string {
	var kept []string
	for pair := range strings.SplitSeq(q.URL.RawQuery, "&") {
		name, _, _ := strings.Cut(pair, "=")
		name, _ = url.QueryUnescape(name)
		if pair != "" && (at < 0 || name != countParam && name != offsetParam) {
			kept = append(kept, pair)
		}
	}
	if at >= 0 {
		kept = append(kept, offsetParam+"="+itoa(at), countParam+"="+itoa(count))
	}
	link := origin + q.URL.EscapedPath()
	if len(kept) > 0 {
		link += "?" + strings.Join(kept, "&")
	}
	return link
}

// found answers a search for patients or appointments, which in 2017 was 404 when
// nothing matched.
func found[T any](s *Sim, q *query, all []T, dress func(T) object) *simserver.Reply {
	if len(all) == 0 && s.opts.NotFoundOnEmpty {
		return notFound("No resources matched the search")
	}
	return pageOf(s, q, all, dress)
}
