package medtech

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// OpenSummary reads GET /Patient/$summary by the patient's NHI: the International Patient
// Summary, a FHIR Bundle of type document in JSON (read it with fhir.ParseBundle). ALEX
// leaves confidential and inactive records out. It summarises the whole record: a bound,
// a section or a visit is kind invalid. Kind not_found where ALEX knows no such patient or
// has nothing to tell.
func (p parts) OpenSummary(ctx context.Context, q emr.SummaryQuery) (*emr.Content, error) {
	switch {
	case q.Patient == nil || q.Patient.ID.IsZero():
		return nil, invalid(opOpenSummary, "name the patient: the id is enough", "patient")
	case !q.Encounter.IsZero() || len(q.Sections) > 0 || !q.From.IsZero() || !q.To.IsZero() || q.Vendor != nil:
		return nil, invalid(opOpenSummary, "ALEX summarises the whole record: no days, visits, sections or vendor options", "from", "to", "encounter", "sections", "vendor")
	}
	number, err := p.subject(ctx, opOpenSummary, q.Patient)
	if err != nil {
		return nil, err
	}
	get, err := p.call(opOpenSummary, http.MethodGet, "Patient")
	if err != nil {
		return nil, err
	}
	get.Path, get.Route = get.Path+"/$summary", get.Route+"/$summary"
	get.Patient, get.MaxResponse = q.Patient.ID, contentLimit
	get.Query = new(fhir.Query).Token("identifier", NHISystem, number).Encode()
	answer, err := p.do(ctx, get)
	if err != nil {
		return nil, err
	}
	b, err := fhir.ParseBundle(answer.Body, decoding)
	records := 0
	if err == nil {
		for _, e := range b.Entries() {
			if e.ResourceType != "OperationOutcome" && e.ResourceType != "" {
				records++
			}
		}
	}
	if err == nil && !p.isSummaryOf(b, number) {
		return nil, p.failure(get, answer, emr.KindProtocol, "ALEX answered with the summary of another patient than the one asked for")
	}
	if records > 0 {
		return &emr.Content{ContentType: mediaType, Size: int64(len(answer.Body)), Body: io.NopCloser(bytes.NewReader(answer.Body))}, nil
	}
	s := hear(answer.Body)
	if len(s.issues) > 0 && !s.nothing(answer.Status, opOpenSummary) {
		if e := p.outcome(get, answer, s); e != nil {
			return nil, e
		}
	}
	if err != nil && len(s.issues) == 0 {
		return nil, p.unreadable(get, answer, err)
	}
	return nil, p.failure(get, answer, emr.KindNotFound, "ALEX has no summary of this patient")
}

// isSummaryOf reports whether no patient in b has other NHI numbers only.
func (c *Client) isSummaryOf(b *fhir.Bundle, number string) bool {
	for _, e := range b.Entries() {
		if e.ResourceType != "Patient" {
			continue
		}
		one, err := e.Resource()
		r, ok := one.(*fhir.Patient)
		if err != nil || !ok {
			continue // summaries are read leniently
		}
		numbers := 0
		for _, i := range r.Identifier {
			if system(i.System) != NHISystem || strings.TrimSpace(i.Value) == "" {
				continue
			}
			if numbers++; FoldNHI(i.Value) == number {
				numbers = 0
				break
			}
		}
		if numbers > 0 {
			return false
		}
	}
	return true
}
