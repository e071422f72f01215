package medtech

import (
	"context"

	"github.com/emrkit/emrkit/emr"
)

// subjectToken is the value of patient.identifier, with its system: records are asked for
// by it only, other forms are answered with 403. A patient given without the NHI is read
// first. Kinds: invalid without a patient, precondition for one without an NHI.
func (c *Client) subjectToken(ctx context.Context, op string, p *emr.Patient) (string, error) {
	if p == nil || p.ID.IsZero() {
		return "", invalid(op, "name the patient: the id is enough", "patient")
	}
	number, err := parts{c}.nhi(ctx, op, p)
	return NHISystem + "|" + number, err
}
