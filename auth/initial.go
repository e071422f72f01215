package auth

import (
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

// checkInitial refuses the token of a sign-in where it cannot be used.
func (c Config) checkInitial() *emr.Error {
	t := c.Initial
	switch {
	case t == nil:
		return nil
	case c.Grant != RefreshToken:
		return configError("Initial", "the token of a sign-in goes with the grant refresh_token")
	case !c.RefreshToken.IsZero():
		return configError("Initial", "the token of a sign-in has its own refresh token: leave RefreshToken empty")
	case t.Access.IsZero() && t.Refresh.IsZero():
		return configError("Initial", "there is nothing in the token of the sign-in")
	case !peer.FitsHeader(t.Access.static()):
		return configError("Initial", "the access token holds characters that no header takes, or is a printed [redacted]")
	}
	return nil
}

// newest is the token of the sign-in in Config.Initial, where the store has none, or one
// of an earlier sign-in. What descends from Initial, or came after it, stays.
func (a *asking) newest(kept *Token) *Token {
	first := a.cfg.Initial
	if first == nil {
		return kept
	}
	own := *first
	if text := own.Refresh.static(); text != "" {
		own.seed = NewSecret(digest("seed", text))
	}
	if kept != nil && (own.root() != "" && kept.root() == own.root() || !kept.Issued.Before(own.Issued)) {
		return kept
	}
	return &own
}

// dueOf is when t shall be renewed. One that cannot be is used until its end.
func (c *core) dueOf(t *Token, now time.Time) time.Time {
	if c.cfg.Grant == RefreshToken && t.Refresh.IsZero() && c.cfg.RefreshToken.IsZero() {
		return t.Expires
	}
	return renewalDue(t, now)
}
