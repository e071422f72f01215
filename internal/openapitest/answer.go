package openapitest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// CheckAnswer says what an answer to r has against the document. Null is allowed
// everywhere, for vendors' own pages show it where the document does not. The content of
// answers from 300 on is not looked at, nor is any answer to an unknown operation.
func (d *Document) CheckAnswer(r *http.Request, status int, contentType string, body []byte) []string {
	template, op, _ := d.find(r.Method, r.URL.EscapedPath())
	if op == nil {
		return nil
	}
	v := &violations{route: fmt.Sprintf("%s %s: answer %d", r.Method, template, status)}
	answer, ok := op.Responses[strconv.Itoa(status)]
	if !ok {
		if status < 300 {
			v.add("status", "not in the document")
		}
		return v.all
	}
	if len(answer.Content) == 0 || status >= 300 {
		return nil
	}
	for kind, m := range answer.Content {
		if strings.ReplaceAll(strings.ToLower(contentType), " ", "") != strings.ToLower(kind) && !strings.HasPrefix(contentType, kind+";") {
			v.add("Content-Type", "another than the document's")
		}
		value, err := strictJSON(body)
		if err != nil {
			v.add("body", "no single JSON value")
			continue
		}
		d.checkValue(v, "body", m.Schema, withoutNull(value))
	}
	return v.all
}

// CheckSample says what a published request body in JSON for a route ("POST /patients")
// has against the document. Null is allowed everywhere: it stands where the vendor had no
// example.
func (d *Document) CheckSample(route string, body []byte) []string {
	v := &violations{route: route}
	op := d.of(route)
	if op == nil || op.Body == nil {
		v.add("path", "no such operation, or it takes no body")
		return v.all
	}
	value, err := strictJSON(body)
	if err != nil {
		v.add("body", "no single JSON value")
		return v.all
	}
	d.checkValue(v, "body", op.Body.Content["application/json"].Schema, withoutNull(value))
	return v.all
}

// withoutNull takes null members out.
func withoutNull(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, m := range value {
			if m == nil {
				delete(value, name)
			} else {
				value[name] = withoutNull(m)
			}
		}
	case []any:
		for i := range value {
			value[i] = withoutNull(value[i])
		}
	}
	return value
}
