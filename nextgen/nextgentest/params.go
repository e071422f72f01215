package nextgentest

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// kind says how a value is written: in the query, and as a literal of $filter.
type kind int

const (
	aText   kind = iota
	aGUID        // guid'...' in $filter
	aDate        // dateTime'...' in $filter; 2006-01-02 as a parameter
	aFlag        // true or false
	aNumber      // bare
)

// arguments are the plain query parameters of an endpoint.
type arguments map[string]kind

// checkParams reads the query. Unknown parameters are ignored (assumed), and a violation.
func (q *query) checkParams() *simserver.Reply {
	values, err := url.ParseQuery(q.URL.RawQuery)
	if err != nil {
		q.Violate("the query cannot be read")
		return q.bad("The query cannot be read.")
	}
	q.values = url.Values{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if len(values[name]) > 1 {
			q.Violate("%s was sent %d times", q.shown(name), len(values[name]))
		}
		if !q.takes(name) {
			q.Violate("unknown query parameter %s", q.shown(name))
			continue
		}
		value := values.Get(name)
		if k, plain := q.route.params[name]; plain && value != "" && !fits(k, value) {
			q.Violate("%s is not written as it must be", name)
			return q.bad("The value '" + value + "' is not valid.")
		}
		q.values[name] = values[name]
	}
	for _, e := range q.expanded() {
		if !slices.ContainsFunc(q.route.expands, func(have string) bool { return strings.EqualFold(have, e) }) {
			q.Violate("$expand asks for what nobody has seen")
		}
	}
	return nil
}

// takes reports whether the endpoint has the parameter.
func (q *query) takes(name string) bool {
	if _, ok := q.route.params[name]; ok {
		return true
	}
	switch name {
	case "$filter", "$orderby", "$top", "$skip", "$inlinecount", "$count":
		return q.route.list != nil
	case "$expand":
		return q.route.expands != nil
	}
	return false
}

// shown is the name of a parameter for messages: nothing but a name that is known here.
func (q *query) shown(name string) string {
	if q.takes(name) || strings.HasPrefix(name, "$") && len(name) < 20 {
		return name
	}
	return "(not one of the endpoint's)"
}

func fits(k kind, value string) bool {
	switch k {
	case aGUID:
		return guidForm.MatchString(value)
	case aDate:
		_, err := time.Parse(time.DateOnly, value)
		return err == nil
	case aFlag:
		return value == "true" || value == "false"
	case aNumber:
		_, err := strconv.Atoi(value)
		return err == nil
	}
	return true
}

// expanded are the values of $expand.
func (q *query) expanded() []string {
	return strings.FieldsFunc(q.values.Get("$expand"), func(r rune) bool { return r == ',' || r == ' ' })
}

func (q *query) expands(name string) bool {
	return slices.ContainsFunc(q.expanded(), func(e string) bool { return strings.EqualFold(e, name) })
}

// get is a plain parameter, blank ends cut.
func (q *query) get(name string) string { return strings.TrimSpace(q.values.Get(name)) }

// guidVar is an id of the path. One of another form is 400, as recorded.
func (q *query) guidVar(name string) (string, *simserver.Reply) {
	v := q.vars[name]
	if !guidForm.MatchString(v) {
		return "", q.bad("The value '" + v + "' is not valid for Guid.")
	}
	return v, nil
}
