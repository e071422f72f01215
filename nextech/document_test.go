package nextech

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/upload"
)

func bodyOf(t testing.TB, content io.ReadSeeker) *upload.Body {
	t.Helper()
	r := &fhir.DocumentReference{
		Description: `tricky "data":"@content@" text`,
		Content:     []fhir.DocumentContent{{Attachment: fhir.Attachment{ContentType: "image/png", Title: "x", Data: upload.Mark}}},
	}
	b, err := newDocumentBody(r, content)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestADocumentIsAJSONEnvelopeWithTheContentInBase64(t *testing.T) {
	t.Parallel()
	raw := bytes.Repeat([]byte{0, 1, 0xff, '"'}, 10_000)
	all, err := io.ReadAll(bodyOf(t, bytes.NewReader(raw)))
	if err != nil {
		t.Fatal(err)
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
		t.Errorf("content changed, %v", err)
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
	if b := bodyOf(t, bytes.NewReader(make([]byte, contentLimit))); b.Size() > uploadLimit {
		t.Errorf("%d bytes of request", b.Size())
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
