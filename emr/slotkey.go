package emr

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"time"
)

// slotKeyV1 begins every key of the present form.
const slotKeyV1 = "s1"

// mostKey bounds what ParseSlotKey looks at: keys come from web pages.
const mostKey = 4096

// MakeKey returns the key that stands for s: everything that booking needs, in
// letters that may stand in a URL. Names are left out. Drivers call it for
// Slot.Key.
func (s *Slot) MakeKey() SlotKey {
	var b []byte
	text := func(v string) {
		b = binary.AppendUvarint(b, uint64(len(v)))
		b = append(b, v...)
	}
	_, from := s.Start.Zone()
	_, to := s.End.Zone()
	b = binary.AppendVarint(b, s.Start.Unix())
	b = binary.AppendUvarint(b, uint64(s.Start.Nanosecond()))
	b = binary.AppendVarint(b, int64(from))
	b = binary.AppendVarint(b, s.End.Unix()-s.Start.Unix())
	b = binary.AppendUvarint(b, uint64(s.End.Nanosecond()))
	b = binary.AppendVarint(b, int64(to-from))
	text(zoneName(s.Start))
	text(string(s.Location))
	text(string(s.Practitioner))
	text(string(s.Type))
	b = binary.AppendUvarint(b, uint64(len(s.Resources)))
	for _, r := range s.Resources {
		text(string(r))
	}
	b = binary.AppendUvarint(b, uint64(len(s.Purposes)))
	for _, p := range s.Purposes {
		text(string(p))
	}
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return SlotKey(slotKeyV1 + base64.RawURLEncoding.EncodeToString(b))
}

// ParseSlotKey returns the slot behind a key, also in another process than the one
// that made it. Times have the offset of the original and its zone where the name is
// known here; names of places and people are not part of a key. Kind invalid for
// anything that MakeKey did not make, and for years and offsets that no calendar has.
//
// Keys are not authenticated: their checksum finds damage, and whoever can read this
// package can make one. Take a key from a web page as you take any input from there.
func ParseSlotKey(key SlotKey) (*Slot, error) {
	bad := Invalid("parse slot key", "this is not a slot key, or it was cut: find slots again", "slot")
	if len(key) < len(slotKeyV1) || len(key) > mostKey || key[:len(slotKeyV1)] != slotKeyV1 {
		return nil, bad
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(string(key[len(slotKeyV1):]))
	if err != nil || len(raw) < 4 {
		return nil, bad
	}
	body, sum := raw[:len(raw)-4], binary.BigEndian.Uint32(raw[len(raw)-4:])
	if crc32.ChecksumIEEE(body) != sum {
		return nil, bad
	}
	r := keyReader{rest: body}
	start, startNano, offset := r.int(), r.uint(), r.int()
	length, endNano, shift := r.int(), r.uint(), r.int()
	zone := r.text()
	s := &Slot{Key: key, Location: LocationID(r.text()), Practitioner: PractitionerID(r.text()), Type: AppointmentTypeID(r.text())}
	for range r.count() {
		s.Resources = append(s.Resources, ResourceID(r.text()))
	}
	for range r.count() {
		s.Purposes = append(s.Purposes, PurposeID(r.text()))
	}
	const most = 14 * 60 * 60 // Kiribati is fourteen hours ahead, nobody is further
	if r.bad || len(r.rest) > 0 || startNano > 999_999_999 || endNano > 999_999_999 ||
		offset < -most || offset > most || offset+shift < -most || offset+shift > most ||
		!inCalendar(start) || !inCalendar(start+length) {
		return nil, bad
	}
	s.Start = inZone(time.Unix(start, int64(startNano)), zone, int(offset))
	s.End = time.Unix(start+length, int64(endNano)).In(s.Start.Location())
	if _, have := s.End.Zone(); have != int(offset+shift) { // the clock changes in between
		s.End = inZone(s.End, zone, int(offset+shift))
	}
	return s, nil
}

// inCalendar reports whether a Unix time lies in the years 1 to 9999, in every zone:
// other years cannot be written in RFC 3339.
func inCalendar(unix int64) bool {
	return unix >= time.Time{}.Unix() && unix < time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC).Unix()
}

// keyReader takes a key apart; bad stays set after the first thing that does not fit.
type keyReader struct {
	rest []byte
	bad  bool
}

func (r *keyReader) took(n int) {
	if n <= 0 {
		r.bad, r.rest = true, nil
		return
	}
	r.rest = r.rest[n:]
}

func (r *keyReader) int() int64 {
	v, n := binary.Varint(r.rest)
	r.took(n)
	return v
}

func (r *keyReader) uint() uint64 {
	v, n := binary.Uvarint(r.rest)
	r.took(n)
	return v
}

// count reads a number of texts: never more than there are bytes left.
func (r *keyReader) count() uint64 {
	n := r.uint()
	if n > uint64(len(r.rest)) {
		r.bad, r.rest = true, nil
		return 0
	}
	return n
}

func (r *keyReader) text() string {
	n := r.count()
	if r.bad {
		return ""
	}
	v := string(r.rest[:n])
	r.rest = r.rest[n:]
	return v
}
