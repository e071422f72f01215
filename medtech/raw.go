package medtech

import (
	"context"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// Raw sends what this package has no method for: clinical lists, invoices, prescriptions.
// The path is below the base URL; facility, token and correlation id are added, and next
// links are the caller's to follow. Patients are asked for as
// patient.identifier=system|NHI: ALEX answers 403 to the forms patient= and subject=.
//
// Anything but GET and HEAD is a write and sent once.
func (p parts) Raw(ctx context.Context, r *emr.RawRequest) (*emr.RawResponse, error) {
	call, err := transport.RawCall(opRaw, r)
	if err != nil {
		return nil, err
	}
	if !call.Safe {
		call.Op = opRawWrite
	}
	for name := range call.Header {
		if strings.HasPrefix(strings.ToLower(name), "mt-") {
			return nil, invalid(opRaw, "the mt- headers are the connection's: WithFacility names another practice", "header")
		}
	}
	if len(r.Body) > 0 && r.Header.Get("Content-Type") == "" {
		call.ContentType = mediaType
	}
	answer, err := p.do(ctx, call)
	if err != nil {
		return nil, err
	}
	return answer.Raw(), nil
}
