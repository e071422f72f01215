package vendortest

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Reply is what a simulator answered to a request that no client of ours made.
type Reply struct {
	Status int
	Header http.Header
	Body   string
	JSON   map[string]any // nil where Body is no JSON object
}

// Content is the body of such a request: nil for none, text as it stands, so that it can
// be broken, anything else as JSON.
func Content(t testing.TB, body any) io.Reader {
	t.Helper()
	switch v := body.(type) {
	case nil:
		return nil
	case string:
		return strings.NewReader(v)
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReader(string(text))
}

// Send sends req in plain HTTP and reads the answer to its end. client reaches a simulator
// in memory; nil is one connection of its own.
func Send(client *http.Client, req *http.Request) (Reply, error) {
	if client == nil {
		client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	}
	resp, err := client.Do(req)
	if err != nil {
		return Reply{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	r := Reply{Status: resp.StatusCode, Header: resp.Header, Body: string(text)}
	_ = json.Unmarshal(text, &r.JSON)
	return r, err
}
