package nextech

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// Client is one connection to one Nextech practice: the emr.Driver behind an
// emr.Client, and what only Nextech has. It is safe for many goroutines.
type Client struct {
	cfg    Config // resolved
	name   string // Options.Name
	d      *dialect
	http   *transport.Client
	tokens auth.Source
	ref    references
}

var _ emr.Driver = (*Client)(nil)

// New checks cfg and makes a connection. It sends nothing. o may be nil.
//
// It fails with kind config, naming the field, or all that are missing, and never a value.
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
	c := &Client{cfg: cfg, name: o.Name, d: dialectOf(cfg.Product), tokens: tokens}
	c.http, err = transport.New(transport.Config{
		Vendor:     vendor,
		BaseURL:    cfg.BaseURL,
		Options:    o,
		Tokens:     tokens,
		Credential: credentialOf(cfg),
		Rates:      c.rates,
		Headers:    c.headers,
		Accept:     "application/fhir+json",
		Links:      transport.Rebuild,
		Explain:    c.explain,
	})
	if err != nil {
		return nil, errors.Join(err, closeTokens(tokens))
	}
	return c, nil
}

// Close ends background work. Later calls fail with kind config.
func (c *Client) Close() error {
	return errors.Join(c.http.Close(), closeTokens(c.tokens))
}

// rates is Nextech's one limit: for each endpoint and credential.
func (c *Client) rates(call *transport.Call) []emr.Rate { return []emr.Rate{c.cfg.rate(call.Class())} }

// headers adds what Nextech wants on each data call, and on no token call.
func (c *Client) headers(_ context.Context, h http.Header) {
	if c.cfg.PracticeID != "" {
		h.Set("nx-practice-id", c.cfg.PracticeID)
	}
}

// Format prints the product only, for every verb.
func (c *Client) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "nextech.Client{"+string(c.cfg.Product)+"}")
}

// LogValue is the text of Format.
func (c *Client) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// parts carries the methods of the driver's parts, so that a Client in the hands of an
// application does not offer a second, unguarded way to book.
type parts struct{ *Client }

// Parts says what this connection can do.
//
// Practice+ documents no cancellation, so it neither cancels nor holds unless
// Config.AllowUndocumentedCancel is set, and it has no clinical summary. Neither
// product can move an appointment or list documents here.
func (c *Client) Parts() emr.Parts {
	p := parts{c}
	all := emr.Parts{
		PatientFinder:         p,
		PatientGetter:         p,
		PatientCreator:        p,
		PatientUpdater:        p,
		LocationLister:        p,
		PractitionerLister:    p,
		AppointmentTypeLister: p,
		SlotFinder:            p,
		AppointmentReader:     p,
		AppointmentBooker:     p,
		AppointmentConfirmer:  p,
		AppointmentArriver:    p,
		DocumentWriter:        p,
		EncounterReader:       p,
		ChangeReader:          p,
		RawDoer:               p,
	}
	if c.canCancel() {
		all.AppointmentCanceller = p
		all.AppointmentHolder = p // a hold without a release would block the clinic's calendar
	}
	if c.cfg.Product == Select {
		all.SummaryReader = p
	}
	return all
}

func (c *Client) canCancel() bool {
	return c.cfg.Product == Select || c.cfg.AllowUndocumentedCancel
}
