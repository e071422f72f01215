package medtech

import (
	"context"
	"encoding/hex"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// correlationHeader carries a UUID version 4, a new one for each request of ours, so that
// Medtech's support can find it. A repeat of the same request keeps its id.
const correlationHeader = "mt-correlationid"

// traced gives the request its own correlation id, which is also Error.RequestID and in
// the log. A UUID that the caller chose with emr.WithCorrelationID goes with all requests
// under that context; an id of another form does not fit the header.
func traced(ctx context.Context) context.Context {
	if isUUID4(emr.ChosenCorrelationID(ctx)) {
		return ctx
	}
	return emr.WithCorrelationID(ctx, "")
}

// oneCommit makes the writes of one commit share an id: the caller's, else a new one.
func oneCommit(ctx context.Context) context.Context {
	if isUUID4(emr.ChosenCorrelationID(ctx)) {
		return ctx
	}
	id := emr.CorrelationID(emr.WithCorrelationID(ctx, ""))
	return emr.WithCorrelationID(ctx, id) // now chosen
}

// isUUID4 reports whether id is a UUID of version 4, variant 1, in its usual spelling.
func isUUID4(id string) bool {
	if len(id) != 36 || id[8] != '-' || id[13] != '-' || id[18] != '-' || id[23] != '-' {
		return false
	}
	raw, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
	return err == nil && len(raw) == 16 && raw[6]>>4 == 4 && raw[8]>>6 == 2
}
