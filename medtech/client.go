package medtech

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// mediaType is what ALEX reads and writes.
const mediaType = "application/fhir+json"

// The headers of Medtech's own.
const (
	facilityHeader = "mt-facilityid"
	appHeader      = "mt-appid"
)

// Client is one connection to ALEX: the emr.Driver behind an emr.Client, and what only
// Medtech has. It is safe for many goroutines.
type Client struct {
	cfg    Config // resolved
	name   string // Options.Name
	log    *slog.Logger
	retry  emr.Retry
	http   *transport.Client
	tokens *tokenSource
	ref    references
}

var _ emr.Driver = (*Client)(nil)

// New checks cfg and makes a connection. It sends nothing. o may be nil.
//
// It fails with kind config, naming the field and never its value.
func New(cfg Config, o *emr.Options) (*Client, error) {
	cfg, bad := cfg.resolve()
	if bad != nil {
		return nil, bad
	}
	cfg.Header = cfg.Header.Clone()
	if o == nil {
		o = &emr.Options{}
	}
	tokens, err := newTokens(cfg, o)
	if err != nil {
		return nil, err
	}
	c := &Client{cfg: cfg, name: o.Name, log: o.Logger, tokens: tokens}
	if o.Retry != nil {
		c.retry = *o.Retry
	}
	t := transport.Config{
		Vendor:     vendor,
		BaseURL:    cfg.BaseURL,
		Options:    o,
		Tokens:     tokens,
		Credential: credentialOf(cfg),
		Rates:      c.rates,
		Headers:    c.headers,
		Accept:     mediaType,
		Links:      transport.Rebuild, // links name /fhir in lower case, and other hosts
		Explain:    c.explain,
	}
	if c.http, err = transport.New(t); err != nil {
		return nil, errors.Join(err, tokens.Close())
	}
	return c, nil
}

// Close ends background work. Later calls fail with kind config.
func (c *Client) Close() error { return errors.Join(c.http.Close(), c.tokens.Close()) }

// rates is the one limit: calls at the same time for each facility, in whatever case its id
// is written. A connection with fewer calls also counts among those of the others that
// share with it.
func (c *Client) rates(call *transport.Call) []emr.Rate {
	facility := strings.ToUpper(call.Header.Get(facilityHeader))
	all := []emr.Rate{{Class: facility, Most: c.cfg.Parallel}}
	if c.cfg.Parallel < defaultParallel {
		all = append(all, emr.Rate{Class: facility, Most: defaultParallel})
	}
	return all
}

// headers adds what Medtech wants on each data call. The facility is the call's.
func (c *Client) headers(ctx context.Context, h http.Header) {
	c.correlate(ctx, h)
	for name, values := range c.cfg.Header {
		h[http.CanonicalHeaderKey(name)] = append([]string(nil), values...)
	}
	if c.cfg.AppID != "" {
		h.Set(appHeader, c.cfg.AppID)
	}
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", mediaType) // wanted on writes, and sent with reads too
	}
}

// Format prints the environment only, for every verb.
func (c *Client) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "medtech.Client{"+c.cfg.label()+"}")
}

// LogValue is the text of Format.
func (c *Client) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// parts carries the methods of the driver's parts, so that a Client in the hands of an
// application does not offer a second, unguarded way to book.
type parts struct{ *Client }

// Parts says what this connection can do. ALEX has no appointment types, no holds and no
// confirmation, cannot move an appointment, and publishes no form for new patients: see
// Config.ExperimentalCreate.
func (c *Client) Parts() emr.Parts {
	p := parts{c}
	all := emr.Parts{
		PatientFinder:        p,
		PatientGetter:        p,
		LocationLister:       p,
		PractitionerLister:   p,
		SlotFinder:           p,
		AppointmentReader:    p,
		AppointmentBooker:    p,
		AppointmentArriver:   p,
		AppointmentCanceller: p,
		DocumentReader:       p,
		DocumentWriter:       p,
		SummaryReader:        p,
		Checker:              p,
		RawDoer:              p,
	}
	if c.cfg.ExperimentalCreate {
		all.PatientCreator = creator{p}
	}
	return all
}
