package nextgen

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// Client is one connection to one practice: the emr.Driver behind an emr.Client, and what
// only NextGen has. It is safe for many goroutines.
type Client struct {
	cfg     Config // resolved
	name    string // Options.Name
	http    *transport.Client
	tokens  *tokenSource
	session *sessions
	ref     references
	events  categoryEvents
	version atomic.Pointer[string] // the API version last told, see apiVersion
	closed  atomic.Bool
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
	c := &Client{cfg: cfg, name: o.Name, tokens: tokens, session: sessionsOf(cfg, o.Shared)}
	c.http, err = transport.New(transport.Config{
		Vendor:     vendor,
		BaseURL:    cfg.BaseURL,
		Options:    o,
		Tokens:     tokens,
		Credential: credentialOf(cfg),
		Links:      transport.Rebuild, // next links name a host inside the clinic: see page.go
		Check:      c.check,
		Explain:    c.explain,
	})
	if err != nil {
		return nil, errors.Join(err, tokens.Close())
	}
	return c, nil
}

// Close ends background work. Later calls fail with kind config.
func (c *Client) Close() error {
	c.closed.Store(true)
	c.session.leave(c)
	return errors.Join(c.http.Close(), c.tokens.Close())
}

// Format prints no field, for every verb.
func (c *Client) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "nextgen.Client{}") }

// LogValue is the text of Format.
func (c *Client) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// parts carries the methods of the driver's parts, so that a Client in the hands of an
// application does not offer a second, unguarded way to book.
type parts struct{ *Client }

// Parts says what this connection can do. NextGen has no holds, publishes no body for
// uploads and no shape of its C-CDA requests, and sends no news.
func (c *Client) Parts() emr.Parts {
	p := parts{c}
	return emr.Parts{
		LocationLister:        p,
		PractitionerLister:    p,
		AppointmentTypeLister: p,
		DocumentReader:        p,
		EncounterReader:       p,
		Checker:               p,
		RawDoer:               p,

		PatientFinder:          p,
		PatientGetter:          p,
		PatientCreator:         p,
		PatientUpdater:         p,
		SlotFinder:             p,
		AppointmentReader:      p,
		AppointmentBooker:      p,
		AppointmentConfirmer:   p,
		AppointmentArriver:     p,
		AppointmentCanceller:   p,
		AppointmentRescheduler: p,
		ChangeReader:           p,
	}
}

// closedError is the error of a call after Close.
func (c *Client) closedError(op string) *emr.Error {
	return &emr.Error{Kind: emr.KindConfig, Vendor: vendor, Name: c.name, Op: op, Hint: "the connection is closed"}
}
