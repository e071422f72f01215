package transport

import (
	"errors"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func linked(t *testing.T, rule LinkRule) *Client {
	return connect(t, "https://emr.example/api", func(c *Config) { c.Links = rule })
}

// foreign are next links that lead to another origin.
var foreign = map[string]string{
	"other host":   "https://canary.example/api/Patient?page=2",
	"other scheme": "http://emr.example/api/Patient?page=2",
	"other port":   "https://emr.example:8443/api/Patient?page=2",
	"userinfo":     "https://user:canary@emr.example/api/Patient?page=2",
	"no scheme":    "//canary.example/api/Patient?page=2",
	"link-local":   "http://169.254.169.254/api/Patient?page=2",
	"subdomain":    "https://emr.example.canary.example/api/Patient?page=2",
	"other path":   "https://emr.example/canary/Patient?page=2",
	"prefix only":  "https://emr.example/apicanary/Patient?page=2",
	"dots":         "https://emr.example/api/../canary/Patient?page=2",
}

func TestFault_P1_strictLinkToAnotherOriginIsRefused(t *testing.T) {
	t.Parallel()
	c := linked(t, Strict)
	for name, link := range foreign {
		q, err := c.NextQuery(get("/Patient"), link)
		if e, ok := errors.AsType[*emr.Error](err); !ok || e.Kind != emr.KindUntrustedURL || q != "" || strings.Contains(e.Error(), "canary") || strings.Contains(e.Error(), "page") {
			t.Errorf("%s: %q, %v", name, q, err)
		}
	}
}

func TestFault_P1_rebuiltLinkIsAskedOfOurOwnOrigin(t *testing.T) {
	t.Parallel()
	c := linked(t, Rebuild)
	for name, link := range foreign {
		if q, err := c.NextQuery(get("/Patient"), link); q != "page=2" || err != nil {
			t.Errorf("%s: %q, %v", name, q, err)
		}
	}
}

func TestFault_P2_otherSpellingsOfOurOriginAreAccepted(t *testing.T) {
	t.Parallel()
	for _, link := range []string{
		"https://emr.example/api/Patient?page=2", "HTTPS://EMR.Example/api/Patient?page=2", "https://emr.example:443/api/Patient?page=2",
		"?page=2", "/api/Patient?page=2", "/api/Patient/?page=2", "Patient?page=2", "//emr.example/api/Patient?page=2", "?page=2#frag",
	} {
		for _, rule := range []LinkRule{Strict, Rebuild} {
			if q, err := linked(t, rule).NextQuery(get("/Patient"), link); q != "page=2" || err != nil {
				t.Errorf("%s: %q, %v", link, q, err)
			}
		}
	}
}

func TestFault_P2_linkThatCannotBeAskedIsProtocol(t *testing.T) {
	t.Parallel()
	for rule, links := range map[LinkRule][]string{
		Rebuild: {"", "mailto:canary", "http://[canary?page=2", "https://emr.example/api/Patient", "?a=canary b", "?a=canäry", "?a=1\n2"},
		Strict:  {"", "mailto:canary", "http://[canary?page=2", "https://emr.example/api/Patient", "?a=canary b", "/api/Practitioner?canary=2", "/api/patient?canary=2", "/api/PATIENT/?canary=2"},
	} {
		for _, link := range links {
			q, err := linked(t, rule).NextQuery(get("/Patient"), link)
			if e, ok := errors.AsType[*emr.Error](err); !ok || e.Kind != emr.KindProtocol || q != "" || strings.Contains(e.Error(), "canary") {
				t.Errorf("%q: %q, %v", link, q, err)
			}
		}
	}
}
