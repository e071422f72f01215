package transport

import (
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// LinkRule says how a vendor's next links are read.
type LinkRule int

const (
	// Strict means that the link must lie on our own origin and name the path of the call,
	// letter for letter: ids may differ in case only.
	Strict LinkRule = iota
	// Rebuild means that hosts in links are not reliable (Nextech prints development hosts and
	// http). Only the query is used, on our own origin and the same path.
	Rebuild
)

// NextQuery reads a next link and returns the query that asks for that page on the
// path of call. Errors: untrusted_url when the link leads elsewhere, protocol when
// it cannot be read; neither shows the link.
func (c *Client) NextQuery(call *Call, link string) (string, error) {
	fail := func(kind emr.Kind, hint string) (string, error) {
		return "", &emr.Error{Kind: kind, Vendor: c.vendor, Name: c.name, Op: call.Op, Hint: hint}
	}
	u, err := url.Parse(link)
	if err != nil || u.Opaque != "" || link == "" {
		return fail(emr.KindProtocol, "the vendor's next link cannot be read")
	}
	if c.links == Strict {
		here := target(c.base, call.Path, call.Query)
		u = here.ResolveReference(u)
		if !sameOrigin(c.base, u) {
			return fail(emr.KindUntrustedURL, "the vendor's next link leads to another origin; it was not followed")
		}
		if !isBelow(c.base, u) {
			return fail(emr.KindUntrustedURL, "the vendor's next link leaves the base path; it was not followed")
		}
		if strings.TrimRight(u.Path, "/") != strings.TrimRight(here.Path, "/") {
			return fail(emr.KindProtocol, "the vendor's next link asks for another resource")
		}
	}
	if u.RawQuery == "" || !isQuery(u.RawQuery) {
		return fail(emr.KindProtocol, "the vendor's next link has no usable query")
	}
	return u.RawQuery, nil
}

// isBelow reports whether the path of u is base's or below it.
func isBelow(base, u *url.URL) bool {
	if base.Path == "" {
		return true
	}
	return u.Path == base.Path || strings.HasPrefix(u.Path, base.Path+"/")
}
