package nextech

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// summaryLimit bounds the answer: a summary with years of results is larger than a page
// of a list, and it is not kept in memory.
const summaryLimit = 64 << 20

// OpenSummary reads GET /Patient/{id}/Binary/$autogen-ccd-if (Select): Nextech makes a
// CCDA of the days asked for, by default of all up to today. The document is decoded
// while it is read; errors of the rest of the answer come from Body's Read as
// *emr.Error. Both bounds are sent as days, the later one inclusive. A visit may be named
// beside its days: Nextech then summarises these days, for it knows no single visits.
func (p parts) OpenSummary(ctx context.Context, q emr.SummaryQuery) (*emr.Content, error) {
	if !q.Encounter.IsZero() && (q.From.IsZero() || q.To.IsZero()) {
		return nil, invalid(opOpenSummary, "Nextech summarises days, not visits: give the visit's days too", "encounter", "from", "to")
	}
	if len(q.Sections) > 0 || q.Vendor != nil {
		return nil, invalid(opOpenSummary, "Nextech knows no sections here, and there are no vendor options", "sections", "vendor")
	}
	path, err := transport.FHIRPath("Patient", subjectID(q.Patient).Reveal(), "Binary", "$autogen-ccd-if")
	if err != nil {
		return nil, err
	}
	get := call(opOpenSummary, http.MethodGet, path, "/Patient/{id}/Binary/$autogen-ccd-if")
	get.Patient = q.Patient.ID
	get.MaxResponse = summaryLimit
	if q.From.IsZero() {
		q.From = emr.Date{Year: 1900, Month: time.January, Day: 1} // both bounds are always sent, as documented
	}
	if q.To.IsZero() {
		q.To = emr.Today(p.cfg.Zone).AddDays(1)
	}
	get.Query = new(fhir.Query).Add("start", q.From.String()).Add("end", q.To.AddDays(-1).String()).Encode()
	answer, stream, err := p.http.Open(ctx, get)
	if err != nil {
		return nil, err
	}
	fail := func(cause error) error { return p.summaryError(get, answer, cause) }
	b, err := openBinary(stream)
	if err != nil {
		_ = stream.Close()
		return nil, fail(err)
	}
	return &emr.Content{
		ContentType: firstText(b.contentType, "text/xml"),
		Size:        -1, // base64 in JSON: its length is known at its end only
		Body:        &summary{from: base64.NewDecoder(base64.StdEncoding, b), stream: stream, fail: fail},
	}, nil
}

// summaryError keeps an error of the transport (cut off, too large, cancelled) and calls
// everything else a broken document.
func (c *Client) summaryError(call *transport.Call, a *transport.Answer, cause error) error {
	var known *emr.Error
	if errors.As(cause, &known) {
		return known
	}
	return c.http.Error(call, a, emr.KindProtocol, "Nextech's summary is not the FHIR Binary it documents, or it is cut off")
}

// summary is the decoded document.
type summary struct {
	from   io.Reader
	stream io.ReadCloser
	fail   func(error) error
	err    error
}

// Read gives the next part of the document.
func (s *summary) Read(to []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.from.Read(to)
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		s.err = io.EOF
	default:
		s.err = s.fail(err)
	}
	return n, s.err
}

// Close ends the request.
func (s *summary) Close() error { return s.stream.Close() }
