package jsonstream

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// Skip passes over the next value, of any size.
func (d *Reader) Skip() error {
	c, err := d.Peek()
	if err != nil {
		return err
	}
	switch c {
	case '"':
		t, err := d.Stream()
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, t)
		return err
	case '{':
		if err := d.Begin(c); err != nil {
			return err
		}
		for {
			if _, more, err := d.Member(); !more || err != nil {
				return err
			}
			if err := d.Skip(); err != nil {
				return err
			}
		}
	case '[':
		if err := d.Begin(c); err != nil {
			return err
		}
		for {
			if more, err := d.Element(); !more || err != nil {
				return err
			}
			if err := d.Skip(); err != nil {
				return err
			}
		}
	}
	_, err = d.leaf()
	return err
}

// Text reads the next value, a text of at most limit bytes.
func (d *Reader) Text(limit int) (string, error) {
	t, err := d.Stream()
	if err != nil {
		return "", err
	}
	var all []byte
	var part [64]byte // most are names
	for {
		n, err := t.Read(part[:])
		switch all = append(all, part[:n]...); {
		case len(all) > limit:
			return "", d.fail(ErrBroken)
		case errors.Is(err, io.EOF):
			return string(all), nil
		case err != nil:
			return "", err
		}
	}
}

// Raw reads the next value as JSON of at most limit bytes.
func (d *Reader) Raw(limit int) (json.RawMessage, error) {
	var all bytes.Buffer
	if err := d.copyValue(&all, limit); err != nil {
		return nil, err
	}
	return all.Bytes(), nil
}

// copyValue writes the next value without the blanks between its tokens.
func (d *Reader) copyValue(to *bytes.Buffer, limit int) error {
	c, err := d.Peek()
	if err != nil {
		return err
	}
	if to.Len() > limit {
		return d.fail(ErrBroken)
	}
	switch c {
	case '"':
		text, err := d.Text(limit - to.Len())
		if err != nil {
			return err
		}
		return d.write(to, text)
	case '{':
		return d.copyObject(to, limit)
	case '[':
		return d.copyArray(to, limit)
	}
	leaf, err := d.leaf()
	to.WriteString(leaf)
	return err
}

func (d *Reader) copyObject(to *bytes.Buffer, limit int) error {
	if err := d.Begin('{'); err != nil {
		return err
	}
	for sep := "{"; ; sep = "," {
		name, more, err := d.Member()
		if err != nil {
			return err
		}
		if !more {
			if sep == "{" {
				to.WriteString(sep)
			}
			to.WriteByte('}')
			return nil
		}
		to.WriteString(sep)
		if err := d.write(to, name); err != nil {
			return err
		}
		to.WriteByte(':')
		if err := d.copyValue(to, limit); err != nil {
			return err
		}
	}
}

func (d *Reader) copyArray(to *bytes.Buffer, limit int) error {
	if err := d.Begin('['); err != nil {
		return err
	}
	for sep := "["; ; sep = "," {
		more, err := d.Element()
		if err != nil {
			return err
		}
		if !more {
			if sep == "[" {
				to.WriteString(sep)
			}
			to.WriteByte(']')
			return nil
		}
		to.WriteString(sep)
		if err := d.copyValue(to, limit); err != nil {
			return err
		}
	}
}

func (d *Reader) write(to *bytes.Buffer, text string) error {
	quoted, err := json.Marshal(text)
	to.Write(quoted)
	return err
}

// leaf reads a number, a boolean or null.
func (d *Reader) leaf() (string, error) {
	var text []byte
	for {
		c, err := d.r.ReadByte()
		if errors.Is(err, io.EOF) && len(d.open) == 0 {
			break // the whole document is this leaf
		}
		if err != nil {
			return "", d.fail(err)
		}
		if strings.IndexByte("+-.0123456789abcdefghijklmnopqrstuvwxyzE", c) < 0 {
			if err := d.r.UnreadByte(); err != nil {
				return "", d.fail(err)
			}
			break
		}
		if text = append(text, c); len(text) > 400 {
			return "", d.fail(ErrBroken)
		}
	}
	if !json.Valid(text) {
		return "", d.fail(ErrBroken)
	}
	return string(text), nil
}
