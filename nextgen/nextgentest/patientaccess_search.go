package nextgentest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// paPage stands in next links only; its name is ours.
const paPage = "page"

// paRecord is a stored resource with what searches compare.
type paRecord struct {
	id, patient string // patient "": of nobody
	body        paObject
	index       map[string][]string // by parameter
}

// search answers with a page. A parameter that is not advertised is 400 and a broken rule.
func (q *paQuery) search() *simserver.Reply {
	if refusal := q.checkParams(); refusal != nil {
		return refusal
	}
	if patient := paIDOf(q.values.Get("patient")); patient != "" && !q.sees(patient) {
		return paDenied()
	}
	var found []*paRecord
	for _, r := range q.v.records[q.kind.name] {
		if q.inSight(r) && q.fits(r) {
			found = append(found, r)
		}
	}
	if len(found) == 1 && q.kind.name == "Patient" && q.v.sim.opts.BarePatient {
		return simserver.JSON(http.StatusOK, q.v.mediaType(), found[0].body)
	}
	return q.bundle(found)
}

func (q *paQuery) checkParams() *simserver.Reply {
	invalid := func(text string) *simserver.Reply { return q.v.outcome(http.StatusBadRequest, "invalid", text) }
	names := make([]string, 0, len(q.values))
	for name := range q.values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		k, known := q.kind.params[name]
		switch {
		case name == paPage:
			continue
		case name == "_revinclude" && q.kind.provenance:
			if q.values.Get(name) != "Provenance:target" {
				q.Violate("_revinclude is not Provenance:target")
				return invalid("The _revinclude is not supported.")
			}
			continue
		case !known:
			q.Violate("the query has %s, which is not advertised for this type", paNameOnly(name))
			return invalid("A search parameter is not supported.")
		case len(q.values[name]) > 1 && k != paDate:
			q.Violate("%s was sent %d times", name, len(q.values[name]))
		}
		for _, v := range q.values[name] {
			if !paReadable(k, v) {
				q.Violate("the value of %s cannot be read", name)
				return invalid("The value of a search parameter is not valid.")
			}
		}
	}
	if q.kind.ofPatient && q.kind.name != "Patient" && len(q.kind.params) > 0 && !q.values.Has("patient") && !q.values.Has("_id") {
		q.Violate("a search in a record that names no patient")
		return paDenied()
	}
	return nil
}

// paNameOnly lets through what can be the name of a parameter: messages are printed.
func paNameOnly(name string) string {
	if len(name) > 40 || strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && r != '-' && r != '.' && r != ':' && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		return "a parameter"
	}
	return name
}

// paIDOf cuts the type off a reference.
func paIDOf(ref string) string { return strings.TrimPrefix(ref, "Patient/") }

func paReadable(k paKind, value string) bool {
	switch k {
	case paNumber:
		n, err := strconv.Atoi(value)
		return err == nil && n > 0
	case paDate:
		_, _, _, ok := paBounds(value)
		return ok
	case paRef:
		return paIDOf(value) != "" && !strings.Contains(paIDOf(value), "/")
	}
	return value != ""
}

// fits compares a record with all parameters.
func (q *paQuery) fits(r *paRecord) bool {
	for name, values := range q.values {
		k, known := q.kind.params[name]
		if !known || k == paNumber {
			continue
		}
		for _, want := range values {
			if !slices.ContainsFunc(r.index[name], func(have string) bool { return paMatches(k, have, want) }) {
				return false
			}
		}
	}
	return true
}

