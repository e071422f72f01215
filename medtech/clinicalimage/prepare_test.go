package clinicalimage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"testing"
)

func prepare(t *testing.T, data []byte, o *Options) *Image {
	t.Helper()
	img, err := Prepare(t.Context(), bytes.NewReader(data), o)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// TestEightOrientationsWithGPSComeOutUprightAndClean looks at each result with this
// test's reader and with exiftool, which must see the orientation and GPS in what goes in.
func TestEightOrientationsWithGPSComeOutUprightAndClean(t *testing.T) {
	t.Parallel()
	in, out, tiffs := map[string][]byte{}, map[string][]byte{}, map[string][]byte{}
	for o := 1; o <= 8; o++ {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			name := fmt.Sprintf("%d-%s", o, order)
			phone := phoneJPEG(t, stored(o, 96, 64), uint16(o), order)
			in[name+".jpg"] = phone
			made := prepare(t, phone, nil)
			if made.Format != JPEG || made.Width != 96 || made.Height != 64 || made.Original != JPEG {
				t.Errorf("%s: %v", name, made)
			}
			out[name+".jpg"] = made.Bytes()
			tiffs[name+".tiff"] = prepare(t, phone, ForScan()).Bytes()
			out[name+".pdf"] = prepare(t, phone, &Options{Output: PDF}).Bytes()
		}
		made := prepare(t, phonePNG(t, stored(o, 96, 64), uint16(o)), nil)
		if made.Format != PNG {
			t.Errorf("PNG %d: %v", o, made)
		}
		out[fmt.Sprintf("%d.png", o)] = made.Bytes()
	}
	for _, results := range []map[string][]byte{out, tiffs} {
		for name, data := range results {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				if fault := cleanFault(data); fault != "" {
					t.Errorf("left in it: %s", fault)
				}
				if !bytes.HasPrefix(data, []byte("%PDF")) {
					wantPicture(t, data, 96, 64)
				}
			})
		}
	}
	for name, tags := range exiftool(t, in) {
		if tags["IFD0:Orientation"] == nil || tags["GPS:GPSLatitude"] == nil || tags["XMP-dc:Source"] == nil || tags["IPTC:Caption-Abstract"] == nil {
			t.Errorf("%s: exiftool does not see the metadata that goes in: %v", name, tags)
		}
	}
	wantNothingFound(t, exiftool(t, out), false)
	wantNothingFound(t, exiftool(t, tiffs), true)
}

func TestLargePictureIsMadeSmallerEdgeByEdge(t *testing.T) {
	t.Parallel()
	phone := phoneJPEG(t, stored(6, 1800, 300), 6, binary.BigEndian)
	made := prepare(t, phone, nil)
	if made.Width != 1600 || made.Height != 267 {
		t.Errorf("%v, want the longest edge to be 1600", made)
	}
	wantPicture(t, made.Bytes(), 1600, 267)
	noise := phoneJPEG(t, noisy(300, 225), 1, binary.BigEndian)
	edges := []int{240, 192, 128}
	for name, want := range map[string]struct {
		opts *Options
		size image.Point
	}{
		"a lower quality is enough":     {&Options{MaxBytes: 21_000, Edges: edges}, image.Pt(240, 180)},
		"a smaller edge is needed":      {&Options{MaxBytes: 12_000, Edges: edges}, image.Pt(192, 144)},
		"no room as a larger TIFF":      {&Options{Output: TIFF, MaxBytes: 50_000, Edges: edges}, image.Pt(128, 96)},
		"the whole picture as one page": {&Options{Output: PDF, MaxBytes: 8 << 20, Edges: []int{4000}}, image.Pt(300, 225)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made := prepare(t, noise, want.opts)
			if image.Pt(made.Width, made.Height) != want.size || made.Size() > want.opts.MaxBytes {
				t.Errorf("%v, want %v within %d bytes", made, want.size, want.opts.MaxBytes)
			}
		})
	}
	_, err := Prepare(t.Context(), bytes.NewReader(noise), &Options{MaxBytes: 2_000, Edges: edges})
	if KindOf(err) != KindTooLarge {
		t.Errorf("noise in 2 kB: %v", err)
	}
}

func TestPNGThatDoesNotFitBecomesJPEG(t *testing.T) {
	t.Parallel()
	made := prepare(t, phonePNG(t, noisy(200, 200), 1), &Options{MaxBytes: 60_000})
	if made.Format != JPEG || made.Original != PNG || made.Size() > 60_000 {
		t.Errorf("%v", made)
	}
}

func TestTransparentPictureLiesOnWhiteInJPEG(t *testing.T) {
	t.Parallel()
	made := prepare(t, phonePNG(t, image.NewNRGBA(image.Rect(0, 0, 20, 10)), 1), &Options{Output: JPEG})
	img, _, err := image.Decode(bytes.NewReader(made.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := img.At(5, 5).RGBA(); r>>8 < 250 || g>>8 < 250 || b>>8 < 250 {
		t.Errorf("transparent became %d %d %d", r>>8, g>>8, b>>8)
	}
}

// TestScaleIsTheExactMean: a picture whose columns are black and white in turn becomes
// an even grey, whatever the ratio, and nothing shifts.
func TestScaleIsTheExactMean(t *testing.T) {
	t.Parallel()
	src := image.NewGray(image.Rect(0, 0, 600, 90))
	for i := range src.Pix {
		src.Pix[i] = uint8(i%2) * 254
	}
	dst, err := scaled(t.Context(), src, 100, 15, true)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range dst.Pix {
		if want := uint8(127); i%4 == 3 {
			if v != 255 {
				t.Fatal("not opaque")
			}
		} else if v != want {
			t.Fatalf("pixel %d is %d, want %d", i/4, v, want)
		}
	}
	odd, err := scaled(t.Context(), noisy(17, 13), 5, 3, true)
	if err != nil {
		t.Fatal(err)
	}
	var in, out int
	for i, v := range noisy(17, 13).Pix {
		if i%4 == 0 {
			in += int(v)
		}
	}
	for i, v := range odd.Pix {
		if i%4 == 0 {
			out += int(v)
		}
	}
	if a, b := in/(17*13), out/(5*3); max(a, b)-min(a, b) > 1 {
		t.Errorf("the mean went from %d to %d", a, b)
	}
}
