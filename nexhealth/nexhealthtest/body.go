package nexhealthtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

// decode reads a JSON body.
func (q *query) decode() (map[string]any, *simserver.Reply) {
	if q.TooLarge {
		return nil, q.fail(http.StatusRequestEntityTooLarge, "Request entity too large")
	}
	body, err := simserver.Object(q.Body)
	if err != nil {
		q.Violate("the body is not a JSON object")
		return nil, q.invalid("Problems parsing JSON")
	}
	return body, nil
}

// wrapped reads the object that a body wraps in the resource's name; without it the
// answer is 400 (seen in the wild). Beside may stand next to it.
func (q *query) wrapped(name string, beside ...string) (inner, body map[string]any, refusal *simserver.Reply) {
	body, refusal = q.decode()
	if refusal != nil {
		return nil, nil, refusal
	}
	q.onlyMembers(body, "the body", append(beside, name)...)
	inner, ok := body[name].(map[string]any)
	if !ok {
		q.Violate("the body is not wrapped in %q", name)
		return nil, nil, q.missing(name)
	}
	return inner, body, nil
}

// onlyMembers records members that the vendor's OpenAPI document does not have; they
// are ignored.
func (q *query) onlyMembers(o map[string]any, what string, allowed ...string) {
	names := make([]string, 0, len(o))
	for name := range o {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if !slices.Contains(allowed, name) {
			q.Violate("%s has the unknown member %q", what, shown(name))
		}
	}
}

// truth reads a member that should be true or false; has is false for none and for null.
func truth(o map[string]any, name string) (value, has bool) {
	value, has = o[name].(bool)
	return value, has
}

// idIn reads a member that should be an integer as the id it stands for, "" for none.
// Text that holds one is taken, and a violation.
func (q *query) idIn(o map[string]any, name string) string {
	switch v := o[name].(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil && n >= 0 {
			return v.String()
		}
		q.Violate("%s is not an integer", name)
		return v.String()
	case string:
		q.Violate("%s is text in place of an integer", name)
		return strings.TrimSpace(v)
	}
	return ""
}

// idsIn reads a list of integers; has is false for none and for null.
func (q *query) idsIn(o map[string]any, name string) (ids []string, has bool) {
	list, has := o[name].([]any)
	for _, e := range list {
		ids = append(ids, q.idIn(map[string]any{name: e}, name))
	}
	return ids, has
}
