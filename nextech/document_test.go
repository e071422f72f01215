package nextech

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

func bodyOf(t testing.TB, content io.ReadSeeker) *documentBody {
	t.Helper()
	r := &fhir.DocumentReference{
		Description: `tricky "data":"@content@" text`,
		Content:     []fhir.DocumentContent{{Attachment: fhir.Attachment{ContentType: "image/png", Title: "x", Data: dataMark}}},
	}
	b, err := newDocumentBody(r, content)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestADocumentIsEncodedWhileItIsRead(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 2, 3, 4, 100, rawPage - 1, rawPage, rawPage + 1, 3*rawPage + 2} {
		raw := make([]byte, size)
		for i := range raw {
			raw[i] = byte(rand.Uint32())
		}
		b := bodyOf(t, bytes.NewReader(raw))
		all, err := io.ReadAll(b)
		if err != nil || int64(len(all)) != b.size() {
			t.Fatalf("%d bytes: read %d of %d, %v", size, len(all), b.size(), err)
		}
		if _, err := b.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(b, all); err != nil {
			t.Errorf("%d bytes: %.200s", size, err)
		}
		var doc struct {
			Description string
			Content     []struct{ Attachment struct{ Data string } }
		}
		if err := json.Unmarshal(all, &doc); err != nil {
			t.Fatal(err)
		}
		got, err := base64.StdEncoding.DecodeString(doc.Content[0].Attachment.Data)
		if err != nil || !bytes.Equal(got, raw) || doc.Description != `tricky "data":"@content@" text` {
			t.Errorf("%d bytes: content changed, %v", size, err)
		}
		for range 20 { // any position
			from := rand.Int64N(b.size())
			if _, err := b.Seek(from, io.SeekStart); err != nil {
				t.Fatal(err)
			}
			if tail, err := io.ReadAll(b); err != nil || !bytes.Equal(tail, all[from:]) {
				t.Errorf("%d bytes from %d: %v", size, from, err)
			}
		}
	}
}

func TestADocumentIsReadFromItsCurrentPosition(t *testing.T) {
	t.Parallel()
	content := strings.NewReader("headcontent")
	if _, err := content.Seek(4, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(bodyOf(t, content))
	if err != nil || !bytes.Contains(all, []byte(base64.StdEncoding.EncodeToString([]byte("content")))) {
		t.Errorf("%s, %v", all, err)
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

func TestAFileThatCannotBeReadFailsWithoutItsName(t *testing.T) {
	t.Parallel()
	b := bodyOf(t, shrinking{bytes.NewReader([]byte("short"))})
	if _, err := io.ReadAll(b); emr.KindOf(err) != emr.KindInvalid {
		t.Errorf("got %v", err)
	}
	broken := iotestSeeker{errors.New("open secret-file-name: no such file")}
	_, err := newDocumentBody(&fhir.DocumentReference{Content: []fhir.DocumentContent{{Attachment: fhir.Attachment{Data: dataMark}}}}, broken)
	if emr.KindOf(err) != emr.KindInvalid || strings.Contains(fmt.Sprintf("%v %+v", err, errors.Unwrap(err)), "secret-file-name") {
		t.Errorf("got %v", err)
	}
}

type iotestSeeker struct{ err error }

func (s iotestSeeker) Read([]byte) (int, error)       { return 0, s.err }
func (s iotestSeeker) Seek(int64, int) (int64, error) { return 0, s.err }

func TestDocumentsNextechWouldRefuseAreNotSent(t *testing.T) {
	t.Parallel()
	doc := func(edit func(*emr.NewDocument)) *emr.NewDocument {
		d := &emr.NewDocument{Patient: &emr.Patient{ID: emr.NewPatientID(ines)}, Title: emr.NewPHI("x"), ContentType: "image/png", Content: strings.NewReader("png")}
		edit(d)
		return d
	}
	for _, c := range []struct {
		name    string
		product Product
		doc     *emr.NewDocument
		kind    emr.Kind
	}{
		{"a kind Practice+ does not take", PracticePlus, doc(func(d *emr.NewDocument) { d.ContentType = "text/plain" }), emr.KindInvalid},
		{"a kind neither takes", Select, doc(func(d *emr.NewDocument) { d.ContentType = "image/svg+xml" }), emr.KindInvalid},
		{"no kind", Select, doc(func(d *emr.NewDocument) { d.ContentType = "" }), emr.KindInvalid},
		{"no title on Select", Select, doc(func(d *emr.NewDocument) { d.Title = emr.PHI{} }), emr.KindInvalid},
		{"no content", Select, doc(func(d *emr.NewDocument) { d.Content = strings.NewReader("") }), emr.KindInvalid},
		{"F14 no patient", Select, doc(func(d *emr.NewDocument) { d.Patient = nil }), emr.KindInvalid},
		{"more than 10 MB with the envelope", Select, doc(func(d *emr.NewDocument) { d.Content = bytes.NewReader(make([]byte, 8<<20)) }), emr.KindTooLarge},
	} {
		nx, r := connect(t, c.product, nil)
		if _, err := (parts{nx}).UploadDocument(t.Context(), c.doc); emr.KindOf(err) != c.kind || len(r.seen) != 0 {
			t.Errorf("%s: %v after %d requests", c.name, err, len(r.seen))
		}
	}
}

func TestTheLargestContentFitsIntoARequest(t *testing.T) {
	t.Parallel()
	if b := bodyOf(t, bytes.NewReader(make([]byte, contentLimit))); b.size() > uploadLimit {
		t.Errorf("%d bytes of request", b.size())
	}
}

func TestAnUploadAnsweredWithNothingIsStored(t *testing.T) {
	t.Parallel()
	for _, s := range []step{{status: 204}, {status: 201}} {
		nx, _ := connect(t, Select, nil, s)
		d, err := parts{nx}.UploadDocument(t.Context(), &emr.NewDocument{Patient: &emr.Patient{ID: emr.NewPatientID(ines)}, Title: emr.NewPHI("x"), ContentType: "image/png", Content: strings.NewReader("png")})
		if err != nil || !d.ID.IsZero() || d.Size != 3 {
			t.Errorf("%d: %v, %v", s.status, d, err)
		}
	}
	nx, _ := connect(t, Select, nil, step{status: 201, body: `{"resourceType":`})
	if _, err := (parts{nx}).UploadDocument(t.Context(), &emr.NewDocument{Patient: &emr.Patient{ID: emr.NewPatientID(ines)}, Title: emr.NewPHI("x"), ContentType: "image/png", Content: strings.NewReader("png")}); emr.KindOf(err) != emr.KindAmbiguous {
		t.Errorf("an unreadable answer: %v", err)
	}
}
