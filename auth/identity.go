package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// identity hashes what makes two configurations ask for the same token. A practice is
// no part of it. A secret from a function counts by its presence: the client id says
// whose it is. Keys have none: two functions are two keys.
func (c Config) identity(more ...string) string {
	if c.Exchange != nil {
		return digest(append([]string{"exchange", c.TokenURL, c.Exchange.Key.Fingerprint()}, more...)...)
	}
	parts := []string{
		c.TokenURL, string(c.Grant), c.ClientID, secretMark(c.ClientSecret), c.Username, secretMark(c.Password),
		secretMark(c.RefreshToken), strings.Join(c.Scopes, " "), c.Resource, c.Extra.Encode(), fmt.Sprint(int(c.Style)),
	}
	if c.Initial != nil && c.RefreshToken.IsZero() {
		parts = append(parts, c.Initial.Access.Fingerprint()) // nothing else tells two sign-ins apart
	}
	return digest(append(parts, more...)...)
}

// storeKey is the default place in the store. It survives a new client secret or
// password, but not a new sign-in: a new configured refresh token starts afresh.
func (c Config) storeKey() string {
	c.ClientSecret, c.Password = Secret{}, Secret{}
	return "emrkit-token-" + c.identity()
}

// shareKey is the key in emr.Shared; "" when nothing tells two sign-ins apart, so that
// one user's token never becomes another's.
func (c Config) shareKey() string {
	if c.Grant == RefreshToken && c.RefreshToken.dynamic && c.Store == nil {
		return ""
	}
	place := c.StoreKey
	if c.Grant == RefreshToken && (c.RefreshToken.dynamic || c.RefreshToken.IsZero()) {
		place += fmt.Sprintf("\x00%p", c.Store) // the same place in two stores is two people's
	}
	return "auth\x00" + c.identity(place, c.MaxAge.String())
}

func secretMark(s Secret) string {
	switch {
	case s.IsZero():
		return "none"
	case s.dynamic:
		return "function"
	}
	return "static " + s.static()
}

// digest hashes parts so that no two lists give one text.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
