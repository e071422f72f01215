package transport

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// TestMain plays the child of TestFault_C8: net/http reads the proxy variables once.
func TestMain(m *testing.M) {
	if os.Getenv("EMRKIT_TEST_PROXY_CHILD") != "" {
		proxyChild()
		return
	}
	os.Exit(m.Run())
}

// proxyChild makes one call to loopback and one to a host that only the proxy could
// reach, and prints how they ended.
func proxyChild() {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { writeAnswer(w, 200, "{}") }))
	defer srv.Close()
	for _, base := range []string{srv.URL, "https://emr.invalid"} {
		c, err := New(Config{Vendor: "testvendor", BaseURL: base, Options: &emr.Options{Retry: &emr.Retry{Attempts: 1}}})
		if err != nil {
			fmt.Println(err)
			return
		}
		a, err := c.Do(context.Background(), post("/Patient", "{}"))
		fmt.Printf("%v %+v\n", a, err)
	}
}

func TestFault_C8_proxyIsNeverUsedForLoopbackAndItsPasswordNeverShown(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	asked := make(chan string, 10)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if r, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
				asked <- r.Method + " " + r.Host
				_, _ = io.WriteString(c, "HTTP/1.1 407 canary-refusal\r\nContent-Length: 0\r\n\r\n")
			}
			_ = c.Close()
		}
	}()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	proxy := "http://canary-user:canary-password@" + l.Addr().String()
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), "EMRKIT_TEST_PROXY_CHILD=1", "HTTP_PROXY="+proxy, "HTTPS_PROXY="+proxy, "http_proxy="+proxy, "https_proxy="+proxy, "NO_PROXY=", "no_proxy=")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatal(err, string(out))
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "answer 200") || !strings.Contains(lines[1], "unavailable") || strings.Contains(string(out), "canary") {
		t.Errorf("got\n%s", out)
	}
	if got := <-asked; got != "CONNECT emr.invalid:443" || len(asked) != 0 {
		t.Errorf("the proxy was asked for %s, then %d more", got, len(asked))
	}
}
