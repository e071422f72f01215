package nextechtest

import (
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

// children reads a member that should be a list of objects. One object in place of the
// list is taken too: a create example of the vendor's has it so.
func children(o map[string]any, name string) []map[string]any {
	switch v := o[name].(type) {
	case map[string]any:
		return []map[string]any{v}
	case []any:
		var all []map[string]any
		for _, e := range v {
			if c, ok := e.(map[string]any); ok {
				all = append(all, c)
			}
		}
		return all
	}
	return nil
}

// refID reads the id out of a reference to a resource of that type, in any case.
func refID(o map[string]any, resourceType string) (id string, ok bool) {
	kind, id, ok := strings.Cut(simserver.StringIn(o, "reference"), "/")
	if !ok || !strings.EqualFold(kind, resourceType) || id == "" || strings.Contains(id, "/") {
		return "", false
	}
	return id, true
}

// extensions returns those with exactly that url. Another way to write the url of a
// known extension is a violation: the two products differ there.
func (s *Sim) extensions(q *query, o map[string]any, url string) []map[string]any {
	var all []map[string]any
	for _, e := range children(o, "extension") {
		have := simserver.StringIn(e, "url")
		if have == url {
			all = append(all, e)
		} else if localName(have) == localName(url) {
			q.Violate("extension %s is written with the url of the other product", localName(url))
		}
	}
	return all
}

func (s *Sim) extension(q *query, o map[string]any, url string) map[string]any {
	if all := s.extensions(q, o, url); len(all) > 0 {
		return all[0]
	}
	return nil
}

func localName(url string) string { return url[strings.LastIndexByte(url, '/')+1:] }

// onlyMembers records members that the vendor's own requests do not have.
func onlyMembers(c *simserver.Call, o map[string]any, what string, allowed ...string) {
	for name := range o {
		known := false
		for _, a := range allowed {
			known = known || a == name
		}
		if !known {
			c.Violate("%s has the member %q, which the vendor's own requests do not have", what, name)
		}
	}
}
