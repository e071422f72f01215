// Package vendortest is what the tests of all vendor packages have in common: requests
// are compared with fixtures, models with golden files, and all that a client says of its
// calls is looked through for personal data. It is for tests only.
package vendortest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const anyToken = "Bearer {token}"

// Fixture reads a file of ../testdata, which is where a vendor's package finds it.
func Fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Published reads one of the vendors' published or recorded samples. They are not in this
// repository: EMRKIT_FIXTURES says where they are, and without it the test is skipped.
func Published(t testing.TB, name string) []byte {
	t.Helper()
	dir := os.Getenv("EMRKIT_FIXTURES")
	if dir == "" {
		t.Skip("EMRKIT_FIXTURES is not set: the vendor's published samples were not read")
	}
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// CheckRequest compares a request with a fixture: request line and headers to the
// letter, the body as JSON. User-Agent and the like may come on top, vendor headers not.
// Where the fixture has "Authorization: Bearer {token}", any token will do.
func CheckRequest(t testing.TB, fixture []byte, req *http.Request, body []byte) {
	t.Helper()
	head, wantBody, _ := strings.Cut(string(fixture), "\n\n")
	lines := strings.Split(head, "\n")
	want := map[string]string{}
	for _, l := range lines[1:] {
		name, value, _ := strings.Cut(l, ": ")
		want[http.CanonicalHeaderKey(name)] = value
	}
	if got := req.Method + " " + req.URL.RequestURI() + " HTTP/1.1"; got != lines[0] {
		t.Errorf("request line\n got %s\nwant %s", got, lines[0])
	}
	if req.URL.Host != want["Host"] {
		t.Errorf("host %s, want %s", req.URL.Host, want["Host"])
	}
	delete(want, "Host")
	got := map[string]string{}
	for name, values := range req.Header {
		if name != "User-Agent" && name != "Accept-Encoding" {
			got[name] = strings.Join(values, ", ")
		}
	}
	if want["Authorization"] == anyToken && strings.HasPrefix(got["Authorization"], "Bearer ") {
		got["Authorization"] = anyToken
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got)\n%s", diff)
	}
	if strings.TrimSpace(wantBody) == "" {
		if len(body) > 0 {
			t.Errorf("a body of %d bytes where none is wanted", len(body))
		}
		return
	}
	if diff := cmp.Diff(JSON(t, []byte(wantBody)), JSON(t, body)); diff != "" {
		t.Errorf("body (-want +got)\n%s", diff)
	}
}

// JSON reads a value with its numbers as they are written.
func JSON(t testing.TB, data []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, data)
	}
	return v
}
