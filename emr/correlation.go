package emr

import (
	"context"
	"crypto/rand"
	"encoding/hex"
)

type correlationKey struct{}

type correlation struct {
	id     string
	chosen bool // by somebody, not at random
}

// WithCorrelationID sets the id under which a call appears in logs, errors
// (Error.RequestID), observers and, where the vendor takes one, on the wire. The
// empty id, or one that is not 1 to 64 characters of [A-Za-z0-9_.-], is replaced by a
// new UUID: read it with CorrelationID.
func WithCorrelationID(ctx context.Context, id string) context.Context {
	c := correlation{id: id, chosen: true}
	if (&Error{Code: id}).code() == "" {
		c = correlation{id: newUUID()}
	}
	return context.WithValue(ctx, correlationKey{}, c)
}

// CorrelationID returns the id set by WithCorrelationID, "" when there is none: then
// each call gets a new one.
func CorrelationID(ctx context.Context) string {
	c, _ := ctx.Value(correlationKey{}).(correlation)
	return c.id
}

// ChosenCorrelationID is CorrelationID without the ids that WithCorrelationID and the
// Client made up: what somebody chose for this work, "" when nobody did. Drivers of
// vendors that want an id for each request ask it.
func ChosenCorrelationID(ctx context.Context) string {
	if c, _ := ctx.Value(correlationKey{}).(correlation); c.chosen {
		return c.id
	}
	return ""
}

// newUUID returns a random UUID version 4. Every call needs one, so it costs one
// allocation.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	var s [36]byte
	hex.Encode(s[:8], b[:4])
	hex.Encode(s[9:13], b[4:6])
	hex.Encode(s[14:18], b[6:8])
	hex.Encode(s[19:23], b[8:10])
	hex.Encode(s[24:], b[10:])
	s[8], s[13], s[18], s[23] = '-', '-', '-', '-'
	return string(s[:])
}
