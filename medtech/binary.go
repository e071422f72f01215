package medtech

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// open makes a safe call and hands its answer over unread, for the facility of ctx and
// with its own correlation id.
func (c *Client) open(ctx context.Context, call *transport.Call) (*transport.Answer, io.ReadCloser, error) {
	facility, bad := c.facility(ctx, call.Op)
	if bad != nil {
		return nil, nil, bad
	}
	call.Header = http.Header{}
	call.Header.Set(facilityHeader, facility)
	ctx = traced(ctx)
	dial, trace := new(dialing), traceOf(ctx)
	answer, stream, err := c.http.Open(dial.watch(ctx), call)
	if err != nil {
		err = c.told(call, dial, err)
		if e := asError(err); e != nil {
			e.RequestID = trace.id(e.RequestID)
		}
		return nil, nil, err
	}
	answer.RequestID = trace.id(answer.RequestID)
	return answer, stream, nil
}

// openBinary reads GET /Binary/{key}: a FHIR Binary in JSON, which is read to its end, or
// the bytes themselves, which are not. Which of them comes is not documented: the media
// type of the answer tells.
func (c *Client) openBinary(ctx context.Context, op string, patient emr.PatientID, key, declared string) (*emr.Content, error) {
	get, err := c.call(op, http.MethodGet, "Binary", key)
	if err != nil {
		return nil, err
	}
	get.Patient, get.MaxResponse, get.AcceptTypes = patient, contentLimit, []string{"*/*"}
	answer, stream, err := c.open(ctx, get)
	if err != nil {
		return nil, err
	}
	kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if kind != "application/json" && !strings.HasSuffix(kind, "+json") {
		head := bufio.NewReader(stream)
		start, err := head.Peek(16)
		if err != nil && !errors.Is(err, io.EOF) {
			_ = stream.Close()
			return nil, err
		}
		if len(start) == 0 {
			_ = stream.Close()
			return nil, c.failure(get, answer, emr.KindNotFound, "the record has no content")
		}
		if kind == "" || kind == "application/octet-stream" {
			kind = declared
		}
		return &emr.Content{ContentType: sniffed(kind, start), Size: -1, Body: struct {
			io.Reader
			io.Closer
		}{head, stream}}, nil
	}
	body, err := io.ReadAll(stream)
	if closed := stream.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return nil, err
	}
	answer.Body = body
	b, err := decode[fhir.Binary](c, get, answer)
	if err != nil {
		return nil, err
	}
	data, err := b.Data()
	if err != nil || len(data) == 0 {
		return nil, c.unreadable(get, answer, err)
	}
	return contentOf(cmp.Or(b.ContentType, declared), data), nil
}
