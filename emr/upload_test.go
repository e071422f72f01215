package emr_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func document(text string) *emr.NewDocument {
	return &emr.NewDocument{Patient: &emr.Patient{ID: emr.NewPatientID("p-1")}, Title: emr.NewPHI("Consent"), ContentType: "application/pdf", Content: strings.NewReader(text)}
}

func TestUploadDocument_whatTheVendorRefusesIsNotSent(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.info.Limits.UploadBytes, f.info.Limits.UploadTypes = 10, []string{"application/pdf", "image/png"}
	c := client(t, f, nil)
	change := func(do func(d *emr.NewDocument)) *emr.NewDocument { d := document("pdf"); do(d); return d }
	for name, tc := range map[string]struct {
		doc  *emr.NewDocument
		kind emr.Kind
	}{
		"nothing":        {nil, emr.KindInvalid},
		"no patient":     {change(func(d *emr.NewDocument) { d.Patient = nil }), emr.KindInvalid},
		"no content":     {change(func(d *emr.NewDocument) { d.Content = nil }), emr.KindInvalid},
		"empty":          {document(""), emr.KindInvalid},
		"too large":      {document("12345678901"), emr.KindTooLarge},
		"not taken":      {change(func(d *emr.NewDocument) { d.ContentType = "image/jpeg" }), emr.KindInvalid},
		"no type":        {change(func(d *emr.NewDocument) { d.ContentType = "pdf" }), emr.KindInvalid},
		"title":          {change(func(d *emr.NewDocument) { d.Title = emr.NewPHI("a\x1bb") }), emr.KindInvalid},
		"cannot measure": {change(func(d *emr.NewDocument) { d.Content = broken{} }), emr.KindInvalid},
	} {
		_, err := c.UploadDocument(t.Context(), tc.doc)
		if emr.KindOf(err) != tc.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	if f.total() != 0 {
		t.Error("sent")
	}
	d := document("0123456789ab")
	_, _ = d.Content.Seek(2, io.SeekStart) // only the rest is sent
	if _, err := c.UploadDocument(t.Context(), d); err != nil {
		t.Error(err)
	}
	if at, _ := d.Content.Seek(0, io.SeekCurrent); at != 2 {
		t.Errorf("left at %d", at)
	}
}

// broken cannot seek.
type broken struct{ bytes.Reader }

func (broken) Seek(int64, int) (int64, error) { return 0, errors.New("Canary") }
func (broken) Read([]byte) (int, error)       { return 0, io.EOF }

func TestUploadDocument_aLostAnswerIsAmbiguousAndSentOnce(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.next("upload", fault{err: lost(), done: true})
	_, err := client(t, f, nil).UploadDocument(t.Context(), document("x"))
	wantKind(t, err, emr.KindAmbiguous)
	if f.count("upload") != 1 || !strings.Contains(err.Error(), "look into the patient's record") {
		t.Error(err)
	}
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.next("upload", fault{wait: time.Hour})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, err := client(t, f, nil).UploadDocument(ctx, document("x"))
		wantKind(t, err, emr.KindAmbiguous) // the fake does not say whether it was sent
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// uploading answers an upload with both.
type uploading struct {
	*fake
	made *emr.Document
	err  error
}

func (u uploading) Parts() emr.Parts { p := u.fake.Parts(); p.DocumentWriter = u; return p }
func (u uploading) UploadDocument(context.Context, *emr.NewDocument) (*emr.Document, error) {
	return u.made, u.err
}

func TestUploadDocument_theDocumentComesWithAPartialError(t *testing.T) {
	t.Parallel()
	for _, kind := range []emr.Kind{emr.KindPartial, emr.KindUnavailable, emr.KindAmbiguous} {
		made := &emr.Document{ID: emr.NewDocumentID("d-1")}
		d, err := client(t, uploading{newFake(), made, &emr.Error{Kind: kind}}, nil).UploadDocument(t.Context(), document("x"))
		wantKind(t, err, kind)
		if (d == made) != (kind == emr.KindPartial) {
			t.Error(kind, d)
		}
	}
}

func TestRaw_onlyPathsBelowTheBaseAreSent(t *testing.T) {
	t.Parallel()
	f := newFake()
	c := client(t, f, nil)
	for _, r := range []*emr.RawRequest{nil, {}, {Path: "patient"}, {Path: "//evil.example/x"}, {Path: "https://evil.example"}} {
		_, err := c.Raw(t.Context(), r)
		wantKind(t, err, emr.KindInvalid)
	}
	if f.total() != 0 {
		t.Error("sent")
	}
	f.next("raw", fault{}, fault{err: errors.New("x")}, fault{err: errors.New("x")})
	if a, err := c.Raw(t.Context(), &emr.RawRequest{Path: "/patient-type"}); err != nil || a.Status != 200 {
		t.Error(err)
	}
	_, err := c.Raw(t.Context(), &emr.RawRequest{Path: "/x"})
	wantKind(t, err, emr.KindProtocol)
	_, err = c.Raw(t.Context(), &emr.RawRequest{Method: "POST", Path: "/x"})
	wantKind(t, err, emr.KindAmbiguous)
}
