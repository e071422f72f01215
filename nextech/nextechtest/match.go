package nextechtest

import (
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// matches applies a text or token parameter to the values a resource has: groups are
// ANDed, the values in one ORed (documented).
func (q *query) matches(name string, k kind, have ...string) bool {
	ok := q.allGroups(name, func(want string) bool {
		return anyOf(have, func(v string) bool {
			if k == token {
				return strings.EqualFold(v, want)
			}
			return hasPrefixFold(v, want)
		})
	})
	return ok && q.allGroups(name+":exact", func(want string) bool {
		return anyOf(have, func(v string) bool { return strings.EqualFold(strings.TrimSpace(v), want) })
	}) && q.allGroups(name+":contains", func(want string) bool {
		return anyOf(have, func(v string) bool { return strings.Contains(strings.ToLower(v), strings.ToLower(want)) })
	})
}

func (q *query) allGroups(name string, hit func(want string) bool) bool {
	for _, group := range q.groups(name) {
		if !anyOf(group, hit) {
			return false
		}
	}
	return true
}

func anyOf(all []string, hit func(string) bool) bool {
	for _, v := range all {
		if hit(v) {
			return true
		}
	}
	return false
}

// hasPrefixFold is the vendor's string match: blanks cut, case ignored, from the start.
func hasPrefixFold(v, prefix string) bool {
	v, prefix = strings.ToLower(strings.TrimSpace(v)), strings.ToLower(strings.TrimSpace(prefix))
	return strings.HasPrefix(v, prefix)
}

// bound is one date parameter: prefix and day, or instant.
type bound struct {
	op      string // eq ne gt ge lt le
	day     simserver.Day
	instant time.Time // set when the value had a time
}

// parseBound reads ge2026-03-02, and with times true also an instant.
func parseBound(v string, times bool) (bound, bool) {
	b := bound{op: "eq"}
	for _, op := range []string{"eq", "ne", "gt", "ge", "lt", "le"} {
		if rest, ok := strings.CutPrefix(v, op); ok {
			b.op, v = op, rest
			break
		}
	}
	if d, ok := simserver.ParseDay(v); ok {
		b.day = d
		return b, true
	}
	if !times {
		return b, false
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05"} { // without an offset: UTC, assumed
		if t, err := time.Parse(layout, v); err == nil {
			b.instant = t
			return b, true
		}
	}
	return b, false
}

// within applies a date parameter to an instant; days are days in zone.
func (q *query) within(name string, t time.Time, zone *time.Location) bool {
	for _, v := range q.values[name] {
		if b, ok := parseBound(v, true); !ok || !b.holds(t, zone) {
			return false
		}
	}
	return true
}

func (b bound) holds(t time.Time, zone *time.Location) bool {
	from, to := b.instant, b.instant
	if b.instant.IsZero() {
		from = time.Date(b.day.Year, b.day.Month, b.day.Day, 0, 0, 0, 0, zone)
		next := b.day.Add(1)
		to = time.Date(next.Year, next.Month, next.Day, 0, 0, 0, 0, zone).Add(-time.Nanosecond)
	}
	switch b.op {
	case "ne":
		return t.Before(from) || t.After(to)
	case "gt":
		return t.After(to)
	case "ge":
		return !t.Before(from)
	case "lt":
		return t.Before(from)
	case "le":
		return !t.After(to)
	}
	return !t.Before(from) && !t.After(to)
}

// onDay applies a date parameter to a civil date, 2006-01-02; an unknown one matches nothing.
func (q *query) onDay(name, date string) bool {
	if len(q.values[name]) == 0 {
		return true
	}
	d, ok := simserver.ParseDay(date)
	if !ok {
		return false
	}
	noon := time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC)
	return q.within(name, noon, time.UTC)
}
