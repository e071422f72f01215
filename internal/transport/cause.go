package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/textproto"
	"strings"
	"syscall"

	"github.com/emrkit/emrkit/emr"
)

// failed turns an error of the http.RoundTripper into a fault. Nothing of its text is
// kept: net/http prints URLs, headers and first lines of bodies.
func (a *attempt) failed(err error) *fault {
	r := a.run
	host := r.c.base.Hostname()
	f := &fault{kind: emr.KindUnavailable}
	over := r.over()
	switch {
	case over != nil:
		f = ended(over)
	case a.slow.Load() == slowDial:
		f.kind, f.cause, f.repeat = emr.KindTimeout, context.DeadlineExceeded, true
		f.hint = "no connection to " + host + " in time; a firewall may not know this machine's address"
	case a.slow.Load() == slowHeader:
		f.kind, f.cause, f.repeat = emr.KindTimeout, context.DeadlineExceeded, true
		f.hint = host + " took the request and did not answer in time"
	case errors.Is(err, errUpload):
		f.kind, f.hint = emr.KindInvalid, hintBody
		f.fields = []string{"body"}
	case isNoSuchHost(err):
		f.hint = "the host " + host + " does not exist; check the base URL"
	case isTLS(err):
		f.hint = "no trusted TLS connection to " + host + "; check its certificate and the base URL"
	case isNotHTTP(err):
		f.kind, f.hint = emr.KindProtocol, host+" did not answer in HTTP; check the base URL and proxies"
	default:
		f.repeat = true
		f.hint = "no connection to " + host + ", or it broke; try again later"
		if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
			f.kind, f.cause = emr.KindTimeout, context.DeadlineExceeded
		}
		if errno, ok := errors.AsType[syscall.Errno](err); ok {
			f.join(errno)
		}
	}
	if r.call.write() && !a.unsent() {
		f.kind, f.repeat = emr.KindAmbiguous, false
		f.hint = hintAmbiguous
	}
	return f
}

func isNoSuchHost(err error) bool {
	dns, ok := errors.AsType[*net.DNSError](err)
	return ok && dns.IsNotFound
}

// isTLS reports whether the handshake failed for a reason that stays.
func isTLS(err error) bool {
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
	"malformed HTTP", "malformed MIME", "malformed chunked", "response headers exceeded", "too many 1xx",
	"bad Content-Length", "multiple Content-Length", "unsupported transfer encoding", "invalid header",
	"PROTOCOL_ERROR", "HTTP/2 server preface", "http2: response header list",
}

// isNotHTTP reports whether the answer broke the protocol.
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
