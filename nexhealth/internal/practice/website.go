package practice

import (
	"net/url"
	"strings"
)

// Site is the address of a website in the form in which websites are compared: host
// without "www." and path without its last slash. "" when it is none.
func Site(s string) string {
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return ""
	}
	host := strings.TrimPrefix(strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), "www.")
	name, top, _ := strings.Cut(host, ".")
	if name == "" || top == "" || strings.HasSuffix(host, ".") || strings.ContainsAny(host, " _%:") {
		return ""
	}
	return host + strings.TrimRight(u.EscapedPath(), "/")
}

// CheckWebsite takes the address of a website, with or without "https://".
func CheckWebsite(s string) string {
	if Site(s) == "" {
		return "this is no address of a website"
	}
	return ""
}
