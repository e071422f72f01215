package transport

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// hostile is a server that fails at random in every way it can, and notes which writes
// it carried out.
type hostile struct {
	mu   sync.Mutex
	done map[string]int // by body: how often it was carried out
}

func (h *hostile) carryOut(body string) {
	h.mu.Lock()
	h.done[body]++
	h.mu.Unlock()
}

func (h *hostile) count(body string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.done[body]
}

// talk serves one connection.
func (h *hostile) talk(c *net.TCPConn) {
	defer c.Close()
	if rand.IntN(8) == 0 {
		reset(c) // before anything was read
		return
	}
	in := bufio.NewReader(c)
	for {
		if rand.IntN(12) == 0 {
			return // an idle connection goes away
		}
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		if rand.IntN(12) == 0 {
			reset(c) // the body unread
			return
		}
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		refused := []string{"429 Slow", "425 Early", "401 Who"}
		if n := rand.IntN(8); n < len(refused) {
			_, _ = fmt.Fprintf(c, "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n", refused[n])
			continue
		}
		h.carryOut(string(b))
		switch rand.IntN(10) {
		case 0:
			reset(c)
			return
		case 1:
			return
		case 2:
			_, _ = io.WriteString(c, "HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n")
		case 3:
			_, _ = io.WriteString(c, "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{")
			return
		case 4:
			_, _ = io.WriteString(c, "HTTP/1.1 201 Created\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>")
		case 5:
			_, _ = io.WriteString(c, "SSH-2.0-x\r\n")
			return
		case 6:
			time.Sleep(30 * time.Millisecond) // longer than the client waits
			return
		default:
			_, _ = io.WriteString(c, "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
		}
	}
}

// The first promise: a write is carried out at most once, and what the error says about
// it is true.
func TestPromise_writeIsCarriedOutAtMostOnce(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &hostile{done: map[string]int{}}
	var conns sync.WaitGroup
	conns.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			conns.Go(func() { h.talk(c.(*net.TCPConn)) })
		}
	})
	c := connect(t, "http://"+l.Addr().String(), func(c *Config) {
		c.Tokens = &tokens{}
		c.Options.Retry.HeaderTimeout = 15 * time.Millisecond
	})
	c.pool.budget.tenths = 1 << 30 // let it try
	var mu sync.Mutex
	seen := map[emr.Kind]int{}
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range 125 {
				method := []string{"POST", "PUT", "PATCH", "DELETE"}[i%4]
				body := fmt.Sprintf(`{"write":"%d-%d"}`, worker, i)
				_, err := c.Do(t.Context(), write(method, "/Appointment/1", body))
				kind, n := emr.KindOf(err), h.count(body)
				ok := n == 0
				switch kind {
				case "":
					ok = n == 1
				case emr.KindAmbiguous:
					ok = n <= 1
				}
				if !ok {
					t.Errorf("%s ended as %q and was carried out %d times", method, kind, n)
				}
				mu.Lock()
				seen[kind]++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	_ = c.Close()
	_ = l.Close()
	conns.Wait()
	for body, n := range h.done {
		if n > 1 {
			t.Errorf("%s was carried out %d times", body, n)
		}
	}
	t.Log(seen)
	if seen[""] == 0 || seen[emr.KindAmbiguous] == 0 {
		t.Errorf("the server is not hostile enough, or too much: %v", seen)
	}
}
