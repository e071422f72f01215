package medtech

import (
	"context"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

type facilityKey struct{}

// WithFacility makes the calls with the returned context go to another practice than that
// of Config.Facility. One vendor application serves many practices; the ids of one
// practice mean nothing in another. Lists ask with the context they were started with.
//
// A call with an id that does not fit into a header fails with kind config, Fields
// "facility", and nothing is sent.
func WithFacility(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, facilityKey{}, id)
}

// facility is the practice a call is for.
func (c *Client) facility(ctx context.Context, op string) (string, *emr.Error) {
	id, ok := ctx.Value(facilityKey{}).(string)
	if !ok {
		id = c.cfg.Facility
	}
	switch {
	case id == "":
		return "", facilityError(op, "name the practice: set the facility id (MEDTECH_FACILITY_ID), or WithFacility for this call")
	case !fitsFacility(id):
		return "", facilityError(op, "the facility id goes into a header: printable ASCII without blanks, such as F2N060-E")
	}
	return id, nil
}

func facilityError(op, hint string) *emr.Error {
	return &emr.Error{Kind: emr.KindConfig, Vendor: vendor, Op: op, Fields: []string{"facility"}, Hint: hint}
}

// fitsFacility checks only that the id can be a header's value.
func fitsFacility(id string) bool { return len(id) <= 128 && peer.FitsHeader(id) }
