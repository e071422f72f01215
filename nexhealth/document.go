package nexhealth

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// documentRecord is a document as the API writes it.
type documentRecord struct {
	ID       vendorjson.ID   `json:"id"`
	Filename vendorjson.Text `json:"filename"`
	Media    vendorjson.Text `json:"type"`
	URL      vendorjson.Text `json:"url"` // relative: /documents/{id}/download
	Created  vendorjson.Time `json:"created_at"`
	Type     vendorjson.ID   `json:"document_type_id"`
}

// documentFrom reads one document of the patient. The error is a *vendorjson.Error.
func documentFrom(raw json.RawMessage, patient emr.PatientID) (*emr.Document, error) {
	var r documentRecord
	if err := vendorjson.Into(raw, &r); err != nil {
		return nil, err
	}
	if r.ID == "" {
		return nil, &vendorjson.Error{Problem: vendorjson.Mistyped}
	}
	return &emr.Document{
		ID: emr.NewDocumentID(string(r.ID)), Patient: patient, Title: phi(r.Filename), ContentType: string(r.Media),
		Category: string(r.Type), Size: -1, Created: r.Created.At, Source: emr.NewSource(raw),
	}, nil
}

// ListDocuments reads GET /patients/{id}/documents: all of one patient at once. Category
// is the id of a document type, see Client.DocumentTypes; it and the days, those of the
// connection's location, are compared here.
func (p parts) ListDocuments(ctx context.Context, q emr.DocumentQuery, at emr.Cursor) (emr.Page[emr.Document], error) {
	if q.Vendor != nil {
		return emr.Page[emr.Document]{}, invalid(opListDocuments, "NexHealth has no vendor options here", "vendor")
	}
	return only(opListDocuments, at, func() ([]*emr.Document, error) {
		patient := subjectID(q.Patient)
		list, err := p.call(opListDocuments, http.MethodGet, "/patients/{id}/documents", patient.Reveal())
		if err != nil {
			return nil, err
		}
		list.Patient = patient
		zone := time.UTC
		if !q.From.IsZero() || !q.To.IsZero() {
			here, err := p.zoneOf(ctx, p.cfg.Location)
			if err != nil {
				return nil, err
			}
			zone = cmp.Or(here, zone)
		}
		e, answer, err := p.send(ctx, list, p.scoped(), nil)
		if err != nil {
			return nil, err
		}
		rows, err := decodeData[[]json.RawMessage](p.Client, list, answer, e, "documents")
		if err != nil {
			return nil, err
		}
		var all []*emr.Document
		for _, raw := range rows {
			d, err := documentFrom(raw, patient)
			if err != nil {
				return nil, p.unreadable(list, answer, err)
			}
			day := emr.DateOf(d.Created.In(zone))
			late := !q.To.IsZero() && !day.Before(q.To)
			early := !q.From.IsZero() && day.Before(q.From)
			if (q.Category == "" || q.Category == d.Category) && (d.Created.IsZero() || !early && !late) {
				all = append(all, d)
			}
		}
		return all, nil
	})
}

// OpenDocument downloads a document from the address NexHealth gave for it, which must be
// one of the connection's own host: kind untrusted_url otherwise. A document of which only
// the id is known is asked for under the documented address.
func (p parts) OpenDocument(ctx context.Context, d *emr.Document) (*emr.Content, error) {
	get, err := p.download(d)
	if err != nil {
		return nil, err
	}
	answer, body, err := p.http.Open(ctx, get)
	if err != nil {
		return nil, err
	}
	media, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if isJSON(answer.Header) && !strings.HasSuffix(d.ContentType, "json") {
		return nil, p.noDocument(get, answer, body)
	}
	content := &emr.Content{ContentType: cmp.Or(media, d.ContentType), Size: -1, Body: body}
	if n, err := vendorSize(answer.Header); err == nil {
		content.Size = n
	}
	return content, nil
}

// noDocument is the error of an envelope that came instead of a document.
func (p parts) noDocument(get *transport.Call, answer *transport.Answer, body io.ReadCloser) error {
	const most = 64 << 10
	text, err := io.ReadAll(io.LimitReader(body, most))
	_ = body.Close()
	if err != nil {
		return err
	}
	if e, err := readEnvelope(text); err == nil {
		if good, known := e.good(); known && !good {
			return p.refused(get, answer, e)
		}
	}
	return p.http.Error(get, answer, emr.KindProtocol, "NexHealth answered with JSON and not with the document: report it with the request id")
}

// download is the request for a document.
func (c *Client) download(d *emr.Document) (*transport.Call, error) {
	const route = "/documents/{id}/download"
	if d == nil {
		return nil, invalid(opOpenDocument, "give a document of the Documents list", "document")
	}
	get, err := c.call(opOpenDocument, http.MethodGet, route, d.ID.Reveal())
	if err != nil {
		return nil, err
	}
	get.Patient, get.AcceptTypes = d.Patient, []string{"*/*"}
	if address := addressOf(d); address != "" {
		get.Path, get.Query, err = c.ownAddress(address)
	}
	return get, err
}

// addressOf is the address NexHealth gave for a document, "" for none.
func addressOf(d *emr.Document) string {
	var r documentRecord
	if d.Source.IsZero() || vendorjson.Decode(d.Source.Reveal(), &r) != nil {
		return ""
	}
	return plain(r.URL)
}

// ownAddress splits such an address into path and query below the base URL. The token
// must not go anywhere else.
func (c *Client) ownAddress(address string) (path, query string, err error) {
	fail := func(kind emr.Kind, hint string) (string, string, error) {
		return "", "", &emr.Error{Kind: kind, Vendor: vendor, Name: c.name, Op: opOpenDocument, Hint: hint}
	}
	base := c.http.Base()
	u, bad := url.Parse(address)
	if bad != nil || u.Opaque != "" {
		return fail(emr.KindProtocol, "the document's address cannot be read")
	}
	path = u.EscapedPath()
	if u.Scheme != "" || u.Host != "" || u.User != nil {
		if u.User != nil || !strings.EqualFold(cmp.Or(u.Scheme, base.Scheme), base.Scheme) || !strings.EqualFold(hostPort(u, base.Scheme), hostPort(base, base.Scheme)) {
			return fail(emr.KindUntrustedURL, "the document's address is on another host: it was not followed, and no token was sent there")
		}
		below, ok := strings.CutPrefix(path, base.EscapedPath())
		if !ok || below != "" && below[0] != '/' {
			return fail(emr.KindUntrustedURL, "the document's address leaves the base path: it was not followed")
		}
		path = below
	}
	path = "/" + strings.TrimLeft(path, "/")
	for segment := range strings.SplitSeq(path, "/") {
		if plain, err := url.PathUnescape(segment); err != nil || plain == ".." || plain == "." {
			return fail(emr.KindUntrustedURL, "the document's address leaves the base path: it was not followed")
		}
	}
	return path, u.RawQuery, nil
}

// hostPort is the host with its port written out.
func hostPort(u *url.URL, scheme string) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[strings.ToLower(scheme)]
	}
	return u.Hostname() + ":" + port
}
