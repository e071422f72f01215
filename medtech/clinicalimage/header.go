package clinicalimage

import (
	"bytes"
	"encoding/binary"
)

// header is what the bytes before the pixels tell: enough to refuse a picture before any
// memory is taken for it.
type header struct {
	width, height int64
	// memory is what decoding takes, about.
	memory int64
	turn   orientation
}

// mostScans is how many passes over the picture a progressive JPEG may make. Cameras and
// encoders make about ten; a file of tens of thousands keeps a processor busy for hours.
const mostScans = 100

// readJPEG walks the segments of a JPEG: frame, EXIF orientation, number of scans.
func readJPEG(data []byte) (h header, ok bool) {
	h.turn = upright
	scans, sawEXIF := 0, false
	for at := 2; at+1 < len(data); {
		if data[at] != 0xff {
			// Between segments: entropy-coded data, or padding that decoders skip too.
			next := bytes.IndexByte(data[at:], 0xff)
			if next < 0 {
				break
			}
			at += next
			continue
		}
		marker := data[at+1]
		switch {
		case marker == 0xff: // a fill byte
			at++
			continue
		case marker == 0 || marker == 0x01 || marker >= 0xd0 && marker <= 0xd8: // stuffed, or without a length
			at += 2
			continue
		case marker == 0xd9:
			return h, h.width > 0 && scans > 0
		}
		if at+4 > len(data) {
			break
		}
		length := int(binary.BigEndian.Uint16(data[at+2:]))
		if length < 2 || at+2+length > len(data) {
			break
		}
		segment := data[at+4 : at+2+length]
		switch {
		case marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc:
			if h.width > 0 || !h.frame(marker, segment) {
				return h, false
			}
		case marker == 0xda:
			if scans++; scans > mostScans {
				return h, false
			}
		case marker == 0xe1 && !sawEXIF && bytes.HasPrefix(segment, []byte(exifHeader)):
			sawEXIF = true
			h.turn = exifOrientation(segment[len(exifHeader):])
		}
		at += 2 + length
	}
	return h, h.width > 0 && scans > 0 // without an end marker: the decoder says whether pixels are missing
}

// frame reads size and sampling of a start-of-frame segment.
func (h *header) frame(marker byte, s []byte) bool {
	if len(s) < 6 || len(s) < 6+3*int(s[5]) || s[5] == 0 || s[5] > 4 {
		return false
	}
	h.height, h.width = int64(binary.BigEndian.Uint16(s[1:])), int64(binary.BigEndian.Uint16(s[3:]))
	if h.width == 0 || h.height == 0 {
		return false
	}
	most, samples := int64(1), int64(0)
	for c := range int(s[5]) {
		wide, high := int64(s[6+3*c+1]>>4), int64(s[6+3*c+1]&15)
		most, samples = max(most, wide*high), samples+wide*high
	}
	pixels := (h.width + 31) * (h.height + 31) // in whole blocks of 8 by 8, up to 4 blocks wide
	switch s[5] {
	case 1:
		h.memory = pixels
	case 4:
		h.memory = pixels * 8 // planes, and CMYK made of them
	default:
		h.memory = pixels * 4
	}
	if marker == 0xc2 {
		h.memory += pixels * samples / most * 4 // the coefficients of all scans
	}
	return true
}

// readPNG walks the chunks before the pixels.
func readPNG(data []byte) (h header, ok bool) {
	h.turn = upright
	for at := 8; at+8 <= len(data); {
		length := int64(binary.BigEndian.Uint32(data[at:]))
		end := int64(at) + 12 + length
		if end > int64(len(data)) {
			break
		}
		chunk := data[at+8 : at+8+int(length)]
		switch string(data[at+4 : at+8]) {
		case "IHDR":
			if length != 13 || h.width != 0 {
				return h, false
			}
			h.width, h.height = int64(binary.BigEndian.Uint32(chunk)), int64(binary.BigEndian.Uint32(chunk[4:]))
			h.memory = h.width * h.height * pngBytes(chunk[8], chunk[9])
			if chunk[12] != 0 {
				h.memory *= 2 // interlaced: one picture for each pass
			}
		case "eXIf": // may come after the pixels
			h.turn = exifOrientation(chunk)
		case "IEND":
			return h, h.width > 0 && h.height > 0
		}
		at = int(end)
	}
	return h, h.width > 0 && h.height > 0
}

// pngBytes is how many bytes a pixel takes when decoded.
func pngBytes(depth, kind byte) int64 {
	bytes := int64(1)
	if kind == 2 || kind == 4 || kind == 6 { // colour, grey with alpha, colour with alpha
		bytes = 4
	}
	if depth == 16 {
		bytes *= 2
	}
	return bytes
}
