package nexhealth

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestWebhookRefusesABodyOf10MB(t *testing.T) {
	t.Parallel()
	b := &inbox{}
	server := httptest.NewServer(newTestWebhook(t, b, nil))
	defer server.Close()
	big := `{"event_name":"patient_updated","data":"` + strings.Repeat("x", 10<<20) + `"}`
	signed := delivery(big, secretA, sentNow).Header
	for name, body := range map[string]io.Reader{
		"with its length":    strings.NewReader(big),
		"without its length": io.MultiReader(strings.NewReader(big)),
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = signed.Clone()
		resp, err := server.Client().Do(r)
		if err != nil {
			continue // the connection was closed while we were writing: refused as well
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: answered %d", name, resp.StatusCode)
		}
	}
	wantHandled(t, b, 0)
}

func TestWebhookTakesBodiesUpToItsLimit(t *testing.T) {
	t.Parallel()
	const head, tail = `{"event_name":"message_created","data":"`, `"}`
	body := func(n int) string { return head + strings.Repeat("x", n-len(head)-len(tail)) + tail }
	b := &inbox{}
	w := newTestWebhook(t, b, func(c *WebhookConfig) { c.MaxBody = 1000 })
	wantStatus(t, deliver(t, w, delivery(body(1000), secretA, sentNow)), http.StatusOK)
	wantStatus(t, deliver(t, w, delivery(body(1001), secretA, sentNow)), http.StatusRequestEntityTooLarge)
	r := delivery(body(1001), secretA, sentNow)
	r.ContentLength = -1
	wantStatus(t, deliver(t, w, r), http.StatusRequestEntityTooLarge)
	w = newTestWebhook(t, b, nil)
	wantStatus(t, deliver(t, w, delivery(body(256<<10), secretA, sentNow)), http.StatusOK)
	wantStatus(t, deliver(t, w, delivery(body(256<<10+1), secretA, sentNow)), http.StatusRequestEntityTooLarge)
	wantHandled(t, b, 2)
}

// slowly sends the head of a delivery and a part of its body, and returns the status line
// that comes back without the rest.
func slowly(t *testing.T, address string, header http.Header, length int, part string) string {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	var head bytes.Buffer
	head.WriteString("POST /hooks HTTP/1.1\r\nHost: hooks.example.com\r\nContent-Length: " + strconv.Itoa(length) + "\r\n")
	_ = header.Write(&head)
	head.WriteString("\r\n" + part)
	if _, err := conn.Write(head.Bytes()); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	answer, err := io.ReadAll(conn) // to the end: the server must hang up by itself
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	line, _, _ := strings.Cut(string(answer), "\r\n")
	return line
}

func TestWebhookDoesNotWaitForASlowBody(t *testing.T) {
	t.Parallel()
	b := &inbox{}
	server := httptest.NewServer(newTestWebhook(t, b, func(c *WebhookConfig) { c.ReadTimeout = 50 * time.Millisecond }))
	defer server.Close()
	body := appointmentEvent(1, "a")
	good := delivery(body, secretA, sentNow).Header
	if line := slowly(t, server.Listener.Addr().String(), good, len(body), body[:20]); !strings.Contains(line, "408") {
		t.Errorf("signed: %q", line)
	}
	good.Del(HeaderSignature)
	if line := slowly(t, server.Listener.Addr().String(), good, len(body), body[:20]); !strings.Contains(line, "401") {
		t.Errorf("unsigned: %q", line)
	}
	wantHandled(t, b, 0)
}

func TestWebhookRefusesABodyThatBrokeOff(t *testing.T) {
	t.Parallel()
	b := &inbox{}
	r := delivery(appointmentEvent(1, "a"), secretA, sentNow)
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"event`), brokenOff{}))
	wantStatus(t, deliver(t, newTestWebhook(t, b, nil), r), http.StatusBadRequest)
	wantHandled(t, b, 0)
}

type brokenOff struct{}

func (brokenOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestWebhookServesManyDeliveriesOnOneConnection(t *testing.T) {
	t.Parallel()
	b := &inbox{}
	server := httptest.NewServer(newTestWebhook(t, b, func(c *WebhookConfig) { c.ReadTimeout = 100 * time.Millisecond }))
	defer server.Close()
	for i := range 5 {
		body := appointmentEvent(i+1, "a")
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = delivery(body, secretA, sentNow).Header
		resp, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		wantStatus(t, resp.StatusCode, http.StatusOK)
	}
	wantHandled(t, b, 5)
}
