package record

import (
	"regexp"
	"strings"
)

// rule finds suspicious text; ok decides whether a match is allowed.
type rule struct {
	name string
	has  string // in lower case: a line without it is not searched, which saves nearly all of the time
	re   *regexp.Regexp
	ok   func(match string) bool
	// dataOnly rules look only at testdata: source code holds numbers that look like phones.
	dataOnly bool
}

// never allows nothing.
func never(string) bool { return false }

// rules is the list; the order is the order of the report.
var rules = []rule{
	{
		name: "e-mail outside the reserved domains", has: "@",
		re: regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}`),
		ok: reservedEmail,
	},
	{
		name: "telephone number outside 555-0100..0199",
		re:   regexp.MustCompile(`(?:\+?1[ .-]?)?\(?\b[2-9][0-9]{2}\)?[ .-]?[2-9][0-9]{2}[ .-][0-9]{4}\b`),
		ok:   fictionalPhone, dataOnly: true,
	},
	{
		name: "social security number", has: "-",
		re: regexp.MustCompile(`\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b`),
		ok: func(m string) bool { return strings.HasPrefix(m, "000-") || strings.HasPrefix(m, "9") }, // never issued
	},
	{
		name: "JSON web token", has: "eyj",
		re: regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*`),
		ok: never,
	},
	{
		name: "private key", has: "private key",
		re: regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`),
		ok: never,
	},
	{
		name: "bearer token in a recording", has: "bearer",
		re: regexp.MustCompile(`(?i)\bbearer +[A-Za-z0-9._~+/-]{24,}`),
		ok: func(m string) bool { return strings.Contains(strings.ToLower(m), "test") },
	},
	{
		name: "path of somebody's machine", has: "/",
		re: regexp.MustCompile(`(?:^|[\s"'=:(\x60])/(?:home|Users|root|work|mnt)/[A-Za-z0-9._-]+`),
		ok: never,
	},
}

// reservedEmail allows the domains of RFC 2606 and addresses that are module or SSH
// syntax, not mail.
func reservedEmail(m string) bool {
	_, domain, _ := strings.Cut(strings.ToLower(m), "@")
	for _, suffix := range []string{
		"example.com", "example.org", "example.net", ".example", ".test", ".invalid", "example.co.nz",
	} {
		if domain == strings.TrimPrefix(suffix, ".") || strings.HasSuffix(domain, "."+strings.TrimPrefix(suffix, ".")) {
			return true
		}
	}
	return false
}

// fictionalPhone allows 555-01xx, the numbers reserved for fiction.
func fictionalPhone(m string) bool {
	var digits strings.Builder
	for _, r := range m {
		if r >= '0' && r <= '9' {
			digits.WriteRune(r)
		}
	}
	d := digits.String()
	return len(d) >= 7 && strings.HasPrefix(d[len(d)-7:], "55501")
}
