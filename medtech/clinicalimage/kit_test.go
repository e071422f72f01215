package clinicalimage

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

// The invented picture: four fields of one colour, wider than high, so that each of the
// eight orientations shows another picture.
var fields = map[string]color.RGBA{
	"top left": {200, 40, 40, 255}, "top right": {40, 180, 60, 255},
	"bottom left": {40, 60, 200, 255}, "bottom right": {230, 220, 90, 255},
}

func fieldAt(x, y, w, h int) color.RGBA {
	name := "top "
	if y >= h/2 {
		name = "bottom "
	}
	if x < w/2 {
		return fields[name+"left"]
	}
	return fields[name+"right"]
}

// sides is EXIF's definition, word for word: what the 0th row and the 0th column of the
// stored picture are when it is looked at.
var sides = map[int][2]string{
	1: {"top", "left"}, 2: {"top", "right"}, 3: {"bottom", "right"}, 4: {"bottom", "left"},
	5: {"left", "top"}, 6: {"right", "top"}, 7: {"right", "bottom"}, 8: {"left", "bottom"},
}

// stored is the picture of w by h as a camera held like that stores it.
func stored(orientation, w, h int) *image.RGBA {
	row, column := sides[orientation][0], sides[orientation][1]
	sw, sh := w, h
	if row == "left" || row == "right" {
		sw, sh = h, w
	}
	img := image.NewRGBA(image.Rect(0, 0, sw, sh))
	for r := range sh {
		for c := range sw {
			x, y := 0, 0
			for _, axis := range []struct {
				side string
				n    int
			}{{row, r}, {column, c}} {
				switch axis.side {
				case "top":
					y = axis.n
				case "bottom":
					y = h - 1 - axis.n
				case "left":
					x = axis.n
				case "right":
					x = w - 1 - axis.n
				}
			}
			img.SetRGBA(c, r, fieldAt(x, y, w, h))
		}
	}
	return img
}

// Texts that must be gone. They are invented.
var secrets = []string{
	"PHONE-MAKER-X", "hidden-xmp-creator", "hidden-iptc-caption", "hidden-comment", "hidden-profile",
	"hidden-thumbnail", "hidden-trailer", "hidden-png-text", "GPSLatitude",
}

// exifBlock is a TIFF block with maker, orientation, GPS and something like a thumbnail.
func exifBlock(orientation uint16, order binary.AppendByteOrder) []byte {
	head := "II*\x00"
	if order.String() == "BigEndian" {
		head = "MM\x00*"
	}
	b := order.AppendUint32([]byte(head), 8)
	entry := func(tag, kind uint16, count, value uint32) {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, kind)
		b = order.AppendUint32(b, count)
		if kind == 3 {
			b = order.AppendUint16(b, uint16(value))
			b = order.AppendUint16(b, 0)
			return
		}
		b = order.AppendUint32(b, value)
	}
	const ifd0 = 8 + 2 + 3*12 + 4
	const gps = ifd0 + 16
	b = order.AppendUint16(b, 3)
	entry(0x010f, 2, 14, ifd0) // Make
	entry(0x0112, 3, 1, uint32(orientation))
	entry(0x8825, 4, 1, gps)
	b = order.AppendUint32(b, 0)
	b = append(b, "PHONE-MAKER-X\x00\x00\x00"...)
	b = order.AppendUint16(b, 4)
	entry(1, 2, 2, 0)
	copy(b[len(b)-4:], "S\x00\x00\x00")
	entry(2, 5, 3, gps+2+4*12+4)
	entry(3, 2, 2, 0)
	copy(b[len(b)-4:], "E\x00\x00\x00")
	entry(4, 5, 3, gps+2+4*12+4+24)
	b = order.AppendUint32(b, 0)
	for _, v := range []uint32{36, 1, 50, 1, 5434, 100, 174, 1, 45, 1, 4889, 100} {
		b = order.AppendUint32(b, v)
	}
	return append(b, "hidden-thumbnail GPSLatitude"...)
}

func segment(marker byte, body ...string) []byte {
	var text string
	for _, s := range body {
		text += s
	}
	b := []byte{0xff, marker, 0, 0}
	binary.BigEndian.PutUint16(b[2:], uint16(len(text)+2))
	return append(b, text...)
}

// phoneJPEG is what a phone makes: EXIF with GPS, XMP, IPTC, a profile, a comment, and a
// second picture behind the end.
func phoneJPEG(tb testing.TB, img image.Image, orientation uint16, order binary.AppendByteOrder) []byte {
	tb.Helper()
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, img, &jpeg.Options{Quality: 95}); err != nil {
		tb.Fatal(err)
	}
	out := []byte{0xff, 0xd8}
	out = append(out, segment(0xe1, "Exif\x00\x00", string(exifBlock(orientation, order)))...)
	out = append(out, segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00", `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:source>hidden-xmp-creator</dc:source></rdf:Description></rdf:RDF></x:xmpmeta>`)...)
	out = append(out, segment(0xe2, "ICC_PROFILE\x00\x01\x01", "hidden-profile")...)
	out = append(out, segment(0xed, "Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x18\x1c\x02\x78\x00\x13hidden-iptc-caption")...)
	out = append(out, segment(0xfe, "hidden-comment")...)
	out = append(out, plain.Bytes()[2:]...)
	return append(out, "hidden-trailer"...)
}

func chunk(name string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, name...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// phonePNG has an orientation, a text, a time and a trailer.
func phonePNG(tb testing.TB, img image.Image, orientation uint16) []byte {
	tb.Helper()
	var plain bytes.Buffer
	if err := png.Encode(&plain, img); err != nil {
		tb.Fatal(err)
	}
	const afterIHDR = 8 + 12 + 13
	out := bytes.Clone(plain.Bytes()[:afterIHDR])
	out = append(out, chunk("eXIf", exifBlock(orientation, binary.BigEndian))...)
	out = append(out, chunk("tEXt", []byte("Author\x00hidden-png-text"))...)
	out = append(out, chunk("iTXt", []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00hidden-png-text"))...)
	out = append(out, chunk("tIME", []byte{7, 0xe9, 1, 2, 3, 4, 5})...)
	out = append(out, plain.Bytes()[afterIHDR:]...)
	return append(out, "hidden-trailer"...)
}

// noisy is a picture that no encoder makes small.
func noisy(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	state := uint32(1)
	for i := range img.Pix {
		state = state*1664525 + 1013904223
		img.Pix[i] = uint8(state >> 24)
		if i%4 == 3 {
			img.Pix[i] = 255
		}
	}
	return img
}
