package medtech

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"iter"
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// Images lists the Media of a patient, without their bytes: lazily, one error and then the
// end. The patient needs an id; with the NHI in its identifiers a request is saved. Kinds:
// precondition (the patient has no NHI), and those of any call. Source: Medtech's support, by way of an integrator.
func (c *Client) Images(ctx context.Context, p *emr.Patient) iter.Seq2[*StoredImage, error] {
	return listOf(ctx, c, opFindImages, "Media", p, func(r *fhir.Media) (*StoredImage, string, error) {
		one := &StoredImage{ID: emr.NewID[StoredImage](r.ID), Title: emr.NewPHI(r.Content.Title), ContentType: r.Content.ContentType,
			Operator: emr.PractitionerID(refersTo(r.Operator, "Practitioner")), Source: emr.NewSource(r.Raw().Bytes())}
		if len(r.Identifier) > 0 {
			one.Identifier, one.System = r.Identifier[0].Value, r.Identifier[0].System
		}
		subject := refersTo(r.Subject, "Patient")
		if subject != "" {
			one.Patient = emr.NewPatientID(subject)
		}
		var err error
		one.Created, err = c.moment(string(r.Created))
		return one, subject, err
	})
}

// OpenImage opens the bytes of a Media, by GET /Media/{id}. Close it. Kinds: not_found
// (also for one without bytes), and those of any call.
func (c *Client) OpenImage(ctx context.Context, id MediaID) (*emr.Content, error) {
	if id.IsZero() {
		return nil, invalid(opFindImages, "name the image", "id")
	}
	get, err := c.call(opFindImages, http.MethodGet, "Media", id.Reveal())
	if err != nil {
		return nil, err
	}
	get.MaxResponse = contentLimit
	m, answer, err := read[fhir.Media](ctx, c, get)
	if err != nil {
		return nil, err
	}
	if m.ID != "" && !isSame(m.ID, id.Reveal()) {
		return nil, c.failure(get, answer, emr.KindProtocol, "ALEX answered with another image than the one asked for")
	}
	return c.attached(ctx, get, answer, &m.Content)
}

// contentLimit bounds a document: its bytes come as base64 within JSON.
const contentLimit = 64 << 20

// attached opens the bytes of an attachment: those in it, or the Binary it names. answer is
// the one it came in, nil for none.
func (c *Client) attached(ctx context.Context, from *transport.Call, answer *transport.Answer, a *fhir.Attachment) (*emr.Content, error) {
	if a.Data != "" {
		data, err := a.Bytes()
		if err != nil {
			return nil, c.unreadable(from, answer, err)
		}
		return contentOf(a.ContentType, data), nil
	}
	if key := binaryKey(a.URL); key != "" {
		return c.openBinary(ctx, from.Op, from.Patient, key, a.ContentType)
	}
	return nil, c.failure(from, answer, emr.KindNotFound, "the record has no content: ALEX lists notes that are empty, and keeps the bytes of some documents back")
}

// binaryKey is the key of a Binary: what follows Binary/, or the whole of a text that is no
// URL. Nothing is ever asked of another host.
func binaryKey(at string) string {
	if at = strings.TrimSpace(at); at == "" {
		return ""
	}
	if kind, id := target(at); strings.EqualFold(kind, "Binary") {
		return id
	}
	if strings.ContainsAny(at, "/:") {
		return ""
	}
	return at
}

// contentOf is a document that is in memory.
func contentOf(declared string, data []byte) *emr.Content {
	return &emr.Content{ContentType: sniffed(declared, data), Size: int64(len(data)), Body: io.NopCloser(bytes.NewReader(data))}
}

// sniffed is the media type of a document by its first bytes, where they tell it: notes say
// text/plain and are RTF.
func sniffed(declared string, head []byte) string {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	for _, known := range []struct{ start, mediaType string }{
		{`{\rtf`, "application/rtf"}, {"%PDF-", typePDF}, {"\xff\xd8\xff", typeJPEG}, {"\x89PNG\r\n\x1a\n", typePNG},
		{"II*\x00", typeTIFF}, {"MM\x00*", typeTIFF},
	} {
		if bytes.HasPrefix(head, []byte(known.start)) {
			return known.mediaType
		}
	}
	return cmp.Or(declared, "application/octet-stream")
}
