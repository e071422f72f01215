package simserver

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
)

// Page is a web page of a simulator, such as the one where a person signs in. It has one
// style of its own and loads nothing.
type Page struct {
	template *template.Template
	style    string // its hash, as a content security policy names it
}

// NewPage makes a page of a template, which writes style as its only style element.
func NewPage(t *template.Template, style string) *Page {
	sum := sha256.Sum256([]byte(style))
	return &Page{t, "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"}
}

// Reply writes the page with data. Its forms may lead to the simulator itself, if there are
// any; browsers apply that also to where the answer to a form redirects, so redirect, an
// absolute URL, may be another place. Both are the zero value for a page without forms.
func (p *Page) Reply(status int, forms bool, redirect string, data any) *Reply {
	var b bytes.Buffer
	if err := p.template.Execute(&b, data); err != nil {
		return Text(http.StatusInternalServerError, "the simulator cannot write this page")
	}
	target := "'none'"
	if forms {
		target = "'self'"
		if u, err := url.Parse(redirect); err == nil && u.Host != "" {
			target += " " + u.Scheme + "://" + u.Host
		}
	}
	return &Reply{Status: status, ContentType: "text/html; charset=utf-8", Body: b.Bytes(), Header: http.Header{
		"Content-Security-Policy": {"default-src 'none'; style-src " + p.style + "; form-action " + target + "; base-uri 'none'; frame-ancestors 'none'"},
		"Cache-Control":           {"no-store"}, "Referrer-Policy": {"no-referrer"}, "X-Content-Type-Options": {"nosniff"},
	}}
}
