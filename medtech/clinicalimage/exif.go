package clinicalimage

import (
	"bytes"
	"encoding/binary"
)

// Orientation is how a stored picture must be turned to be upright, as EXIF numbers it.
type orientation int

const (
	upright       orientation = 1
	mirrored      orientation = 2
	upsideDown    orientation = 3
	flipped       orientation = 4
	transposed    orientation = 5
	turnRight     orientation = 6
	transverse    orientation = 7
	turnLeft      orientation = 8
	exifHeader                = "Exif\x00\x00"
	tagDirections             = 0x0112
)

// swaps tells whether width and height change places.
func (o orientation) swaps() bool { return o >= transposed && o <= turnLeft }

// exifOrientation reads the orientation out of an EXIF block, which is a TIFF file: its
// first directory. What makes no sense counts as upright, as viewers do it.
func exifOrientation(block []byte) orientation {
	order := byteOrder(block)
	if order == nil {
		return upright
	}
	entry := tagIn(block, order, uint64(order.Uint32(block[4:])), tagDirections)
	if entry == nil {
		return upright
	}
	const short, long = 3, 4
	var value uint32
	switch order.Uint16(entry[2:]) {
	case short:
		value = uint32(order.Uint16(entry[8:]))
	case long:
		value = order.Uint32(entry[8:])
	}
	if value < uint32(upright) || value > uint32(turnLeft) {
		return upright
	}
	return orientation(value)
}

// byteOrder tells the order of a TIFF header, nil when it is none.
func byteOrder(block []byte) binary.ByteOrder {
	switch {
	case len(block) < 8:
		return nil
	case bytes.HasPrefix(block, []byte("II*\x00")):
		return binary.LittleEndian
	case bytes.HasPrefix(block, []byte("MM\x00*")):
		return binary.BigEndian
	}
	return nil
}

// directory returns the entries of the directory at an offset, twelve bytes each, and
// what follows them; nil when it is not within the block.
func directory(block []byte, order binary.ByteOrder, at uint64) (entries, rest []byte) {
	if at < 8 || at+2 > uint64(len(block)) {
		return nil, nil
	}
	end := at + 2 + 12*uint64(order.Uint16(block[at:]))
	if end > uint64(len(block)) {
		return nil, nil
	}
	return block[at+2 : end], block[end:]
}

// tagIn finds the entry of a tag in the directory at an offset.
func tagIn(block []byte, order binary.ByteOrder, at uint64, tag uint16) []byte {
	entries, _ := directory(block, order, at)
	for ; len(entries) >= 12; entries = entries[12:] {
		if order.Uint16(entries) == tag {
			return entries[:12]
		}
	}
	return nil
}
