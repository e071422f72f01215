package clinicalimage

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/image/tiff"
)

// bomb is a PNG that says it has w by h pixels, of depth 16 and colour with alpha.
func bomb(w, h uint32) []byte {
	size := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	var pixels bytes.Buffer
	z := zlib.NewWriter(&pixels)
	_, _ = z.Write(make([]byte, 1<<20))
	_ = z.Close()
	out := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(size, 16, 6, 0, 0, 0))...)
	return append(append(out, chunk("IDAT", pixels.Bytes())...), chunk("IEND", nil)...)
}

// resized overwrites the size in the frame of a JPEG, and the frame's kind.
func resized(data []byte, w, h uint16, kind byte) []byte {
	data = bytes.Clone(data)
	at := bytes.Index(data, []byte{0xff, 0xc0})
	data[at+1] = kind
	binary.BigEndian.PutUint16(data[at+5:], h)
	binary.BigEndian.PutUint16(data[at+7:], w)
	return data
}

func pages(tb testing.TB) []byte {
	tb.Helper()
	var out bytes.Buffer
	if err := tiff.Encode(&out, noisy(8, 8), nil); err != nil {
		tb.Fatal(err)
	}
	data := out.Bytes()
	at := binary.LittleEndian.Uint32(data[4:])
	end := at + 2 + 12*uint32(binary.LittleEndian.Uint16(data[at:]))
	binary.LittleEndian.PutUint32(data[end:], at) // a second page: the first again
	return data
}

func TestWhatCannotBeUsedIsRefusedByKind(t *testing.T) {
	t.Parallel()
	phone := phoneJPEG(t, stored(1, 64, 64), 1, binary.BigEndian)
	shot := phonePNG(t, stored(1, 64, 64), 1)
	scans := bytes.Clone(phone[:bytes.Index(phone, []byte{0xff, 0xd9})])
	scan := scans[bytes.LastIndex(scans, []byte{0xff, 0xda}):]
	for range mostScans {
		scans = append(scans, scan...)
	}
	for name, row := range map[string]struct {
		data []byte
		kind Kind
		hint string
	}{
		"nothing":                        {nil, KindUnreadable, ""},
		"a text":                         {[]byte("<html>not a picture</html>"), KindUnsupported, "JPEG"},
		"HEIC of an iPhone":              {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), KindUnsupported, "Most Compatible"},
		"HEIF by its compatible brand":   {[]byte("\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic"), KindUnsupported, "JPEG"},
		"AVIF":                           {[]byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif"), KindUnsupported, "JPEG"},
		"WebP":                           {[]byte("RIFF\x10\x00\x00\x00WEBPVP8 "), KindUnsupported, "JPEG"},
		"GIF":                            {[]byte("GIF89a\x01\x00\x01\x00"), KindUnsupported, "JPEG"},
		"a TIFF of two pages":            {pages(t), KindUnsupported, "PDF"},
		"half a JPEG":                    {phone[:len(phone)*2/3], KindUnreadable, ""},
		"a JPEG header":                  {phone[:600], KindUnreadable, ""},
		"half a PNG":                     {shot[:len(shot)/2], KindUnreadable, ""},
		"half a PDF":                     {[]byte("%PDF-1.7\n1 0 obj\n"), KindUnreadable, ""},
		"a cut TIFF":                     {pages(t)[:40], KindUnreadable, ""},
		"a JPEG of two frames":           {append(bytes.Clone(phone[:len(phone)-16]), phone[2:]...), KindUnreadable, ""},
		"a JPEG of a hundred scans":      {scans, KindUnreadable, ""},
		"a PNG bomb of 400 million":      {bomb(20000, 20000), KindTooManyPixels, "resolution"},
		"a PNG bomb of memory":           {bomb(9000, 5000+4000), KindTooManyPixels, ""},
		"a PNG of one very long line":    {bomb(49_000_000, 1), KindTooManyPixels, ""},
		"a JPEG bomb of 65535 by 65535":  {resized(phone, 65535, 65535, 0xc0), KindTooManyPixels, ""},
		"a progressive JPEG bomb":        {resized(phone, 9900, 5000, 0xc2), KindUnreadable, ""}, // within the limits, yet no pixels
		"a PDF above the limit":          {append(append([]byte("%PDF-1.7\n"), make([]byte, MediaBytes)...), "%%EOF"...), KindTooLarge, "split"},
		"a file above the most to read":  {make([]byte, maxInput+1), KindTooLarge, ""},
		"a JPEG without width or height": {resized(phone, 0, 0, 0xc0), KindUnreadable, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			img, err := Prepare(t.Context(), bytes.NewReader(row.data), nil)
			if KindOf(err) != row.kind || img != nil {
				t.Fatalf("%v, %v; want kind %s", img, err, row.kind)
			}
			if !strings.Contains(err.Error(), row.hint) {
				t.Errorf("%v has no hint of %q", err, row.hint)
			}
		})
	}
}

