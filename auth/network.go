package auth

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

// hintEnded is for a fetch whose last user closed its Cache.
const hintEnded = "the token source was closed while it asked for a token: make a new connection"

// broken makes the error for a request without an answer, and says whether a second try
// may help. Nothing of err's text is kept: net/http prints URLs and first lines of bodies.
func broken(ctx context.Context, err error, host string) (*emr.Error, bool) {
	var dns *net.DNSError
	var timeout net.Error
	var errno syscall.Errno
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return failed(emr.KindTimeout, host+" did not answer the token request in time", context.DeadlineExceeded), false
	case ctx.Err() != nil:
		return failed(emr.KindCanceled, hintEnded, context.Canceled), false
	case errors.Is(err, errPanic):
		return failed(emr.KindUnavailable, "the HTTP client of the configuration panicked", err), false
	case errors.As(err, &dns) && dns.IsNotFound:
		return failed(emr.KindUnavailable, "the host "+host+" cannot be found: check its name in the token URL, and this machine's network", nil), false
	case isTLS(err):
		return failed(emr.KindUnavailable, "no trusted TLS connection to "+host+"; check its certificate and the token URL", nil), false
	case isNotHTTP(err):
		return failed(emr.KindProtocol, host+" did not answer in HTTP; check the token URL and proxies", nil), false
	case errors.As(err, &timeout) && timeout.Timeout():
		return failed(emr.KindTimeout, "no answer from "+host+" in time", context.DeadlineExceeded), true
	}
	e := failed(emr.KindUnavailable, "no connection to "+host+", or it broke; try again later", nil)
	if errors.As(err, &errno) {
		e.Err = errno
	}
	return e, true
}

// isTLS reports whether the handshake failed for a reason that stays.
func isTLS(err error) bool {
	if errors.Is(err, http.ErrSchemeMismatch) {
		return true
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return true
	}
	if _, ok := errors.AsType[x509.SystemRootsError](err); ok {
		return true
	}
	return strings.Contains(err.Error(), "tls: ")
}

// isNotHTTP reports whether the answer broke the protocol. net/http has no types for it.
func isNotHTTP(err error) bool {
	if _, ok := errors.AsType[textproto.ProtocolError](err); ok {
		return true
	}
	text := err.Error()
	for _, mark := range []string{"malformed ", "headers exceeded", "too many 1xx", "Content-Length", "transfer encoding", "server preface", "PROTOCOL_ERROR"} {
		if strings.Contains(text, mark) {
			return true
		}
	}
	return false
}
