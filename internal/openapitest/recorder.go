package openapitest

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
)

// Recorder is an http.RoundTripper that checks each request against a document and hands
// it on. The test that made it fails for what it finds. Safe for use by many goroutines;
// set Next and Answers before the first request.
type Recorder struct {
	Next    http.RoundTripper
	Answers bool // check the answers too: they are a simulator's

	document *Document
	mu       sync.Mutex
	found    []string
	routes   map[string]bool
}

// NewRecorder makes a Recorder that reports to t when the test ends.
func NewRecorder(t testing.TB, d *Document, next http.RoundTripper) *Recorder {
	t.Helper()
	r := &Recorder{Next: next, document: d, routes: map[string]bool{}}
	t.Cleanup(func() {
		for _, v := range r.Violations() {
			t.Error(v)
		}
	})
	return r
}

// RoundTrip checks and sends.
func (r *Recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		data, err := io.ReadAll(req.Body)
		_ = req.Body.Close()
		if err != nil {
			return nil, err
		}
		body = data
		req = req.Clone(req.Context())
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	found := r.document.CheckRequest(req, body)
	route, known := r.document.Route(req.Method, req.URL.EscapedPath())
	res, err := r.Next.RoundTrip(req)
	if err == nil && r.Answers {
		data, readErr := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if readErr != nil {
			return nil, readErr
		}
		res.Body = io.NopCloser(bytes.NewReader(data))
		found = append(found, r.document.CheckAnswer(req, res.StatusCode, res.Header.Get("Content-Type"), data)...)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if known {
		r.routes[route] = true
	}
	for _, v := range found {
		if !slices.Contains(r.found, v) {
			r.found = append(r.found, v)
		}
	}
	return res, err
}

// Violations are what was found so far, each once, without any value.
func (r *Recorder) Violations() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	slices.Sort(r.found)
	return slices.Clone(r.found)
}

// Routes are the operations of the document that were asked for: "GET /patients/{id}".
func (r *Recorder) Routes() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for route := range r.routes {
		all = append(all, route)
	}
	slices.Sort(all)
	return all
}
