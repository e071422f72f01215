package simserver

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// counter is a host that counts what its handler saw.
type counter struct {
	mu   sync.Mutex
	seen int
}

func (h *counter) host() *Host {
	return &Host{
		Classify: func(r *http.Request) Class {
			return Class{Token: r.URL.Path == "/token", Write: r.Method == http.MethodPost, Endpoint: "Thing", PerSecond: 20, Route: "/Thing"}
		},
		Handle: func(c *Call) *Reply {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.seen++
			if c.URL.Path == "/panic" {
				panic("mistake")
			}
			return JSON(http.StatusOK, "application/json", map[string]any{"hello": "there"})
		},
		Refuse: func(_ *Call, f emrtest.Fault) *Reply { return Text(http.StatusTeapot, string(f)) },
	}
}

func (h *counter) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.seen
}

// open serves a counter in memory and returns how to ask it.
func open(t *testing.T, cfg Config) (*Server, *counter, func(method, path string) (*http.Response, string, error)) {
	t.Helper()
	cfg.InMemory = true
	s, h := New(cfg), &counter{}
	origin, err := s.Serve("", h.host())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, h, func(method, path string) (*http.Response, string, error) {
		req, err := http.NewRequestWithContext(t.Context(), method, origin+path, strings.NewReader(""))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := s.HTTPClient().Do(req)
		if err != nil {
			return nil, "", err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		return resp, string(body), err
	}
}

func TestFaultsReachTheCallsTheyFit(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fault        emrtest.Fault
		method, path string
		status       int // 0: the connection is cut
		handled      int
	}{
		{emrtest.FaultLostReply, "POST", "/x", 0, 1},
		{emrtest.FaultLostReply, "GET", "/x", 200, 1},
		{emrtest.FaultWriteNeverCompleted, "POST", "/x", 0, 0},
		{emrtest.FaultWriteNeverCompleted, "GET", "/x", 200, 1},
		{emrtest.FaultRevokedToken, "GET", "/x", 418, 0},
		{emrtest.FaultRevokedToken, "GET", "/token", 200, 1},
		{emrtest.FaultRateLimited, "POST", "/x", 418, 0},
		{emrtest.FaultRateLimitedRetryAfter, "GET", "/x", 418, 0},
		{emrtest.FaultUnavailableOnce, "GET", "/x", 418, 0},
		{emrtest.FaultServerError, "POST", "/x", 418, 0},
		{emrtest.FaultHTML, "POST", "/x", 200, 0},
		{emrtest.FaultTruncatedJSON, "POST", "/x", 200, 1},
	} {
		t.Run(string(tc.fault)+" "+tc.method+tc.path, func(t *testing.T) {
			t.Parallel()
			s, h, ask := open(t, Config{})
			s.FailNext(tc.fault, 1)
			resp, body, err := ask(tc.method, tc.path)
			if (err != nil) != (tc.status == 0) {
				t.Fatalf("error %v, want status %d", err, tc.status)
			}
			if err == nil && resp.StatusCode != tc.status {
				t.Errorf("status %d, want %d", resp.StatusCode, tc.status)
			}
			if h.count() != tc.handled {
				t.Errorf("handled %d times, want %d", h.count(), tc.handled)
			}
			switch tc.fault {
			case emrtest.FaultHTML:
				if resp.Header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.HasPrefix(body, "<!DOCTYPE html>") {
					t.Errorf("no login page: %q", body)
				}
			case emrtest.FaultTruncatedJSON:
				if body != `{"hello":` {
					t.Errorf("body %q", body)
				}
			}
			if got := s.Requests(); len(got) != 1 || got[0].Status != tc.status || got[0].Write != (tc.method == "POST") {
				t.Errorf("log %+v", got)
			}
		})
	}
}

func TestFaultsWaitInOrderOneACall(t *testing.T) {
	t.Parallel()
	s, _, ask := open(t, Config{})
	s.FailNext(emrtest.FaultServerError, 2)
	s.FailNext(emrtest.FaultHTML, 1)
	s.FailNext(emrtest.FaultRateLimited, 0)
	var got []string
	for range 4 {
		_, body, err := ask("GET", "/x")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, body[:3])
	}
	if strings.Join(got, " ") != `500 500 <!D {"h` {
		t.Errorf("got %q", got)
	}
}

func TestTheTwentyFirstRequestInASecondIsRefusedAndRecorded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, h, ask := open(t, Config{})
		for range 20 {
			if resp, _, err := ask("GET", "/x"); err != nil || resp.StatusCode != http.StatusOK {
				t.Fatal(err)
			}
		}
		if resp, body, _ := ask("GET", "/x"); resp.StatusCode != http.StatusTeapot || body != string(emrtest.FaultRateLimited) {
			t.Errorf("21st: %d %s", resp.StatusCode, body)
		}
		time.Sleep(time.Second)
		if resp, _, _ := ask("GET", "/x"); resp.StatusCode != http.StatusOK {
			t.Errorf("after a second: %d", resp.StatusCode)
		}
		if v := s.Violations(); len(v) != 1 || !strings.Contains(v[0], "20 requests in a rolling second") || h.count() != 21 {
			t.Errorf("violations %q, handled %d", v, h.count())
		}
	})
}

