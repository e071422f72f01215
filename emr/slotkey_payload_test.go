package emr

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"math"
	"testing"
	"time"
)

// keyOf puts a payload behind a checksum that fits, as somebody with this source could.
func keyOf(payload []byte) SlotKey {
	sealed := binary.BigEndian.AppendUint32(append([]byte(nil), payload...), crc32.ChecksumIEEE(payload))
	return SlotKey(slotKeyV1 + base64.RawURLEncoding.EncodeToString(sealed))
}

// FuzzSlotKey_payload reaches the reader behind the checksum.
func FuzzSlotKey_payload(f *testing.F) {
	for _, s := range []*Slot{{}, {Start: time.Unix(1, 1), End: time.Unix(9, 9), Location: "7", Resources: []ResourceID{"a", "b"}, Purposes: []PurposeID{"c"}}} {
		raw, err := base64.RawURLEncoding.DecodeString(string(s.MakeKey()[len(slotKeyV1):]))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw[:len(raw)-4])
	}
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, payload []byte) {
		s, err := ParseSlotKey(keyOf(payload))
		if err != nil {
			if KindOf(err) != KindInvalid {
				t.Error(err)
			}
			return
		}
		again, err := ParseSlotKey(s.MakeKey())
		if err != nil || !again.Start.Equal(s.Start) || !again.End.Equal(s.End) || again.Location != s.Location || len(again.Resources) != len(s.Resources) {
			t.Errorf("%+v became %+v, %v", s, again, err)
		}
	})
}

func TestSlotKey_aForgedPayloadIsInvalid(t *testing.T) {
	t.Parallel()
	number := func(values ...int64) []byte {
		var b []byte
		for i, v := range values {
			if i == 1 || i == 4 {
				b = binary.AppendUvarint(b, uint64(v))
			} else {
				b = binary.AppendVarint(b, v)
			}
		}
		return b
	}
	good := append(number(0, 0, 0, 60, 0, 0), 0, 0, 0, 0, 0, 0)
	if _, err := ParseSlotKey(keyOf(good)); err != nil {
		t.Fatal(err)
	}
	for name, payload := range map[string][]byte{
		"empty":             {},
		"text past the end": append(number(0, 0, 0, 60, 0, 0), 200),
		"more than a slot":  append(append([]byte(nil), good...), 0),
		"nanoseconds":       append(number(0, 1_000_000_000, 0, 60, 0, 0), 0, 0, 0, 0, 0, 0),
		"offset of a day":   append(number(0, 0, 86_400, 60, 0, 0), 0, 0, 0, 0, 0, 0),
		"offset of the end": append(number(0, 0, 0, 60, 0, -86_400), 0, 0, 0, 0, 0, 0),
		"beyond Kiribati":   append(number(0, 0, 14*3600+60, 60, 0, 0), 0, 0, 0, 0, 0, 0),
		"no such offset":    append(number(0, 0, 23*3600+180, 60, 0, 0), 0, 0, 0, 0, 0, 0),
		"overflowing shift": append(number(0, 0, -3600, 60, 0, math.MinInt64), 0, 0, 0, 0, 0, 0),
		"a far year":        append(number(153299231108*31_556_952, 0, 0, 60, 0, 0), 0, 0, 0, 0, 0, 0),
		"the year 10000":    append(number(253402300800, 0, 0, 60, 0, 0), 0, 0, 0, 0, 0, 0),
		"before the year 1": append(number(-62135596801, 0, 0, 60, 0, 0), 0, 0, 0, 0, 0, 0),
		"an end far away":   append(number(0, 0, 0, math.MaxInt64, 0, 0), 0, 0, 0, 0, 0, 0),
		"many resources":    append(number(0, 0, 0, 60, 0, 0), 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x7f),
	} {
		if s, err := ParseSlotKey(keyOf(payload)); s != nil || KindOf(err) != KindInvalid {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
}
