package jsonstream

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// ErrBroken says that the input is not the JSON it should be. A document that ends too
// early gives io.ErrUnexpectedEOF.
var ErrBroken = errors.New("jsonstream: not the expected JSON")

// The bounds of what is kept.
const (
	mostDepth   = 64
	mostMembers = 1000
	mostName    = 4 << 10
)

// Reader reads one document. Its methods are called in the order of the document: Begin,
// then Member or Element before each value, until one says that there is no more.
type Reader struct {
	r    *bufio.Reader
	open []frame
	err  error // sticky: after an error nothing is certain
}

// frame is an open object or array.
type frame struct {
	close byte            // '}' or ']'
	some  bool            // something was read in it: the next thing follows a comma
	seen  map[string]bool // names of members, in lower case
}

// New reads a document from r. A byte order mark is passed over.
func New(r io.Reader) *Reader {
	d := &Reader{r: bufio.NewReaderSize(r, 32<<10)}
	if mark, err := d.r.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = d.r.Discard(3)
	}
	return d
}

// fail keeps the first error.
func (d *Reader) fail(err error) error {
	if d.err == nil {
		d.err = cutOff(err)
	}
	return d.err
}

// Peek returns the first byte of the next value without reading it: '{', '[', '"', a digit
// or '-', 't', 'f' or 'n'.
func (d *Reader) Peek() (byte, error) {
	if d.err != nil {
		return 0, d.err
	}
	c, err := d.next()
	if err != nil {
		return 0, d.fail(err)
	}
	return c, d.r.UnreadByte()
}

// Begin reads the '{' or '[' that a value must start with.
func (d *Reader) Begin(open byte) error {
	if d.err != nil {
		return d.err
	}
	c, err := d.next()
	switch {
	case err != nil:
		return d.fail(err)
	case c != open || len(d.open) == mostDepth:
		return d.fail(ErrBroken)
	}
	f := frame{close: '}', seen: map[string]bool{}}
	if open == '[' {
		f = frame{close: ']'}
	}
	d.open = append(d.open, f)
	return nil
}

// Element reports whether the open array has another value, which is read next. With false
// the array is closed.
func (d *Reader) Element() (bool, error) { return d.another(']') }

// Member returns the name of the next member of the open object, whose value is read
// next. With more false the object is closed. A name that comes twice, in any letter case,
// is an error.
func (d *Reader) Member() (name string, more bool, err error) {
	if more, err = d.another('}'); !more || err != nil {
		return "", false, err
	}
	if name, err = d.Text(mostName); err != nil {
		return "", false, err
	}
	f := &d.open[len(d.open)-1]
	fold := strings.ToLower(name)
	if f.seen[fold] || len(f.seen) == mostMembers {
		return "", false, d.fail(ErrBroken)
	}
	f.seen[fold] = true
	c, err := d.next()
	switch {
	case err != nil:
		return "", false, d.fail(err)
	case c != ':':
		return "", false, d.fail(ErrBroken)
	}
	return name, true, nil
}

// another reads up to the next thing in the open frame.
func (d *Reader) another(end byte) (bool, error) {
	if d.err != nil {
		return false, d.err
	}
	if len(d.open) == 0 || d.open[len(d.open)-1].close != end {
		return false, d.fail(ErrBroken)
	}
	f := &d.open[len(d.open)-1]
	c, err := d.next()
	switch {
	case err != nil:
		return false, d.fail(err)
	case c == end:
		d.open = d.open[:len(d.open)-1]
		return false, nil
	case !f.some:
		f.some = true
		return true, d.r.UnreadByte()
	case c != ',':
		return false, d.fail(ErrBroken)
	}
	if c, err = d.next(); err != nil {
		return false, d.fail(err)
	}
	if c == end { // a comma before the end
		return false, d.fail(ErrBroken)
	}
	return true, d.r.UnreadByte()
}

// End checks that the document is complete and nothing follows it.
func (d *Reader) End() error {
	if d.err != nil {
		return d.err
	}
	if len(d.open) > 0 {
		return d.fail(ErrBroken)
	}
	switch _, err := d.next(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return d.fail(err)
	}
	return d.fail(ErrBroken)
}

// next reads the next byte that is no blank.
func (d *Reader) next() (byte, error) {
	for {
		c, err := d.r.ReadByte()
		if err != nil || c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c, err
		}
	}
}

// cutOff says that the document ended too early; other errors are the stream's own.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
