package emr

import (
	"context"
	"io"
	"mime"
	"slices"
	"strings"
)

// UploadDocument stores a document in a patient's record; the request is sent once.
// Content is read from its present position. The size and type are checked against
// Info.Limits first.
//
// Kinds: partial (the content is stored and a later step failed: the document comes back
// with the error), invalid (no patient, no content, a type the vendor does not take), too_large,
// ambiguous (sent, outcome unknown: look into the record before sending it again, for a
// document can be stored twice), unsupported, and those of any call.
func (c *Client) UploadDocument(ctx context.Context, d *NewDocument) (*Document, error) {
	const op = "upload document"
	ctx, err := c.begin(ctx, op, CanUploadDocuments)
	if err != nil {
		return nil, err
	}
	if refused := c.checkDocument(op, d); refused != nil {
		return nil, c.fill(ctx, op, refused)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	sent := *d
	sent.Patient = d.Patient.copied()
	made, err := c.parts.DocumentWriter.UploadDocument(ctx, &sent)
	if err == nil && made == nil {
		err = &Error{Kind: KindAmbiguous, Hint: documentHint}
	}
	if err == nil {
		return made, nil
	}
	failure := asError(write, err)
	if failure.Kind == KindAmbiguous {
		if failure.Hint == "" {
			failure.Hint = documentHint
		}
		if cause := ctx.Err(); cause != nil {
			failure = failure.because(cause)
		}
	}
	if failure.Kind != KindPartial {
		made = nil // what came with another failure is no answer
	}
	return made, c.fill(ctx, op, failure)
}

const documentHint = "the document was sent and may be stored: look into the patient's record before sending it again"

// checkDocument refuses what the vendor would refuse, before it is sent.
func (c *Client) checkDocument(op string, d *NewDocument) *Error {
	switch {
	case d == nil:
		return Invalid(op, "give a document", "document")
	case d.Patient.id().IsZero():
		return Invalid(op, "name the patient: the id is enough", "patient")
	case d.Content == nil:
		return Invalid(op, "give the content: a file or a bytes.Reader", "content")
	case !sound(d.Title, "") || !sound(d.Description, "\n\r\t"):
		return Invalid(op, "the title holds control characters or is not UTF-8", "title", "description")
	}
	media, _, err := mime.ParseMediaType(d.ContentType)
	if err != nil || !strings.Contains(media, "/") {
		return Invalid(op, "name the media type, such as application/pdf", "content-type")
	}
	limits := c.info.Limits
	if len(limits.UploadTypes) > 0 && !slices.Contains(limits.UploadTypes, media) {
		return Invalid(op, "this vendor takes only "+strings.Join(limits.UploadTypes, ", "), "content-type")
	}
	size, err := remaining(d.Content)
	switch {
	case err != nil:
		return Invalid(op, "the content cannot be measured: Seek failed", "content")
	case size == 0:
		return Invalid(op, "the content is empty", "content")
	case limits.UploadBytes > 0 && size > limits.UploadBytes:
		return &Error{Kind: KindTooLarge, Op: op, Fields: []string{"content"}, Hint: "the document is larger than the vendor takes: make it smaller (Info.Limits.UploadBytes)"}
	}
	return nil
}

// remaining measures what is left to read and goes back to where it was.
func remaining(s io.Seeker) (int64, error) {
	here, err := s.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, err
	}
	end, err := s.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	_, err = s.Seek(here, io.SeekStart)
	return end - here, err
}
