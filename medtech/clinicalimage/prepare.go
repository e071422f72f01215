package clinicalimage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/tiff"
)

// Prepare reads a picture or a PDF to its end and returns what may be stored: upright,
// without metadata, within the limits of opts (nil: ForMedia). It reads at most MaxInput
// bytes, and decodes nothing before the header has told that it fits MaxPixels and
// MaxMemory. Cancelling ctx ends it soon.
//
// Kinds (KindOf): unsupported (a type that is not taken: HEIC, GIF, a TIFF of several pages,
// ...; the hint says what to do), unreadable (damaged or cut off), too_many_pixels,
// too_large (the file, or what is left at the smallest edge and lowest quality), invalid
// (opts). What r or ctx fail with comes back wrapped.
func Prepare(ctx context.Context, r io.Reader, opts *Options) (*Image, error) {
	if ctx == nil || r == nil {
		return nil, &Error{Kind: KindInvalid, Hint: "give a context and a reader"}
	}
	o, err := opts.filled()
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(watched{ctx, r}, o.MaxInput+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("clinicalimage: the file cannot be read: %w", err)
	case int64(len(data)) > o.MaxInput:
		return nil, &Error{Kind: KindTooLarge, Hint: fmt.Sprintf("the file is larger than %d bytes: send a smaller one", o.MaxInput)}
	case len(data) == 0:
		return nil, unreadable("", io.ErrUnexpectedEOF)
	}
	made, err := o.prepare(ctx, data)
	if err != nil && ctx.Err() != nil && KindOf(err) == KindUnreadable {
		return nil, fmt.Errorf("clinicalimage: %w", context.Cause(ctx)) // the decoder stopped for it
	}
	return made, err
}

func (o *Options) prepare(ctx context.Context, data []byte) (*Image, error) {
	format := Sniff(data[:min(len(data), sniffLength)])
	var h header
	var readable bool
	decode := jpeg.Decode
	switch format {
	case PDF:
		return o.document(data)
	case JPEG:
		h, readable = readJPEG(data)
	case PNG:
		h, readable = readPNG(data)
		decode = png.Decode
	case TIFF:
		var pages int
		h, pages, readable = readTIFF(data)
		decode = tiff.Decode
		if pages > 1 {
			return nil, unsupported(TIFF, "a TIFF of several pages is not taken: make it a PDF")
		}
	default:
		return nil, refusal(format)
	}
	switch {
	case !readable:
		return nil, unreadable(format, nil)
	case h.width > mostEdge || h.height > mostEdge:
		return nil, tooManyPixels(format, fmt.Sprintf("the %d pixels of the longest edge allowed", mostEdge))
	case h.width*h.height > o.MaxPixels:
		return nil, tooManyPixels(format, fmt.Sprintf("%d million pixels", o.MaxPixels/1_000_000))
	case h.memory > o.MaxMemory:
		return nil, tooManyPixels(format, fmt.Sprintf("%d MB of memory", o.MaxMemory>>20))
	}
	img, err := decode(watched{ctx, bytes.NewReader(data)})
	if err != nil {
		return nil, unreadable(format, err)
	}
	if size := img.Bounds().Size(); int64(size.X) != h.width || int64(size.Y) != h.height {
		return nil, unreadable(format, nil)
	}
	return o.write(ctx, &picture{Image: img, turn: h.turn}, format)
}

// mostEdge is the longest edge a JPEG can have; sums over a line of it fit 32 bits.
const mostEdge = 1<<16 - 1

// document takes a PDF as it is, up to its end mark.
func (o *Options) document(data []byte) (*Image, error) {
	n, ok := checkPDF(data)
	switch {
	case !ok:
		return nil, unreadable(PDF, nil)
	case n > o.MaxBytes:
		return nil, &Error{Kind: KindTooLarge, Format: PDF, Hint: fmt.Sprintf("the document has more than %d bytes: split it, or scan it with a lower resolution", o.MaxBytes)}
	}
	data = data[:n:n]
	return &Image{Format: PDF, Original: PDF, data: &data}, nil
}

// watched is a reader that ends with its context.
type watched struct {
	ctx context.Context
	r   io.Reader
}

func (w watched) Read(p []byte) (int, error) {
	if w.ctx.Err() != nil {
		return 0, context.Cause(w.ctx)
	}
	return w.r.Read(p)
}

// ReadAt makes a watched bytes.Reader one that the TIFF decoder need not copy.
func (w watched) ReadAt(p []byte, off int64) (int, error) {
	if w.ctx.Err() != nil {
		return 0, context.Cause(w.ctx)
	}
	if at, ok := w.r.(io.ReaderAt); ok {
		return at.ReadAt(p, off)
	}
	return 0, errors.ErrUnsupported
}

// picture is a decoded picture, not yet turned.
type picture struct {
	image.Image
	turn orientation
}
