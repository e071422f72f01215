package nextgentest

import (
	"crypto/rand"
	"slices"
	"sync"
	"time"
)

// paClientID is the registered app.
const paClientID = "5f0cab00-fa51-4b00-8c00-9d00ab12cd34"

// paCodeLife is how long an authorization code is good. Not documented; OAuth wants
// minutes at most.
const paCodeLife = time.Minute

// paAccount is somebody who can sign in.
type paAccount struct {
	name     string
	patients []string // ids of the records in sight, the own one first
}

// paAuthority is the authorization server: what it has handed out.
type paAuthority struct {
	sim *PatientAccess

	mu        sync.Mutex
	pending   map[string]paAsked // sign-ins with an open page, by transaction
	codes     map[string]*paCode
	byAccess  map[string]*paSession
	byRefresh map[string]*paSession
}

// paAsked is a sign-in that an app asked for.
type paAsked struct {
	redirect, state, nonce, challenge string
	scopes                            []string
	until                             time.Time
}

// paCode is an authorization code; what came of it ends when it is used again.
type paCode struct {
	asked  paAsked
	until  time.Time
	used   bool
	family *paFamily
}

// paFamily is all that comes from one sign-in.
type paFamily struct {
	account   int
	patient   string // "": nobody was chosen
	scopes    []string
	refreshes bool
	ended     bool
}

// paSession is one access token with the refresh token that came with it.
type paSession struct {
	access, refresh       string
	expires, refreshUntil time.Time
	spent, revoked        bool
	family                *paFamily
}

func newPAAuthority(s *PatientAccess) *paAuthority {
	return &paAuthority{sim: s, pending: map[string]paAsked{}, codes: map[string]*paCode{},
		byAccess: map[string]*paSession{}, byRefresh: map[string]*paSession{}}
}

// open keeps a sign-in while its page is open, ten minutes at most.
func (a *paAuthority) open(now time.Time, asked paAsked) (transaction string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	transaction, asked.until = rand.Text(), now.Add(10*time.Minute)
	a.pending[transaction] = asked
	return transaction
}

// take ends an open page.
func (a *paAuthority) take(now time.Time, transaction string) (paAsked, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	asked, ok := a.pending[transaction]
	delete(a.pending, transaction)
	return asked, ok && now.Before(asked.until)
}

// code hands out an authorization code for the records of an account.
func (a *paAuthority) code(now time.Time, asked paAsked, account int, patient string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	// Without scopes the app gets what the portal configured: all that the grants allow.
	refreshes := len(asked.scopes) == 0 || slices.Contains(asked.scopes, "offline_access")
	code := "sim-code-" + rand.Text()
	a.codes[code] = &paCode{asked: asked, until: now.Add(paCodeLife), family: &paFamily{
		account: account, patient: patient, scopes: asked.scopes, refreshes: refreshes && !a.sim.opts.NoRefresh,
	}}
	return code
}

// redeem uses a code up, for better or worse.
func (a *paAuthority) redeem(now time.Time, code string, fits func(paAsked) bool) (*paSession, paAsked, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := a.codes[code]
	switch {
	case c == nil:
		return nil, paAsked{}, false
	case c.used:
		c.family.ended = true
		return nil, paAsked{}, false
	}
	c.used = true
	if !now.Before(c.until) || !fits(c.asked) {
		return nil, paAsked{}, false
	}
	return a.issueLocked(now, c.family, nil), c.asked, true
}

// issue hands out tokens; keep is the session whose refresh token stays, nil for a new one.
func (a *paAuthority) issue(now time.Time, f *paFamily, keep *paSession) *paSession {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.issueLocked(now, f, keep)
}

func (a *paAuthority) issueLocked(now time.Time, f *paFamily, keep *paSession) *paSession {
	s := &paSession{access: "sim-access-" + rand.Text(), expires: now.Add(a.sim.opts.TokenLife), family: f}
	a.byAccess[s.access] = s
	switch {
	case keep != nil:
		keep.refreshUntil = now.Add(a.sim.opts.RefreshLife)
		s.refresh = keep.refresh
	case f.refreshes:
		s.refresh, s.refreshUntil = "sim-refresh-"+rand.Text(), now.Add(a.sim.opts.RefreshLife)
		a.byRefresh[s.refresh] = s
	}
	return s
}

// renew spends a refresh token. Who uses one a second time may have stolen it: the whole
// family ends.
func (a *paAuthority) renew(now time.Time, refresh string) (*paSession, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	old := a.byRefresh[refresh]
	switch {
	case old == nil, old.family.ended, !now.Before(old.refreshUntil):
		return nil, false
	case a.sim.opts.KeepRefresh:
		return a.issueLocked(now, old.family, old), true
	case old.spent:
		old.family.ended = true
		return nil, false
	}
	old.spent = true
	return a.issueLocked(now, old.family, nil), true
}

// authorize returns the family of a live access token.
func (a *paAuthority) authorize(now time.Time, access string) (*paFamily, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.byAccess[access]
	if s == nil || s.revoked || s.family.ended || !now.Before(s.expires) {
		return nil, false
	}
	return s.family, true
}

// revoke makes a token good for nothing; with a refresh token the whole family ends.
func (a *paAuthority) revoke(token string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s := a.byAccess[token]; s != nil {
		s.revoked = true
	}
	if s := a.byRefresh[token]; s != nil {
		s.family.ended = true
	}
}

func (a *paAuthority) revokeAll(families bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range a.byAccess {
		s.revoked = true
		s.family.ended = s.family.ended || families
	}
}
