package clinicalimage

import (
	"bytes"
	"encoding/binary"
	"image"
	"io"

	"golang.org/x/image/tiff"
)

// readTIFF reads the first directory. A file of several pages is refused by pages: the
// decoder reads one page only and would drop the others silently.
func readTIFF(data []byte) (h header, pages int, ok bool) {
	config, err := tiff.DecodeConfig(bytes.NewReader(data))
	order := byteOrder(data)
	if err != nil || order == nil || config.Width <= 0 || config.Height <= 0 {
		return h, 0, false
	}
	h.width, h.height = int64(config.Width), int64(config.Height)
	h.memory = h.width * h.height * 8 * 2 // 16 bits a channel, and one strip's bytes
	h.turn = exifOrientation(data)
	pages = 1
	if _, rest := directory(data, order, uint64(order.Uint32(data[4:]))); len(rest) >= 4 && order.Uint32(rest) != 0 {
		pages = 2
	}
	return h, pages, true
}

// writeTIFF writes an uncompressed RGB picture: baseline TIFF 6.0, which every reader
// takes. golang.org/x/image/tiff writes colour with an alpha channel only, a third more
// bytes and not baseline. The picture is opaque.
func writeTIFF(w io.Writer, img *image.RGBA) error {
	const (
		entries = 14
		fields  = 8 + 2 + 12*entries + 4 // where the values begin that do not fit an entry
		bits    = fields
		xRes    = bits + 6 + 2
		yRes    = xRes + 8
		pixels  = yRes + 8
	)
	width, height := img.Rect.Dx(), img.Rect.Dy()
	le := binary.LittleEndian
	head := append(make([]byte, 0, pixels), "II*\x00\x08\x00\x00\x00"...)
	head = le.AppendUint16(head, entries)
	entry := func(tag, kind uint16, count, value uint32) {
		head = le.AppendUint16(head, tag)
		head = le.AppendUint16(head, kind)
		head = le.AppendUint32(head, count)
		head = le.AppendUint32(head, value) // a SHORT lies in the first two bytes
	}
	const short, long, rational = 3, 4, 5
	entry(254, long, 1, 0)                      // NewSubfileType: the full picture
	entry(256, long, 1, uint32(width))          // ImageWidth
	entry(257, long, 1, uint32(height))         // ImageLength
	entry(258, short, 3, bits)                  // BitsPerSample
	entry(259, short, 1, 1)                     // Compression: none
	entry(262, short, 1, 2)                     // PhotometricInterpretation: RGB
	entry(273, long, 1, pixels)                 // StripOffsets
	entry(274, short, 1, uint32(upright))       // Orientation
	entry(277, short, 1, 3)                     // SamplesPerPixel
	entry(278, long, 1, uint32(height))         // RowsPerStrip
	entry(279, long, 1, uint32(3*width*height)) // StripByteCounts
	entry(282, rational, 1, xRes)               // XResolution
	entry(283, rational, 1, yRes)               // YResolution
	entry(296, short, 1, 2)                     // ResolutionUnit: inch
	head = le.AppendUint32(head, 0)             // no further page
	head = append(head, 8, 0, 8, 0, 8, 0, 0, 0) // 8 bits each, and padding
	for range 2 {                               // both resolutions
		head = le.AppendUint32(head, 96)
		head = le.AppendUint32(head, 1)
	}
	if _, err := w.Write(head); err != nil {
		return err
	}
	line := make([]byte, 3*width)
	for y := range height {
		from := img.Pix[y*img.Stride:]
		for x := range width {
			copy(line[3*x:3*x+3], from[4*x:4*x+3])
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}
