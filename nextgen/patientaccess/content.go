package patientaccess

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"mime"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// contentLimit is the most bytes of a document.
const contentLimit = 64 << 20

// OpenDocument opens the content of a document: it is within the document, or at an address
// of the same server, which may answer with the bytes or with a FHIR Binary. A document with
// its Source is not read again. Kinds: not_found for a document without content,
// untrusted_url for one whose content is at another host.
func (p parts) OpenDocument(ctx context.Context, d *emr.Document) (*emr.Content, error) {
	if d == nil || d.ID.IsZero() {
		return nil, invalid(opOpenDocument, "name the document", "document")
	}
	r, err := fhir.Decode[fhir.DocumentReference](d.Source.Reveal(), p.decoding)
	if err != nil || r.ID != d.ID.Reveal() || attachmentOf(r) == nil {
		read, call, err := p.read(ctx, opOpenDocument, "DocumentReference", d.ID.Reveal())
		if err != nil {
			return nil, err
		}
		var ok bool
		if r, ok = read.(*fhir.DocumentReference); !ok || isOthers(r.Subject, d.Patient) {
			return nil, p.http.Error(call, nil, emr.KindProtocol, "NextGen answered with another document than the one asked for")
		}
	}
	a := attachmentOf(r)
	switch {
	case a == nil:
		return nil, &emr.Error{Kind: emr.KindNotFound, Vendor: vendor, Name: p.name, Op: opOpenDocument, Hint: "the document has no content"}
	case a.Data != "":
		data, err := a.Bytes()
		if err != nil {
			return nil, &emr.Error{Kind: emr.KindProtocol, Vendor: vendor, Name: p.name, Op: opOpenDocument, Hint: "the content of the document is not base64: report it"}
		}
		return contentOf(a.ContentType, data), nil
	}
	return p.download(ctx, d.Patient, a)
}

func contentOf(kind string, data []byte) *emr.Content {
	return &emr.Content{ContentType: kind, Size: int64(len(data)), Body: io.NopCloser(bytes.NewReader(data))}
}

// download opens the address of an attachment, if it is one of ours.
func (p parts) download(ctx context.Context, patient emr.PatientID, a *fhir.Attachment) (*emr.Content, error) {
	path, query, bad := p.below(opOpenDocument, a.URL)
	if bad != nil {
		return nil, bad
	}
	get := p.call(opOpenDocument, path, "/(attachment)")
	get.Query, get.Patient, get.MaxResponse, get.AcceptTypes = query, patient, contentLimit, []string{"*/*"}
	if declared, _, _ := mime.ParseMediaType(a.ContentType); declared == "text/html" || declared == "application/xhtml+xml" {
		get.AcceptTypes = append(get.AcceptTypes, declared) // elsewhere a stray page
	}
	answer, stream, err := p.http.Open(ctx, get)
	if err != nil {
		return nil, err
	}
	kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if kind == "application/fhir+json" || kind == "application/json+fhir" || kind == "application/json" && !strings.Contains(a.ContentType, "json") {
		return p.binary(get, answer, stream, a.ContentType)
	}
	head := bufio.NewReader(stream)
	if _, err := head.Peek(1); err != nil {
		_ = stream.Close()
		if errors.Is(err, io.EOF) {
			return nil, p.http.Error(get, answer, emr.KindQuota, hintQuota)
		}
		return nil, err
	}
	if kind == "" || kind == "application/octet-stream" {
		kind = a.ContentType
	}
	return &emr.Content{ContentType: kind, Size: -1, Body: struct {
		io.Reader
		io.Closer
	}{head, stream}}, nil
}

// binary reads a FHIR Binary to its end.
func (p parts) binary(get *transport.Call, answer *transport.Answer, stream io.ReadCloser, declared string) (*emr.Content, error) {
	body, err := io.ReadAll(stream)
	if closed := stream.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, p.http.Error(get, answer, emr.KindQuota, hintQuota)
	}
	b, err := fhir.Decode[fhir.Binary](body, p.decoding)
	if err != nil {
		return nil, p.unreadable(get, answer, err)
	}
	data, err := b.Data()
	if err != nil || len(data) == 0 {
		return nil, p.http.Error(get, answer, emr.KindProtocol, "the content of the document is empty or not base64: report it")
	}
	return contentOf(cmp.Or(b.ContentType, declared), data), nil
}

// below takes an address apart that must lie below the base URL, in whatever letter case:
// only there the token may go.
func (c *Client) below(op, raw string) (path, query string, bad *emr.Error) {
	refuse := func(kind emr.Kind, hint string) (string, string, *emr.Error) {
		return "", "", &emr.Error{Kind: kind, Vendor: vendor, Name: c.name, Op: op, Hint: hint}
	}
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Opaque != "" {
		return refuse(emr.KindProtocol, "the address of the content cannot be read")
	}
	base := c.http.Base()
	u = base.JoinPath("/").ResolveReference(u)
	prefix := base.EscapedPath()
	whole := u.EscapedPath()
	if u.User != nil || !sameOrigin(base, u.String()) || len(whole) <= len(prefix)+1 || !strings.EqualFold(whole[:len(prefix)], prefix) || whole[len(prefix)] != '/' || climbs(whole[len(prefix):]) {
		return refuse(emr.KindUntrustedURL, "the content is at another host or outside the FHIR server, where the token does not go: fetch it without, if it is meant to be public")
	}
	return whole[len(prefix):], u.RawQuery, nil
}

// climbs reports whether a server that decodes the path before it looks at the slashes would
// find another one, above the base URL perhaps.
func climbs(escaped string) bool {
	for segment := range strings.SplitSeq(escaped, "/") {
		plain, err := url.PathUnescape(segment)
		if err != nil || plain == "." || plain == ".." || strings.ContainsAny(plain, `/\`) {
			return true
		}
	}
	return false
}
