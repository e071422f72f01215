package nexhealthtest

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// kind says how the value of a parameter is read.
type kind int

const (
	text     kind = iota
	id            // an integer
	whole         // an integer that is no id
	flag          // true or false
	date          // 2006-01-02
	datetime      // an instant; a date alone is one too
	word          // one of a list
	sorting       // field names with - for descending, of a list
)

// param is a query parameter of an endpoint, as the vendor's OpenAPI document lists it.
type param struct {
	name     string // with [] for a list
	kind     kind
	required bool
	words    []string
	most     int // of a list; 0: no bound
}

func of(k kind, names ...string) []param {
	var all []param
	for _, n := range names {
		all = append(all, param{name: n, kind: k})
	}
	return all
}

func oneOf(name string, words ...string) param { return param{name: name, kind: word, words: words} }

func sortable(fields ...string) param { return param{name: "sort", kind: sorting, words: fields} }

// params joins lists of parameters.
func params(lists ...[]param) []param { return slices.Concat(lists...) }

const (
	subParam = "subdomain"
	locParam = "location_id"
)

// all are the parameters the endpoint takes.
func (r *route) all() []param {
	all := slices.Clone(r.params)
	if r.sub != none {
		all = append(all, param{name: subParam, required: r.sub == required})
	}
	if r.loc != none {
		all = append(all, param{name: locParam, kind: id, required: r.loc == required})
	}
	switch r.paged {
	case byCursor:
		all = append(all, of(text, "start_cursor", "end_cursor")...)
		all = append(all, param{name: "per_page", kind: whole})
	case byNumber:
		all = append(all, of(whole, "page", "per_page")...)
	}
	return all
}

// checkParams reads the query. Unknown parameters are ignored with a warning
// (documented) and a violation; missing and unreadable ones are 400.
func (q *query) checkParams() *simserver.Reply {
	values, err := url.ParseQuery(q.URL.RawQuery)
	if err != nil {
		q.Violate("the query cannot be read")
		return q.invalid("Bad request")
	}
	known := q.route.all()
	q.values = url.Values{}
	for _, name := range sortedNames(values) {
		at := slices.IndexFunc(known, func(p param) bool { return p.name == name })
		if at < 0 {
			q.Violate("unknown query parameter %q", shown(name))
			q.ignored = append(q.ignored, name)
			continue
		}
		if slices.Contains(q.sim.opts.IgnoreParameters, name) {
			q.ignored = append(q.ignored, name)
			continue
		}
		if len(values[name]) > 1 && !strings.HasSuffix(name, "[]") {
			q.Violate("parameter %q was sent %d times", name, len(values[name]))
		}
		q.values[name] = values[name]
	}
	var missing []string
	for _, p := range known {
		if p.required && !slices.ContainsFunc(values[p.name], func(v string) bool { return v != "" }) {
			missing = append(missing, p.name)
		}
	}
	if len(missing) > 0 {
		q.Violate("without the required parameter %s", strings.Join(missing, ", "))
		return q.missing(missing...)
	}
	for _, p := range known {
		if why := p.check(q.values[p.name]); why != "" {
			q.Violate("parameter %q %s", p.name, why)
			return q.invalid(p.name + " is invalid")
		}
	}
	return nil
}

// shown cuts what a client made up, so that no message holds a whole request.
func shown(name string) string { return name[:min(len(name), 40)] }

func sortedNames(v url.Values) []string {
	names := make([]string, 0, len(v))
	for n := range v {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// check says what is wrong with the values, "" for nothing.
func (p param) check(values []string) string {
	if p.most > 0 && len(values) > p.most {
		return "has more than " + itoa(p.most) + " values"
	}
	for _, v := range values {
		ok := true
		switch p.kind {
		case id, whole:
			_, err := strconv.ParseInt(v, 10, 64)
			ok = err == nil
		case flag:
			ok = v == "true" || v == "false"
		case date:
			_, ok = simserver.ParseDay(v)
		case datetime:
			if strings.Contains(v, " ") {
				return "has a + that must be sent as %2B"
			}
			_, ok = readInstant(v)
		case word:
			ok = slices.Contains(p.words, v)
		case sorting:
			for field := range strings.SplitSeq(v, ",") {
				ok = ok && slices.Contains(p.words, strings.TrimPrefix(field, "-"))
			}
		}
		if !ok {
			return "cannot be read"
		}
	}
	return ""
}

// readInstant reads the forms that the documentation recommends: 2006-01-02, an instant
// with Z, and one with +0000 or -05:00. Without an offset it is none.
func readInstant(v string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05Z0700", time.DateOnly} {
		if t, err := time.Parse(layout, v); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// warnings is what the description of a success says.
func (q *query) warnings() []string {
	if len(q.ignored) == 0 {
		return nil
	}
	return []string{"Note that following parameters are ignored: " + strings.Join(q.ignored, ", ") + "."}
}

func (q *query) get(name string) string { return q.values.Get(name) }

// is reports whether a flag, where it is sent, is have.
func (q *query) is(name string, have bool) bool {
	v := q.get(name)
	return v == "" || v == strconv.FormatBool(have)
}

// hits reports whether a parameter, where it is sent, is have.
func (q *query) hits(name, have string) bool {
	v := q.get(name)
	return v == "" || v == have
}

// among reports whether have is one of a list, where one is sent.
func (q *query) among(name, have string) bool {
	return len(q.values[name]) == 0 || slices.Contains(q.values[name], have)
}

// since reports whether t is not before updated_since, where it is sent.
func (q *query) since(t time.Time) bool {
	from, ok := readInstant(q.get("updated_since"))
	return !ok || !t.Truncate(time.Millisecond).Before(from)
}

// includes reports whether include[] asks for what; usual says what counts without one.
func (q *query) includes(what string, usual ...string) bool {
	asked := q.values["include[]"]
	if len(asked) == 0 {
		asked = usual
	}
	return slices.Contains(asked, what)
}
