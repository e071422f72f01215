package transport

import (
	"errors"
	"net"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

// ParseBase reads a base URL: https, or http on loopback for tests and simulators; no
// query, fragment, user or dot segments. A slash at the end makes no difference. The error has
// kind config, names field and never shows the value.
func ParseBase(field, raw string) (*url.URL, error) {
	bad := func(hint string) (*url.URL, error) {
		return nil, &emr.Error{Kind: emr.KindConfig, Op: "configure", Fields: []string{field}, Hint: hint}
	}
	if raw == "" {
		return bad("a URL is needed")
	}
	if strings.TrimSpace(raw) != raw || !isHeaderValue(raw) {
		return bad("the URL must be plain ASCII without blanks or line ends")
	}
	u, err := url.Parse(raw)
	if err != nil {
		return bad("is not a URL") // err quotes the value
	}
	u.Scheme = strings.ToLower(u.Scheme)
	u.Host = strings.ToLower(u.Host)
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return bad("must begin with https://")
	case u.Hostname() == "" || u.Opaque != "":
		return bad("has no host")
	case u.User != nil:
		return bad("must not hold a user or password")
	case strings.ContainsAny(raw, "?#"):
		return bad("must not hold a query or fragment")
	case u.Scheme == "http" && !peer.IsLoopback(u.Hostname()):
		return bad("must be https: plain http is for loopback only")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	if u.Path != "" && !isCleanPath(u.EscapedPath()) {
		return bad("has an empty or dot segment in its path")
	}
	return u, nil
}

// hintOf returns the hint of an *emr.Error.
func hintOf(err error) string {
	if e, ok := errors.AsType[*emr.Error](err); ok {
		return e.Hint
	}
	return ""
}

// originOf returns scheme, host and port in one form, the port always written.
func originOf(u *url.URL) string {
	scheme := strings.ToLower(u.Scheme)
	port := u.Port()
	switch {
	case port != "":
	case scheme == "https":
		port = "443"
	case scheme == "http":
		port = "80"
	}
	return scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

// sameOrigin reports whether a request to u stays with base.
func sameOrigin(base, u *url.URL) bool {
	if u.Scheme == base.Scheme && u.Host == base.Host && u.User == nil && u.Opaque == "" {
		return true
	}
	return u.User == nil && u.Opaque == "" && originOf(u) == originOf(base)
}

// target builds the URL of a call below base; the path was checked.
func target(base *url.URL, path, query string) *url.URL {
	u := *base
	u.RawQuery = query
	u.RawPath = base.EscapedPath() + path // as given: "!" is not made "%21"
	u.Path, _ = url.PathUnescape(u.RawPath)
	return &u
}
