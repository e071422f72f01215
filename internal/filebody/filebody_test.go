package filebody

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestBodyIsTheEnvelopeWithTheFileInBase64(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 2, 3, page - 1, page, page + 1, 3*page + 2} {
		file := bytes.Repeat([]byte("0123456789a"), size/11+1)[:size]
		r := bytes.NewReader(append([]byte("skipped"), file...))
		_, _ = r.Seek(7, io.SeekStart)
		b, err := New([]byte(`{"title":"\"data\":\"@content@\"","content":{"data":"@content@","x":1}}`), r)
		if err != nil {
			t.Fatal(err)
		}
		whole := mustRead(t, b)
		if size < 100 {
			_, _ = b.Seek(0, io.SeekStart)
			if err := iotest.TestReader(b, whole); err != nil {
				t.Errorf("%d bytes: %v", size, err)
			}
		}
		var got struct{ Content struct{ Data string } }
		if err := json.Unmarshal(whole, &got); err != nil || got.Content.Data != base64.StdEncoding.EncodeToString(file) {
			t.Errorf("%d bytes: %v", size, err)
		}
		if int64(len(whole)) != b.Size() || b.ContentSize() != int64(size) {
			t.Errorf("%d bytes: size %d of %d", size, b.Size(), len(whole))
		}
		for _, at := range []int64{0, 5, b.Size() / 2, b.Size() - 1} { // again from anywhere
			_, _ = b.Seek(at, io.SeekStart)
			if !bytes.Equal(mustRead(t, b), whole[at:]) {
				t.Errorf("%d bytes: other text from %d on", size, at)
			}
		}
	}
}

func mustRead(t *testing.T, r io.Reader) []byte {
	t.Helper()
	all, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// shrinking gets shorter after it was measured.
type shrinking struct{ *bytes.Reader }

func (s shrinking) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekEnd {
		return 1000, nil
	}
	return s.Reader.Seek(offset, whence)
}

type refusing struct{ io.Reader }

var errDisk = errors.New("picture of somebody is gone")

func (refusing) Seek(int64, int) (int64, error) { return 0, errDisk }

func TestContentThatCannotBeReadIsTold(t *testing.T) {
	t.Parallel()
	const envelope = `{"data":"@content@"}`
	if _, err := New([]byte(envelope), refusing{}); !errors.Is(err, ErrContent) || !errors.Is(err, errDisk) || strings.Contains(err.Error(), "somebody") {
		t.Error(err)
	}
	b, err := New([]byte(envelope), shrinking{bytes.NewReader([]byte("short"))})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(b); !errors.Is(err, ErrContent) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	if _, err := b.Seek(-1, io.SeekStart); err == nil {
		t.Error("before the start")
	}
	if _, err := New([]byte(`{}`), strings.NewReader("x")); !errors.Is(err, ErrNoPlace) {
		t.Error(err)
	}
	if text := fmt.Sprintf("%v %+v %s", b, b, b); strings.Contains(text, "short") || strings.Contains(text, "[") {
		t.Error(text)
	}
}
