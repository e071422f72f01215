package nextgentest

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// body is a JSON object whose member names are read in any case (seen).
type body map[string]any

// decode reads the body of a write. Nothing at all reads as an empty object, as ASP.NET
// does where nothing is needed (assumed).
func (q *query) decode() (body, *simserver.Reply) {
	if q.TooLarge {
		return nil, q.sim.fail(http.StatusRequestEntityTooLarge, object{"message": "Request Too Long"})
	}
	if len(q.Body) == 0 {
		q.Violate("a write without a body")
		return body{}, nil
	}
	o, err := simserver.Object(q.Body)
	if err != nil {
		q.Violate("the body is not a JSON object")
		return nil, q.bad("The request is invalid.")
	}
	lower := body{}
	for name, v := range o {
		if _, twice := lower[strings.ToLower(name)]; twice {
			q.Violate("a member was sent in two spellings")
		}
		lower[strings.ToLower(name)] = v
	}
	if upperCased(o) != len(o) && upperCased(o) != 0 {
		q.Violate("members in PascalCase and in camelCase together")
	}
	return lower, nil
}

func upperCased(o map[string]any) int {
	n := 0
	for name := range o {
		if name != "" && name[0] >= 'A' && name[0] <= 'Z' {
			n++
		}
	}
	return n
}

// only records members that the vendor's collection does not have; they are ignored.
func (q *query) only(b body, names ...string) {
	for name := range b {
		if !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) {
			q.Violate("the body has a member that the vendor does not know")
			return
		}
	}
}

func (b body) has(name string) bool {
	v, ok := b[strings.ToLower(name)]
	return ok && v != nil
}

func (b body) text(name string) string {
	return simserver.StringIn(b, strings.ToLower(name))
}

// texts reads a list of text.
func (b body) texts(name string) []string { return simserver.StringsIn(b, strings.ToLower(name)) }

// flag reads true or false; anything else is refused.
func (q *query) flag(b body, name string) (bool, *simserver.Reply) {
	v, ok := b[strings.ToLower(name)]
	if !ok || v == nil {
		return false, nil
	}
	is, ok := v.(bool)
	if !ok {
		q.Violate("%s is neither true nor false", name)
		return false, q.bad("The request is invalid.")
	}
	return is, nil
}

// minutes reads a number of minutes, 0 for none.
func (q *query) minutes(b body, name string) (time.Duration, *simserver.Reply) {
	v, ok := b[strings.ToLower(name)]
	if !ok || v == nil {
		return 0, nil
	}
	if n, is := v.(json.Number); is {
		if m, err := n.Int64(); err == nil && m > 0 && m <= 24*60 {
			return time.Duration(m) * time.Minute, nil
		}
	}
	q.Violate("%s is no number of minutes", name)
	return 0, q.bad("The request is invalid.")
}

// guidIn reads an id; a value of another form is refused as recorded.
func (q *query) guidIn(b body, name string) (string, *simserver.Reply) {
	v := b.text(name)
	if v == "" && b.has(name) {
		q.Violate("%s is no text", name)
	}
	if v != "" && !guidForm.MatchString(v) {
		return "", q.bad("The value '" + v + "' is not valid for Guid.")
	}
	return v, nil
}

var zoned = regexp.MustCompile(`(?i)(z|[+-]\d\d:?\d\d)$`)

// local reads a date-time of a body: the practice's wall clock, without an offset. One
// with an offset is read as wall clock too (seen for birth dates), and a broken rule.
func (q *query) local(text, name string) (time.Time, bool) {
	if strings.ContainsRune(text, 'T') && zoned.MatchString(text) {
		q.Violate("%s has an offset: times are the practice's wall clock", name)
		text = zoned.ReplaceAllString(text, "")
	}
	t, err := time.Parse(localTime, text)
	if err != nil {
		q.Violate("%s is not written 2006-01-02T15:04:05", name)
	}
	return t, err == nil
}

// wall is the instant at which the practice's clock shows t; false in the gap of a spring
// change. What the clock shows twice is the first of the two (assumed).
func (p *practice) wall(t time.Time) (time.Time, bool) {
	clock := time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second
	return simserver.DayOf(t).At(clock, p.zone)
}