// TestNoMemoryIsTakenForAPictureThatIsTooLarge runs alone, for the runtime counts the
// memory of all.
func TestNoMemoryIsTakenForAPictureThatIsTooLarge(t *testing.T) { //nolint:paralleltest // see above
	phone := phoneJPEG(t, stored(1, 64, 64), 1, binary.BigEndian)
	for name, data := range map[string][]byte{
		"PNG": bomb(20000, 20000), "long PNG": bomb(49_000_000, 1), "JPEG": resized(phone, 65535, 65535, 0xc0), "progressive JPEG": resized(phone, 10000, 5000, 0xc2),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Prepare(t.Context(), bytes.NewReader(data), &Options{MaxMemory: 64 << 20})
		runtime.ReadMemStats(&after)
		if grown := after.TotalAlloc - before.TotalAlloc; KindOf(err) != KindTooManyPixels || grown > 1<<20 {
			t.Errorf("%s: %d bytes were taken before %v", name, grown, err)
		}
	}
}

func TestPDFGoesThroughToItsEnd(t *testing.T) {
	t.Parallel()
	made := prepare(t, []byte("%PDF-1.7\nwords\n%%EOF\nhidden-trailer"), ForScan())
	if string(made.Bytes()) != "%PDF-1.7\nwords\n%%EOF" || made.Format != PDF {
		t.Errorf("%s: %q", made, made.Bytes())
	}
}

func TestOptionsThatMakeNoSenseAreInvalid(t *testing.T) {
	t.Parallel()
	for _, o := range []*Options{{Output: HEIC}, {Edges: []int{0}}, {Qualities: []int{101}}, {MaxBytes: -1}} {
		if _, err := Prepare(t.Context(), strings.NewReader("x"), o); KindOf(err) != KindInvalid {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if _, err := Prepare(t.Context(), nil, nil); KindOf(err) != KindInvalid {
		t.Error(err)
	}
}

// cancelAfter cancels once so many bytes have been read.
type cancelAfter struct {
	io.Reader
	left   int
	cancel context.CancelFunc
}

func (c *cancelAfter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if c.left -= n; c.left <= 0 {
		c.cancel()
	}
	return n, err
}

func TestCancelEndsReadingAndWriting(t *testing.T) {
	t.Parallel()
	phone := phoneJPEG(t, noisy(120, 120), 1, binary.BigEndian)
	for _, after := range []int{1, len(phone)} { // while it is read; before it is decoded
		ctx, cancel := context.WithCancel(t.Context())
		_, err := Prepare(ctx, &cancelAfter{Reader: bytes.NewReader(phone), left: after, cancel: cancel}, nil)
		cancel()
		if !errors.Is(err, context.Canceled) || KindOf(err) != "" {
			t.Errorf("after %d bytes: %v", after, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := scaled(ctx, noisy(10, 10), 5, 5, true); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	o, _ := (*Options)(nil).filled()
	if _, err := o.encoded(ctx, noisy(10, 10), JPEG); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestReaderThatFailsIsSeen(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk")
	_, err := Prepare(t.Context(), io.MultiReader(strings.NewReader("\xff\xd8\xff"), failing{cause}), nil)
	if !errors.Is(err, cause) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// TestPicturePrintsItsSizeAndNothingElse: the bytes are a patient's.
func TestPicturePrintsItsSizeAndNothingElse(t *testing.T) {
	t.Parallel()
	data := []byte("pixels-of-a-patient")
	img := &Image{Format: JPEG, Width: 3, Height: 2, data: &data}
	hidden := struct {
		a *Image
		b Image
	}{img, *img}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("made", "image", img, "value", *img, "nested", []*Image{img})
	text := log.String() + fmt.Sprintf("%v %+v %#v %s %x %v %+v %#v", img, *img, img, *img, *img, hidden, hidden, hidden)
	for _, leak := range []string{"pixels", fmt.Sprintf("%x", data[:6]), "112 105 120", "cGl4ZWxz"} {
		if strings.Contains(text, leak) {
			t.Errorf("%q in %s", leak, text)
		}
	}
	if _, err := json.Marshal(img); err == nil {
		t.Error("it was marshalled")
	}
}

func FuzzPrepare(f *testing.F) {
	f.Add(phoneJPEG(f, stored(6, 32, 16), 6, binary.LittleEndian))
	f.Add(phonePNG(f, stored(3, 32, 16), 3))
	f.Add(pages(f))
	f.Add(bomb(20000, 20000))
	f.Add([]byte("%PDF-1.7\nwords\n%%EOF\nrest"))
	f.Add([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"))
	small := &Options{MaxPixels: 1 << 16, MaxMemory: 4 << 20, MaxInput: 1 << 16, MaxBytes: 1 << 14, Edges: []int{64, 16}, Qualities: []int{80, 50}}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, output := range []Format{"", TIFF, PDF} {
			o := *small
			o.Output = output
			img, err := Prepare(t.Context(), bytes.NewReader(data), &o)
			if err != nil {
				if KindOf(err) == "" || img != nil {
					t.Fatalf("%v, %v", img, err)
				}
				continue
			}
			if img.Size() == 0 || img.Size() > o.MaxBytes {
				t.Fatalf("%v", img)
			}
			if img.Format == PDF {
				continue
			}
			if fault := cleanFault(img.Bytes()); fault != "" {
				t.Fatal(fault)
			}
			if c, _, err := image.DecodeConfig(bytes.NewReader(img.Bytes())); err != nil || c.Width != img.Width || c.Height != img.Height {
				t.Fatalf("%v: %v %v", img, c, err)
			}
		}
	})
}
