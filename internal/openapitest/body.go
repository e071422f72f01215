package openapitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
)

func (d *Document) checkBody(v *violations, op *operation, contentType string, body []byte) {
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

func (d *Document) checkForm(v *violations, s *schema, boundary string, body []byte) {
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
