package clinicalimage

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Image is a prepared picture or document. It shows its format and size when it is
// printed or logged, never its content, and it refuses to be marshalled.
type Image struct {
	Format        Format
	Width, Height int // pixels, upright; 0 for a PDF that came as one
	// Original is the format of the file that was given.
	Original Format

	data *[]byte // behind a pointer: fmt prints slices of unexported fields, and this is a patient's picture
}

// Bytes is the file. Do not change it.
func (i *Image) Bytes() []byte {
	if i == nil || i.data == nil {
		return nil
	}
	return *i.data
}

// Size is the file's length in bytes.
func (i *Image) Size() int { return len(i.Bytes()) }

// Reader reads the file from its start; it can seek, as an upload wants it.
func (i *Image) Reader() io.ReadSeeker { return bytes.NewReader(i.Bytes()) }

// String tells format and size.
func (i Image) String() string {
	return fmt.Sprintf("%s %dx%d, %d bytes", i.Format, i.Width, i.Height, i.Size())
}

// GoString tells what String tells.
func (i Image) GoString() string { return i.String() }

// LogValue tells what String tells.
func (i Image) LogValue() slog.Value { return slog.StringValue(i.String()) }

// MarshalJSON fails: a picture of a patient is stored or sent on purpose, with Bytes.
func (i Image) MarshalJSON() ([]byte, error) { return nil, errMarshal }

// MarshalText fails like MarshalJSON.
func (i Image) MarshalText() ([]byte, error) { return nil, errMarshal }

var errMarshal = errors.New("clinicalimage: a picture is not marshalled; use Bytes")
