package nextech

import (
	"errors"
	"io"

	"github.com/emrkit/emrkit/internal/jsonstream"
)

// binary reads a FHIR Binary without holding its content: the members before "content"
// are read at once, the content itself is given by Read as base64 text, and the rest is
// checked when it ends.
type binary struct {
	doc         *jsonstream.Reader
	content     *jsonstream.Text
	kind        string // resourceType
	contentType string
	err         error // after the content
}

// errBinary never holds anything of the input.
var errBinary = errors.New("nextech: not a FHIR Binary")

// binaryText is the most of a member that is not the content.
const binaryText = 64 << 10

// openBinary reads up to the content.
func openBinary(r io.Reader) (*binary, error) {
	b := &binary{doc: jsonstream.New(r)}
	if err := b.doc.Begin('{'); err != nil {
		return nil, err
	}
	for {
		name, more, err := b.doc.Member()
		switch {
		case err != nil:
			return nil, err
		case !more:
			return nil, errBinary // no content
		case name == "content":
			if b.kind != "" && b.kind != "Binary" {
				return nil, errBinary
			}
			b.content, err = b.doc.Stream()
			return b, err
		}
		if err := b.known(name); err != nil {
			return nil, err
		}
	}
}

// Read gives the base64 of the content. Line breaks within it are left out.
func (b *binary) Read(to []byte) (int, error) {
	for b.err == nil {
		n, err := b.content.Read(to)
		if b.err = err; errors.Is(err, io.EOF) {
			if b.err = b.rest(); b.err == nil {
				b.err = io.EOF
			}
		}
		kept := 0
		for _, c := range to[:n] {
			switch {
			case c > '~':
				b.err = errBinary
			case c > ' ':
				to[kept] = c
				kept++
			}
		}
		if kept > 0 || len(to) == 0 {
			return kept, nil
		}
	}
	return 0, b.err
}

// rest reads what follows the content, to the end of the document.
func (b *binary) rest() error {
	for {
		name, more, err := b.doc.Member()
		if err != nil {
			return err
		}
		if !more {
			break
		}
		if err := b.known(name); err != nil {
			return err
		}
	}
	if b.kind != "Binary" {
		return errBinary
	}
	return b.doc.End()
}

// known reads one member that is not the content.
func (b *binary) known(name string) (err error) {
	switch name {
	case "resourceType":
		b.kind, err = b.doc.Text(binaryText)
	case "contentType":
		b.contentType, err = b.doc.Text(binaryText)
	default:
		err = b.doc.Skip()
	}
	return err
}
