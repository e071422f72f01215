package nextgen

import (
	"context"
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// Raw sends what this package has no method for: there are over 800 routes, and which of
// them a site has depends on its version. Path is below the base URL, "$" in the names of
// parameters stays as it is. Token and session id are added; a session id of the caller's
// is refused (kind invalid), and so is the practice selection: another practice is another
// connection.
//
// The answer comes as it is, of any media type but HTML. A list's nextPageLink names a
// host inside the clinic: take only $skip from it. Anything but GET and HEAD is a write
// and sent once. A read answered with nothing is kind quota.
func (p parts) Raw(ctx context.Context, r *emr.RawRequest) (*emr.RawResponse, error) {
	call, err := transport.RawCall(opRaw, r)
	if err != nil {
		return nil, err
	}
	if strings.EqualFold(strings.TrimSuffix(call.Path, "/"), loginPath) && call.Method != http.MethodGet {
		return nil, invalid(opRaw, "the connection selects its practice by itself: another practice is another connection", "path")
	}
	for name := range call.Header {
		if strings.EqualFold(name, sessionHeader) {
			return nil, invalid(opRaw, "the connection adds its own session id: another practice is another connection", "header")
		}
	}
	call.Query = strings.ReplaceAll(strings.ReplaceAll(call.Query, "%24", "$"), "+", "%20")
	call.AllowEmpty, call.AcceptTypes = true, []string{"*/*"}
	answer, err := p.do(ctx, call)
	if err != nil {
		return nil, err
	}
	return answer.Raw(), nil
}
