package patientaccess

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/reference"
	"github.com/emrkit/emrkit/internal/transport"
)

// Client is one signed-in person's connection: the emr.Driver behind an emr.Client, and
// what only Patient Access has. It is safe for many goroutines.
type Client struct {
	cfg      Config // resolved
	name     string // Options.Name
	http     *transport.Client
	public   *transport.Client // without the token
	tokens   *tokenSource
	decoding *fhir.Options
	signedIn emr.PatientID               // whom the sign-in was for, zero when it did not say
	patients reference.List[emr.Patient] // whom the token sees
}

var _ emr.Driver = (*Client)(nil)

// New makes a connection from the refresh token of an earlier sign-in: Config.RefreshToken,
// or the one in Config.TokenStore. It sends nothing. o may be nil.
//
// It fails with kind config, naming the field and never its value. Where the base URL is not
// NextGen's own gateway, Discover fills in TokenURL first.
func New(cfg Config, o *emr.Options) (*Client, error) { return connect(cfg, nil, o) }

// NewSignedIn makes a connection from a sign-in just done; Config.RefreshToken does not
// count. It sends nothing. o may be nil. Without a refresh token in the grant the connection
// lasts as long as the token; then calls answer emr.ErrLoginRequired.
func NewSignedIn(cfg Config, grant *signin.Grant, o *emr.Options) (*Client, error) {
	if grant == nil || grant.Token == nil {
		return nil, configError("grant", "there is no token of a sign-in")
	}
	cfg.RefreshToken = auth.Secret{}
	return connect(cfg, grant, o)
}

func connect(cfg Config, grant *signin.Grant, o *emr.Options) (*Client, error) {
	cfg, bad := cfg.resolve()
	if bad != nil {
		return nil, bad
	}
	if o == nil {
		o = &emr.Options{}
	}
	switch {
	case cfg.TokenURL == "":
		return nil, configError("TokenURL", "call Config.Discover first: it asks the server where tokens come from")
	case grant == nil && cfg.RefreshToken.IsZero() && cfg.TokenStore == nil:
		return nil, configError("RefreshToken", "nobody has signed in: let the person do so (NewSignIn, NewSignedIn), or set the refresh token of an earlier time (NEXTGEN_FHIR_REFRESH_TOKEN)")
	}
	cfg.CookieKeys = nil // for SignIn only
	c := &Client{cfg: cfg, name: o.Name, decoding: &fhir.Options{Version: cfg.Version.release()}}
	var first *auth.Token
	if grant != nil {
		first = grant.Token
		if id := grant.Patient; !id.IsZero() && fhir.ValidID(id.Reveal()) {
			c.signedIn = id
		}
	}
	var err error
	if c.tokens, err = newTokens(cfg, first, o); err != nil {
		return nil, err
	}
	t := transport.Config{
		Vendor:     vendor,
		BaseURL:    cfg.BaseURL,
		Options:    o,
		Credential: strings.Join([]string{vendor, product, cfg.TokenURL, cfg.ClientID}, "\x00"),
		Accept:     cfg.Version.accept(),
		Explain:    explain,
		Check:      check,
	}
	if c.public, err = transport.New(t); err != nil {
		return nil, errors.Join(err, c.tokens.Close())
	}
	t.Tokens = c.tokens
	if c.http, err = transport.New(t); err != nil {
		return nil, errors.Join(err, c.public.Close(), c.tokens.Close())
	}
	return c, nil
}

// accept is the media type of the version; of DSTU2's servers some know the plain one only.
func (v Version) accept() string {
	if v == DSTU2 {
		return v.release().MediaType() + ", application/json"
	}
	return v.release().MediaType()
}

// mediaTypes are those of good answers besides JSON's own.
func (v Version) mediaTypes() []string {
	if v == DSTU2 {
		return []string{v.release().MediaType()} // does not end in +json
	}
	return nil
}

// Close ends background work. Later calls fail with kind config.
func (c *Client) Close() error {
	return errors.Join(c.http.Close(), c.public.Close(), c.tokens.Close())
}

// Version is the release of FHIR that is spoken.
func (c *Client) Version() Version { return c.cfg.Version }

// Format prints the version only, for every verb.
func (c *Client) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "patientaccess.Client{"+c.cfg.label()+"}")
}

// LogValue is the text of Format.
func (c *Client) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// parts carries the methods of the driver's parts, so that a Client has the calls of its own
// only.
type parts struct{ *Client }

// Parts says what this connection can do: read. NextGen's patient APIs have no calendar.
func (c *Client) Parts() emr.Parts {
	p := parts{c}
	return emr.Parts{
		PatientGetter:      p,
		LocationLister:     p,
		PractitionerLister: p,
		DocumentReader:     p,
		EncounterReader:    p,
		Checker:            p,
		RawDoer:            p,
	}
}

// Check reads whom the token sees, which takes the token, and the server's capability
// statement, which is public and is asked for without.
func (p parts) Check(ctx context.Context) (*emr.Health, error) {
	call, err := p.searchOf(opCheck, "Patient")
	if err != nil {
		return nil, err
	}
	if _, err := p.search(ctx, call, url.Values{}, ""); err != nil {
		return nil, err
	}
	h := &emr.Health{OK: true}
	statement, err := p.capabilities(ctx)
	if err != nil && ctx.Err() != nil {
		return nil, err
	}
	if err != nil {
		h.Warnings = append(h.Warnings, "the server's capability statement cannot be read")
		return h, nil //nolint:nilerr // records can be read all the same
	}
	h.Version = statement.Version
	if v := statement.FHIRVersion; v != "" && !strings.HasPrefix(v, map[Version]string{R4: "4.", DSTU2: "1."}[p.cfg.Version]) {
		h.OK = false
		h.Warnings = append(h.Warnings, "the server speaks another version of FHIR than "+string(p.cfg.Version))
	}
	return h, nil
}

// capabilities reads the public capability statement.
func (c *Client) capabilities(ctx context.Context) (*fhir.CapabilityStatement, error) {
	call := c.call(opCheck, "/metadata", "/metadata")
	call.Impersonal = true
	answer, err := c.public.Do(ctx, call)
	if err != nil {
		return nil, err
	}
	statement, err := fhir.Decode[fhir.CapabilityStatement](answer.Body, c.decoding)
	if err != nil {
		return nil, c.unreadable(call, answer, err)
	}
	return statement, nil
}

// Raw sends a read that this package has no method for. The path is below the base URL; the
// token is added, and next links are the caller's to follow. The server takes no writes.
func (p parts) Raw(ctx context.Context, r *emr.RawRequest) (*emr.RawResponse, error) {
	call, err := transport.RawCall(opRaw, r)
	if err != nil {
		return nil, err
	}
	if !call.Safe {
		call.Op = opRawWrite
	}
	call.AllowEmpty, call.AcceptTypes = true, p.cfg.Version.mediaTypes()
	answer, err := p.http.Do(ctx, call)
	if err != nil {
		return nil, err
	}
	return answer.Raw(), nil
}
