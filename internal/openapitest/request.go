package openapitest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// violations collects what a request or an answer has against the document: route and
// names of members, never a value.
type violations struct {
	route string
	all   []string
}

func (v *violations) add(where, what string) {
	v.all = append(v.all, v.route+": "+where+": "+what)
}

// CheckRequest says what a request has against the document: route, place, what. body is
// what r.Body would give. nil: nothing.
func (d *Document) CheckRequest(r *http.Request, body []byte) []string {
	v := &violations{route: r.Method + " " + r.URL.Path}
	for _, route := range d.rules.Undocumented {
		method, path, _ := strings.Cut(route, " ")
		head, tail, _ := strings.Cut(path, "*")
		if r.Method == method && strings.HasPrefix(r.URL.Path, head) && strings.HasSuffix(r.URL.Path, tail) {
			return nil
		}
	}
	template, op, values := d.find(r.Method, r.URL.EscapedPath())
	if op == nil {
		v.route = r.Method + " a path of " + strconv.Itoa(strings.Count(r.URL.Path, "/")) + " segments"
		v.add("path", "no such operation")
		return v.all
	}
	v.route = r.Method + " " + template
	if d.rules.Headers != nil {
		d.rules.Headers(v.route, r.Header, v.add)
	}
	d.checkParameters(v, op, r, values, body)
	d.checkBody(v, op, r.Header.Get("Content-Type"), body)
	return v.all
}

func (d *Document) checkParameters(v *violations, op *operation, r *http.Request, path map[string]string, body []byte) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		v.add("query", "cannot be read")
	}
	known := map[string]bool{}
	for _, p := range op.Parameters {
		var sent []string
		switch p.In {
		case "query":
			known[p.Name], sent = true, query[p.Name]
		case "header":
			sent = r.Header.Values(p.Name)
		case "path":
			plain, err := url.PathUnescape(path[p.Name])
			if err != nil {
				v.add(p.Name, "cannot be unescaped")
			}
			sent = []string{plain}
		}
		where := p.In + " " + p.Name
		if len(sent) == 0 {
			if p.Required && (d.rules.Excused == nil || !d.rules.Excused(v.route, p.Name, body)) {
				v.add(where, "required and missing")
			}
			continue
		}
		s := d.resolve(p.Schema)
		if s.Type == "array" {
			s = d.resolve(s.Items)
		} else if len(sent) > 1 {
			v.add(where, "there more than once")
		}
		for _, text := range sent {
			d.checkText(v, where, s, text)
		}
	}
	for name := range query {
		if !known[name] {
			v.add("query "+name, "not in the document")
		}
	}
}
