package nextgentest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// fields are what $filter and $orderby of a list know, by name in lower case.
type fields map[string]kind

// filter is a $filter that has been read: OData as of version 3, as far as it was seen.
type filter struct {
	holds func(object) bool
	names map[string]bool // fields that it mentions
	// from and to are the bounds of the list's date field, both ends included; zero: open.
	from, to time.Time
}

// filterReader reads a $filter. Literals are typed: each field takes one form.
type filterReader struct {
	tokens []string
	at     int
	fields fields
	date   string // the field whose bounds are wanted
	filter *filter
	deep   int
	or     bool // below an "or", bounds mean nothing
}

var tokenForm = regexp.MustCompile(`^\s*((?i:guid|datetime)?'(?:[^']|'')*'|[A-Za-z_][A-Za-z0-9_]*|-?[0-9]+(?:\.[0-9]+)?|[(),])`)

// readFilter reads a filter over those fields. The error is told in our own words, without a
// value of the filter.
func readFilter(text string, known fields, date string) (*filter, error) {
	p := &filterReader{fields: known, date: date, filter: &filter{names: map[string]bool{}}}
	for rest := text; strings.TrimSpace(rest) != ""; {
		m := tokenForm.FindStringSubmatch(rest)
		if m == nil {
			return nil, fmt.Errorf("$filter cannot be read")
		}
		p.tokens = append(p.tokens, m[1])
		rest = rest[len(m[0]):]
	}
	holds, err := p.either()
	if err == nil && p.at < len(p.tokens) {
		err = fmt.Errorf("$filter goes on after its end")
	}
	p.filter.holds = holds
	return p.filter, err
}

func (p *filterReader) peek() string {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return ""
}

func (p *filterReader) next() string {
	t := p.peek()
	p.at++
	return t
}

// either reads what is joined with or.
func (p *filterReader) either() (func(object) bool, error) {
	if strings.Contains(" "+strings.ToLower(strings.Join(p.tokens, " "))+" ", " or ") {
		p.or = true
	}
	return p.joined("or", func() (func(object) bool, error) { return p.joined("and", p.term) })
}

func (p *filterReader) joined(word string, part func() (func(object) bool, error)) (func(object) bool, error) {
	left, err := part()
	for err == nil && strings.EqualFold(p.peek(), word) {
		p.next()
		var right func(object) bool
		if right, err = part(); err != nil {
			break
		}
		before := left
		if word == "or" {
			left = func(o object) bool { return before(o) || right(o) }
		} else {
			left = func(o object) bool { return before(o) && right(o) }
		}
	}
	return left, err
}

func (p *filterReader) term() (func(object) bool, error) {
	switch t := p.next(); {
	case t == "(":
		if p.deep++; p.deep > 50 {
			return nil, fmt.Errorf("$filter is too deep")
		}
		inner, err := p.either()
		if err == nil && p.next() != ")" {
			err = fmt.Errorf("$filter has a bracket that does not end")
		}
		return inner, err
	case strings.EqualFold(t, "substringof"):
		return p.substring()
	default:
		return p.comparison(t)
	}
}

// substring is substringof('abc', name).
func (p *filterReader) substring() (func(object) bool, error) {
	open, part, comma, name, end := p.next(), p.next(), p.next(), p.next(), p.next()
	if open != "(" || comma != "," || end != ")" || !strings.HasPrefix(part, "'") {
		return nil, fmt.Errorf("$filter has substringof that is not written substringof('text', field)")
	}
	if k, ok := p.fields[strings.ToLower(name)]; !ok || k != aText {
		return nil, fmt.Errorf("$filter looks for text in what is no field of text")
	}
	want := strings.ToLower(unquoted(part))
	return func(o object) bool { return strings.Contains(strings.ToLower(fmt.Sprint(o.field(name))), want) }, nil
}

