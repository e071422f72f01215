package nextech

import (
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/internal/transport"
)

// call starts a request: op for errors and logs, route with {id} in the place of ids.
func call(op, method, path, route string) *transport.Call {
	return &transport.Call{
		Op: op, Method: method, Path: path, Route: route, Endpoint: endpointOf(path),
		Safe: method == http.MethodGet || method == http.MethodHead,
	}
}

// endpointOf is the class Nextech's limit counts in: the first path segment, whatever
// its case.
func endpointOf(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	for _, known := range []string{"Patient", "Appointment", "Slot", "Location", "Practitioner", "Account", "Coverage", "Payer", "Claim", "PaymentReconciliation"} {
		if strings.EqualFold(first, known) {
			return known
		}
	}
	return strings.ToLower(first)
}
