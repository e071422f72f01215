package emrtest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// server counts what it did.
func server(t *testing.T) (url string, done *atomic.Int64) {
	t.Helper()
	done = &atomic.Int64{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		done.Add(1)
		_, _ = io.WriteString(w, "done")
	}))
	t.Cleanup(s.Close)
	return s.URL, done
}

func send(ctx context.Context, w *emrtest.Wire, method, url, contentType string) error {
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader("{}"))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", contentType)
	answer, err := w.RoundTrip(r)
	if err == nil {
		_ = answer.Body.Close()
	}
	return err
}

func TestWireCountsReadsWritesAndTokenRequests(t *testing.T) {
	t.Parallel()
	url, _ := server(t)
	w := emrtest.NewWire(nil)
	defer w.CloseIdleConnections()
	for _, r := range [][3]string{
		{http.MethodGet, "/Slot", ""},
		{http.MethodPost, "/token", "application/x-www-form-urlencoded"},
		{http.MethodPost, "/Patient/_search", "application/x-www-form-urlencoded"},
		{http.MethodPost, "/Appointment", "application/json"},
		{http.MethodPatch, "/Appointment/1", "application/json"},
	} {
		if err := send(t.Context(), w, r[0], url+r[1], r[2]); err != nil {
			t.Fatal(err)
		}
	}
	if w.Requests() != 5 || w.Writes() != 2 {
		t.Errorf("%d requests and %d writes, want 5 and 2", w.Requests(), w.Writes())
	}
}

func TestWireLosesTheReplyOfAWriteThatIsDone(t *testing.T) {
	t.Parallel()
	url, done := server(t)
	w := emrtest.NewWire(nil)
	defer w.CloseIdleConnections()
	w.LoseReply()
	if err := send(t.Context(), w, http.MethodGet, url, ""); err != nil {
		t.Errorf("a read failed: %v", err)
	}
	if err := send(t.Context(), w, http.MethodPost, url, "application/json"); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the write answers %v, want a broken connection", err)
	}
	if err := send(t.Context(), w, http.MethodPost, url, "application/json"); err != nil {
		t.Errorf("the write after it failed: %v", err)
	}
	if done.Load() != 3 {
		t.Errorf("the server did %d of 3", done.Load())
	}
}

func TestWireSpoilsTheAnswersOfReadsOnly(t *testing.T) {
	t.Parallel()
	url, done := server(t)
	w := emrtest.NewWire(nil)
	defer w.CloseIdleConnections()
	for _, c := range []struct {
		method, contentType, want string
		spoil                     bool
	}{
		{http.MethodGet, "", "]", true},
		{http.MethodPost, "application/json", "done", true},
		{http.MethodPost, "application/x-www-form-urlencoded", "done", true},
		{http.MethodGet, "", "done", false},
	} {
		w.SpoilReads(c.spoil)
		r, err := http.NewRequestWithContext(t.Context(), c.method, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", c.contentType)
		answer, err := w.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		if _ = answer.Body.Close(); err != nil || string(text) != c.want || answer.StatusCode != http.StatusOK {
			t.Errorf("%s %s: %q, %v", c.method, c.contentType, text, err)
		}
	}
	if done.Load() != 4 {
		t.Errorf("the server did %d of 4", done.Load())
	}
}

func TestWireStallsUntilTheContextEnds(t *testing.T) {
	t.Parallel()
	url, done := server(t)
	w := emrtest.NewWire(nil)
	defer w.CloseIdleConnections()
	for _, write := range []bool{false, true} {
		method := http.MethodGet
		if write {
			method = http.MethodPost
		}
		ctx, cancel := context.WithCancel(t.Context())
		arrived := w.Stall(write)
		go func() { <-arrived; cancel() }()
		if err := send(ctx, w, method, url, "application/json"); !errors.Is(err, context.Canceled) {
			t.Errorf("a stalled %s answers %v", method, err)
		}
	}
	if done.Load() != 2 {
		t.Errorf("the server did %d of 2", done.Load())
	}
}
