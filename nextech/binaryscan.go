package nextech

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

// member reads the comma and the name of the next member; end is the closing brace.
func (b *binary) member(first bool) (name string, end bool, err error) {
	c, err := b.next()
	if err != nil {
		return "", false, err
	}
	if c == '}' {
		return "", true, nil
	}
	if !first {
		if c != ',' {
			return "", false, errBinary
		}
		if c, err = b.next(); err != nil {
			return "", false, err
		}
	}
	if c != '"' {
		return "", false, errBinary
	}
	if name, err = b.text(); err != nil {
		return "", false, err
	}
	if fold := strings.ToLower(name); b.seen[fold] || len(b.seen) > 100 {
		return "", false, errBinary
	} else {
		b.seen[fold] = true
	}
	if c, err = b.next(); err != nil || c != ':' {
		return "", false, orBroken(err)
	}
	return name, false, nil
}

// skip passes over one value of any kind.
func (b *binary) skip() error {
	c, err := b.next()
	if err != nil {
		return err
	}
	switch {
	case c == '"':
		_, err = b.text()
		return err
	case c == '{' || c == '[':
		return b.skipTo(c)
	case c == '-' || c >= '0' && c <= '9' || c == 't' || c == 'f' || c == 'n':
		for {
			c, err := b.r.ReadByte()
			if err != nil {
				return cutOff(err)
			}
			if !strings.ContainsRune("+-.0123456789abcdefghijklmnopqrstuvwxyzE", rune(c)) {
				return b.r.UnreadByte()
			}
		}
	}
	return errBinary
}

// skipTo passes over an object or array whose opening sign has been read.
func (b *binary) skipTo(open byte) error {
	if b.depth++; b.depth > binaryDepth {
		return errBinary
	}
	defer func() { b.depth-- }()
	for {
		c, err := b.next()
		switch {
		case err != nil:
			return err
		case c == open+2: // the closing sign of { and [ stands two places further in ASCII
			return nil
		case c == '"':
			if _, err := b.text(); err != nil {
				return err
			}
		case c == '{' || c == '[':
			if err := b.skipTo(c); err != nil {
				return err
			}
		case c == '}' || c == ']':
			return errBinary
		}
	}
}

// next reads the next byte that is no blank.
func (b *binary) next() (byte, error) {
	for {
		c, err := b.r.ReadByte()
		if err != nil {
			return 0, cutOff(err)
		}
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c, nil
		}
	}
}

// text reads a string whose opening quote has been read.
func (b *binary) text() (string, error) {
	var s strings.Builder
	for s.Len() < binaryText {
		c, err := b.r.ReadByte()
		switch {
		case err != nil:
			return "", cutOff(err)
		case c == '"':
			return s.String(), nil
		case c == '\\':
			r, err := b.escape()
			if err != nil {
				return "", err
			}
			s.WriteRune(r)
		default:
			s.WriteByte(c)
		}
	}
	return "", errBinary
}

// escape reads what follows a backslash.
func (b *binary) escape() (rune, error) {
	c, err := b.r.ReadByte()
	if err != nil {
		return 0, cutOff(err)
	}
	switch c {
	case '"', '\\', '/':
		return rune(c), nil
	case 'b', 'f', 'n', 'r', 't':
		return ' ', nil
	case 'u':
		var hex [4]byte
		if _, err := io.ReadFull(b.r, hex[:]); err != nil {
			return 0, cutOff(err)
		}
		n, err := strconv.ParseUint(string(hex[:]), 16, 32)
		if err != nil {
			return 0, errBinary
		}
		return rune(n), nil
	}
	return 0, errBinary
}

// cutOff says that the document ended too early; other errors are the stream's own.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func orBroken(err error) error {
	if err == nil {
		return errBinary
	}
	return err
}
