package transport

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

func FuzzCallPath(f *testing.F) {
	for _, s := range []string{"/Patient/7", "/Patient/", "/..", "/%2e%2e/x", "/a%2Fb", "/a//b", "/a%252e", "/a;b", "//x"} {
		f.Add(s, "a=b")
	}
	base, err := ParseBase("BaseURL", "https://emr.example/api")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, p, query string) {
		call := Call{Method: "GET", Path: p, Query: query}
		if call.check() != "" {
			return
		}
		u := target(base, p, query)
		if !sameOrigin(base, u) || !isBelow(base, u) || u.EscapedPath() != "/api"+p || u.RawQuery != query {
			t.Fatalf("%q leads to %s", p, u)
		}
		again, err := url.Parse(u.String())
		if err != nil || again.EscapedPath() != u.EscapedPath() || again.RawQuery != query || again.Host != base.Host {
			t.Fatalf("%q is sent as %v, %v", p, again, err)
		}
		// A server that unescapes once and cleans must still end below the base.
		if clean := path.Clean(u.Path); strings.Count(p, "%") == 0 && clean != "/api" && !strings.HasPrefix(clean, "/api/") {
			t.Fatalf("%q cleans to %q", p, clean)
		}
	})
}

func FuzzPath(f *testing.F) {
	for _, id := range []string{"7", "../x", "$everything", "a/b", "a%3D%3D", "%252e%252e%252fx", "..;/x", "ä b", "x\\..\\y", "%zz/..", ". ."} {
		f.Add("Patient", id)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if p, err := FHIRPath(a, b); err == nil {
			if got := strings.Split(p, "/"); len(got) != 3 || got[1] != a || got[2] != b || !isCleanPath(p) || path.Clean(p) != p {
				t.Fatalf("%q and %q make %q", a, b, p)
			}
			if wide, err := Path(a, b); wide != p || err != nil {
				t.Fatalf("%q and %q make %q, and %q where any id is taken", a, b, p, wide)
			}
		}
		p, err := Path(a, b)
		if err != nil {
			return
		}
		got := strings.Split(p, "/")
		if len(got) != 3 || !isCleanPath(p) || path.Clean(p) != p {
			t.Fatalf("%q and %q make %q", a, b, p)
		}
		for i, want := range []string{a, b} {
			if id, err := url.PathUnescape(got[i+1]); id != want || err != nil {
				t.Fatalf("%q arrives as %q", want, id)
			}
		}
		// Whoever decodes it, and however often, is not led upwards.
		for range 4 {
			if p, err = url.PathUnescape(p); err != nil {
				return
			}
			if strings.Contains("/"+strings.ReplaceAll(p, "\\", "/")+"/", "/../") {
				t.Fatalf("%q and %q can be read as %q", a, b, p)
			}
		}
	})
}

func FuzzParseBase(f *testing.F) {
	for _, s := range []string{"https://emr.example/api/", "http://127.0.0.1:1", "https://u:p@emr.example", "http://emr.example", "https://[::1]/%2e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := ParseBase("BaseURL", raw)
		if err != nil {
			if len(raw) > 12 && strings.Contains(err.Error(), raw) {
				t.Fatalf("the error shows %q", raw)
			}
			return
		}
		if u.Scheme != "https" && (u.Scheme != "http" || !peer.IsLoopback(u.Hostname())) || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.HasSuffix(u.Path, "/") || u.Hostname() == "" {
			t.Fatalf("%q is taken as %v", raw, u)
		}
	})
}

func FuzzNextQuery(f *testing.F) {
	for _, s := range []string{"?page=2", "https://emr.example/api/Patient?page=2", "//other/api/Patient?page=2", "http://emr.example/api/Patient?page=2", "Patient?page=2#x"} {
		f.Add(s)
	}
	var clients []*Client
	for _, rule := range []LinkRule{Strict, Rebuild} {
		clients = append(clients, connect(f, "https://emr.example/api", func(c *Config) { c.Links = rule }))
	}
	f.Fuzz(func(t *testing.T, link string) {
		for _, c := range clients {
			q, err := c.NextQuery(get("/Patient"), link)
			if (q == "") != (err != nil) || !isQuery(q) {
				t.Fatalf("%q gives %q, %v", link, q, err)
			}
		}
	})
}

// Whatever bytes come back: no panic, no hang, an *emr.Error or an answer within limits.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{
		"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
		"HTTP/1.1 429 Slow\r\nRetry-After: 99999999999\r\n\r\n", "HTTP/1.1 302 Found\r\nLocation: //x\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "SSH-2.0-x\r\n", "HTTP/1.1 103 X\r\n\r\n", "",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		conns := &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			go func() {
				defer there.Close()
				_, _ = there.Read(make([]byte, 4096))
				_, _ = there.Write(raw)
			}()
			return here, nil
		}}
		defer conns.CloseIdleConnections()
		c := connect(t, "http://localhost", through(conns), func(c *Config) {
			c.Options.Retry = &emr.Retry{Attempts: 1, MaxResponse: 1000, Timeout: time.Second}
			c.Tokens = &tokens{}
		})
		for _, call := range []*Call{get("/Patient"), write("DELETE", "/Patient/7", "")} {
			a, err := c.Do(t.Context(), call)
			e, typed := errors.AsType[*emr.Error](err)
			if err == nil && (a == nil || len(a.Body) > 1000) || err != nil && (!typed || e.Kind == "") {
				t.Fatal(a, err)
			}
		}
		if _, body, err := c.Open(t.Context(), get("/Patient")); err == nil {
			_, _ = io.Copy(io.Discard, body)
			_ = body.Close()
		}
	})
}
