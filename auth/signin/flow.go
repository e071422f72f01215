package signin

import (
	"crypto/cipher"
	"errors"
	"fmt"
	"log/slog"
	"net/url"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// Flow signs people in at one authorization server. It is safe for many goroutines.
type Flow struct {
	cfg       Config
	authorize *url.URL
	redirect  *url.URL
	redeemer  *auth.Redeemer
	seals     []cipher.AEAD // one for each of Config.Keys
	finished  spent
}

// New checks c and makes a Flow. It sends nothing. It fails with kind config, naming the
// field at fault and never its value.
func New(c Config) (*Flow, error) {
	c, bad := c.resolve()
	if bad != nil {
		bad.Vendor, bad.Name = c.Vendor, c.Name
		return nil, bad
	}
	f := &Flow{cfg: c}
	f.authorize, _ = url.Parse(c.AuthorizeURL) // checked by resolve
	f.redirect, _ = url.Parse(c.RedirectURL)
	var err error
	f.redeemer, err = auth.NewRedeemer(auth.Config{
		Vendor: c.Vendor, Name: c.Name, TokenURL: c.TokenURL, ClientID: c.ClientID, ClientSecret: c.ClientSecret,
		Style: c.Style, Resource: c.Resource, HTTPClient: c.HTTPClient, Logger: c.Logger,
	})
	if err != nil {
		return nil, renamed(err)
	}
	f.seals = sealers(c.Keys)
	f.cfg.Keys = nil
	return f, nil
}

// TokenConfig is the configuration for [auth.New] that keeps the token of g fresh: the
// grant refresh_token with the client, endpoint and resource of this flow. Set Store and
// StoreKey (one for each person) to survive a restart; start again later with a nil g, which
// leaves only what is in Store.
func (f *Flow) TokenConfig(g *Grant) auth.Config {
	c := auth.Config{
		Vendor: f.cfg.Vendor, Name: f.cfg.Name, TokenURL: f.cfg.TokenURL, Grant: auth.RefreshToken,
		ClientID: f.cfg.ClientID, ClientSecret: f.cfg.ClientSecret, Style: f.cfg.Style, Resource: f.cfg.Resource,
		HTTPClient: f.cfg.HTTPClient, Logger: f.cfg.Logger,
	}
	if g != nil {
		c.Initial = g.Token
	}
	return c
}

// Format prints the vendor only, for every verb.
func (f *Flow) Format(s fmt.State, verb rune) {
	formatHidden(s, verb, "signin.Flow{"+f.cfg.Vendor+"}")
}

// LogValue is the text of Format.
func (f *Flow) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(f)) }

// MarshalJSON writes the vendor only.
func (f *Flow) MarshalJSON() ([]byte, error) { return Config{Vendor: f.cfg.Vendor}.MarshalJSON() }

// renamed gives an error of auth the operation of this package.
func renamed(err error) error {
	if e, ok := errors.AsType[*emr.Error](err); ok {
		c := *e
		c.Op = opSignIn
		return &c
	}
	return err
}
