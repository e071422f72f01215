package upload

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/emrkit/emrkit/emr"
)

func TestABodyIsMadeWhileItIsRead(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 2, 3, 4, 100, page - 1, page, page + 1, 3*page + 2} {
		raw := make([]byte, size)
		for i := range raw {
			raw[i] = byte(rand.Uint32())
		}
		for _, c := range []struct {
			make func(string, []byte, io.ReadSeeker, []byte) (*Body, error)
			want []byte
		}{{Plain, raw}, {Base64, []byte(base64.StdEncoding.EncodeToString(raw))}} {
			for _, after := range []string{"", "</after>"} {
				b, err := c.make("upload", []byte("<before>"), bytes.NewReader(raw), []byte(after))
				if err != nil {
					t.Fatal(err)
				}
				want := append(append([]byte("<before>"), c.want...), after...)
				got, err := io.ReadAll(b)
				if err != nil || !bytes.Equal(got, want) || b.Size() != int64(len(want)) || b.ContentSize() != int64(size) {
					t.Fatalf("%d bytes became %d, Size %d, %v", size, len(got), b.Size(), err)
				}
				if _, err := b.Seek(0, io.SeekStart); err != nil {
					t.Fatal(err)
				}
				if err := iotest.TestReader(b, want); err != nil {
					t.Errorf("%d bytes: %.200s", size, err)
				}
				for range 10 { // any position
					from := rand.Int64N(b.Size())
					if _, err := b.Seek(from, io.SeekStart); err != nil {
						t.Fatal(err)
					}
					if tail, err := io.ReadAll(b); err != nil || !bytes.Equal(tail, want[from:]) {
						t.Errorf("%d bytes from %d: %v", size, from, err)
					}
				}
			}
		}
	}
}

func TestTheContentBeginsWhereItsReaderStands(t *testing.T) {
	t.Parallel()
	r := strings.NewReader("skipped content")
	_, _ = r.Seek(8, io.SeekStart)
	b, err := Plain("upload", nil, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if all, err := io.ReadAll(b); err != nil || string(all) != "content" {
			t.Errorf("%s, %v", all, err)
		}
		_, _ = b.Seek(0, io.SeekStart)
	}
	if _, err := b.Seek(-1, io.SeekStart); emr.KindOf(err) != emr.KindInvalid {
		t.Errorf("a negative position: %v", err)
	}
}

// shrinking is a file that becomes shorter while it is read.
type shrinking struct{ *bytes.Reader }

func (s shrinking) Seek(offset int64, whence int) (int64, error) {
	n, err := s.Reader.Seek(offset, whence)
	if whence == io.SeekEnd {
		n += 10
	}
	return n, err
}

// broken is a file that cannot be read.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error)       { return 0, b.err }
func (b broken) Seek(int64, int) (int64, error) { return 0, b.err }

func TestAFileThatCannotBeReadFailsWithoutItsName(t *testing.T) {
	t.Parallel()
	for _, wrap := range []func(string, []byte, io.ReadSeeker, []byte) (*Body, error){Plain, Base64} {
		b, err := wrap("upload", nil, shrinking{bytes.NewReader([]byte("short"))}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(b); emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("a shorter file: %v", err)
		}
		if _, err := wrap("upload", nil, bytes.NewReader(nil), nil); emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("no content: %v", err)
		}
		cause := errors.New("open secret-file-name: no such file")
		_, err = wrap("upload", nil, broken{cause}, nil)
		if emr.KindOf(err) != emr.KindInvalid || !errors.Is(err, cause) || strings.Contains(fmt.Sprintf("%v %+v %v", err, err, errors.Unwrap(err)), "secret-file-name") {
			t.Errorf("got %v", err)
		}
	}
}
