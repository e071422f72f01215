package medtechtest

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// The systems of identifiers, documented.
const (
	nhiSystem      = "https://standards.digital.health.nz/ns/nhi-id"
	cpnSystem      = "https://standards.digital.health.nz/ns/hpi-person-id"
	nzmcSystem     = "https://standards.digital.health.nz/ns/medical-council-id"
	nursingSystem  = "https://standards.digital.health.nz/ns/nursing-council-id" // assumed
	facilitySystem = "https://standards.digital.health.nz/ns/hpi-facility-id"
	orgSystem      = "https://standards.digital.health.nz/ns/hpi-organisation-id"
)

// kind says how the value of a search parameter is read.
type kind int

const (
	word    kind = iota // as it is
	nhi                 // system|value; without a system an NHI is meant (documented)
	number              // system|value
	bounds              // ge and le, as two parameters
	include             // one that is known
)

// params are the search parameters of an endpoint.
type params map[string]kind

// pageParam stands in next links only; its name is ours.
const pageParam = "page-token"

// token is system|value.
type token struct{ system, value string }

// checkParams reads the query. A form that the vendor does not accept is 403, as was
// seen, and a broken rule.
func (q *query) checkParams() *simserver.Reply {
	values, err := url.ParseQuery(q.URL.RawQuery)
	if err != nil {
		q.Violate("the query cannot be read")
		return q.invalid(textInvalid)
	}
	q.values = values
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if name == pageParam {
			continue
		}
		k, known := q.route.params[name]
		if !known {
			q.Violate("the query has %q, which the vendor does not accept here", name)
			return q.forbidden()
		}
		if len(values[name]) > 1 && k != bounds {
			q.Violate("%s was sent %d times", name, len(values[name]))
		}
		q.checkToken(name, k)
	}
	if values.Has("_security") {
		return q.sim.outcome(403, "not-supported", textSecret)
	}
	if q.route.needs != nil && !slices.ContainsFunc(q.route.needs, values.Has) {
		q.Violate("a search without one of %s", strings.Join(q.route.needs, ", "))
		return q.forbidden()
	}
	return nil
}

// checkToken records what the vendor takes and clients should not do.
func (q *query) checkToken(name string, k kind) {
	if k != nhi && k != number {
		return
	}
	system, value, ok := strings.Cut(q.values.Get(name), "|")
	if !ok || system == "" || value == "" {
		q.Violate("%s is not written system|value", name)
	}
	if k == nhi && ok && system != nhiSystem {
		q.Violate("%s does not have the system of the NHI", name)
	}
	if strings.Contains(q.URL.RawQuery, "|") {
		q.Violate("a | in the query is not written %%7C")
	}
}

// token reads a parameter; the NHI is assumed when the system is missing.
func (q *query) token(name string) token {
	system, value, ok := strings.Cut(q.values.Get(name), "|")
	if !ok {
		return token{nhiSystem, q.values.Get(name)}
	}
	return token{system, value}
}

// span is the time that ge and le leave; a zero time is open.
type span struct{ from, to time.Time }

// span reads the two parameters; a prefix that is neither is refused with 400 (assumed).
func (q *query) span(name string) (span, *simserver.Reply) {
	var s span
	for _, v := range q.values[name] {
		if strings.Contains(v, " ") {
			q.Violate("a + in %s is not written %%2B", name)
			return s, q.invalid(textInvalid)
		}
		prefix, text := v[:min(2, len(v))], v[min(2, len(v)):]
		to := &s.from
		switch prefix {
		case "ge":
		case "le":
			to = &s.to
		default:
			q.Violate("%s has another prefix than ge and le", name)
			return s, q.invalid(textInvalid)
		}
		t, day, ok := q.instant(text)
		if !ok {
			q.Violate("%s is not written ge or le and an instant", name)
			return s, q.invalid(textInvalid)
		}
		if !to.IsZero() {
			q.Violate("%s has the same prefix twice", name)
			return s, q.invalid(textInvalid)
		}
		if day && prefix == "le" { // the whole day
			t = t.AddDate(0, 0, 1).Add(-time.Second)
		}
		*to = t
	}
	return s, nil
}

// instant reads a day of the practice or an instant with its offset.
func (q *query) instant(text string) (t time.Time, day, ok bool) {
	if t, err := time.ParseInLocation(time.DateOnly, text, q.sim.opts.Zone); err == nil {
		return t, true, true
	}
	t, err := time.Parse(time.RFC3339, text)
	return t, false, err == nil
}

// holds reports whether t lies in the span, ends included.
func (s span) holds(t time.Time) bool {
	return !t.Before(s.from) && (s.to.IsZero() || !t.After(s.to))
}

// is reports whether the parameter is missing or one of have, without regard to case.
func (q *query) is(name string, have ...string) bool {
	want := q.values.Get(name)
	return want == "" || slices.ContainsFunc(have, func(h string) bool { return strings.EqualFold(h, want) })
}

// contains reports whether the parameter is missing or a part of one of have.
func (q *query) contains(name string, have ...string) bool {
	want := strings.ToLower(q.values.Get(name))
	return slices.ContainsFunc(have, func(h string) bool { return strings.Contains(strings.ToLower(h), want) })
}
