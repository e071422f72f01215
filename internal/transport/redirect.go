package transport

import (
	"net/http"
	"net/url"

	"github.com/emrkit/emrkit/emr"
)

// redirected judges a 3xx. net/http never follows one for us: it would carry vendor
// headers to other hosts, turn a POST into a GET, or post the body again.
func (r *run) redirected(status int, h http.Header) *fault {
	f := faultOf(status, h, r.call.write())
	loc, err := url.Parse(h.Get("Location"))
	if h.Get("Location") == "" || err != nil {
		return f
	}
	to := r.url.ResolveReference(loc)
	if !sameOrigin(r.c.base, to) {
		f.kind = emr.KindUntrustedURL
		f.hint = "the vendor redirected to another origin; it was not followed. Check the base URL"
		return f
	}
	if r.call.write() || r.hops >= maxHops || !follows(status, r.call.Method) || !isCleanPath(to.EscapedPath()) || !isQuery(to.RawQuery) {
		return f
	}
	to.Fragment, to.RawFragment = "", ""
	// Our own spelling of the origin: cookies, proxies and pools know it.
	to.Scheme, to.Host = r.c.base.Scheme, r.c.base.Host
	f.next = to
	return f
}

// follows reports whether status asks to repeat a safe request elsewhere as it is. A
// search by POST must stay one, and only 307 and 308 promise that.
func follows(status int, method string) bool {
	switch status {
	case http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther:
		return method == http.MethodGet || method == http.MethodHead
	}
	return false
}
