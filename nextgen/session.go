package nextgen

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// sessionHeader says which practice a call is for. Its value is what the server made of
// enterprise, practice and so on: not a session of a server, the same for the same input,
// and it does not expire. Source: the vendor's wiki. It is opaque here, and as good as a
// credential.
const sessionHeader = "X-Ng-Sessionid" // net/http's spelling of X-NG-SessionId

// The pauses after a practice selection failed: within them callers get the same error
// and nothing is sent.
const (
	coolDown    = time.Second
	coolDownMax = time.Minute // after refusals in a row
)

// sessions holds the session id of one practice, for one or (through emr.Shared) many
// connections to it. It is asked for once, and a new token leaves it alone.
type sessions struct {
	mu     sync.Mutex // held for moments only, never during a request
	value  auth.Secret
	flight *sessionFlight // nil when nobody asks

	fail     *emr.Error // what callers get until
	until    time.Time
	refusals int // in a row
}

// sessionFlight is one request for all who wait. Its context is nobody's: who leaves
// takes nobody with him. It ends with the connection that makes it.
type sessionFlight struct {
	owner  *Client
	cancel context.CancelFunc
	done   chan struct{} // closed at the end; the others are set before
	value  auth.Secret
	err    *emr.Error
}

// sessionsOf finds the sessions of cfg's practice in shared, or makes their own. The key
// holds all that the value is made from, and where it came from, so that data of one
// clinic never shows in another's connection.
func sessionsOf(cfg Config, shared *emr.Shared) *sessions {
	if shared == nil || !cfg.SessionID.IsZero() {
		return &sessions{value: cfg.SessionID}
	}
	return shared.Load("nextgen session\x00"+cfg.sessionKey(), func() any { return new(sessions) }).(*sessions)
}

// sessionKey hashes what a session id depends on.
func (c Config) sessionKey() string {
	h := sha256.New()
	for _, part := range []string{
		c.BaseURL, c.TokenURL, c.ClientID, c.SiteID, c.EnterpriseID, c.PracticeID, string(c.LocationID), string(c.ProviderID), c.zoneSent(),
	} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// zoneSent is the zone's name where it is part of the selection.
func (c Config) zoneSent() string {
	if !c.SendZone {
		return ""
	}
	return c.Zone.String()
}

// get returns the session id, asking for it when there is none. Its errors name the
// practice selection, not the caller's operation.
func (s *sessions) get(ctx context.Context, c *Client) (auth.Secret, *emr.Error) {
	for {
		s.mu.Lock()
		switch {
		case !s.value.IsZero():
			defer s.mu.Unlock()
			return s.value, nil
		case c.closed.Load():
			s.mu.Unlock()
			return auth.Secret{}, c.closedError(opSelect)
		case s.flight == nil && time.Now().Before(s.until):
			defer s.mu.Unlock()
			return auth.Secret{}, s.fail
		case ctx.Err() != nil: // who has left asks for nothing
			s.mu.Unlock()
			return auth.Secret{}, left(ctx.Err())
		case s.flight == nil:
			s.start(ctx, c)
		}
		f := s.flight
		s.mu.Unlock()
		select {
		case <-f.done:
			if f.err != nil && f.owner != c && f.owner.closed.Load() {
				continue // it ended with its connection, not with the practice
			}
			return f.value, f.err
		case <-ctx.Done():
			return auth.Secret{}, left(ctx.Err())
		}
	}
}

// left is the error of a caller whose context ended while it waited.
func left(err error) *emr.Error {
	return &emr.Error{
		Kind: emr.KindOf(err), Vendor: vendor, Op: opSelect, Err: err,
		Hint: "the practice selection was not answered in time for this call; it goes on for later ones",
	}
}

// start begins a flight of c's. It is called with the lock.
func (s *sessions) start(ctx context.Context, c *Client) {
	f := &sessionFlight{owner: c, done: make(chan struct{})}
	ctx, f.cancel = context.WithCancel(context.WithoutCancel(ctx))
	s.flight = f
	go func() {
		defer close(f.done)
		defer f.cancel()
		value, err := c.selectPractice(ctx)
		s.land(f, value, err)
	}()
}

// land keeps the result of f.
func (s *sessions) land(f *sessionFlight, value auth.Secret, err *emr.Error) {
	f.value, f.err = value, err
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flight = nil
	switch {
	case err == nil:
		s.value, s.fail, s.until, s.refusals = value, nil, time.Time{}, 0
		return
	case f.owner.closed.Load():
		return
	}
	pause := coolDown
	if isRefusal(err.Kind) {
		for n := s.refusals; n > 0 && pause < coolDownMax; n-- {
			pause *= 2
		}
		s.refusals++
	}
	again := *err
	again.Attempts = 0 // whoever gets this later sent nothing
	s.fail, s.until = &again, time.Now().Add(max(min(pause, coolDownMax), min(err.RetryAfter, 5*coolDownMax)))
}

// isRefusal reports whether asking again soon would only be refused again.
func isRefusal(kind emr.Kind) bool {
	switch kind {
	case emr.KindUnavailable, emr.KindTimeout, emr.KindRateLimited, emr.KindCanceled:
		return false
	}
	return true
}

// leave ends the flight that c makes, if there is one, and waits for it.
func (s *sessions) leave(c *Client) {
	s.mu.Lock()
	f := s.flight
	s.mu.Unlock()
	if f != nil && f.owner == c {
		f.cancel()
		<-f.done
	}
}
