package clinicalimage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
)

// write tries edge after edge and quality after quality until the picture fits.
func (o *Options) write(ctx context.Context, p *picture, original Format) (*Image, error) {
	output := o.Output
	if output == "" {
		output = JPEG
		if original == PNG {
			if img, err := o.attempt(ctx, p, PNG, o.Edges[:1]); img != nil || err != nil {
				return finished(img, original), err
			}
		}
	}
	img, err := o.attempt(ctx, p, output, o.Edges)
	if img == nil && err == nil {
		err = &Error{Kind: KindTooLarge, Format: original,
			Hint: fmt.Sprintf("the picture does not fit %d bytes at the smallest size: cut it to what matters", o.MaxBytes)}
	}
	return finished(img, original), err
}

func finished(img *Image, original Format) *Image {
	if img != nil {
		img.Original = original
	}
	return img
}

// attempt writes one format; nil without an error when it fits at no edge.
func (o *Options) attempt(ctx context.Context, p *picture, output Format, edges []int) (*Image, error) {
	size := p.Bounds().Size()
	tried := image.Point{}
	for _, edge := range edges {
		w, h := fit(size.X, size.Y, edge)
		if tried == image.Pt(w, h) {
			continue // it was no larger than the edge before
		}
		tried = image.Pt(w, h)
		if output == TIFF && 3*w*h > o.MaxBytes {
			continue // known without writing it
		}
		img, err := scaled(ctx, p.Image, w, h, output != PNG) // its own type: draw is fast for those it knows
		if err != nil {
			return nil, fmt.Errorf("clinicalimage: %w", err)
		}
		made, err := o.encoded(ctx, turned(img, p.turn), output)
		if made != nil || err != nil {
			return made, err
		}
	}
	return nil, nil
}

// encoded writes one size; nil without an error when it does not fit.
func (o *Options) encoded(ctx context.Context, img *image.RGBA, output Format) (*Image, error) {
	result := &Image{Format: output, Width: img.Rect.Dx(), Height: img.Rect.Dy()}
	try := func(most int, encode func(*room) error) ([]byte, error) {
		out := &room{ctx: ctx, left: most}
		err := encode(out)
		switch {
		case errors.Is(err, errFull):
			return nil, nil
		case ctx.Err() != nil:
			return nil, fmt.Errorf("clinicalimage: %w", context.Cause(ctx))
		case err != nil:
			return nil, &Error{Kind: KindUnreadable, Format: output, Err: err, Hint: "the picture cannot be written in this format"}
		}
		return out.data.Bytes(), nil
	}
	var data []byte
	var err error
	switch output {
	case PNG:
		data, err = try(o.MaxBytes, func(out *room) error { return png.Encode(out, img) })
	case TIFF:
		data, err = try(o.MaxBytes, func(out *room) error { return writeTIFF(out, img) })
	default:
		most := o.MaxBytes
		if output == PDF {
			most -= pdfOverhead
		}
		plain, grey := colours(img)
		for _, quality := range o.Qualities {
			data, err = try(most, func(out *room) error {
				return jpeg.Encode(out, plain, &jpeg.Options{Quality: quality})
			})
			if data != nil || err != nil {
				break
			}
		}
		if output == PDF && data != nil {
			data = writePDF(data, result.Width, result.Height, grey)
		}
	}
	if data == nil || err != nil {
		return nil, err
	}
	result.data = &data
	return result, nil
}

// colours makes a picture without colours a grey one: an X-ray stays one channel.
func colours(img *image.RGBA) (image.Image, bool) {
	for i := 0; i+3 < len(img.Pix); i += 4 {
		if p := img.Pix[i : i+3 : i+3]; p[0] != p[1] || p[1] != p[2] {
			return img, false
		}
	}
	grey := image.NewGray(img.Rect)
	for i := range grey.Pix {
		grey.Pix[i] = img.Pix[4*i]
	}
	return grey, true
}

// room is a buffer that ends writing once it is full, or its context is done.
type room struct {
	ctx  context.Context
	left int
	data bytes.Buffer // not embedded: its other methods would write past the limit
}

var errFull = errors.New("clinicalimage: full")

func (r *room) Write(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	if r.left -= len(p); r.left < 0 {
		return 0, errFull
	}
	return r.data.Write(p)
}