func paMatches(k paKind, have, want string) bool {
	switch k {
	case paToken:
		// A comma means or; "code", "system|code", "|code".
		for _, one := range strings.Split(want, ",") {
			_, code, hasSystem := strings.Cut(have, "|")
			if have == one || hasSystem && code == strings.TrimPrefix(one, "|") {
				return true
			}
		}
		return false
	case paText:
		return strings.HasPrefix(strings.ToLower(have), strings.ToLower(want))
	case paRef:
		return have == paIDOf(want)
	case paDate:
		prefix, from, to, _ := paBounds(want)
		_, first, last, ok := paBounds(have)
		if !ok {
			return false
		}
		switch prefix {
		case "ge":
			return !last.Before(from)
		case "gt", "sa":
			return !first.Before(to)
		case "le":
			return first.Before(to)
		case "lt", "eb":
			return first.Before(from)
		}
		return first.Before(to) && from.Before(last)
	}
	return false
}

// paBounds reads a date or an instant as the time from its first to after its last moment.
func paBounds(text string) (prefix string, from, to time.Time, ok bool) {
	if len(text) > 2 && slices.Contains([]string{"ge", "gt", "le", "lt", "eq", "sa", "eb"}, text[:2]) {
		prefix, text = text[:2], text[2:]
	}
	for _, f := range []struct {
		layout      string
		years, days int
		months      int
		length      time.Duration
	}{
		{layout: "2006", years: 1}, {layout: "2006-01", months: 1}, {layout: "2006-01-02", days: 1},
		{layout: time.RFC3339, length: time.Second}, {layout: "2006-01-02T15:04:05", length: time.Second}, {layout: "2006-01-02T15:04", length: time.Minute},
	} {
		if t, err := time.Parse(f.layout, text); err == nil {
			return prefix, t, t.AddDate(f.years, f.months, f.days).Add(f.length), true
		}
	}
	return prefix, from, to, false
}

// bundle is a page of what was found. An empty one has no entry (seen).
func (q *paQuery) bundle(found []*paRecord) *simserver.Reply {
	o := q.v.sim.opts
	from, _ := strconv.Atoi(q.values.Get(paPage))
	from = min(max(from, 0), len(found))
	size, _ := strconv.Atoi(q.values.Get("_maxresults"))
	if size == 0 {
		size = o.PageSize
	}
	end := from + min(size, len(found)-from)
	body := paObject{"resourceType": "Bundle", "type": "searchset", "total": len(found)}
	var entries []paObject
	for _, r := range found[from:end] {
		entries = append(entries, q.v.entry(q.kind.name, r, "match"))
	}
	if q.values.Has("_revinclude") {
		for _, p := range q.v.provenancesOf(q.kind.name, found[from:end]) {
			entries = append(entries, q.v.entry("Provenance", p, "include"))
		}
	}
	if len(entries) > 0 {
		body["entry"] = entries
	}
	body["link"] = q.links(from, end, len(found))
	return simserver.JSON(http.StatusOK, q.v.mediaType(), body)
}

func (v *paVersion) entry(kind string, r *paRecord, mode string) paObject {
	return paObject{"fullUrl": v.base() + "/" + kind + "/" + r.id, "resource": r.body, "search": paObject{"mode": mode}}
}

// links: self, and next where there is more.
func (q *paQuery) links(from, end, total int) []paObject {
	s := q.v.sim
	link := func(relation, origin string, values url.Values) paObject {
		at := origin + q.v.path + "/" + q.kind.name
		if query := values.Encode(); query != "" {
			at += "?" + query
		}
		return paObject{"relation": relation, "url": at}
	}
	all := []paObject{link("self", s.origin, q.values)}
	origin, page := "", end
	capped := s.opts.CapResults && q.values.Has("_maxresults")
	if end < total && !capped {
		origin = s.origin
	}
	switch {
	case total == 0:
	case q.Take(emrtest.FaultNextLoop):
		origin, page = s.origin, from
	case origin != "" && q.Take(emrtest.FaultNextForeignHost):
		origin = s.trap
	}
	if origin == "" {
		return all
	}
	next := url.Values{}
	for name, v := range q.values {
		next[name] = v
	}
	if next.Del(paPage); page > 0 {
		next.Set(paPage, strconv.Itoa(page))
	}
	return append(all, link("next", origin, next))
}
