package transport

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// Config describes one connection to one vendor.
type Config struct {
	Vendor  string       // "nextech"
	BaseURL string       // see ParseBase
	Options *emr.Options // nil: defaults
	// Tokens is asked before each attempt; nil: no Authorization header. If it is an
	// auth.Invalidator, a token that met 401 is dropped and the call replayed once.
	Tokens auth.Source
	// Credential identifies the credential, e.g. token URL and client id. It is hashed:
	// key of limiter, retry budget and emr.Shared.
	Credential string
	// Rates are all the limits that a call counts in, the same ones for the same call;
	// nil, or none: any number of requests. See emr.Rate.
	Rates func(*Call) []emr.Rate
	// Headers sets the vendor's headers, for each attempt.
	Headers           func(ctx context.Context, h http.Header)
	Accept            string // "": application/json
	CorrelationHeader string // "": the correlation id is not sent
	Links             LinkRule
	// Explain is called once for a final answer outside 2xx that ends as an error. The
	// kind is already set from the status (writes: 5xx and 408 are ambiguous); Explain may
	// refine Kind, Code, Hint, Err, Fields and the detail.
	Explain func(*Answer, *emr.Error)
	// Check looks at each answer with status 2xx that was read to its end, inside the
	// attempt, for vendors that put errors there. What it returns makes the attempt a failed
	// one: Kind, Hint, Code, Fields, Err and the detail are kept, all else is filled in, and
	// Explain is not asked. Kind rate_limited says that nothing was processed: the call is
	// repeated after RetryAfter, or that of the header, within the limits of emr.Retry. All
	// other kinds are final. Kind protocol of a write becomes ambiguous; whatever else may
	// have been done must be called ambiguous by Check. A panic in it counts as protocol.
	//
	// It is not asked about streams (Open), nor about a write whose answer cannot be read
	// but names the new record in Location.
	Check func(*Call, *Answer) *emr.Error
}

// Client is one connection. All methods may be called by many goroutines at once.
type Client struct {
	vendor, name string
	base         *url.URL
	set          settings
	tokens       auth.Source
	headers      func(context.Context, http.Header)
	accept       []string
	correlation  string
	links        LinkRule
	explain      func(*Answer, *emr.Error)
	check        func(*Call, *Answer) *emr.Error

	credential string // hash

	carrier  http.RoundTripper // the last step
	loop     *retryablehttp.Client
	noHeader http.Header // empty, for the requests of the loop
	pool     *pool       // limiter, budget, own connections; perhaps shared
	shared   bool
	rates    func(*Call) []emr.Rate
	limiter  emr.Limiter // the caller's; nil: queue
	queue    *queue      // at the pool's limiter

	log      *slog.Logger
	observer emr.Observer
	audit    func(context.Context, emr.AuditEvent)
	hung     [hooksKnown]atomic.Int32 // goroutines that hang in a hook

	mu      sync.Mutex
	closed  bool
	running int
}

// New checks cfg and makes a Client. Nothing is sent. Errors have kind config and name
// the field, never its value.
func New(cfg Config) (*Client, error) {
	o := cfg.Options
	if o == nil {
		o = &emr.Options{}
	}
	bad := func(field, hint string) error {
		return &emr.Error{Kind: emr.KindConfig, Vendor: cfg.Vendor, Op: "configure", Fields: []string{field}, Hint: hint}
	}
	if !isToken(cfg.Vendor) {
		cfg.Vendor = "" // not even printed
		return nil, bad("Vendor", "give the vendor's name")
	}
	if !isHeaderValue(o.Name) {
		return nil, bad("Options.Name", "use printable ASCII")
	}
	base, err := ParseBase("BaseURL", cfg.BaseURL)
	if err != nil {
		return nil, bad("BaseURL", hintOf(err))
	}
	set, field := settle(o)
	if field != "" {
		return nil, bad(field, "must not be negative; zero means the default")
	}
	if cfg.CorrelationHeader != "" && !isToken(cfg.CorrelationHeader) {
		return nil, bad("CorrelationHeader", "is not a header name")
	}
	if !isHeaderValue(cfg.Accept) {
		return nil, bad("Accept", "is not a header value")
	}
	if cfg.Accept == "" {
		cfg.Accept = "application/json"
	}
	sum := sha256.Sum256([]byte(cfg.Vendor + "\x00" + cfg.Credential))
	c := &Client{
		vendor: cfg.Vendor, name: o.Name, base: base, set: set,
		tokens: cfg.Tokens, headers: cfg.Headers, accept: []string{cfg.Accept},
		correlation: http.CanonicalHeaderKey(cfg.CorrelationHeader), links: cfg.Links, explain: cfg.Explain, check: cfg.Check,
		credential: hex.EncodeToString(sum[:16]), rates: cfg.Rates, limiter: o.Limiter, log: o.Logger, observer: o.Observer, audit: o.Audit,
	}
	c.pool, c.shared = poolOf(o.Shared, c)
	if c.limiter == nil {
		c.queue = newQueue(c.pool.limiter)
	}
	c.carrier = c.pool.conns
	if o.HTTPClient != nil && o.HTTPClient.Transport != nil {
		c.carrier = o.HTTPClient.Transport
	}
	c.loop, c.noHeader = newLoop(), http.Header{}
	return c, nil
}

// Base returns a copy of the base URL, without a slash at its end.
func (c *Client) Base() *url.URL {
	u := *c.base
	return &u
}

// Close makes later calls fail with kind config. Running calls finish, but do not start
// another retry. Idle connections of our own are closed, those of the caller's
// http.Client and of emr.Shared are not.
func (c *Client) Close() error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.closeIdle()
	return nil
}

// enter counts a call in; false after Close.
func (c *Client) enter() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.running++
	return true
}

// leave counts a call out; the last one after Close clears up.
func (c *Client) leave() {
	c.mu.Lock()
	c.running--
	last := c.closed && c.running == 0
	c.mu.Unlock()
	if last {
		c.closeIdle()
	}
}

func (c *Client) isClosed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

func (c *Client) closeIdle() {
	if !c.shared {
		_ = c.pool.Close()
	}
}
