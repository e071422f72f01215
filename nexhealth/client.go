package nexhealth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// mediaType is what endpoints unchanged since version 2 answer with. The vendor's own
// samples send it together with the version header on every request.
const mediaType = "application/vnd.Nexhealth+json;version=2"

// versionHeader goes with every request, that for the token too: without it some
// endpoints answer 404.
const versionHeader = "Nex-Api-Version"

// Client is one connection to one location of an institution: the emr.Driver behind an
// emr.Client, and what only NexHealth has. It is safe for many goroutines.
type Client struct {
	cfg    Config // resolved
	name   string // Options.Name
	log    *slog.Logger
	http   *transport.Client
	tokens *tokenSource
	ref    references
	warned warnings

	standings standings // of locations, see look
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
	if o == nil {
		o = &emr.Options{}
	}
	tokens, err := newTokens(cfg, o)
	if err != nil {
		return nil, err
	}
	if cfg.Outcomes == nil {
		cfg.Outcomes = NewOutcomes(OutcomesConfig{})
	}
	c := &Client{cfg: cfg, name: o.Name, log: o.Logger, tokens: tokens}
	c.http, err = transport.New(transport.Config{
		Vendor:     vendor,
		BaseURL:    cfg.BaseURL,
		Options:    o,
		Tokens:     tokens,
		Credential: credentialOf(cfg),
		Rates:      c.rates,
		Headers:    c.headers,
		Accept:     mediaType,
		Links:      transport.Strict,
		Check:      c.check,
		Explain:    c.explain,
	})
	if err != nil {
		return nil, errors.Join(err, tokens.Close())
	}
	return c, nil
}

// Close ends background work. Later calls fail with kind config.
func (c *Client) Close() error { return errors.Join(c.http.Close(), c.tokens.Close()) }

// headers adds what NexHealth wants on each data call.
func (c *Client) headers(_ context.Context, h http.Header) { h.Set(versionHeader, c.cfg.Version) }

// Format prints the environment only, for every verb.
func (c *Client) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "nexhealth.Client{"+c.cfg.label()+"}")
}

// LogValue is the text of Format.
func (c *Client) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// parts carries the methods of the driver's parts, so that a Client in the hands of an
// application does not offer a second, unguarded way to book.
type parts struct{ *Client }

// Parts says what this connection can do. NexHealth neither changes patients nor holds
// slots, and has no visits and no clinical summaries.
func (c *Client) Parts() emr.Parts {
	p := parts{c}
	return emr.Parts{
		LocationLister:        p,
		PractitionerLister:    p,
		AppointmentTypeLister: p,
		SlotFinder:            p,
		Checker:               p,
		RawDoer:               p,
		WriteWatcher:          p, // told by webhooks: see Outcomes

		PatientFinder:          p,
		PatientGetter:          p,
		PatientCreator:         p,
		AppointmentReader:      p,
		AppointmentBooker:      p,
		AppointmentConfirmer:   p,
		AppointmentArriver:     p,
		AppointmentCanceller:   p,
		AppointmentRescheduler: p,
		DocumentReader:         p,
		DocumentWriter:         p,
		ChangeReader:           p,
	}
}
