package nextech

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// dataMark stands for the content in the envelope. It is no base64, and a text of the
// caller's cannot look like the member around it, for its quotes are escaped.
const dataMark = "@content@"

// documentBody is a JSON envelope with the content in base64 in the middle, made while
// it is read. It seeks, because a request that was not sent may be sent again.
type documentBody struct {
	before, after []byte
	content       io.ReadSeeker
	start, length int64 // of the content, within its reader

	at   int64 // position in the body
	read int64 // position in the content; -1: seek first
	raw  []byte
	text []byte // encoded, not yet given
	page []byte // room of text
}

// rawPage is how much content is encoded at once: a multiple of three.
const rawPage = 24 << 10

// newDocumentBody puts the content, from its current position to its end, into r.
func newDocumentBody(r *fhir.DocumentReference, content io.ReadSeeker) (*documentBody, error) {
	envelope, err := fhir.Encode(r, nil)
	if err != nil {
		return nil, invalid(opUpload, "a text is not valid UTF-8")
	}
	before, after, ok := bytes.Cut(envelope, []byte(`"data":"`+dataMark+`"`))
	if !ok {
		return nil, errors.New("nextech: no place for the content")
	}
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
	return &documentBody{
		before: append(bytes.Clone(before), `"data":"`...), after: append([]byte(`"`), after...),
		content: content, start: start, length: end - start, read: -1,
	}, nil
}

func unreadableContent(err error) error {
	e := invalid(opUpload, "the content cannot be read or rewound", "content")
	e.Err = causeError{err}
	return e
}

// causeError keeps a cause for errors.Is without its text, which may hold a file name.
type causeError struct{ err error }

func (h causeError) Error() string { return "nextech: reading the content failed" }
func (h causeError) Unwrap() error { return h.err }

func (b *documentBody) contentSize() int64 { return b.length }

func (b *documentBody) encodedSize() int64 { return (b.length + 2) / 3 * 4 }

func (b *documentBody) size() int64 {
	return int64(len(b.before)) + b.encodedSize() + int64(len(b.after))
}

// Read gives the next part of the body.
func (b *documentBody) Read(to []byte) (int, error) {
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
	case b.at < b.size():
		n = copy(to, b.after[from-b.encodedSize():])
	default:
		return 0, io.EOF
	}
	b.at += int64(n)
	return n, nil
}

// encode fills text with what stands at position from of the base64.
func (b *documentBody) encode(from int64) error {
	if len(b.text) > 0 {
		return nil
	}
	if b.raw == nil {
		b.raw = make([]byte, rawPage)
		b.page = make([]byte, base64.StdEncoding.EncodedLen(rawPage))
	}
	group := from / 4 * 3
	if b.read != group {
		if _, err := b.content.Seek(b.start+group, io.SeekStart); err != nil {
			return unreadableContent(err)
		}
	}
	want := min(int64(rawPage), b.length-group)
	n, err := io.ReadFull(b.content, b.raw[:want])
	if err != nil { // the content has become shorter than it was
		b.read = -1
		return unreadableContent(err)
	}
	b.read = group + int64(n)
	base64.StdEncoding.Encode(b.page, b.raw[:n])
	b.text = b.page[:base64.StdEncoding.EncodedLen(n)][from%4:]
	return nil
}

// Seek moves to any position of the body.
func (b *documentBody) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += b.at
	case io.SeekEnd:
		offset += b.size()
	}
	if offset < 0 {
		return 0, emr.Invalid(opUpload, "negative position")
	}
	if offset != b.at {
		b.at, b.text, b.read = offset, nil, -1
	}
	return offset, nil
}
