// Package upload makes request bodies that have a caller's file in the middle: a JSON
// envelope with the file in base64, a form with the file as it is. The body is made while
// it is read, so that nobody holds a document in memory, and it seeks, because a request
// that was not sent may be sent again.
package upload

import (
	"encoding/base64"
	"fmt"
	"io"

	"github.com/emrkit/emrkit/emr"
)

// Body is what stands before the file, the file, and what stands after it.
type Body struct {
	op            string
	before, after []byte
	content       io.ReadSeeker
	start, length int64 // of the content, within its reader
	base64        bool

	at   int64 // position in the body
	read int64 // position in the content; -1: seek first
	raw  []byte
	text []byte // encoded, not yet given
	page []byte // room of text
}

// page is how much content is encoded at once: a multiple of three.
const page = 24 << 10

// Plain puts the content, from its present position to its end, between before and after.
// Kind invalid: the content is empty or cannot be read, then and while the Body is read.
func Plain(op string, before []byte, content io.ReadSeeker, after []byte) (*Body, error) {
	start, err := content.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, unreadable(op, err)
	}
	end, err := content.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, unreadable(op, err)
	}
	if end <= start {
		return nil, emr.Invalid(op, "the content is empty", "content")
	}
	return &Body{op: op, before: before, after: after, content: content, start: start, length: end - start, read: -1}, nil
}

// Base64 is Plain with the content in base64.
func Base64(op string, before []byte, content io.ReadSeeker, after []byte) (*Body, error) {
	b, err := Plain(op, before, content, after)
	if err == nil {
		b.base64 = true
	}
	return b, err
}

// ContentSize is the length of the file.
func (b *Body) ContentSize() int64 { return b.length }

// Size is the length of the whole body.
func (b *Body) Size() int64 { return int64(len(b.before)) + b.middle() + int64(len(b.after)) }

// Format prints the size only, for every verb: what stands around a file names a person.
func (b *Body) Format(s fmt.State, _ rune) {
	_, _ = fmt.Fprintf(s, "upload.Body{%d bytes}", b.Size())
}

// middle is the length of the file as it is sent.
func (b *Body) middle() int64 {
	if b.base64 {
		return (b.length + 2) / 3 * 4
	}
	return b.length
}

// Read gives the next part of the body.
func (b *Body) Read(to []byte) (int, error) {
	if len(to) == 0 {
		return 0, nil
	}
	from := b.at - int64(len(b.before))
	var n int
	var err error
	switch {
	case from < 0:
		n = copy(to, b.before[b.at:])
	case from >= b.middle():
		if n = copy(to, b.after[min(from-b.middle(), int64(len(b.after))):]); n == 0 {
			return 0, io.EOF
		}
	case b.base64:
		if err = b.encode(from); err == nil {
			n = copy(to, b.text)
			b.text = b.text[n:]
		}
	default:
		n, err = b.readContent(to[:min(int64(len(to)), b.length-from)], from, 1)
	}
	b.at += int64(n)
	return n, err
}

// encode fills text with what stands at position from of the base64.
func (b *Body) encode(from int64) error {
	if len(b.text) > 0 {
		return nil
	}
	if b.raw == nil {
		b.raw, b.page = make([]byte, page), make([]byte, base64.StdEncoding.EncodedLen(page))
	}
	group := from / 4 * 3
	raw := b.raw[:min(page, b.length-group)]
	if _, err := b.readContent(raw, group, len(raw)); err != nil {
		return err
	}
	base64.StdEncoding.Encode(b.page, raw)
	b.text = b.page[:base64.StdEncoding.EncodedLen(len(raw))][from%4:]
	return nil
}

// readContent reads at least so many bytes from position from of the content. A file that
// has become shorter than it was is an error.
func (b *Body) readContent(to []byte, from int64, least int) (int, error) {
	if b.read != from {
		if _, err := b.content.Seek(b.start+from, io.SeekStart); err != nil {
			return 0, unreadable(b.op, err)
		}
	}
	n, err := io.ReadAtLeast(b.content, to, least)
	if err != nil {
		b.read = -1
		return 0, unreadable(b.op, err)
	}
	b.read = from + int64(n)
	return n, nil
}

// Seek moves to any position of the body.
func (b *Body) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += b.at
	case io.SeekEnd:
		offset += b.Size()
	}
	if offset < 0 {
		return 0, emr.Invalid(b.op, "negative position")
	}
	if offset != b.at {
		b.at, b.text, b.read = offset, nil, -1
	}
	return offset, nil
}

func unreadable(op string, err error) error {
	e := emr.Invalid(op, "the content cannot be read or rewound: give a file or a bytes.Reader", "content")
	e.Err = cause{err}
	return e
}

// cause keeps an error for errors.Is without its text, which may hold a file name.
type cause struct{ err error }

func (c cause) Error() string { return "reading the content failed" }
func (c cause) Unwrap() error { return c.err }
