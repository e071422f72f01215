package transport

import (
	"io"
	"sync"

	"github.com/emrkit/emrkit/emr"
)

// live is the open body of a download. Read may be called by one goroutine at a time,
// Close by any.
type live struct {
	attempt *attempt
	src     io.ReadCloser
	left    int64

	mu   sync.Mutex // guards the rest
	err  *emr.Error
	got  int64
	over bool
}

// Read reads on. Its errors are *emr.Error: too_large beyond the limit, timeout and
// canceled, protocol for an answer that was cut off, unavailable for a lost connection.
func (l *live) Read(p []byte) (int, error) {
	l.mu.Lock()
	failed, over := l.err, l.over
	l.mu.Unlock()
	switch {
	case failed != nil:
		return 0, failed
	case over:
		return 0, errClosed
	case len(p) == 0:
		return 0, nil
	}
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1] // one more than allowed, to see whether there is more
	}
	n, err := l.src.Read(p)
	if int64(n) > l.left {
		n, err = int(l.left), errTooLarge
	}
	l.left -= int64(n)
	l.mu.Lock()
	l.got += int64(n)
	switch {
	case err == nil, err == io.EOF:
	case l.over:
		err = errClosed // and not the text of net/http
	default:
		r := l.attempt.run
		l.err = r.fail(reply{status: r.last.status, fault: l.attempt.unread(err)})
		err = l.err
	}
	l.mu.Unlock()
	return n, err
}

// Close ends the call and frees its connection; it is not an error to close early.
func (l *live) Close() error {
	l.mu.Lock()
	if l.over {
		l.mu.Unlock()
		return nil
	}
	l.over = true
	err, got := l.err, l.got
	l.mu.Unlock()
	l.attempt.cancel()
	_ = l.src.Close()
	l.attempt.release()
	r := l.attempt.run
	r.received += got
	r.finish(err)
	return nil
}
