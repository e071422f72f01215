package nextech

import (
	"bufio"
	"errors"
	"io"
)

// binary reads a FHIR Binary without holding its content: the members before "content"
// are read at once, the content itself is given by Read as base64 text, and the rest is
// checked when it ends.
type binary struct {
	r           *bufio.Reader
	kind        string // resourceType
	contentType string
	seen        map[string]bool
	depth       int
	err         error // after the content
}

// errBinary never holds anything of the input.
var errBinary = errors.New("nextech: not a FHIR Binary")

// The bounds of everything but the content.
const (
	binaryText  = 64 << 10
	binaryDepth = 64
)

// openBinary reads up to the content.
func openBinary(r io.Reader) (*binary, error) {
	b := &binary{r: bufio.NewReaderSize(r, 32<<10), seen: map[string]bool{}}
	if mark, err := b.r.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = b.r.Discard(3)
	}
	if c, err := b.next(); err != nil || c != '{' {
		return nil, orBroken(err)
	}
	for first := true; ; first = false {
		name, end, err := b.member(first)
		switch {
		case err != nil:
			return nil, err
		case end:
			return nil, errBinary // no content
		case name == "content":
			if c, err := b.next(); err != nil || c != '"' {
				return nil, orBroken(err)
			}
			if b.kind != "" && b.kind != "Binary" {
				return nil, errBinary
			}
			return b, nil
		}
		if err := b.known(name); err != nil {
			return nil, err
		}
	}
}

// Read gives the base64 of the content.
func (b *binary) Read(to []byte) (int, error) {
	n := 0
	for n < len(to) && b.err == nil {
		c, err := b.r.ReadByte()
		switch {
		case err != nil:
			b.err = cutOff(err)
		case c == '"':
			if b.err = b.rest(); b.err == nil {
				b.err = io.EOF
			}
		case c == '\\':
			var r rune
			if r, err = b.escape(); err != nil {
				b.err = err
			} else if r > ' ' { // line breaks within base64 are no part of it
				if r > '~' {
					b.err = errBinary
					break
				}
				to[n] = byte(r)
				n++
			}
		case c < ' ':
			b.err = errBinary
		default:
			to[n] = c
			n++
		}
	}
	if n > 0 {
		return n, nil
	}
	return 0, b.err
}

// rest reads what follows the content, to the end of the document.
func (b *binary) rest() error {
	for {
		name, end, err := b.member(false)
		if err != nil {
			return err
		}
		if end {
			break
		}
		if err := b.known(name); err != nil {
			return err
		}
	}
	if b.kind != "Binary" {
		return errBinary
	}
	if _, err := b.next(); !errors.Is(err, io.ErrUnexpectedEOF) {
		return orBroken(err) // something follows the document
	}
	return nil
}

// known reads one member that is not the content.
func (b *binary) known(name string) error {
	switch name {
	case "resourceType", "contentType":
		c, err := b.next()
		if err != nil || c != '"' {
			return orBroken(err)
		}
		text, err := b.text()
		if name == "resourceType" {
			b.kind = text
		} else {
			b.contentType = text
		}
		return err
	}
	return b.skip()
}
