package medtech

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// subjectNHI is the patient's NHI: of the record that is given, else of the one at the
// practice, by one request. Records are asked for by patient.identifier only: other forms
// are answered with 403. "" without an error: the patient has none.
func (c *Client) subjectNHI(ctx context.Context, op string, p *emr.Patient) (string, error) {
	if p == nil || p.ID.IsZero() {
		return "", invalid(op, "name the patient: the id is enough", "patient")
	}
	for _, i := range p.Identifiers {
		if value := strings.TrimSpace(i.Value.Reveal()); value != "" && system(i.System) == NHISystem {
			return strings.ToUpper(value), nil
		}
	}
	if !p.Source.IsZero() && len(p.Identifiers) > 0 {
		return "", nil // a whole record, and no NHI in it
	}
	get, err := c.call(op, http.MethodGet, "Patient", p.ID.Reveal())
	if err != nil {
		return "", err
	}
	get.Patient = p.ID
	r, err := read[fhir.Patient](ctx, c, get)
	if err != nil {
		return "", err
	}
	return strings.ToUpper(valueOf(r.Identifier, NHISystem)), nil
}

// subjectToken is the value of patient.identifier, with its system. The error has kind
// invalid for a patient without an NHI.
func (c *Client) subjectToken(ctx context.Context, op string, p *emr.Patient) (string, error) {
	nhi, err := c.subjectNHI(ctx, op, p)
	if err == nil && nhi == "" {
		err = invalid(op, "ALEX finds a patient's records by NHI, and this patient has none", "patient")
	}
	return NHISystem + "|" + nhi, err
}

// sameID compares ids that may be escaped in another way: those of 2021 hold escapes.
func sameID(a, b string) bool {
	plain := func(s string) string {
		if p, err := url.PathUnescape(s); err == nil {
			return p
		}
		return s
	}
	return a == b || plain(a) == plain(b)
}
