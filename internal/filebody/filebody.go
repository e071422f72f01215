// Package filebody makes a JSON request with a file in it, base64 in the middle, while the
// request is read: memory does not grow with the size of the file.
package filebody

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
)

// Mark stands for the file in the envelope. It is no base64, and a text of the caller's
// cannot look like the member around it, for its quotes are escaped.
const Mark = "@content@"

// ErrContent is that the file cannot be read or rewound. What wraps it keeps the cause
// for errors.Is without its text, which may hold a file name.
var ErrContent = errors.New("filebody: the content cannot be read or rewound")

// ErrNoPlace is an envelope without the mark as a "data" member.
var ErrNoPlace = errors.New("filebody: no place for the content")

// Body is the request. It seeks, because one that was not sent may be sent again. It is
// for one goroutine.
type Body struct {
	before, after []byte
	content       io.ReadSeeker
	start, length int64 // of the content, within its reader

	at   int64 // position in the body
	read int64 // position in the content; -1: seek first
	raw  []byte
	text []byte // encoded, not yet given
	page []byte // room of text
}

// page is how much content is encoded at once: a multiple of three.
const page = 24 << 10

// New puts the content, from its current position to its end, in the place of the member
// "data" that is Mark in the envelope.
func New(envelope []byte, content io.ReadSeeker) (*Body, error) {
	before, after, ok := bytes.Cut(envelope, []byte(`"data":"`+Mark+`"`))
	if !ok {
		return nil, ErrNoPlace
	}
	start, err := content.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, unreadable(err)
	}
	end, err := content.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, unreadable(err)
	}
	return &Body{
		before: append(bytes.Clone(before), `"data":"`...), after: append([]byte(`"`), after...),
		content: content, start: start, length: max(0, end-start), read: -1,
	}, nil
}

// cause hides the text of an error.
type cause struct{ err error }

func (c cause) Error() string   { return ErrContent.Error() }
func (c cause) Unwrap() []error { return []error{ErrContent, c.err} }

func unreadable(err error) error { return cause{err} }

// ContentSize is how many bytes the file has.
func (b *Body) ContentSize() int64 { return b.length }

func (b *Body) encodedSize() int64 { return (b.length + 2) / 3 * 4 }

// Size is how many bytes the request has.
func (b *Body) Size() int64 {
	return int64(len(b.before)) + b.encodedSize() + int64(len(b.after))
}

// Format prints the size only, for every verb.
func (b *Body) Format(s fmt.State, _ rune) {
	_, _ = fmt.Fprintf(s, "filebody.Body{%d bytes}", b.Size())
}

// Read gives the next part of the request.
func (b *Body) Read(to []byte) (int, error) {
	if len(to) == 0 {
		return 0, nil
	}
	from := b.at - int64(len(b.before))
	var n int
	switch {
	case from < 0:
		n = copy(to, b.before[b.at:])
	case from < b.encodedSize():
		if err := b.encode(from); err != nil {
			return 0, err
		}
		n = copy(to, b.text)
		b.text = b.text[n:]
	case b.at < b.Size():
		n = copy(to, b.after[from-b.encodedSize():])
	default:
		return 0, io.EOF
	}
	b.at += int64(n)
	return n, nil
}

// encode fills text with what stands at position from of the base64.
func (b *Body) encode(from int64) error {
	if len(b.text) > 0 {
		return nil
	}
	if b.raw == nil {
		b.raw = make([]byte, page)
		b.page = make([]byte, base64.StdEncoding.EncodedLen(page))
	}
	group := from / 4 * 3
	if b.read != group {
		if _, err := b.content.Seek(b.start+group, io.SeekStart); err != nil {
			return unreadable(err)
		}
	}
	n, err := io.ReadFull(b.content, b.raw[:min(int64(page), b.length-group)])
	if err != nil { // the content has become shorter than it was
		b.read = -1
		return unreadable(err)
	}
	b.read = group + int64(n)
	base64.StdEncoding.Encode(b.page, b.raw[:n])
	b.text = b.page[:base64.StdEncoding.EncodedLen(n)][from%4:]
	return nil
}

// Seek moves to any position of the request.
func (b *Body) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += b.at
	case io.SeekEnd:
		offset += b.Size()
	}
	if offset < 0 {
		return 0, errors.New("filebody: negative position")
	}
	if offset != b.at {
		b.at, b.text, b.read = offset, nil, -1
	}
	return offset, nil
}

var _ io.ReadSeeker = (*Body)(nil)
