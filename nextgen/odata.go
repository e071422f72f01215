package nextgen

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// Filters are written in the server's dialect of OData version 3, in which each type has
// a literal of its own: guid'..', dateTime'..', '..' with quotes doubled, true, 7. The
// type of a field decides which one is written, so that no call can write another.

// The fields that are filtered by. Names as the server answers them.
const (
	fieldAppointmentDate  dayField  = "appointmentDate"
	fieldStartDate        dayField  = "startDate"
	fieldModified         timeField = "modifyTimestamp"
	fieldCreated          timeField = "createTimestamp"
	fieldPerson           guidField = "personId"
	fieldLocation         guidField = "locationId"
	fieldResource         guidField = "resourceId"
	fieldCategory         guidField = "categoryId"
	fieldEvent            guidField = "eventId"
	fieldProvider         guidField = "renderingProviderId"
	fieldID               guidField = "id"
	fieldPractice         textField = "practiceId"
	fieldType             textField = "type"
	fieldDeleted          boolField = "isDeleted"
	fieldCancelled        boolField = "isCancelled"
	fieldRescheduled      boolField = "isRescheduled"
	fieldRenders          boolField = "isRenderingAtPractice"
	fieldAppointmentCount intField  = "appointmentCount"
)

type (
	guidField string
	dayField  string // days, kept at midnight
	timeField string // local times
	textField string
	boolField string
	intField  string
)

// clause is one condition, or why there is none.
type clause struct {
	text string
	bad  string // the field whose value cannot be written
}

// eq is field eq guid'id'; anything but a UUID makes the filter invalid.
func (f guidField) eq(id string) clause {
	if !isGUID(id) {
		return clause{bad: string(f)}
	}
	return clause{text: string(f) + " eq guid'" + id + "'"}
}

// oneOf is any of the ids; none is no condition.
func (f guidField) oneOf(ids []string) clause {
	all := make([]clause, len(ids))
	for i, id := range ids {
		all[i] = f.eq(id)
	}
	return either(all...)
}

// from is the day or later.
func (f dayField) from(d emr.Date) clause { return f.compare("ge", d) }

// before is an earlier day.
func (f dayField) before(d emr.Date) clause { return f.compare("lt", d) }

func (f dayField) compare(op string, d emr.Date) clause {
	if d.IsZero() || d != d.AddDays(0) || d.Year < 1 || d.Year > 9999 {
		return clause{bad: string(f)}
	}
	return clause{text: string(f) + " " + op + " dateTime'" + d.String() + "T00:00:00'"}
}

// from is the instant or later, written as the clock in zone shows it. In the hour that
// is shown twice that is up to an hour earlier, never later.
func (f timeField) from(at time.Time, zone *time.Location) clause {
	if at.IsZero() || zone == nil {
		return clause{bad: string(f)}
	}
	return clause{text: string(f) + " ge dateTime'" + at.In(zone).Format("2006-01-02T15:04:05") + "'"}
}

// eq is field eq 'text'.
func (f textField) eq(text string) clause {
	return clause{text: string(f) + " eq '" + strings.ReplaceAll(text, "'", "''") + "'"}
}

// is is field eq true or false.
func (f boolField) is(v bool) clause { return clause{text: string(f) + " eq " + strconv.FormatBool(v)} }

// eq is field eq 7.
func (f intField) eq(n int) clause { return clause{text: string(f) + " eq " + strconv.Itoa(n)} }

// either is true where one of the conditions is; without any it is no condition.
func either(all ...clause) clause {
	var texts []string
	for _, c := range all {
		if c.bad != "" {
			return c
		}
		if c.text != "" {
			texts = append(texts, c.text)
		}
	}
	switch len(texts) {
	case 0:
		return clause{}
	case 1:
		return clause{text: texts[0]}
	}
	return clause{text: "(" + strings.Join(texts, " or ") + ")"}
}

// query builds a query in the order in which it is written. Names keep their "$".
type query struct {
	pairs   []string
	filters []string
	bad     string
}

// clone is a copy to go on with; of nil an empty one.
func (q *query) clone() *query {
	if q == nil {
		return new(query)
	}
	return &query{pairs: slices.Clone(q.pairs), filters: slices.Clone(q.filters), bad: q.bad}
}

// set adds name=value; an empty value is left out.
func (q *query) set(name, value string) *query {
	if value != "" {
		q.pairs = append(q.pairs, name+"="+escape(value))
	}
	return q
}

// where adds conditions, all of which must hold. They are written as one $filter.
func (q *query) where(all ...clause) *query {
	for _, c := range all {
		if c.bad != "" && q.bad == "" {
			q.bad = c.bad
		}
		if c.text != "" {
			q.filters = append(q.filters, c.text)
		}
	}
	return q
}

// expand, orderby and top are the server's system parameters.
func (q *query) expand(names ...string) *query { return q.set("$expand", strings.Join(names, ",")) }
func (q *query) orderby(field string) *query   { return q.set("$orderby", field) }
func (q *query) top(n int) *query              { return q.set("$top", strconv.Itoa(n)) }

// encode is the query as it is sent. The error has kind invalid: a value cannot be written
// as what its field is.
func (q *query) encode(op string) (string, error) {
	if q.bad != "" {
		return "", invalid(op, "the value is not of the field's type; nothing was sent", q.bad)
	}
	pairs := q.pairs
	if len(q.filters) > 0 {
		pairs = append([]string{"$filter=" + escape(strings.Join(q.filters, " and "))}, pairs...)
	}
	return strings.Join(pairs, "&"), nil
}

// escape writes blanks as %20: a + is one only to some.
func escape(value string) string { return strings.ReplaceAll(url.QueryEscape(value), "+", "%20") }
