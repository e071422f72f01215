package clinicalimage

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// BenchmarkPrepare is a picture of 12 million pixels, as a phone takes it.
func BenchmarkPrepare(b *testing.B) {
	phone := phoneJPEG(b, stored(6, 4032, 3024), 6, binary.LittleEndian)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Prepare(b.Context(), bytes.NewReader(phone), nil); err != nil {
			b.Fatal(err)
		}
	}
}
