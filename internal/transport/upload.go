package transport

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"
)

// upload is the body of a call: read from the caller's file as it is sent, never held in
// memory.
type upload struct {
	src  io.ReadSeeker
	size int64
	sent atomic.Int64
	cur  *uploadReader
}

// newUpload finds the size of src. An error is the caller's source failing.
func newUpload(src io.ReadSeeker, size int64) (*upload, error) {
	if size <= 0 {
		n, err := src.Seek(0, io.SeekEnd)
		if err != nil {
			return nil, errUpload
		}
		size = n
	}
	return &upload{src: src, size: size}, nil
}

var (
	errUpload = errors.New("transport: the body cannot be read")
	errClosed = errors.New("transport: body closed")
)

// open rewinds and returns the body for one attempt. The reader of the attempt before
// is cut off first: net/http may still hold it after its RoundTrip returned.
func (u *upload) open() (io.ReadCloser, error) {
	u.revoke()
	if _, err := u.src.Seek(0, io.SeekStart); err != nil {
		return nil, errUpload
	}
	u.cur = &uploadReader{up: u}
	return u.cur, nil
}

// revoke cuts off the last reader: when it returns, nobody reads src any more.
func (u *upload) revoke() {
	if u != nil && u.cur != nil {
		_ = u.cur.Close()
		u.cur = nil
	}
}

// uploadReader is the body of one attempt.
type uploadReader struct {
	mu     sync.Mutex
	up     *upload
	closed bool
}

func (r *uploadReader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return 0, errClosed
	}
	n, err := r.up.src.Read(p)
	r.up.sent.Add(int64(n))
	if err != nil && !errors.Is(err, io.EOF) {
		err = errUpload
	}
	return n, err
}

func (r *uploadReader) Close() error {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	return nil
}
