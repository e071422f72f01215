package medtech

import (
	"context"

	"github.com/emrkit/emrkit/emr"
)

// subject is the patient's NHI, by which all records are asked for: other forms of query
// are answered with 403. A patient given without it is read first. Kinds: invalid without
// a patient, precondition for one without an NHI.
func (c *Client) subject(ctx context.Context, op string, p *emr.Patient) (string, error) {
	if p == nil || p.ID.IsZero() {
		return "", invalid(op, "name the patient: the id is enough", "patient")
	}
	return parts{c}.nhi(ctx, op, p)
}
