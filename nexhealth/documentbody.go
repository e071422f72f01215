package nexhealth

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/emrkit/emrkit/internal/upload"
)

// newForm puts the content, from its current position to its end, into a multipart form
// with one file; contentType has the form's boundary.
func newForm(category, name, media string, content io.ReadSeeker) (body *upload.Body, contentType string, err error) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	if err := w.SetBoundary("emrkit" + rand.Text() + rand.Text()); err != nil {
		return nil, "", err
	}
	if category != "" {
		if err := w.WriteField("document_type_id", category); err != nil {
			return nil, "", err
		}
	}
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name)
	header := textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="` + quoted + `"`},
		"Content-Type":        {media},
	}
	if _, err := w.CreatePart(header); err != nil {
		return nil, "", err
	}
	before := form.Len()
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	body, err = upload.Plain(opUpload, form.Bytes()[:before:before], content, form.Bytes()[before:])
	return body, w.FormDataContentType(), err
}

// vendorSize is the length an answer announces, unless it was unpacked on the way.
func vendorSize(h http.Header) (int64, error) {
	if h.Get("Content-Encoding") != "" {
		return 0, errors.New("nexhealth: no length")
	}
	return strconv.ParseInt(h.Get("Content-Length"), 10, 64)
}
