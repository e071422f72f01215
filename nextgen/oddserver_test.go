package nextgen

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// odd is a server at which each request is answered by a function. Tokens, practice
// selections and the directory are answered aside.
type odd struct {
	wire
	answer func(req *http.Request, body string) (reply, bool)
	mu     sync.Mutex
	sent   []string // "POST /appointments", in order
}

func (o *odd) RoundTrip(req *http.Request) (*http.Response, error) {
	path := strings.TrimPrefix(req.URL.Path, apiPath)
	if strings.HasSuffix(path, "/token") || strings.HasSuffix(path, loginPath) {
		return o.wire.RoundTrip(req)
	}
	if _, ok := o.routes[req.Method+" "+path]; ok {
		return o.wire.RoundTrip(req)
	}
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		_ = req.Body.Close()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent = append(o.sent, req.Method+" "+path)
	r, ok := o.answer(req, string(body))
	if !ok {
		r = reply{status: 404}
	}
	if r.cut {
		return nil, io.ErrUnexpectedEOF
	}
	h := http.Header{"Content-Type": {cmp.Or(r.kind, "application/json")}}
	for name, values := range r.header {
		h[http.CanonicalHeaderKey(name)] = values
	}
	return &http.Response{StatusCode: cmp.Or(r.status, 200), Header: h, Body: io.NopCloser(strings.NewReader(r.body)), Request: req}, nil
}

// sends counts the requests of one kind.
func (o *odd) sends(what string) (n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, s := range o.sent {
		if s == what {
			n++
		}
	}
	return n
}

// atOdd gives the whole Client of an application in a bubble.
func atOdd(t *testing.T, answer func(req *http.Request, body string) (reply, bool), do func(ctx context.Context, c *emr.Client, o *odd)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o := &odd{answer: answer}
		o.t, o.routes = t, map[string]reply{}
		practice(&o.wire)
		ng, err := New(testConfig(t), &emr.Options{HTTPClient: &http.Client{Transport: o}, Retry: &emr.Retry{BaseDelay: time.Millisecond}})
		if err != nil {
			t.Fatal(err)
		}
		c := emr.NewClient(ng, nil)
		defer func() { _ = c.Close() }()
		do(context.Background(), c, o)
	})
}

// serves answers the reads of a calendar with these records; writes are not its own.
func serves(rows *[]string, req *http.Request) (reply, bool) {
	path := strings.TrimPrefix(req.URL.Path, apiPath)
	if req.Method != http.MethodGet {
		return reply{}, false
	}
	if path == "/appointments" {
		return reply{body: listed(*rows...)}, true
	}
	id, _ := strings.CutPrefix(path, "/appointments/")
	for _, r := range *rows {
		if strings.Contains(strings.ToLower(r), `"id": "`+strings.ToLower(id)) {
			return reply{body: r}, true
		}
	}
	return reply{status: http.StatusNotFound}, true
}
