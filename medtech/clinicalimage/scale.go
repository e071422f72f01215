package clinicalimage

import (
	"context"
	"image"
	"image/color"
	"image/draw"
)

// fit is the size that has edge as its longest one, never larger than w by h.
func fit(w, h, edge int) (int, int) {
	longest := max(w, h)
	if longest <= edge {
		return w, h
	}
	half := longest / 2
	return max(1, (w*edge+half)/longest), max(1, (h*edge+half)/longest)
}

// scaled returns the picture with w by h pixels, on white where white is true. Every
// pixel is the exact mean of the area it covers, so nothing of the original is skipped.
//
// The picture is read line by line and only two lines of sums are held. The kernels of
// golang.org/x/image/draw would hold 32 bytes for each column of the result and line of
// the source: 300 MB for a picture of 50 million pixels.
func scaled(ctx context.Context, src image.Image, w, h int, white bool) (*image.RGBA, error) {
	b := src.Bounds()
	sw, sh := b.Dx(), b.Dy()
	line := image.NewRGBA(image.Rect(0, 0, sw, 1))
	across, sum := make([]uint32, 4*w), make([]uint64, 4*w)
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	all := uint64(sw) * uint64(sh)
	row := 0
	for y := range sh {
		if y&63 == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		op := draw.Src
		if white {
			draw.Draw(line, line.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
			op = draw.Over
		}
		draw.Draw(line, line.Rect, src, image.Pt(b.Min.X, b.Min.Y+y), op)
		narrow(across, line.Pix, sw, w)
		// In units of 1/(sh*h): this line covers [y*h, y*h+h), the row [row*sh, row*sh+sh).
		for at, end := y*h, y*h+h; at < end; {
			stop := min(end, (row+1)*sh)
			part := uint64(stop - at)
			for i, v := range across {
				sum[i] += part * uint64(v)
			}
			if at = stop; at == (row+1)*sh {
				pix := dst.Pix[row*dst.Stride:]
				for i, v := range sum {
					pix[i] = uint8((v + all/2) / all)
				}
				clear(sum)
				row++
			}
		}
	}
	return dst, nil
}

// narrow adds up the pixels of one line into w columns, each weighted with how much of it
// (in units of 1/(sw*w)) lies in the column.
func narrow(across []uint32, pix []uint8, sw, w int) {
	clear(across)
	column := 0
	for x := range sw {
		p := pix[4*x : 4*x+4]
		for at, end := x*w, x*w+w; at < end; {
			stop := min(end, (column+1)*sw)
			part := uint32(stop - at)
			to := across[4*column : 4*column+4]
			to[0] += part * uint32(p[0])
			to[1] += part * uint32(p[1])
			to[2] += part * uint32(p[2])
			to[3] += part * uint32(p[3])
			if at = stop; at == (column+1)*sw {
				column++
			}
		}
	}
}
