package upload

import (
	"bytes"
	"io"

	"github.com/emrkit/emrkit/emr"
)

// Mark stands for the file in a JSON envelope. It is no base64, and a text of the
// caller's cannot look like the member around it, for its quotes are escaped.
const Mark = "@content@"

// JSON is Base64 with the content in the place of the member "data" that is Mark.
func JSON(op string, envelope []byte, content io.ReadSeeker) (*Body, error) {
	before, after, ok := bytes.Cut(envelope, []byte(`"data":"`+Mark+`"`))
	if !ok {
		return nil, emr.Invalid(op, "the request has no place for the content", "content")
	}
	return Base64(op, append(bytes.Clone(before), `"data":"`...), content, append([]byte(`"`), after...))
}
