package peer

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/textproto"
	"strings"
	"syscall"
)

// Fault is why a request got no answer.
type Fault int

// The faults. Only of the first two a second try may help.
const (
	Broke   Fault = iota // no connection, or it broke
	TooSlow              // something in between timed out
	NoHost               // the name does not exist
	NoTrust              // the TLS handshake failed for a reason that stays
	NotHTTP              // the answer broke the protocol
)

// FaultOf looks at the error of an http.RoundTripper.
func FaultOf(err error) Fault {
	switch {
	case isNoHost(err):
		return NoHost
	case isNoTrust(err):
		return NoTrust
	case isNotHTTP(err):
		return NotHTTP
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return TooSlow
	}
	return Broke
}

// Errno returns the operating system's error inside err, nil when there is none. It is
// all of err that may be kept.
func Errno(err error) error {
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno
	}
	return nil
}

func isNoHost(err error) bool {
	dns, ok := errors.AsType[*net.DNSError](err)
	return ok && dns.IsNotFound
}

func isNoTrust(err error) bool {
	if errors.Is(err, http.ErrSchemeMismatch) {
		return true
	}
	for _, is := range []func(error) bool{
		is[*tls.CertificateVerificationError], is[tls.RecordHeaderError], is[tls.AlertError],
		is[x509.UnknownAuthorityError], is[x509.HostnameError], is[x509.CertificateInvalidError],
		is[x509.SystemRootsError],
	} {
		if is(err) {
			return true
		}
	}
	return strings.Contains(err.Error(), "tls: ")
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// notHTTP are the marks in net/http's texts, which have no types, of an answer that
// breaks the protocol.
var notHTTP = []string{
	"malformed ", "headers exceeded", "too many 1xx", "Content-Length", "transfer encoding", "invalid header",
	"PROTOCOL_ERROR", "server preface", "http2: response header list",
}

func isNotHTTP(err error) bool {
	if is[textproto.ProtocolError](err) {
		return true
	}
	text := err.Error()
	for _, mark := range notHTTP {
		if strings.Contains(text, mark) {
			return true
		}
	}
	return false
}
