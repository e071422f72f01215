package simserver

import (
	"errors"
	"io"
	"net/http"
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
		Step: func(c *Call) emrtest.Step {
			if c.URL.Path == "/book" {
				return emrtest.StepBook
			}
			return ""
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
