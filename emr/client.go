package emr

import (
	"context"
	"maps"
	"slices"
	"sync/atomic"
)

// Client is what applications hold: one connection to one clinic, the same methods
// for every vendor. Methods may be called by many goroutines at once.
//
// Every error is an [*Error] with Vendor, Name and Op filled in. A call that needs a
// capability the connection does not declare fails with kind unsupported and sends
// nothing; ask with Has before the call. A declared one may still be refused by this
// clinic's site: the kind is unsupported, too, and nothing was changed. A context
// without deadline gives each write 30 seconds.
type Client struct {
	driver Driver
	info   Info
	parts  Parts
	opts   ClientOptions
	closed atomic.Bool
}

// ClientOptions change what the Client does about doubt. The zero value is the
// careful choice.
type ClientOptions struct {
	Lost    LostPolicy    // when the answer to a write is lost
	Overlap OverlapPolicy // when the vendor would book a taken time
	// MaxPages and MaxItems bound one list; less than 1 means 100 pages, 10 000 items.
	// A list that would go on ends with kind too_large and a bookmark: see BookmarkOf.
	MaxPages, MaxItems int
}

// LostPolicy says what to do when a write was sent and its answer was lost.
type LostPolicy int

// The policies for lost answers.
const (
	// Reconcile reads the calendar back and reports what is really there. Only when
	// that gives no answer either does the error have kind ambiguous.
	Reconcile LostPolicy = iota
	// Report returns kind ambiguous at once. Look later with Client.FindBooking.
	Report
)

// OverlapPolicy says what to do where the vendor books a taken time without complaint.
type OverlapPolicy int

// The policies for overlaps.
const (
	// Refuse looks into the calendar first and fails with ErrSlotTaken. Between look and
	// booking somebody else may still be quicker: no client can close that gap.
	Refuse OverlapPolicy = iota
	// Allow books without looking.
	Allow
)

// NewClient makes a Client for a driver; nil options are the defaults. It never
// fails: what is wrong with the driver shows in its calls.
func NewClient(d Driver, o *ClientOptions) *Client {
	c := &Client{driver: d}
	if o != nil {
		c.opts = *o
	}
	if c.opts.MaxPages < 1 {
		c.opts.MaxPages = 100
	}
	if c.opts.MaxItems < 1 {
		c.opts.MaxItems = 10_000
	}
	if d == nil {
		return c
	}
	c.info, c.parts = d.Info(), d.Parts()
	c.info.Caveats = maps.Clone(c.info.Caveats)
	if c.parts.AppointmentHolder != nil && c.parts.AppointmentCanceller == nil {
		// A hold that nobody can release blocks the clinic's calendar.
		c.parts.AppointmentHolder = nil
		if c.info.Caveats == nil {
			c.info.Caveats = map[Capability]string{}
		}
		c.info.Caveats[CanHold] = "a held slot could not be released here, so holding is refused: book at once"
	}
	return c
}

// Info describes the connection, without I/O.
func (c *Client) Info() Info {
	info := c.info
	info.Caveats = maps.Clone(info.Caveats)
	info.Limits.UploadTypes = slices.Clone(info.Limits.UploadTypes)
	return info
}

// Has reports whether the connection can do that, without I/O.
func (c *Client) Has(can Capability) bool { return c.parts.Has(can) }

// Caveat returns the sentence to know about a capability: its catch, or why it is
// missing. "" when there is nothing to say.
func (c *Client) Caveat(can Capability) string { return c.info.Caveats[can] }

// Close ends the connection's background work. Later calls fail with kind config;
// closing again does nothing.
func (c *Client) Close() error {
	if c.closed.Swap(true) || c.driver == nil {
		return nil
	}
	if err := c.driver.Close(); err != nil {
		return c.failed(context.Background(), "close", read, err)
	}
	return nil
}

// As reaches the vendor's own client behind c, for what only it can do:
//
//	nx, ok := emr.As[*nextech.Client](c)
func As[T any](c *Client) (T, bool) {
	t, ok := c.driver.(T)
	return t, ok
}

// closedHint and noDriverHint tell apart the two ways of having no connection.
const (
	closedHint   = "the client is closed: make a new one"
	noDriverHint = "the client has no driver: give emr.NewClient the vendor's client"
)

// begin checks what can be known before anything is sent: connection, capability,
// context. The context it returns carries one correlation id for the whole call.
func (c *Client) begin(ctx context.Context, op string, need Capability) (context.Context, error) {
	if CorrelationID(ctx) == "" {
		ctx = WithCorrelationID(ctx, "")
	}
	switch {
	case c.driver == nil:
		return ctx, c.refuse(ctx, op, KindConfig, noDriverHint)
	case c.closed.Load():
		return ctx, c.refuse(ctx, op, KindConfig, closedHint)
	case !c.parts.Has(need):
		return ctx, c.unsupported(ctx, op, need)
	case ctx.Err() != nil:
		return ctx, c.failed(ctx, op, read, ctx.Err())
	}
	return ctx, nil
}

// unsupported is the error for a call the connection cannot do.
func (c *Client) unsupported(ctx context.Context, op string, need Capability) error {
	hint := c.Caveat(need)
	if hint == "" {
		hint = "this connection cannot do that (Client.Has tells of \"" + string(need) + "\" before the call)"
	}
	return c.refuse(ctx, op, KindUnsupported, hint)
}

// refuse is an error for a call of which nothing was sent.
func (c *Client) refuse(ctx context.Context, op string, kind Kind, hint string, fields ...string) error {
	return c.failed(ctx, op, read, &Error{Kind: kind, Op: op, Hint: hint, Fields: fields})
}
