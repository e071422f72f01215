package auth

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// Grant is the OAuth 2.0 grant that buys tokens.
type Grant string

// The grants.
const (
	ClientCredentials Grant = "client_credentials"
	// Password is the legacy grant that sends a user's password. Use it only where the
	// vendor offers nothing else. When the answer has a refresh token, that one buys the
	// next token, and the password is used again only when it is refused.
	Password Grant = "password"
	// RefreshToken starts from a token of an earlier sign-in. It needs a [Store] wherever
	// the vendor rotates refresh tokens, or a restart needs a new sign-in.
	RefreshToken Grant = "refresh_token"
)

// Style is where the client id and secret go. It is never guessed: probing would send
// one refresh token twice.
type Style int

// The styles.
const (
	InParams Style = iota // form fields client_id and client_secret
	InHeader              // Authorization: Basic
)

// Config describes a token endpoint and the credential for it: an OAuth grant, or an
// [Exchange] of a key for a token.
type Config struct {
	Vendor, Name string     // for errors: the vendor and the caller's own alias of the connection
	TokenURL     string     // https; http only for a loopback address
	Grant        Grant      // "": client_credentials
	ClientID     string     //
	ClientSecret Secret     // may be absent with the grants password and refresh_token
	Username     string     // grant password
	Password     Secret     // grant password
	RefreshToken Secret     // grant refresh_token: the first one; later ones are in Store
	Initial      *Token     // grant refresh_token: the token of a sign-in, instead of RefreshToken; see below
	Store        Store      // keeps the rotating token, or shares any other; nil: in memory; see below
	StoreKey     string     // where in Store; "": a hash of token URL, credential, scopes and resource
	Scopes       []string   // joined with blanks; sent only when set (Azure AD v2, SMART)
	Resource     string     // sent only when set (Azure AD v1)
	Extra        url.Values // further form fields (NextGen: site_id); no secrets
	Style        Style      // InParams unless the vendor wants Basic

	// Initial is used until it ends, then its refresh token buys the next one. It is in Store
	// before it is used, unless that has a successor of it or a token of a later sign-in.
	// Without a refresh token it is good until its end, then only a new sign-in helps.

	// Store keeps what the grants password and refresh_token rotate: without it no new token
	// is used. With client_credentials and with Exchange it shares tokens among replicas, of
	// which one buys and the others read; a Store that fails is then no error: each process
	// buys its own and looks again after a minute, with a warning in the log. A token that was
	// bought with a secret, password or key is taken only by who has the same. Write tokens by
	// StoredToken, or they are not recognised. Clocks of replicas have to be right within
	// seconds. With Exchange StoreKey "" is a hash of token URL and key.

	// Exchange is for endpoints that speak no OAuth. Of the fields above only Vendor, Name,
	// TokenURL, Store and StoreKey go with it.
	Exchange *Exchange
	// MaxAge ends each token at this age, whatever the endpoint says of its life; it is
	// renewed before, as any other. 0: no such bound, else at least a second.
	MaxAge time.Duration

	// HTTPClient carries the token request: its Transport and Timeout are used, its
	// redirect rule and cookie jar are not, and it is not modified. nil: an own one.
	HTTPClient *http.Client
	// Logger gets a debug line for each token request and a warning when a renewal in
	// the background fails in a way that waiting will not mend.
	Logger *slog.Logger
	// Shared makes all connections with this token URL, credential, scopes, resource and
	// MaxAge use one Cache. HTTPClient, Store, Logger and the functions of Exchange are then
	// those of the first one; but where a sign-in is known by its place in Store only, another
	// Store is another connection.
	Shared *emr.Shared

	ownStore bool // Store was made here: nobody else has it
}

// Format prints vendor, name and grant only, for every verb.
func (c Config) Format(s fmt.State, verb rune) {
	formatHidden(s, verb, "auth.Config{"+c.Vendor+" "+c.Name+" "+c.way()+"}")
}

// rotates reports whether tokens are bought with what came with the one before.
func (c Config) rotates() bool {
	return c.Exchange == nil && c.Grant != ClientCredentials
}

// way is the grant, or the word for what is used instead.
func (c Config) way() string {
	if c.Exchange != nil {
		return "exchange"
	}
	return string(c.Grant)
}

// LogValue is the text of Format.
func (c Config) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// MarshalJSON writes vendor, name and grant only.
func (c Config) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"vendor": c.Vendor, "name": c.Name, "grant": c.way()})
}

// New checks c and makes a Cache. It sends nothing. It fails with kind config, naming
// the field at fault and never its value.
func New(c Config) (*Cache, error) {
	c, bad := c.resolve()
	if bad != nil {
		bad.Vendor, bad.Name = c.Vendor, c.Name
		return nil, bad
	}
	key := c.shareKey()
	if c.Store == nil && c.rotates() {
		c.Store, c.ownStore = NewMemoryStore(), true
	}
	if c.Shared == nil || key == "" {
		return newCache(c, newCore(c, false)), nil
	}
	shared := c.Shared.Load(key, func() any { return newCore(c, true) })
	return newCache(c, shared.(*core)), nil
}
