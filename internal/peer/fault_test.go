package peer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"os"
	"syscall"
	"testing"
)

func TestFault_N_whyThereIsNoAnswer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		row  string
		err  error
		want Fault
	}{
		{"N1", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, Broke},
		{"N3", io.EOF, Broke},
		{"N3", io.ErrUnexpectedEOF, Broke},
		{"N3", &net.OpError{Op: "read", Err: syscall.ECONNRESET}, Broke},
		{"N6", &net.DNSError{Err: "no such host", Name: "x.example.test", IsNotFound: true}, NoHost},
		{"N6", &net.DNSError{Err: "server misbehaving", Name: "x.example.test", IsTemporary: true}, Broke},
		{"N6", &net.DNSError{Err: "i/o timeout", Name: "x.example.test", IsTimeout: true}, TooSlow},
		{"N7", &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, NoTrust},
		{"N7", x509.UnknownAuthorityError{}, NoTrust},
		{"N7", x509.HostnameError{Certificate: &x509.Certificate{}, Host: "x.example.test"}, NoTrust},
		{"N7", x509.CertificateInvalidError{Reason: x509.Expired}, NoTrust},
		{"N7", x509.SystemRootsError{}, NoTrust},
		{"N7", tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, NoTrust},
		{"N7", tls.AlertError(42), NoTrust},
		{"N7", http.ErrSchemeMismatch, NoTrust},
		{"N7", errors.New("remote error: tls: handshake failure"), NoTrust},
		{"N8", &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, TooSlow},
		{"N9", context.DeadlineExceeded, TooSlow},
		{"N11", textproto.ProtocolError("short line"), NotHTTP},
		{"N11", errors.New(`net/http: HTTP/1.x transport connection broken: malformed HTTP response "SSH-2.0-x"`), NotHTTP},
		{"N11", errors.New("net/http: server response headers exceeded 65536 bytes; aborted"), NotHTTP},
		{"N11", errors.New("net/http: too many 1xx informational responses"), NotHTTP},
		{"N11", errors.New(`bad Content-Length "x"`), NotHTTP},
		{"N11", errors.New(`unsupported transfer encoding: "x"`), NotHTTP},
		{"N11", errors.New("http2: failed reading the frame payload: PROTOCOL_ERROR"), NotHTTP},
	} {
		for _, err := range []error{c.err, fmt.Errorf("wrapped: %w", c.err)} {
			if got := FaultOf(err); got != c.want {
				t.Errorf("%s: %v is %d, want %d", c.row, err, got, c.want)
			}
		}
	}
}

func TestErrnoIsAllThatIsKept(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("Post https://x.example.test/?canary: %w", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)})
	if got := Errno(err); got != syscall.ECONNREFUSED { //nolint:errorlint // the value itself, without a wrapper
		t.Errorf("%v", got)
	}
	if got := Errno(io.EOF); got != nil {
		t.Errorf("%v", got)
	}
}
