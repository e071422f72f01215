package clinicalimage

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"image"
	"image/color"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	_ "image/jpeg" // the decoders of the results
	_ "image/png"

	_ "golang.org/x/image/tiff"
)

// cleanFault says what a result holds beside its picture, "" when nothing. It reads the
// formats by their specifications and shares no code with the package.
func cleanFault(data []byte) string {
	for _, s := range secrets {
		if bytes.Contains(data, []byte(s)) {
			return "text " + s
		}
	}
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xd8}):
		return jpegFault(data)
	case bytes.HasPrefix(data, []byte("\x89PNG")):
		for rest := data[8:]; len(rest) > 0; {
			if len(rest) < 12 {
				return "bytes behind the end"
			}
			name := string(rest[4:8])
			if !slices.Contains([]string{"IHDR", "PLTE", "tRNS", "IDAT", "IEND"}, name) {
				return "chunk " + name
			}
			rest = rest[12+binary.BigEndian.Uint32(rest):]
			if name == "IEND" && len(rest) > 0 {
				return "bytes behind the end"
			}
		}
	case bytes.HasPrefix(data, []byte("II*\x00")):
		at := binary.LittleEndian.Uint32(data[4:])
		for n := range int(binary.LittleEndian.Uint16(data[at:])) {
			tag := binary.LittleEndian.Uint16(data[int(at)+2+12*n:])
			if !slices.Contains([]uint16{254, 256, 257, 258, 259, 262, 273, 274, 277, 278, 279, 282, 283, 296}, tag) {
				return "tag " + strconv.Itoa(int(tag))
			}
		}
	}
	return ""
}

func jpegFault(data []byte) string {
	for at := 2; at+4 <= len(data); {
		marker := data[at+1]
		if data[at] != 0xff || !slices.Contains([]byte{0xdb, 0xc0, 0xc4, 0xda, 0xdd}, marker) {
			return "segment " + strconv.Itoa(int(marker))
		}
		at += 2 + int(binary.BigEndian.Uint16(data[at+2:]))
		if marker != 0xda {
			continue
		}
		end := bytes.Index(data[at:], []byte{0xff, 0xd9})
		if at+end+2 != len(data) {
			return "bytes behind the end"
		}
		return ""
	}
	return "no scan"
}

// wantPicture checks that the result shows the invented picture upright.
func wantPicture(t *testing.T, data []byte, w, h int) {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if got := img.Bounds().Size(); got != image.Pt(w, h) {
		t.Fatalf("size %v, want %dx%d", got, w, h)
	}
	near := func(a, b uint8) bool { return max(a, b)-min(a, b) < 24 }
	for _, at := range []image.Point{{w / 4, h / 4}, {3 * w / 4, h / 4}, {w / 4, 3 * h / 4}, {3 * w / 4, 3 * h / 4}} {
		want := fieldAt(at.X, at.Y, w, h)
		got := color.RGBAModel.Convert(img.At(at.X, at.Y)).(color.RGBA)
		if !near(got.R, want.R) || !near(got.G, want.G) || !near(got.B, want.B) {
			t.Errorf("at %v: %v, want %v", at, got, want)
		}
	}
}

// exiftool reads files with the program of that name, nil where it is not installed.
func exiftool(t *testing.T, files map[string][]byte) map[string]map[string]any {
	t.Helper()
	program, err := exec.LookPath("exiftool")
	if err != nil {
		t.Log("exiftool is not installed: only this test's own reader looks at the results")
		return nil
	}
	dir := t.TempDir()
	args := []string{"-json", "-G1", "-a", "-u", "-ee"}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, filepath.Join(dir, name))
	}
	out, err := exec.CommandContext(t.Context(), program, args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]any
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]any{}
	for _, one := range list {
		all[filepath.Base(one["SourceFile"].(string))] = one
	}
	return all
}

// wantNothingFound fails for every tag that is not about the picture itself.
func wantNothingFound(t *testing.T, found map[string]map[string]any, orientationToo bool) {
	t.Helper()
	for name, tags := range found {
		for tag := range tags {
			group, short, _ := strings.Cut(tag, ":")
			switch {
			case slices.Contains([]string{"SourceFile", "System", "File", "ExifTool", "PNG", "PDF"}, group):
				if short == "Comment" || short == "Error" || short == "Warning" || strings.Contains(short, "Author") || strings.Contains(short, "Creat") {
					t.Errorf("%s: exiftool finds %s", name, tag)
				}
			case group == "Composite" && (short == "ImageSize" || short == "Megapixels"):
			case group == "IFD0" && orientationToo && !slices.Contains([]string{"Make", "Model", "Software", "DateTime"}, short):
			default:
				t.Errorf("%s: exiftool finds %s", name, tag)
			}
		}
	}
}
