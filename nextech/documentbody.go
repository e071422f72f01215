package nextech

import (
	"bytes"
	"errors"
	"io"

	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/upload"
)

// dataMark stands for the content in the envelope. It is no base64, and a text of the
// caller's cannot look like the member around it, for its quotes are escaped.
const dataMark = "@content@"

// newDocumentBody puts the content, from its current position to its end, into r.
func newDocumentBody(r *fhir.DocumentReference, content io.ReadSeeker) (*upload.Body, error) {
	envelope, err := fhir.Encode(r, nil)
	if err != nil {
		return nil, invalid(opUpload, "a text is not valid UTF-8")
	}
	before, after, ok := bytes.Cut(envelope, []byte(`"data":"`+dataMark+`"`))
	if !ok {
		return nil, errors.New("nextech: no place for the content")
	}
	return upload.Base64(opUpload, append(bytes.Clone(before), `"data":"`...), content, append([]byte(`"`), after...))
}
