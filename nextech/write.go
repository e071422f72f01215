package nextech

import (
	"bytes"
	"context"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// write sends a resource once.
func (c *Client) write(ctx context.Context, w *transport.Call, r fhir.Resource) (*transport.Answer, error) {
	body, err := fhir.Encode(r, nil)
	if err != nil {
		return nil, invalid(w.Op, "a text is not valid UTF-8")
	}
	w.Body = bytes.NewReader(body)
	w.BodySize = int64(len(body))
	w.ContentType = "application/json"
	return c.http.Do(ctx, w)
}

// hasBody tells an empty answer (204, or 200 and 201 with nothing) from a resource.
func hasBody(a *transport.Answer) bool { return len(bytes.TrimSpace(a.Body)) > 0 }

// asCreated is the patient that was sent, with the id Nextech gave it.
func asCreated(n *emr.NewPatient, id string) *emr.Patient {
	return &emr.Patient{
		ID: emr.NewPatientID(id), Given: n.Given, Middle: n.Middle, Family: n.Family, Born: n.Born, Sex: n.Sex,
		Phones: n.Phones, Emails: n.Emails, Address: n.Address, Practitioner: n.Practitioner,
	}
}
