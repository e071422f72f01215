package signin

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"syscall"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

// place is where Local listens.
type place struct {
	listeners  []net.Listener
	redirect   string // the redirect URL with the port that is listened at
	host, path string
}

// listen opens the host and port of the redirect URL, and no other. localhost is both
// addresses: a browser may try either, and nobody else shall sit at the other one.
func (f *Flow) listen(ctx context.Context) (*place, *emr.Error) {
	u := *f.redirect
	if u.Scheme != "http" {
		return nil, configError("RedirectURL", "want http on a loopback address to listen at, http://127.0.0.1:8000/callback say")
	}
	name, port := u.Hostname(), u.Port()
	if port == "" {
		port = "80"
	}
	hosts := []string{name}
	if strings.EqualFold(name, "localhost") {
		hosts = []string{"127.0.0.1", "::1"}
	}
	var at *place
	var err error
	for range 5 { // a port that is free at one address may be taken at the other
		at, err = open(ctx, hosts, port)
		if err == nil || port != "0" {
			break
		}
	}
	if err != nil {
		e := configError("RedirectURL", "cannot listen at the host and port of the redirect URL: another program may use it")
		e.Err = peer.Errno(err)
		return nil, e
	}
	if port == "0" {
		_, chosen, _ := net.SplitHostPort(at.listeners[0].Addr().String())
		u.Host = net.JoinHostPort(name, chosen)
	}
	at.redirect, at.host, at.path = u.String(), strings.TrimSuffix(u.Host, ":80"), u.EscapedPath()
	if at.path == "" {
		at.path = "/"
	}
	return at, nil
}

// open listens at all hosts that this machine has, with one port.
func open(ctx context.Context, hosts []string, port string) (*place, error) {
	at := &place{}
	for _, host := range hosts {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, port))
		switch {
		case err == nil:
			at.listeners = append(at.listeners, l)
			_, port, _ = net.SplitHostPort(l.Addr().String())
		case len(at.listeners) > 0 && isAbsent(err):
		default:
			for _, l := range at.listeners {
				_ = l.Close()
			}
			return nil, err
		}
	}
	return at, nil
}

// isAbsent reports whether this machine does not have the address at all.
func isAbsent(err error) bool {
	return errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EAFNOSUPPORT)
}

var _ http.Handler = (*catcher)(nil)
