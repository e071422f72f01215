package jsonstream

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrBroken says that the input is not the JSON it should be. A document that ends too
// early gives io.ErrUnexpectedEOF.
var ErrBroken = errors.New("jsonstream: not the expected JSON")

// The bounds of what is kept.
const (
	mostDepth   = 64
	mostMembers = 1000
	mostName    = 4 << 10
	mostNames   = 1 << 20 // bytes of all names in open objects
)

// Reader reads one document. Its methods are called in the order of the document: Begin,
// then Member or Element before each value, until one says that there is no more.
type Reader struct {
	r    *bufio.Reader
	open []frame
	kept int   // bytes of names in open
	err  error // sticky: after an error nothing is certain
}

// frame is an open object or array.
type frame struct {
	close byte            // '}' or ']'
	some  bool            // something was read in it: the next thing follows a comma
	seen  map[string]bool // names of members, folded
	kept  int             // bytes of them
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
	f := frame{close: '}'}
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
// is an error: encoding/json and strings.EqualFold would take both for one.
func (d *Reader) Member() (name string, more bool, err error) {
	if more, err = d.another('}'); !more || err != nil {
		return "", false, err
	}
	if name, err = d.Text(mostName); err != nil {
		return "", false, err
	}
	f := &d.open[len(d.open)-1]
	fold := folded(name)
	if f.seen[fold] || len(f.seen) == mostMembers || d.kept+len(fold) > mostNames {
		return "", false, d.fail(ErrBroken)
	}
	if f.seen == nil {
		f.seen = map[string]bool{}
	}
	f.seen[fold] = true
	f.kept, d.kept = f.kept+len(fold), d.kept+len(fold)
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
		d.kept -= f.kept
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

// folded is the same for all names that strings.EqualFold takes for one: lower case alone
// leaves some apart, such as a long s.
func folded(name string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		if r < utf8.RuneSelf {
			return r
		}
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		return unicode.ToLower(least)
	}, name)
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
