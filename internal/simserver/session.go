package simserver

import (
	"crypto/rand"
	"slices"
	"strings"
	"sync"
	"time"
)

// Tokens is a token endpoint and what it has handed out.
type Tokens struct {
	rules TokenRules

	mu        sync.Mutex
	byAccess  map[string]*session
	byRefresh map[string]*session
}

// session is one access token with the refresh token that came with it.
type session struct {
	access, refresh string
	scopes          []string
	expires         time.Time
	refreshUntil    time.Time
	spent           bool // the refresh token was used
	revoked         bool // the access token alone
	family          *family
}

// family is all that comes from one sign-in. Who uses a refresh token a second time may
// have stolen it: the whole family ends.
type family struct{ revoked bool }

// NewTokens makes a token endpoint. Life 0 means an hour.
func NewTokens(rules TokenRules) *Tokens {
	if rules.Life == 0 {
		rules.Life = time.Hour
	}
	return &Tokens{rules: rules, byAccess: map[string]*session{}, byRefresh: map[string]*session{}}
}

func (t *Tokens) newFamily() *family {
	if t.rules.RefreshLife <= 0 {
		return nil
	}
	return &family{}
}

// FirstRefreshToken hands out a refresh token without a request, as a sign-in in a
// browser would.
func (t *Tokens) FirstRefreshToken(now time.Time) string {
	return t.issue(now, t.rules.Scopes, &family{}).refresh
}

func (t *Tokens) issue(now time.Time, scopes []string, f *family) *session {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.issueLocked(now, scopes, f)
}

func (t *Tokens) issueLocked(now time.Time, scopes []string, f *family) *session {
	access, expires := "sim-access-"+rand.Text(), now.Add(t.rules.Life)
	if t.rules.Mint != nil {
		access = t.rules.Mint(now, expires)
	}
	s := &session{access: access, scopes: scopes, expires: expires, family: f}
	if f != nil {
		s.refresh = "sim-refresh-" + rand.Text()
		s.refreshUntil = now.Add(t.rules.RefreshLife)
		t.byRefresh[s.refresh] = s
	}
	t.byAccess[s.access] = s
	return s
}

// rotate spends a refresh token, nil if it is not good (any more).
func (t *Tokens) rotate(now time.Time, refresh string) *session {
	t.mu.Lock()
	defer t.mu.Unlock()
	old := t.byRefresh[refresh]
	switch {
	case old == nil, old.family.revoked, now.After(old.refreshUntil):
		return nil
	case old.spent:
		old.family.revoked = true
		return nil
	}
	old.spent = true
	return t.issueLocked(now, old.scopes, old.family)
}

// Authorize reports whether access is a live token, and what it is good for.
func (t *Tokens) Authorize(now time.Time, access string) (scopes []string, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.byAccess[access]
	if s == nil || s.revoked || !now.Before(s.expires) || s.family != nil && s.family.revoked {
		return nil, false
	}
	return slices.Clone(s.scopes), true
}

// Revoke makes an access token good for nothing. Its refresh token stays good.
func (t *Tokens) Revoke(access string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s := t.byAccess[access]; s != nil {
		s.revoked = true
	}
}

// RevokeAll ends every access token, and with families true also every refresh token.
func (t *Tokens) RevokeAll(families bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.byAccess {
		s.revoked = true
		if families && s.family != nil {
			s.family.revoked = true
		}
	}
}

// Covers reports whether scopes grant want, written as resource/*.right.
func Covers(scopes []string, want string) bool {
	class, right, _ := strings.Cut(want, "/*.")
	for _, s := range scopes {
		c, r, ok := strings.Cut(s, "/*.")
		if s == want || ok && (c == class || c == "*") && (r == right || r == "*") {
			return true
		}
	}
	return false
}
