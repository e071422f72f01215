package nexhealth

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
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

// undocumented are routes that the document does not have, with what our requests rest on.
var undocumented = map[string]string{
	"GET /documents/*/download": "the url member of a patient's document",
}

// checkRequest says what a request has against the document.
func (d *openapi) checkRequest(r *http.Request, body []byte) []string {
	v := &violations{route: r.Method + " " + r.URL.Path}
	for route := range undocumented {
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
	d.checkAccess(v, template, r.Header)
	d.checkParameters(v, op, r, values, body)
	d.checkBody(v, op, r.Header.Get("Content-Type"), body)
	return v.all
}

// checkAccess looks at what every call has to carry.
func (d *openapi) checkAccess(v *violations, template string, h http.Header) {
	auth := h.Get("Authorization")
	switch bearer := strings.HasPrefix(auth, "Bearer "); {
	case auth == "":
		v.add("Authorization", "missing")
	case bearer == (template == "/authenticates"):
		v.add("Authorization", "the bare key belongs to /authenticates, Bearer to all others")
	}
	if !slices.Contains([]string{"v3.0.0", "v20240412"}, h.Get("Nex-Api-Version")) {
		v.add("Nex-Api-Version", "missing, or another version than that of the document")
	}
}

func (d *openapi) checkParameters(v *violations, op *operation, r *http.Request, path map[string]string, body []byte) {
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
			// The document's own text: required, and "must be omitted" for Onboarding.
			if p.Required && (p.Name != "subdomain" || !bytes.Contains(body, []byte(`"resource_type":"Onboarding"`))) {
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

// checkText checks a value that is sent as text: in a query, a path, a form.
func (d *openapi) checkText(v *violations, where string, s *schema, text string) {
	switch s.Type {
	case "integer", "number":
		d.checkValue(v, where, s, json.Number(text))
	case "boolean":
		if text != "true" && text != "false" {
			v.add(where, "no boolean")
		}
	default:
		if text == "" {
			v.add(where, "empty")
		}
		d.checkValue(v, where, s, text)
	}
}

func (d *openapi) checkBody(v *violations, op *operation, contentType string, body []byte) {
	if op.Body == nil {
		if len(body) > 0 || contentType != "" {
			v.add("body", "the operation takes none")
		}
		return
	}
	if len(body) == 0 {
		if op.Body.Required {
			v.add("body", "required and missing")
		}
		return
	}
	kind, params, err := mime.ParseMediaType(contentType)
	m, ok := op.Body.Content[kind]
	if err != nil || !ok {
		v.add("body", "the operation takes no such content type")
		return
	}
	if kind == "multipart/form-data" {
		d.checkForm(v, d.resolve(m.Schema), params["boundary"], body)
		return
	}
	value, err := strictJSON(body)
	if err != nil {
		v.add("body", "no single JSON value")
		return
	}
	d.checkValue(v, "body", m.Schema, value)
}

func strictJSON(body []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("more follows")
	}
	return value, nil
}

func (d *openapi) checkForm(v *violations, s *schema, boundary string, body []byte) {
	seen := map[string]bool{}
	for r := multipart.NewReader(bytes.NewReader(body), boundary); ; {
		part, err := r.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			v.add("body", "no form")
			return
		}
		where := "body." + part.FormName()
		text, _ := io.ReadAll(part)
		p := d.resolve(s.Properties[part.FormName()])
		switch {
		case s.Properties[part.FormName()] == nil:
			v.add(where, "not in the document")
		case seen[part.FormName()]:
			v.add(where, "there more than once")
		case p.Format == "binary":
			if part.FileName() == "" {
				v.add(where, "a file without a name")
			}
		default:
			d.checkText(v, where, p, string(text))
		}
		seen[part.FormName()] = true
	}
	for _, name := range s.Required {
		if !seen[name] {
			v.add("body."+name, "required and missing")
		}
	}
}

// checkValue checks a JSON value against a schema.
func (d *openapi) checkValue(v *violations, where string, s *schema, value any) {
	s = d.resolve(s)
	if value == nil {
		if !s.Nullable {
			v.add(where, "null")
		}
		return
	}
	if s.Enum != nil && !slices.Contains(s.Enum, value) {
		v.add(where, "not one of the words of the document")
	}
	switch s.Type {
	case "object":
		d.checkObject(v, where, s, value)
	case "array":
		all, ok := value.([]any)
		if !ok {
			v.add(where, "no array")
		}
		for _, e := range all {
			d.checkValue(v, where+"[]", s.Items, e)
		}
	case "boolean":
		if _, ok := value.(bool); !ok {
			v.add(where, "no boolean")
		}
	case "integer", "number":
		checkNumber(v, where, s, value)
	case "string":
		text, ok := value.(string)
		if !ok {
			v.add(where, "no string")
		} else if !fitsFormat(s.Format, text) {
			v.add(where, "no "+s.Format)
		}
	}
}

func (d *openapi) checkObject(v *violations, where string, s *schema, value any) {
	o, ok := value.(map[string]any)
	if !ok {
		v.add(where, "no object")
		return
	}
	for _, name := range s.Required {
		if _, ok := o[name]; !ok {
			v.add(where+"."+name, "required and missing")
		}
	}
	for name, member := range o {
		p, ok := s.Properties[name]
		switch {
		case ok:
			d.checkValue(v, where+"."+name, p, member)
		case s.Properties != nil: // an object without properties is free
			v.add(where+"."+name, "not in the document")
		}
	}
}

// checkNumber does not look at int32: NexHealth's ids are larger than its document says.
func checkNumber(v *violations, where string, s *schema, value any) {
	n, ok := value.(json.Number)
	f, err := n.Float64()
	if _, intErr := n.Int64(); !ok || err != nil || s.Type == "integer" && intErr != nil || math.IsInf(f, 0) {
		v.add(where, "no "+s.Type)
		return
	}
	if s.Minimum != nil && f < *s.Minimum || s.Maximum != nil && f > *s.Maximum {
		v.add(where, "out of range")
	}
}

func fitsFormat(format, text string) bool {
	var err error
	switch format {
	case "date":
		_, err = time.Parse(time.DateOnly, text)
	case "date-time":
		_, err = time.Parse(time.RFC3339, text)
	}
	return err == nil
}

// checkAnswer says what a simulated answer has against the document. Null is allowed
// everywhere: the document's own pages show it where the document does not.
func (d *openapi) checkAnswer(r *http.Request, status int, contentType string, body []byte) []string {
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
