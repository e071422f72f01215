package medtechtest

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// object is JSON.
type object map[string]any

// with sets a member unless v is empty.
func (o object) with(name string, v any) object {
	switch e := v.(type) {
	case nil:
		return o
	case string:
		if e == "" {
			return o
		}
	case []object:
		if len(e) == 0 {
			return o
		}
	case []string:
		if len(e) == 0 {
			return o
		}
	}
	o[name] = v
	return o
}

// decode reads the body of a write, which must be a resource of that type.
func (q *query) decode(resourceType string) (map[string]any, *simserver.Reply) {
	if q.TooLarge {
		return nil, q.sim.outcome(http.StatusRequestEntityTooLarge, "too-long", "The request is too large.")
	}
	body, err := simserver.Object(q.Body)
	if err != nil || simserver.StringIn(body, "resourceType") != resourceType {
		q.Violate("the body is not a JSON %s", resourceType)
		return nil, q.invalid(textInvalid)
	}
	return body, nil
}

// child reads a member that should be an object; nil reads as empty.
func child(o map[string]any, name string) map[string]any {
	switch c := o[name].(type) {
	case map[string]any:
		return c
	case object:
		return c
	}
	return nil
}

// children reads a member that should be a list of objects.
func children(o map[string]any, name string) []map[string]any {
	var all []map[string]any
	list, _ := o[name].([]any)
	for _, e := range list {
		if c, ok := e.(map[string]any); ok {
			all = append(all, c)
		}
	}
	return all
}

// refID reads the id out of a reference, relative or a URL below the base, in any case of
// the base. Another server's is none.
func (q *query) refID(o map[string]any, resourceType string) (id string, ok bool) {
	ref := simserver.StringIn(o, "reference")
	if strings.Contains(ref, "://") {
		origin := q.sim.base.Scheme + "://" + q.sim.base.Host
		if len(ref) < len(origin) || !strings.EqualFold(ref[:len(origin)], origin) {
			return "", false
		}
		below, isBelow := belowBase(ref[len(origin):])
		if !isBelow {
			return "", false
		}
		ref = below[1:]
	}
	kind, id, ok := strings.Cut(ref, "/")
	return id, ok && kind == resourceType && id != "" && !strings.Contains(id, "/")
}

// none records members that the vendor's profile forbids or does not map.
func (q *query) none(body map[string]any, what string, names ...string) {
	for _, name := range names {
		if _, has := body[name]; has {
			q.Violate("%s has the member %s", what, name)
		}
	}
}

// only records members that no request of the vendor's or of an integrator's has.
func (q *query) only(body map[string]any, what string, names ...string) {
	for name := range body {
		if !slices.Contains(names, name) {
			q.Violate("%s has a member that no known request has", what)
			return
		}
	}
}

// written reads an instant of a body, which needs its offset. Another offset than the
// practice has then is a broken rule: near midnight it is the wrong day on its screen.
func (q *query) written(body map[string]any, name string) (time.Time, bool) {
	text := simserver.StringIn(body, name)
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, false
	}
	_, have := t.Zone()
	if _, want := t.In(q.sim.opts.Zone).Zone(); q.sim.opts.Times == TimesOffset && have != want {
		q.Violate("%s does not have the offset of the practice", name)
	}
	return t, true
}
