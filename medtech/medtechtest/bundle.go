package medtechtest

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// found answers a search. Nothing found is said with nothing, a text of the vendor's.
// Paging is not documented: it happens with Options.PageSize and with the faults of next
// links, which any list can meet.
func (q *query) found(all []object, nothing string) *simserver.Reply {
	s := q.sim
	if len(all) == 0 {
		return q.nothing(nothing)
	}
	from, _ := strconv.Atoi(q.values.Get(pageParam))
	from = min(max(from, 0), len(all))
	end := len(all)
	if size := s.opts.PageSize; size > 0 {
		end = min(from+size, len(all))
	}
	entries := []object{}
	for _, o := range all[from:end] {
		entries = append(entries, q.entry(o, "match"))
	}
	bundle := object{"resourceType": "Bundle", "type": "searchset", "total": len(all), "entry": entries}
	return answer(http.StatusOK, bundle.with("link", q.links(from, end, len(all))))
}

// nothing is the answer to a search that finds nothing; its form was not published.
func (q *query) nothing(text string) *simserver.Reply {
	outcome := q.sim.outcomeObject("information", "not-found", text)
	bundle := object{"resourceType": "Bundle", "type": "searchset", "total": 0}
	switch q.sim.opts.Empty {
	case EmptyMissing:
		return q.missing(text)
	case EmptyBare:
		return answer(http.StatusOK, outcome)
	case EmptyOutcome:
		bundle["entry"] = []object{{"search": object{"mode": "outcome"}, "resource": outcome}}
	}
	return answer(http.StatusOK, bundle.with("link", q.links(0, 0, 0)))
}

func (q *query) entry(o object, mode string) object {
	e := object{"resource": o}
	if q.sim.opts.FullBundles || mode != "match" {
		id, _ := o["id"].(string)
		kind, _ := o["resourceType"].(string)
		e["fullUrl"] = q.sim.lowerBase() + "/" + kind + "/" + inURL(id)
		e["search"] = object{"mode": mode}
	}
	return e
}

// links: self as the vendor's sample has it, next where there is more.
func (q *query) links(from, end, total int) []object {
	s := q.sim
	var all []object
	if s.opts.FullBundles {
		all = append(all, object{"relation": "self", "url": s.lowerBase() + q.Class.Route + "?" + q.URL.RawQuery})
	}
	base := strings.TrimSuffix(s.lowerBase(), strings.ToLower(basePath))
	next, page := "", end
	if end < total {
		next = base
	}
	switch {
	case total == 0:
	case q.Take(emrtest.FaultNextLoop):
		next, page = base, from
	case q.Take(emrtest.FaultNextForeignHost):
		next = s.trap
	}
	if next == "" {
		return all
	}
	kept := q.values
	if page > 0 {
		kept.Set(pageParam, itoa(page))
	}
	return append(all, object{"relation": "next", "url": next + strings.ToLower(basePath) + q.Class.Route + "?" + kept.Encode()})
}

// lowerBase is the base as answers write it: /fhir (seen).
func (s *Sim) lowerBase() string {
	return s.base.Scheme + "://" + s.base.Host + strings.ToLower(basePath)
}

// reference to a record of the facility.
func (q *query) reference(resourceType, number string) object {
	return q.sim.ref(q.f, resourceType, number)
}

func (s *Sim) ref(f *facility, resourceType, number string) object {
	ref := resourceType + "/" + f.wire(resourceType, number)
	if s.opts.AbsoluteReferences {
		ref = s.lowerBase() + "/" + resourceType + "/" + inURL(f.wire(resourceType, number))
	}
	return object{"reference": ref}
}

// created is 201 with the resource; Location and ETag as seen: the version is the id.
func (q *query) created(o object) *simserver.Reply { return q.stored(http.StatusCreated, o) }

func (q *query) stored(status int, o object) *simserver.Reply {
	kind, _ := o["resourceType"].(string)
	id, _ := o["id"].(string)
	r := answer(status, o)
	if q.sim.opts.EmptyAnswers {
		r = &simserver.Reply{Status: status}
	}
	path := q.sim.lowerBase() + "/" + kind + "/" + inURL(id) + "/_history/" + inURL(id)
	r.Header = http.Header{"Location": {path}, "Etag": {`W/"` + id + `"`}}
	if status != http.StatusCreated {
		r.Header.Del("Location")
	}
	return r
}

// meta has the id as the version (seen), and the time with a short fraction.
func meta(id string, at time.Time) object {
	return object{"versionId": id, "lastUpdated": at.UTC().Format("2006-01-02T15:04:05.9999999+00:00")}
}

// timeText writes an instant as Options.Times says.
func (s *Sim) timeText(t time.Time) string {
	switch s.opts.Times {
	case TimesUTC:
		return t.UTC().Format("2006-01-02T15:04:05+00:00")
	case TimesLocal:
		return t.In(s.opts.Zone).Format("2006-01-02T15:04:05")
	}
	return t.In(s.opts.Zone).Format("2006-01-02T15:04:05-07:00")
}
