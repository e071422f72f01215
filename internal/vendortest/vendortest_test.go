package vendortest

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// counter is a test that counts its failures.
type counter struct {
	testing.TB
	failed int
}

func (c *counter) Helper()               {}
func (c *counter) Error(...any)          { c.failed++ }
func (c *counter) Errorf(string, ...any) { c.failed++ }

func TestARequestThatDiffersIsSeen(t *testing.T) {
	t.Parallel()
	const fixture = "POST /things?a=1 HTTP/1.1\nHost: api.example.com\nAuthorization: Bearer {token}\nContent-Type: application/json\n\n{\"n\":1}\n"
	for name, c := range map[string]struct {
		method, url, header, body string
		failed                    int
	}{
		"the same":     {"POST", "https://api.example.com/things?a=1", "", `{ "n": 1 }`, 0},
		"the method":   {"PUT", "https://api.example.com/things?a=1", "", `{"n":1}`, 1},
		"the query":    {"POST", "https://api.example.com/things?a=2", "", `{"n":1}`, 1},
		"the host":     {"POST", "https://evil.example.com/things?a=1", "", `{"n":1}`, 1},
		"a new header": {"POST", "https://api.example.com/things?a=1", "X-Vendor", `{"n":1}`, 1},
		"a number":     {"POST", "https://api.example.com/things?a=1", "", `{"n":1.0}`, 1},
	} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, c.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header = http.Header{"Authorization": {"Bearer abc"}, "Content-Type": {"application/json"}, "User-Agent": {"x"}}
		if c.header != "" {
			req.Header.Set(c.header, "1")
		}
		got := &counter{TB: t}
		if CheckRequest(got, []byte(fixture), req, []byte(c.body)); got.failed != c.failed {
			t.Errorf("%s: %d failures", name, got.failed)
		}
	}
}

func TestALeakIsSeenWhereverItIs(t *testing.T) {
	t.Parallel()
	leak := func(text string) string {
		if strings.Contains(text, "Marlow") {
			return "Marlow"
		}
		return ""
	}
	o := new(Outputs)
	options := o.Watch(new(emr.Options))
	got := &counter{TB: t}
	if o.Check(got, 1, leak); got.failed != 1 {
		t.Errorf("silence about a request: %d failures", got.failed)
	}
	options.Logger.Debug("call", "name", "Marlow")
	_, end := options.Observer.Start(t.Context(), emr.CallInfo{Route: "/Marlow"})
	end(emr.CallResult{})
	options.Audit(t.Context(), emr.AuditEvent{Route: "/Marlow"})
	got = &counter{TB: t}
	if o.Check(got, 1, leak); got.failed != 3 {
		t.Errorf("log, span and audit: %d failures", got.failed)
	}
	got = &counter{TB: t}
	if CheckError(got, fmt.Errorf("outer: %w", errors.New("Marlow")), leak); got.failed != 2 {
		t.Errorf("an error in an error: %d failures", got.failed)
	}
}
