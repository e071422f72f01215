package nextechtest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

// kind says how the value of a search parameter is read.
type kind int

const (
	text  kind = iota // matches the start, ignoring case; :exact and :contains
	token             // matches the whole, ignoring case
	day               // yyyy-MM-dd with a prefix; no commas
	stamp             // day, or an instant (_lastUpdated)
	slot              // Slot's own rules: read by its handler
)

// params are the search parameters of an endpoint, documented.
type params map[string]kind

const (
	countParam  = "_count"
	offsetParam = "_getpagesoffset"
	mostCount   = 50 // documented
	usualCount  = 10 // documented
)

// checkParams reads the query and refuses what the endpoint does not take with 400: the
// status is documented, and each refusal is a violation too.
func (s *Sim) checkParams(q *query) *simserver.Reply {
	values, err := url.ParseQuery(q.URL.RawQuery)
	if err != nil {
		q.Violate("the query cannot be read")
		return invalid("The query string is malformed")
	}
	q.values = values
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if q.route.list && (name == countParam || name == offsetParam) {
			if refusal := checkNumber(q, name); refusal != nil {
				return refusal
			}
			continue
		}
		plain, modifier, _ := strings.Cut(name, ":")
		k, known := q.route.params[plain]
		switch {
		case !known:
			q.Violate("unknown query parameter %q", plain)
			return invalid("Unsupported parameter: " + plain)
		case modifier != "" && (k != text || modifier != "exact" && modifier != "contains"):
			q.Violate("unknown modifier on query parameter %q", plain)
			return invalid("Unsupported modifier on parameter: " + plain)
		}
		if k == day || k == stamp {
			if refusal := checkDate(q, name, k); refusal != nil {
				return refusal
			}
		}
		if slices.Contains(s.opts.IgnoreParameters, plain) {
			delete(q.values, name)
		}
	}
	return nil
}

func checkNumber(q *query, name string) *simserver.Reply {
	n, err := strconv.Atoi(q.values.Get(name))
	if err != nil || n < 0 || len(q.values[name]) > 1 {
		q.Violate("parameter %s is not one number", name)
		return invalid(name + " must be a number")
	}
	if name == countParam && (n < 1 || n > mostCount) {
		q.Violate("%s is not 1 to %d", name, mostCount) // answered with the nearest: assumed
	}
	return nil
}

func checkDate(q *query, name string, k kind) *simserver.Reply {
	for _, v := range q.values[name] {
		if strings.Contains(v, ",") {
			q.Violate("a comma in date parameter %q", name)
			return invalid("Multiple values are not supported on " + name)
		}
		if _, ok := parseBound(v, k == stamp); !ok {
			if strings.Contains(v, " ") {
				q.Violate("a + in %q must be sent as %%2B", name)
			} else {
				q.Violate("date parameter %q is not written yyyy-MM-dd with a prefix", name)
			}
			return invalid("Invalid date: " + name)
		}
	}
	return nil
}

// groups returns the values of a parameter with that modifier: the outer list is AND,
// the inner OR.
func (q *query) groups(name string) [][]string {
	var all [][]string
	for _, v := range q.values[name] {
		var alternatives []string
		for one := range strings.SplitSeq(v, ",") {
			alternatives = append(alternatives, strings.TrimSpace(one))
		}
		all = append(all, alternatives)
	}
	return all
}

// decode reads a JSON body into v, nil if it cannot be read.
func (q *query) decode() (body map[string]any, refusal *simserver.Reply) {
	if q.TooLarge {
		return nil, outcome(http.StatusRequestEntityTooLarge, "too-long", "The request is larger than 10 MB")
	}
	body, err := simserver.Object(q.Body)
	if err != nil {
		q.Violate("the body is not a JSON object")
		return nil, invalid("The body cannot be read")
	}
	return body, nil
}
