package nextechsaas

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// practiceHeader names the practice on each call. Nextech Select's has another name.
const practiceHeader = "x-nextech-practice-id"

// Client is one connection to one practice: the emr.Driver behind an emr.Client, and what
// only this API has. It is safe for many goroutines.
type Client struct {
	cfg    Config // resolved
	name   string // Options.Name
	http   *transport.Client
	tokens auth.Source
}

var _ emr.Driver = (*Client)(nil)

// New checks cfg and makes a connection for a user who has signed in before: with a
// refresh token, a store that holds one, or a source of tokens. It sends nothing. o may be
// nil. It fails with kind config, naming the field and never its value.
func New(cfg Config, o *emr.Options) (*Client, error) { return connect(cfg, nil, o) }

// NewSignedIn is New with what [SignIn] was granted just now. The refresh token is kept
// in Config.TokenStore.
func NewSignedIn(cfg Config, g *signin.Grant, o *emr.Options) (*Client, error) {
	if g == nil || g.Token == nil {
		return nil, configError("Grant", "pass what the sign-in granted")
	}
	return connect(cfg, g, o)
}

func connect(cfg Config, g *signin.Grant, o *emr.Options) (*Client, error) {
	cfg, bad := cfg.resolve()
	if bad != nil {
		return nil, bad
	}
	if o == nil {
		o = &emr.Options{}
	}
	tokens, err := newTokens(cfg, g, o)
	if err != nil {
		return nil, err
	}
	c := &Client{cfg: cfg, name: o.Name, tokens: tokens}
	c.http, err = transport.New(transport.Config{
		Vendor:     vendor,
		BaseURL:    cfg.BaseURL,
		Options:    o,
		Tokens:     tokens,
		Credential: credentialOf(cfg),
		Rates: func(call *transport.Call) []emr.Rate {
			return []emr.Rate{{Class: call.Class(), Most: cfg.PerSecond, Per: time.Second}}
		},
		Headers: func(_ context.Context, h http.Header) { h.Set(practiceHeader, cfg.PracticeID) },
		Links:   transport.Strict,
		Explain: explain,
	})
	if err != nil {
		return nil, errors.Join(err, c.closeTokens())
	}
	return c, nil
}

// Close ends background work. Later calls fail with kind config.
func (c *Client) Close() error { return errors.Join(c.http.Close(), c.closeTokens()) }

// closeTokens ends a token cache of our own.
func (c *Client) closeTokens() error {
	if own, ok := c.tokens.(io.Closer); ok && c.cfg.Tokens == nil {
		return own.Close()
	}
	return nil
}

// Format prints the vendor only, for every verb.
func (c *Client) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "nextechsaas.Client{}") }

// LogValue is the text of Format.
func (c *Client) LogValue() slog.Value { return slog.StringValue("nextechsaas.Client{}") }

// parts carries the methods of the driver's parts.
type parts struct{ *Client }

// Parts says what this connection can do: the API reads patients and visits, nothing else.
func (c *Client) Parts() emr.Parts {
	p := parts{c}
	return emr.Parts{
		PatientFinder:   p,
		EncounterReader: p,
		SummaryReader:   p,
		Checker:         p,
		RawDoer:         p,
	}
}