func TestSlowTokensAndLatencyTakeTheirTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _, ask := open(t, Config{Latency: time.Second, SlowToken: time.Minute})
		took := func(path string) time.Duration {
			start := time.Now()
			if _, _, err := ask("GET", path); err != nil {
				t.Fatal(err)
			}
			return time.Since(start)
		}
		s.FailNext(emrtest.FaultSlowToken, 1)
		if d := took("/x"); d != time.Second {
			t.Errorf("data call took %v", d)
		}
		if d := took("/token"); d != time.Minute {
			t.Errorf("slow token took %v", d)
		}
		if d := took("/token"); d != 0 {
			t.Errorf("next token took %v", d)
		}
	})
}

func TestCloseLeavesNothingRunningEvenWithCallsUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // the bubble fails the test for a goroutine that stays
		s, _, ask := open(t, Config{Latency: time.Hour})
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if _, _, err := ask("GET", "/x"); err == nil {
					t.Error("answered after Close")
				}
			})
		}
		synctest.Wait()
		start := time.Now()
		for range 2 {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		wg.Wait()
		if time.Since(start) != 0 {
			t.Errorf("Close took %v", time.Since(start))
		}
		if _, err := s.Serve("", &Host{}); err == nil {
			t.Error("serves after Close")
		}
	})
}

func TestSocketsAnswerAndClose(t *testing.T) {
	t.Parallel()
	s, h := New(Config{}), &counter{}
	origin, err := s.Serve("", h.host())
	if err != nil {
		t.Fatal(err)
	}
	if s.HTTPClient() != nil {
		t.Error("a server on sockets needs no client of its own")
	}
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	resp, err := client.Get(origin + "/x?a=b")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Get(origin + "/x"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("after Close: %v", err)
	}
	if got := s.Requests(); len(got) != 1 || got[0].Path != "/x" || got[0].RawQuery != "a=b" || "http://"+got[0].Host != origin {
		t.Errorf("log %+v", got)
	}
}

func TestAnUnknownAddressInMemoryIsRefusedBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	s := New(Config{InMemory: true})
	defer s.Close()
	wrote := false
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{WroteHeaders: func() { wrote = true }})
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:1/", nil)
	_, err := s.HTTPClient().Do(req)
	if !errors.Is(err, syscall.ECONNREFUSED) || wrote {
		t.Errorf("err %v, wrote %v", err, wrote)
	}
	if _, err := s.Serve("127.0.0.1:99", (&counter{}).host()); err != nil {
		t.Error(err)
	}
	if _, err := s.Serve("127.0.0.1:99", (&counter{}).host()); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("address taken twice: %v", err)
	}
}

func TestDialingInMemoryEndsWithItsContext(t *testing.T) {
	t.Parallel()
	m := &memory{}
	l, err := m.listen("127.0.0.1:7")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.dial(ctx, "tcp", "127.0.0.1:7"); !errors.Is(err, context.Canceled) {
		t.Errorf("dial: %v", err)
	}
	l.Close()
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("accept: %v", err)
	}
}

func TestAMistakeOfTheSimulatorIsNoCutConnection(t *testing.T) {
	t.Parallel()
	s, _, ask := open(t, Config{})
	resp, _, err := ask("GET", "/panic")
	if err != nil || resp.StatusCode != http.StatusInternalServerError || len(s.Violations()) != 1 {
		t.Errorf("%v %q", err, s.Violations())
	}
}

func TestObserveHearsOfEachRequestWithItsBrokenRules(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var heard []string
	_, _, ask := open(t, Config{Observe: func(r emrtest.Request, broken []string) {
		mu.Lock()
		defer mu.Unlock()
		heard = append(heard, r.Method+" "+strings.Join(broken, ";"))
	}})
	for _, path := range []string{"/x", "/panic"} {
		if _, _, err := ask("GET", path); err != nil {
			t.Fatal(err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(heard) != 2 || heard[0] != "GET " || !strings.Contains(heard[1], "mistake") {
		t.Errorf("heard %q", heard)
	}
}

func TestTheLogKeepsTheBeginningOfALargeBodyAndTheLatestRequests(t *testing.T) {
	t.Parallel()
	var l log
	for i := range keptRequests + 1 {
		var body []byte
		if i == keptRequests {
			body = make([]byte, keptBody+1)
		}
		if r := l.arrived(emrtest.Request{Body: body}); len(r.Body) > keptBody {
			t.Fatal("body kept whole")
		}
	}
	if n := len(l.all()); n > keptRequests || n < keptRequests*9/10 {
		t.Errorf("kept %d", n)
	}
}

func TestABodyOverTheLimitIsCutAndSaidSo(t *testing.T) {
	t.Parallel()
	req, _ := http.NewRequest(http.MethodPost, "http://x/", strings.NewReader("12345"))
	body, more := readBody(req, 4)
	if string(body) != "1234" || !more {
		t.Errorf("%q %v", body, more)
	}
}

func TestAnAddressForAllInterfacesIsNamedByItsLoopback(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"[::]:80": "127.0.0.1:80", "0.0.0.0:8080": "127.0.0.1:8080", "127.0.0.1:1": "127.0.0.1:1"} {
		if got := reachable(in); got != want {
			t.Errorf("%s: %s", in, got)
		}
	}
}
