package nextech

import (
	"context"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// Raw sends what this package has no method for: patient types, recalls, accounts,
// coverage, claims, payments, notes, clinical reads. Path is below the base URL, in the
// spelling of Nextech's documentation; next links are the caller's to follow.
//
// Anything but GET and HEAD is a write and sent once. Note that Nextech's R4 operation
// GET DocumentReference/$docref files a document: send it with care.
func (p parts) Raw(ctx context.Context, r *emr.RawRequest) (*emr.RawResponse, error) {
	do, err := transport.RawCall(opRaw, r)
	if err != nil {
		return nil, err
	}
	do.Endpoint = endpointOf(r.Path)
	answer, err := p.http.Do(ctx, do)
	if err != nil {
		return nil, err
	}
	return answer.Raw(), nil
}
