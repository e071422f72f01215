package nextechsaas

import (
	"context"
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// Raw sends what this package has no method for. The API documents no writes: anything
// but GET and HEAD is refused (kind invalid). The answer may hold social security numbers.
func (p parts) Raw(ctx context.Context, r *emr.RawRequest) (*emr.RawResponse, error) {
	call, err := transport.RawCall(opRaw, r)
	if err != nil {
		return nil, err
	}
	if call.Method != http.MethodGet && call.Method != http.MethodHead {
		return nil, invalid(opRaw, "this API is read only: use GET", "method")
	}
	call.Endpoint, call.AllowEmpty = endpointOf(r.Path), true
	answer, err := p.http.Do(ctx, call)
	if err != nil {
		return nil, err
	}
	return answer.Raw(), nil
}

// endpointOf is what a path counts for. A segment that is not known may be somebody's
// number: it names nothing.
func endpointOf(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch {
	case first == "search", first == "encounters":
		return first
	case vendorjson.IsWholeNumber(first):
		return "encounters"
	}
	return "raw"
}
