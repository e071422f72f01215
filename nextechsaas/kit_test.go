package nextechsaas

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// What no text of ours may hold.
const (
	testToken    = "kit-token-0001"
	testPractice = "PRACTICE-7"
	testSSN      = "900-55-0142"
	testName     = "Marisol"
)

// reply is one prepared answer.
type reply struct {
	status int // 0 is 200
	body   string
	stream io.Reader // in place of body
	kind   string    // "" is JSON
}

// wire answers the requests of a client in order, the last reply again and again.
type wire struct {
	mu      sync.Mutex
	replies []reply
	seen    []*http.Request
	log     bytes.Buffer
}

func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, req)
	r := w.replies[0]
	if len(w.replies) > 1 {
		w.replies = w.replies[1:]
	}
	if r.stream == nil {
		r.stream = strings.NewReader(r.body)
	}
	return &http.Response{
		StatusCode: or(r.status, 200), Header: http.Header{"Content-Type": {or(r.kind, "application/json; charset=utf-8")}},
		Body: io.NopCloser(r.stream), ContentLength: -1, Request: req,
	}, nil
}

// config is one with a token of the test's own.
func config() Config {
	return Config{PracticeID: testPractice, Tokens: auth.Static(auth.NewSecret(testToken))}
}

// dial makes a client whose requests are answered by replies.
func dial(t testing.TB, edit func(*Config), replies ...reply) (*emr.Client, *wire) {
	t.Helper()
	w := &wire{replies: replies}
	cfg := config()
	if edit != nil {
		edit(&cfg)
	}
	c, err := New(cfg, &emr.Options{
		HTTPClient: &http.Client{Transport: w}, Retry: &emr.Retry{BaseDelay: time.Millisecond},
		Logger: slog.New(slog.NewJSONHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	client := emr.NewClient(c, nil)
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, secret := range []string{testToken, testPractice, testSSN, testName, "55-0142", "1991-05", "term="} {
			if strings.Contains(w.log.String(), secret) {
				t.Errorf("the log holds %q", secret)
			}
		}
	})
	return client, w
}

// wantKind checks an error's kind and that it tells nothing.
func wantKind(t testing.TB, err error, kind emr.Kind) *emr.Error {
	t.Helper()
	e, ok := errors.AsType[*emr.Error](err)
	if !ok || e.Kind != kind {
		t.Fatalf("error %v, want kind %s", err, kind)
	}
	for _, secret := range []string{testToken, testPractice, testSSN, testName, "1991-05"} {
		if strings.Contains(e.Error(), secret) {
			t.Errorf("the error holds %q", secret)
		}
	}
	return e
}

func patient(id string) *emr.Patient { return &emr.Patient{ID: emr.NewPatientID(id)} }
