package emr

import (
	"context"
	"net/http"
	"strings"
)

// GetPatient reads one patient. Kinds: not_found, invalid (no id), unsupported, and
// those of any read.
func (c *Client) GetPatient(ctx context.Context, id PatientID) (*Patient, error) {
	const op = "get patient"
	ctx, err := c.begin(ctx, op, CanGetPatient)
	if err != nil {
		return nil, err
	}
	if id.IsZero() {
		return nil, c.refuse(ctx, op, KindInvalid, "name the patient", "patient")
	}
	p, err := c.parts.PatientGetter.GetPatient(ctx, id)
	return something(ctx, c, op, p, err)
}

// GetAppointment reads one appointment. Kinds: not_found, invalid (no id),
// unsupported, and those of any read.
func (c *Client) GetAppointment(ctx context.Context, id AppointmentID) (*Appointment, error) {
	const op = "get appointment"
	ctx, err := c.begin(ctx, op, CanReadAppointments)
	if err != nil {
		return nil, err
	}
	return c.readAppointment(ctx, op, id)
}

func (c *Client) readAppointment(ctx context.Context, op string, id AppointmentID) (*Appointment, error) {
	if id.IsZero() {
		return nil, c.refuse(ctx, op, KindInvalid, "name the appointment", "appointment")
	}
	a, err := c.parts.AppointmentReader.GetAppointment(ctx, id)
	return something(ctx, c, op, a, err)
}

// OpenDocument opens the content of a document from the Documents list. Close it.
// Kinds: not_found, invalid, too_large, unsupported, and those of any read.
func (c *Client) OpenDocument(ctx context.Context, d *Document) (*Content, error) {
	const op = "open document"
	ctx, err := c.begin(ctx, op, CanReadDocuments)
	if err != nil {
		return nil, err
	}
	if d == nil || d.ID.IsZero() {
		return nil, c.refuse(ctx, op, KindInvalid, "give a document of the Documents list", "document")
	}
	s, err := c.parts.DocumentReader.OpenDocument(ctx, d)
	return something(ctx, c, op, s, err)
}

// OpenSummary opens a clinical summary of a patient. Close it. Kinds: not_found,
// invalid, too_large, unsupported, and those of any read.
func (c *Client) OpenSummary(ctx context.Context, q SummaryQuery) (*Content, error) {
	const op = "open clinical summary"
	ctx, err := c.begin(ctx, op, CanReadSummaries)
	if err != nil {
		return nil, err
	}
	if refused := ofPatient(op, q.Patient, q.From, q.To); refused != nil {
		return nil, c.fill(ctx, op, refused)
	}
	q.Patient = q.Patient.copied()
	q.Sections = append([]string(nil), q.Sections...)
	s, err := c.parts.SummaryReader.OpenSummary(ctx, q)
	return something(ctx, c, op, s, err)
}

// Check asks the vendor for the live state of the connection.
func (c *Client) Check(ctx context.Context) (*Health, error) {
	const op = "check"
	ctx, err := c.begin(ctx, op, CanCheck)
	if err != nil {
		return nil, err
	}
	h, err := c.parts.Checker.Check(ctx)
	return something(ctx, c, op, h, err)
}

// Raw sends a request that the neutral core does not know, with the connection's own
// token, limits and redaction. An answer outside 2xx is an error with its kind; what a
// write may have changed is for the caller to find out (kind ambiguous).
func (c *Client) Raw(ctx context.Context, r *RawRequest) (*RawResponse, error) {
	const op = "raw request"
	ctx, err := c.begin(ctx, op, CanRaw)
	if err != nil {
		return nil, err
	}
	if r == nil || !strings.HasPrefix(r.Path, "/") || strings.HasPrefix(r.Path, "//") {
		return nil, c.refuse(ctx, op, KindInvalid, "the path begins with one slash and is below the base URL", "path")
	}
	did := write
	if r.Method == "" || r.Method == http.MethodGet || r.Method == http.MethodHead {
		did = read
	}
	answer, err := c.parts.RawDoer.Raw(ctx, r)
	if answer != nil && answer.RequestID == "" {
		answer.RequestID = CorrelationID(ctx)
	}
	if err != nil {
		return answer, c.failed(ctx, op, did, err)
	}
	return something(ctx, c, op, answer, nil)
}

// something passes a read's answer on; nothing without an error is the driver's fault.
func something[T any](ctx context.Context, c *Client, op string, v *T, err error) (*T, error) {
	if err != nil {
		return nil, c.failed(ctx, op, read, err)
	}
	if v == nil {
		return nil, c.refuse(ctx, op, KindProtocol, "the driver answered nothing")
	}
	return v, nil
}
