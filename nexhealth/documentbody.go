package nexhealth

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
)

// formBody is a multipart form with one file, made while it is read: the content is never
// copied. It seeks, because a request that was not sent may be sent again.
type formBody struct {
	boundary      string
	before, after []byte
	content       io.ReadSeeker
	start, length int64 // of the content, within its reader

	at   int64 // position in the body
	read int64 // position in the content; -1: seek first
}

// newFormBody puts the content, from its current position to its end, into a form.
func newFormBody(category, name, media string, content io.ReadSeeker) (*formBody, error) {
	start, err := content.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, unreadableContent(err)
	}
	end, err := content.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, unreadableContent(err)
	}
	if end <= start {
		return nil, invalid(opUpload, "the content is empty", "content")
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	if err := w.SetBoundary("emrkit" + rand.Text() + rand.Text()); err != nil {
		return nil, err
	}
	if category != "" {
		if err := w.WriteField("document_type_id", category); err != nil {
			return nil, err
		}
	}
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name)
	header := textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="` + quoted + `"`},
		"Content-Type":        {media},
	}
	if _, err := w.CreatePart(header); err != nil {
		return nil, err
	}
	before := bytes.Clone(form.Bytes())
	if err := w.Close(); err != nil {
		return nil, err
	}
	return &formBody{
		boundary: w.Boundary(), before: before, after: form.Bytes()[len(before):],
		content: content, start: start, length: end - start, read: -1,
	}, nil
}

func (b *formBody) contentType() string { return "multipart/form-data; boundary=" + b.boundary }

func (b *formBody) size() int64 { return int64(len(b.before)) + b.length + int64(len(b.after)) }

// Read gives the next part of the body.
func (b *formBody) Read(to []byte) (int, error) {
	if len(to) == 0 {
		return 0, nil
	}
	from := b.at - int64(len(b.before))
	var n int
	switch {
	case from < 0:
		n = copy(to, b.before[b.at:])
	case from < b.length:
		var err error
		if n, err = b.readContent(to[:min(int64(len(to)), b.length-from)], from); err != nil {
			return 0, err
		}
	case b.at < b.size():
		n = copy(to, b.after[from-b.length:])
	default:
		return 0, io.EOF
	}
	b.at += int64(n)
	return n, nil
}

// readContent reads from position from of the content. One that has become shorter than
// it was is an error.
func (b *formBody) readContent(to []byte, from int64) (int, error) {
	if b.read != from {
		if _, err := b.content.Seek(b.start+from, io.SeekStart); err != nil {
			return 0, unreadableContent(err)
		}
	}
	n, err := io.ReadAtLeast(b.content, to, 1)
	if err != nil {
		b.read = -1
		return 0, unreadableContent(err)
	}
	b.read = from + int64(n)
	return n, nil
}

// Seek moves to any position of the body.
func (b *formBody) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += b.at
	case io.SeekEnd:
		offset += b.size()
	}
	if offset < 0 {
		return 0, invalid(opUpload, "negative position")
	}
	if offset != b.at {
		b.at, b.read = offset, -1
	}
	return offset, nil
}

func unreadableContent(err error) error {
	e := invalid(opUpload, "the content cannot be read or rewound", "content")
	e.Err = contentError{err}
	return e
}

// contentError keeps a cause for errors.Is without its text, which may hold a file name.
type contentError struct{ err error }

func (h contentError) Error() string { return "nexhealth: reading the content failed" }
func (h contentError) Unwrap() error { return h.err }

// vendorSize is the length an answer announces, unless it was unpacked on the way.
func vendorSize(h http.Header) (int64, error) {
	if h.Get("Content-Encoding") != "" {
		return 0, errors.New("nexhealth: no length")
	}
	return strconv.ParseInt(h.Get("Content-Length"), 10, 64)
}
