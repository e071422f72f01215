package clinicalimage

import "image"

// turned returns the picture upright. Stored width and height are w and h; each line of
// the result is taken from the stored picture as EXIF defines the eight orientations.
func turned(src *image.RGBA, o orientation) *image.RGBA {
	if o <= upright || o > turnLeft {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if o.swaps() {
		size = image.Rect(0, 0, h, w)
	}
	dst := image.NewRGBA(size)
	for y := range size.Dy() {
		// Where the first pixel of the line comes from, and how to go on from there.
		var x0, y0, dx, dy int
		switch o {
		case mirrored:
			x0, y0, dx = w-1, y, -1
		case upsideDown:
			x0, y0, dx = w-1, h-1-y, -1
		case flipped:
			x0, y0, dx = 0, h-1-y, 1
		case transposed:
			x0, y0, dy = y, 0, 1
		case turnRight:
			x0, y0, dy = y, h-1, -1
		case transverse:
			x0, y0, dy = w-1-y, h-1, -1
		case turnLeft:
			x0, y0, dy = w-1-y, 0, 1
		}
		from := src.PixOffset(src.Rect.Min.X+x0, src.Rect.Min.Y+y0)
		step := dx*4 + dy*src.Stride
		to := dst.Pix[y*dst.Stride : y*dst.Stride+4*size.Dx()]
		for ; len(to) >= 4; to = to[4:] {
			copy(to[:4], src.Pix[from:from+4])
			from += step
		}
	}
	return dst
}
