package nexhealthtest

import (
	"encoding/base64"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

const (
	usualPage = 5    // documented
	mostPage  = 1000 // documented
)

// entry is what a list has: its id, and how it is written.
type entry[T any] struct {
	id    func(T) string
	dress func(T) object
}

// cursorPage answers with one page of all, from end_cursor forward or from start_cursor
// backward. Cursors are opaque: here the id of a record and a trace of the other
// parameters, because those must stay the same between pages (assumed). There is no
// count (seen in the wild).
func cursorPage[T any](q *query, all []T, e entry[T]) *simserver.Reply {
	size, refusal := q.pageSize(usualPage, mostPage)
	if refusal != nil {
		return refusal
	}
	from, to := 0, min(size, len(all))
	switch after, before := q.get("end_cursor"), q.get("start_cursor"); {
	case after != "" && before != "":
		q.Violate("start_cursor and end_cursor together")
		return q.invalid("start_cursor and end_cursor are mutually exclusive")
	case after != "":
		at, ok := position(q, all, e, after)
		if !ok {
			return q.invalid("end_cursor is invalid")
		}
		from = at + 1
		to = min(from+size, len(all))
	case before != "":
		at, ok := position(q, all, e, before)
		if !ok {
			return q.invalid("start_cursor is invalid")
		}
		to = max(at, 0)
		from = max(0, to-size)
	}
	data := []object{}
	for _, v := range all[from:to] {
		data = append(data, e.dress(v))
	}
	info := object{"has_previous_page": from > 0, "has_next_page": to < len(all), "start_cursor": nil, "end_cursor": nil}
	if len(data) > 0 {
		info["start_cursor"], info["end_cursor"] = q.cursor(e.id(all[from])), q.cursor(e.id(all[to-1]))
	}
	if strings.HasPrefix(pointed(q.get("end_cursor")), looped) {
		info["has_next_page"], info["end_cursor"] = true, q.get("end_cursor") // still there
	} else if len(data) > 0 {
		spoil(q, info, from, all, e)
	}
	return q.sim.reply(q.route, envelope{status: http.StatusOK, code: true, said: q.warnings(), data: data, page: info})
}

// looped marks a cursor that leads to its own page for ever.
const looped = "loop:"

// pointed is the id in a cursor, "" for none.
func pointed(cursor string) string {
	plain, _ := base64.URLEncoding.DecodeString(cursor)
	_, id, _ := strings.Cut(string(plain), ":")
	return id
}

// spoil carries out the faults of lists, with or without a next page. There are no links
// here, so a link to another host is a cursor that looks like one.
func spoil[T any](q *query, info object, from int, all []T, e entry[T]) {
	switch {
	case q.Take(emrtest.FaultNextLoop):
		before := ""
		if from > 0 {
			before = e.id(all[from-1])
		}
		info["has_next_page"], info["end_cursor"] = true, q.cursor(looped+before)
	case q.Take(emrtest.FaultNextForeignHost):
		info["has_next_page"], info["end_cursor"] = true, q.sim.trap+q.URL.EscapedPath()+"?end_cursor="+info["end_cursor"].(string)
	}
}

// pageSize reads per_page. A list without it is a violation: five records look like all.
func (q *query) pageSize(usual, most int) (int, *simserver.Reply) {
	if !q.values.Has("per_page") {
		q.Violate("a list without per_page: the answer ends after %d", usual)
		return usual, nil
	}
	n, err := strconv.Atoi(q.get("per_page"))
	if err != nil || n < 1 || n > most {
		q.Violate("per_page is not 1 to %d", most)
		return 0, q.invalid("per_page does not have a valid value")
	}
	return n, nil
}

// trace stands for the parameters that must not change between pages.
func (q *query) trace() string {
	h := fnv.New32a()
	for _, name := range sortedNames(q.values) {
		switch name {
		case "start_cursor", "end_cursor", "per_page":
		default:
			_, _ = h.Write([]byte(name + "=" + strings.Join(q.values[name], "&") + ";"))
		}
	}
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}

// cursor points at a record of this list; "" points before the first.
func (q *query) cursor(id string) string {
	return base64.URLEncoding.EncodeToString([]byte(q.trace() + ":" + id))
}

// position finds the record of a cursor, -1 for the place before the first.
func position[T any](q *query, all []T, e entry[T], cursor string) (int, bool) {
	if _, rest, ok := strings.Cut(cursor, "?end_cursor="); ok {
		cursor = rest // the one that looks like a link
	}
	plain, err := base64.URLEncoding.DecodeString(cursor)
	trace, id, ok := strings.Cut(string(plain), ":")
	if err != nil || !ok {
		q.Violate("a cursor that was never given out")
		return 0, false
	}
	if trace != q.trace() {
		q.Violate("the parameters changed between pages")
		return 0, false
	}
	if id = strings.TrimPrefix(id, looped); id == "" {
		return -1, true
	}
	for i, v := range all {
		if e.id(v) == id {
			return i, true
		}
	}
	return 0, false
}

// numberedPage answers with the page of that number, and the count of all.
func numberedPage[T any](q *query, all []T, most int, dress func(T) object) *simserver.Reply {
	size, refusal := q.pageSize(usualPage, most)
	if refusal != nil {
		return refusal
	}
	page, _ := strconv.Atoi(q.get("page"))
	from := min(max(page-1, 0), len(all)) * size
	from = min(from, len(all))
	data := []object{}
	for _, v := range all[from:min(from+size, len(all))] {
		data = append(data, dress(v))
	}
	n := len(all)
	return q.sim.reply(q.route, envelope{status: http.StatusOK, code: true, said: q.warnings(), data: data, count: &n})
}
