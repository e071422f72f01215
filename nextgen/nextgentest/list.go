package nextgentest

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// usualPage is the page size without $top (recorded).
const usualPage = 25

// listing says what the list parameters of an endpoint know.
type listing struct {
	fields fields
	// window is the date field that the vendor bounds in silence where no filter names it:
	// a list that leaves it out is a broken rule. Empty: nothing is left out.
	window string
}

// filtered reads $filter.
func (q *query) filtered() (*filter, *simserver.Reply) {
	text := q.get("$filter")
	if text == "" {
		return &filter{holds: func(object) bool { return true }}, nil
	}
	f, err := readFilter(text, q.route.list.fields, q.route.list.window)
	if err != nil {
		q.Violate("%v", err)
		return nil, q.bad("The query specified in the URI is not valid.")
	}
	return f, nil
}

// windowed reports whether the filter names the date that bounds the list; else a rule is
// broken, because the vendor then shows a week and says nothing.
func (q *query) windowed(f *filter) bool {
	name := strings.ToLower(q.route.list.window)
	if f.names[name] {
		return true
	}
	q.Violate("no bounds for %s: the list ends after a week", q.route.list.window)
	return false
}

// page answers with the part of rows that the list parameters ask for.
func (q *query) page(rows []object) *simserver.Reply {
	f, refusal := q.filtered()
	if refusal != nil {
		return refusal
	}
	kept := []object{}
	for _, row := range rows {
		if f.holds(row) {
			kept = append(kept, row)
		}
	}
	return q.cut(kept)
}

// cut orders the rows and answers with one page of them. Assumed: $top is the size of the
// page, and what is left out follows under nextPageLink.
func (q *query) cut(rows []object) *simserver.Reply {
	if refusal := q.order(rows); refusal != nil {
		return refusal
	}
	size, skip := usualPage, 0
	for name, to := range map[string]*int{"$top": &size, "$skip": &skip} {
		if !q.values.Has(name) {
			continue
		}
		n, err := strconv.Atoi(q.get(name))
		if err != nil || n < 0 || name == "$top" && n == 0 {
			q.Violate("%s is no good number", name)
			return q.bad("The query specified in the URI is not valid.")
		}
		*to = n
	}
	size = min(size, q.sim.opts.MostTop)
	from := min(skip, len(rows))
	to := min(from+size, len(rows))
	var count any
	if q.get("$inlinecount") == "allpages" || q.get("$count") == "true" {
		count = len(rows)
	}
	return q.json(object{"items": rows[from:to:to], "nextPageLink": q.nextLink(from, to, len(rows)), "count": count})
}

// nextLink repeats the query and names the internal server (recorded).
func (q *query) nextLink(from, to, all int) any {
	below, _ := strings.CutPrefix(q.URL.EscapedPath(), basePath)
	at := q.sim.internal(q.site) + below
	switch {
	case q.Take(emrtest.FaultNextLoop):
		to = from
	case to >= all:
		return nil
	case q.Take(emrtest.FaultNextForeignHost):
		at = q.sim.trap + "/collect"
	}
	values := url.Values{}
	maps.Copy(values, q.values)
	values.Set("$skip", strconv.Itoa(to))
	return at + "?" + strings.ReplaceAll(values.Encode(), "%24", "$")
}

// order sorts by $orderby; without it rows keep the order of the clinic.
func (q *query) order(rows []object) *simserver.Reply {
	for _, by := range slices.Backward(strings.Split(q.get("$orderby"), ",")) {
		words := strings.Fields(by)
		if len(words) == 0 {
			continue
		}
		k, ok := q.route.list.fields[strings.ToLower(words[0])]
		if !ok || len(words) > 2 || len(words) == 2 && words[1] != "asc" && words[1] != "desc" {
			q.Violate("$orderby is not a field of the list, with asc or desc")
			return q.bad("The query specified in the URI is not valid.")
		}
		sign := 1
		if len(words) == 2 && words[1] == "desc" {
			sign = -1
		}
		name := ""
		for _, row := range rows[:min(1, len(rows))] { // all rows have the same members
			name = row.spelled(words[0])
		}
		slices.SortStableFunc(rows, func(a, b object) int { return sign * ordered(k, a[name], b[name]) })
	}
	return nil
}

func ordered(k kind, a, b any) int {
	if k == aNumber {
		x, _ := a.(int)
		y, _ := b.(int)
		return x - y
	}
	text := func(v any) string {
		s, _ := v.(string)
		return s
	}
	return strings.Compare(text(a), text(b)) // dates are written so that this is their order
}

// array answers with a bare array: not every list is paged (recorded).
func (q *query) array(rows []object) *simserver.Reply {
	if rows == nil {
		rows = []object{}
	}
	return q.json(rows)
}
