package transport

import (
	"context"
	"errors"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
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
	default:
		f.silent(host, err)
	}
	if r.call.write() && !a.unsent() {
		f.kind, f.repeat = emr.KindAmbiguous, false
		f.hint = hintAmbiguous
	}
	return f
}

// silent says why host gave no answer.
func (f *fault) silent(host string, err error) {
	why := peer.FaultOf(err)
	switch why {
	case peer.NoHost:
		f.hint = "the host " + host + " does not exist; check the base URL"
	case peer.NoTrust:
		f.hint = "no trusted TLS connection to " + host + "; check its certificate and the base URL"
	case peer.NotHTTP:
		f.kind, f.hint = emr.KindProtocol, host+" did not answer in HTTP; check the base URL and proxies"
	case peer.TooSlow, peer.Broke:
		f.repeat = true
		f.hint = "no connection to " + host + ", or it broke; try again later"
		if why == peer.TooSlow {
			f.kind, f.cause = emr.KindTimeout, context.DeadlineExceeded
		}
		if errno := peer.Errno(err); errno != nil {
			f.join(errno)
		}
	}
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
