package transport

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// fault is why one attempt gave no good answer.
type fault struct {
	kind   emr.Kind
	hint   string
	fields []string
	cause  error         // safe to print: context errors, errno, *emr.Error
	after  time.Duration // Retry-After
	repeat bool          // another attempt is allowed and may help
	next   *url.URL      // a redirect to follow
	found  *emr.Error    // what Check objected to
}

// reply is what one attempt gave.
type reply struct {
	status int
	header http.Header
	body   []byte
	live   *live // the open body of a stream
	fault  *fault
}

// join adds cause to the fault's chain, so that errors.Is finds both.
func (f *fault) join(cause error) {
	if f.cause == nil {
		f.cause = cause
	} else if !errors.Is(f.cause, cause) {
		f.cause = errors.Join(f.cause, cause)
	}
}

// ended is the fault for a context that ended with err before anything was sent.
func ended(err error) *fault {
	if errors.Is(err, context.Canceled) {
		return &fault{kind: emr.KindCanceled, cause: context.Canceled, hint: hintCanceled}
	}
	return &fault{kind: emr.KindTimeout, cause: context.DeadlineExceeded, hint: hintTimeout}
}

// Our own sentences. They name no value; explain.go and cause.go add the host.
const (
	hintTimeout   = "the time ran out before an answer came, and nothing was changed: try again later or allow more time"
	hintCanceled  = "the caller ended the call before an answer came, and nothing was changed"
	hintBody      = "the body to send cannot be read"
	hintAmbiguous = "the request was sent and its outcome is not known; look before repeating it"
)
