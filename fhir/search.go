package fhir

import (
	"net/url"
	"strings"
)

// Query builds the parameters of a FHIR search. Its zero value is an empty
// query. The order of the parameters is the order in which they were added.
//
//	var q fhir.Query
//	q.Compare("start", fhir.GE, "2026-03-02").Compare("start", fhir.LT, "2026-03-16")
//	q.Add("schedule.actor", "location/7")
//	q.Add("schedule.actor", "practitioner/15", "practitioner/21") // either one
//
// It holds names and birth dates, so it hides in fmt and slog. A copy is
// independent of the original.
type Query struct {
	encoded *string // behind a pointer: hidden in unexported fields too
}

// Prefix compares a number or a date in a search.
type Prefix string

// The prefixes of FHIR searches.
const (
	EQ Prefix = "eq"
	NE Prefix = "ne"
	GT Prefix = "gt"
	GE Prefix = "ge"
	LT Prefix = "lt"
	LE Prefix = "le"
	SA Prefix = "sa"
	EB Prefix = "eb"
	AP Prefix = "ap"
)

// literal makes the characters with a meaning in search values plain ones.
var literal = strings.NewReplacer(`\`, `\\`, `,`, `\,`, `$`, `\$`, `|`, `\|`)

func (q *Query) add(name, value string) *Query {
	all := q.Encode()
	if all != "" {
		all += "&"
	}
	all += escape(name) + "=" + escape(value)
	q.encoded = &all
	return q
}

// Add adds a parameter. Several values mean any of them, a second parameter
// of the same name means both. The values are taken literally: "a,b" is one
// value. Without values nothing is added.
func (q *Query) Add(name string, values ...string) *Query {
	if len(values) == 0 {
		return q
	}
	return q.add(name, anyOf(values))
}

func anyOf(values []string) string {
	escaped := make([]string, len(values))
	for i, v := range values {
		escaped[i] = literal.Replace(v)
	}
	return strings.Join(escaped, ",")
}

// Token adds a code or an identifier of a system; an empty system means one
// without system ("|code").
func (q *Query) Token(name, system, code string) *Query {
	return q.add(name, literal.Replace(system)+"|"+literal.Replace(code))
}

// Compare adds a comparison, such as start=ge2026-03-02.
func (q *Query) Compare(name string, prefix Prefix, value string) *Query {
	return q.add(name, string(prefix)+literal.Replace(value))
}

// Set replaces all parameters of the name by one, in the place of the first;
// without values it removes them.
func (q *Query) Set(name string, values ...string) *Query {
	old := strings.Split(q.Encode(), "&")
	prefix := escape(name) + "="
	q.encoded = nil
	placed := len(values) == 0
	var kept []string
	for _, p := range old {
		if !strings.HasPrefix(p, prefix) {
			kept = append(kept, p)
		} else if !placed {
			kept = append(kept, prefix+escape(anyOf(values)))
			placed = true
		}
	}
	all := strings.Join(kept, "&")
	q.encoded = &all
	if !placed {
		q.Add(name, values...)
	}
	return q
}

// Encode returns the query string without "?". A plus sign is always %2B and
// a blank %20, so that no server takes the one for the other.
func (q *Query) Encode() string {
	if q.encoded == nil {
		return ""
	}
	return *q.encoded
}

// Values returns the parameters as url.Values, which keeps the order within a
// name only. Unlike Query it prints its content.
func (q *Query) Values() url.Values {
	v, err := url.ParseQuery(q.Encode())
	if err != nil {
		return url.Values{} // cannot happen: escape wrote it
	}
	return v
}

// escape writes everything but the unreserved characters and "/:,$", which
// are plain in a query and readable so, as %XX.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9', strings.IndexByte("-._~/:,$", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}
