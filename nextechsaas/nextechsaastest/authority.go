package nextechsaastest

import (
	"crypto/rand"
	"sync"
	"time"
)

// The registered application, and the API its tokens are for. Nextech publishes neither.
const (
	clientID = "5f0cab00-5aa5-4b00-8c00-9d00ab12cd34"
	resource = "https://resource.example.test/saas-ehr"
)

// codeLife is how long an authorization code is good: Azure says ten minutes at most.
const codeLife = 10 * time.Minute

// authority is the directory: what it has handed out.
type authority struct {
	sim *Sim

	mu        sync.Mutex
	redirects []string
	pending   map[string]asked // sign-ins with an open page, by transaction
	codes     map[string]*code
	byAccess  map[string]*session
	byRefresh map[string]*session
	lose      int // token answers that are still to be lost
}

// asked is a sign-in that an application asked for.
type asked struct {
	redirect, state, challenge string
	until                      time.Time
}

// code is an authorization code; what came of it ends when it is used again.
type code struct {
	asked  asked
	until  time.Time
	used   bool
	family *family
}

// family is all that comes from one sign-in.
type family struct{ ended bool }

// session is one access token with the refresh token that came with it.
type session struct {
	access, refresh       string
	issued, expires       time.Time
	refreshUntil          time.Time
	spent, revoked, quiet bool // quiet: the answer has no refresh token
	family                *family
}

func newAuthority(s *Sim) *authority {
	return &authority{sim: s, redirects: s.opts.Redirects, pending: map[string]asked{}, codes: map[string]*code{},
		byAccess: map[string]*session{}, byRefresh: map[string]*session{}}
}

// open keeps a sign-in while its page is open, ten minutes at most.
func (a *authority) open(now time.Time, q asked) (transaction string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	transaction, q.until = rand.Text(), now.Add(10*time.Minute)
	a.pending[transaction] = q
	return transaction
}

// take ends an open page.
func (a *authority) take(now time.Time, transaction string) (asked, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	q, ok := a.pending[transaction]
	delete(a.pending, transaction)
	return q, ok && now.Before(q.until)
}

// code hands out an authorization code.
func (a *authority) code(now time.Time, q asked) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	name := "sim-code-" + rand.Text()
	a.codes[name] = &code{asked: q, until: now.Add(codeLife), family: &family{}}
	return name
}

// redeem uses a code up, for better or worse. reason is the number of Azure's refusal.
func (a *authority) redeem(now time.Time, name string, fits func(asked) int) (s *session, reason int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := a.codes[name]
	switch {
	case c == nil:
		return nil, malformedGrant
	case c.used:
		c.family.ended = true
		return nil, codeUsed
	}
	c.used = true
	if !now.Before(c.until) {
		return nil, grantExpired
	}
	if reason = fits(c.asked); reason != 0 {
		return nil, reason
	}
	return a.issueLocked(now, c.family), 0
}

// issue hands out the tokens of a new sign-in.
func (a *authority) issue(now time.Time) *session {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.issueLocked(now, &family{})
}

func (a *authority) issueLocked(now time.Time, f *family) *session {
	s := &session{access: "sim-access-" + rand.Text(), issued: now, expires: now.Add(a.sim.opts.TokenLife), family: f,
		refresh: "sim-refresh-" + rand.Text(), refreshUntil: now.Add(a.sim.opts.RefreshLife)}
	a.byAccess[s.access], a.byRefresh[s.refresh] = s, s
	return s
}

// renew spends a refresh token.
func (a *authority) renew(now time.Time, refresh string) (s *session, reason int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	old := a.byRefresh[refresh]
	switch {
	case old == nil, old.family.ended:
		return nil, malformedGrant
	case !now.Before(old.refreshUntil):
		return nil, grantExpired
	case a.sim.opts.KeepRefresh:
		s = &session{access: "sim-access-" + rand.Text(), issued: now, expires: now.Add(a.sim.opts.TokenLife), family: old.family, quiet: true}
		a.byAccess[s.access] = s
		return s, 0
	case old.spent:
		old.family.ended = old.family.ended || a.sim.opts.EndReplayed
		return nil, malformedGrant
	}
	old.spent = true
	return a.issueLocked(now, old.family), 0
}

// isLive reports whether access opens the API.
func (a *authority) isLive(now time.Time, access string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.byAccess[access]
	return s != nil && !s.revoked && !s.family.ended && now.Before(s.expires)
}

// revoke makes an access token good for nothing.
func (a *authority) revoke(access string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s := a.byAccess[access]; s != nil {
		s.revoked = true
	}
}

func (a *authority) revokeAll(families bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range a.byAccess {
		s.revoked = true
		s.family.ended = s.family.ended || families
	}
}

// isLost reports whether the next token answer is lost, and counts it.
func (a *authority) isLost() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lose--
	return a.lose >= 0
}