func (p *filterReader) comparison(name string) (func(object) bool, error) {
	k, ok := p.fields[strings.ToLower(name)]
	if !ok {
		return nil, fmt.Errorf("$filter names a field that the list does not have")
	}
	p.filter.names[strings.ToLower(name)] = true
	op, literal := strings.ToLower(p.next()), p.next()
	if !strings.Contains(" eq ne gt ge lt le ", " "+op+" ") {
		return nil, fmt.Errorf("$filter has an operator that is not eq, ne, gt, ge, lt or le")
	}
	if strings.EqualFold(literal, "null") && (op == "eq" || op == "ne") {
		return func(o object) bool { return (o.field(name) == nil) == (op == "eq") }, nil
	}
	order, err := compare(k, literal)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, strings.ToLower(name))
	}
	if k == aDate && strings.EqualFold(name, p.date) && !p.or {
		p.filter.bound(op, unquoted(literal))
	}
	return func(o object) bool {
		have := o.field(name)
		if have == nil {
			return op == "ne"
		}
		n := order(have)
		switch op {
		case "eq":
			return n == 0
		case "ne":
			return n != 0
		case "gt":
			return n > 0
		case "ge":
			return n >= 0
		case "lt":
			return n < 0
		}
		return n <= 0
	}, nil
}

// bound takes a bound of the list's date into account.
func (f *filter) bound(op, text string) {
	t, err := time.Parse(localTime, text)
	if err != nil {
		return
	}
	if (op == "ge" || op == "gt" || op == "eq") && t.After(f.from) {
		f.from = t
	}
	if (op == "le" || op == "lt" || op == "eq") && (f.to.IsZero() || t.Before(f.to)) {
		f.to = t
	}
}

// compare reads a literal in the form that its field needs, and returns how a value of a
// row stands to it.
func compare(k kind, literal string) (func(any) int, error) {
	lower := strings.ToLower(literal)
	switch k {
	case aGUID:
		id := unquoted(literal)
		if !strings.HasPrefix(lower, "guid'") || !guidForm.MatchString(id) {
			return nil, fmt.Errorf("a literal that is not written guid'...'")
		}
		return func(v any) int { return strings.Compare(strings.ToLower(fmt.Sprint(v)), strings.ToLower(id)) }, nil
	case aDate:
		text := unquoted(literal)
		if !strings.HasPrefix(lower, "datetime'") {
			return nil, fmt.Errorf("a literal that is not written dateTime'...'")
		}
		if zoned.MatchString(text) && strings.ContainsRune(text, 'T') {
			return nil, fmt.Errorf("a literal with an offset: times are the practice's wall clock")
		}
		t, err := time.Parse(localTime, text)
		if err != nil {
			return nil, fmt.Errorf("a literal that is not written dateTime'2006-01-02T15:04:05'")
		}
		return func(v any) int {
			have, _ := time.Parse(localTime, fmt.Sprint(v))
			return have.Compare(t)
		}, nil
	case aFlag:
		if lower != "true" && lower != "false" {
			return nil, fmt.Errorf("a literal that is neither true nor false")
		}
		return func(v any) int { return strings.Compare(fmt.Sprint(v), lower) }, nil
	case aNumber:
		n, err := strconv.ParseFloat(literal, 64)
		if err != nil {
			return nil, fmt.Errorf("a literal that is no bare number")
		}
		return func(v any) int {
			have, _ := strconv.ParseFloat(fmt.Sprint(v), 64)
			switch {
			case have < n:
				return -1
			case have > n:
				return 1
			}
			return 0
		}, nil
	}
	if !strings.HasPrefix(literal, "'") {
		return nil, fmt.Errorf("a literal that is not quoted text")
	}
	want := strings.ToLower(unquoted(literal))
	return func(v any) int { return strings.Compare(strings.ToLower(fmt.Sprint(v)), want) }, nil
}

// unquoted is the text of a literal; a doubled quote in it is one (assumed).
func unquoted(literal string) string {
	_, text, _ := strings.Cut(literal, "'")
	return strings.ReplaceAll(strings.TrimSuffix(text, "'"), "''", "'")
}

// field is a member by its name in any case.
func (o object) field(name string) any { return o[o.spelled(name)] }

// spelled is the member's own name, "" for none.
func (o object) spelled(name string) string {
	if _, ok := o[name]; ok {
		return name
	}
	for have := range o {
		if strings.EqualFold(have, name) {
			return have
		}
	}
	return ""
}
