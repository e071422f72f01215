package nexhealth

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
)

// OpenAPIRecorder is an http.RoundTripper that checks each request against the vendor's
// OpenAPI document and hands it on. The test that made it fails for what it finds.
type OpenAPIRecorder struct {
	Next    http.RoundTripper
	Answers bool // check the answers too: they are a simulator's

	document *openapi
	mu       sync.Mutex
	found    []string
	routes   map[string]int
}

// NewOpenAPIRecorder skips the test when EMRKIT_FIXTURES does not say where the document is.
func NewOpenAPIRecorder(t *testing.T, next http.RoundTripper) *OpenAPIRecorder {
	t.Helper()
	r := &OpenAPIRecorder{Next: next, document: officialDocument(t), routes: map[string]int{}}
	t.Cleanup(func() {
		for _, v := range r.Violations() {
			t.Error(v)
		}
	})
	return r
}

// RoundTrip checks and sends.
func (r *OpenAPIRecorder) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		data, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		_ = req.Body.Close()
		body = data
		req = req.Clone(req.Context())
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	found := r.document.checkRequest(req, body)
	template, _, _ := r.document.find(req.Method, req.URL.EscapedPath())
	res, err := r.Next.RoundTrip(req)
	if err == nil && r.Answers {
		data, readErr := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if readErr != nil {
			return nil, readErr
		}
		res.Body = io.NopCloser(bytes.NewReader(data))
		found = append(found, r.document.checkAnswer(req, res.StatusCode, res.Header.Get("Content-Type"), data)...)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.routes[req.Method+" "+template]++
	for _, v := range found {
		if !slices.Contains(r.found, v) {
			r.found = append(r.found, v)
		}
	}
	return res, err
}

// Violations are what was found so far, each once, without any value.
func (r *OpenAPIRecorder) Violations() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	slices.Sort(r.found)
	return slices.Clone(r.found)
}

// Routes are the operations that were asked for: "GET /patients/{id}".
func (r *OpenAPIRecorder) Routes() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for route := range r.routes {
		all = append(all, route)
	}
	slices.Sort(all)
	return all
}
