package nextech

import (
	"io"

	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/upload"
)

// newDocumentBody puts the content, from its current position to its end, into r.
func newDocumentBody(r *fhir.DocumentReference, content io.ReadSeeker) (*upload.Body, error) {
	envelope, err := fhir.Encode(r, nil)
	if err != nil {
		return nil, invalid(opUpload, "a text is not valid UTF-8")
	}
	return upload.JSON(opUpload, envelope, content)
}
