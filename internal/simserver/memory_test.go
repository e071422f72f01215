package simserver

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"syscall"
	"testing"
)

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
