package auth

import (
	"context"
	"errors"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

// hintEnded is for a fetch whose last user closed its Cache.
const hintEnded = "the token source was closed while it asked for a token: make a new connection"

// broken makes the error for a request without an answer, and says whether a second try
// may help. Nothing of err's text is kept: net/http prints URLs and first lines of bodies.
func broken(ctx context.Context, err error, host string) (*emr.Error, bool) {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return failed(emr.KindTimeout, host+" did not answer the token request in time", context.DeadlineExceeded), false
	case ctx.Err() != nil:
		return failed(emr.KindCanceled, hintEnded, context.Canceled), false
	case errors.Is(err, errPanic):
		return failed(emr.KindUnavailable, "the HTTP client of the configuration panicked", err), false
	}
	switch peer.FaultOf(err) {
	case peer.NoHost:
		return failed(emr.KindUnavailable, "the host "+host+" cannot be found: check its name in the token URL, and this machine's network", nil), false
	case peer.NoTrust:
		return failed(emr.KindUnavailable, "no trusted TLS connection to "+host+"; check its certificate and the token URL", nil), false
	case peer.NotHTTP:
		return failed(emr.KindProtocol, host+" did not answer in HTTP; check the token URL and proxies", nil), false
	case peer.TooSlow:
		return failed(emr.KindTimeout, "no answer from "+host+" in time", context.DeadlineExceeded), true
	case peer.Broke:
	}
	return failed(emr.KindUnavailable, "no connection to "+host+", or it broke; try again later", peer.Errno(err)), true
}
