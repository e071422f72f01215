package redisstore_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

// wires lets connections be cut and kept silent.
type wires struct {
	b      *bubble
	mu     sync.Mutex
	open   []net.Conn
	down   bool
	silent bool
}

func (w *wires) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		return nil, &net.OpError{Op: "dial", Net: network, Err: errors.Join(syscall.ECONNREFUSED, errors.New(addr))}
	}
	if w.silent {
		here, there := net.Pipe()
		w.open = append(w.open, there)
		w.b.Cleanup(func() { _ = there.Close() })
		return here, nil
	}
	c, err := w.b.redis.Dial()
	if err == nil {
		w.open = append(w.open, c)
	}
	return c, err
}

// set cuts all connections; new ones are refused, silent, or good.
func (w *wires) set(down, silent bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down, w.silent = down, silent
	for _, c := range w.open {
		_ = c.Close()
	}
	w.open = nil
}

// cuttable is a store whose Redis can go away.
func (b *bubble) cuttable() (auth.Store, *wires) {
	w := &wires{b: b}
	return newStore(b, b.clientOn(w.dial)), w
}

func TestFault_A12_aRedisThatIsGoneOrSilentSpendsNoRefreshToken(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		srv := authtest.New(b.T, &authtest.Options{InMemory: true, Rotate: true})
		s, w := b.cuttable()
		c := newCache(b, srv.RefreshConfig(), s)
		for _, silent := range []bool{false, true} {
			w.set(!silent, silent)
			_, err := c.Token(b.Context())
			if e := wantKind(b, err, emr.KindUnavailable); strings.Contains(e.Error(), "canary") {
				b.Errorf("the error names the address: %v", e)
			}
			time.Sleep(10 * time.Second)
		}
		wantCount(b, srv, 0)
		w.set(false, false)
		if token(b, c) == "" {
			b.Error("no token after Redis came back")
		}
		wantCount(b, srv, 1)
	})
}

func TestFault_A12_aRedisThatGoesWhileATokenIsBoughtGetsItLater(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		srv := authtest.New(b.T, &authtest.Options{InMemory: true, Rotate: true})
		s, w := b.cuttable()
		c := newCache(b, srv.RefreshConfig(), s)
		srv.Fail(1, authtest.Slow(3*time.Second))
		time.AfterFunc(time.Second, func() { w.set(true, false) })
		_, err := c.Token(b.Context())
		wantKind(b, err, emr.KindUnavailable)
		time.Sleep(10 * time.Second)
		w.set(false, false)
		time.Sleep(30 * time.Second) // the lock that could not be freed ends by itself
		first := token(b, c)
		wantCount(b, srv, 1) // the token that was bought, not a second use of the spent one
		if token(b, newCache(b, srv.RefreshConfig(), b.store())) != first {
			b.Error("it is not in Redis")
		}
		wantCount(b, srv, 1)
	})
}

func TestFault_A4_clientCredentialsGoOnWithoutRedis(t *testing.T) {
	t.Parallel()
	for name, silent := range map[string]bool{"gone": false, "silent": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(b *bubble) {
				srv := authtest.New(b.T, &authtest.Options{InMemory: true})
				s, w := b.cuttable()
				w.set(!silent, silent)
				began := time.Now()
				if token(b, newCache(b, srv.Config(), s)) == "" {
					b.Error("no token")
				}
				if took := time.Since(began); took > 6*time.Second {
					b.Errorf("the token came after %v", took)
				}
				wantCount(b, srv, 1)
			})
		})
	}
}

func TestFault_A2_aSilentRedisEndsWithItsTimeout(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		s, w := b.cuttable()
		w.set(false, true)
		began := time.Now()
		wantKind(b, s.Update(b.Context(), "clinic", give(signIn("r"))), emr.KindUnavailable)
		// One exchange, and one try to free a lock that may have been set.
		if took := time.Since(began); took > 4*time.Second+100*time.Millisecond {
			b.Errorf("ended after %v", took)
		}
	})
}

// lossy loses the answer to a script that ran: to take and extend, put, or free.
type lossy struct{ args int }

const toTake, toPut, toFree = 7, 9, 6 // words of the command

func (l *lossy) DialHook(next redis.DialHook) redis.DialHook { return next }

func (l *lossy) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (l *lossy) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		err := next(ctx, cmd)
		if l.args == len(cmd.Args()) && err == nil {
			l.args = 0
			err = io.ErrUnexpectedEOF
			cmd.SetErr(err)
		}
		return err
	}
}

func TestFault_N3_aLostAnswerOfRedisLeavesNoLockAndLosesNoToken(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		srv := authtest.New(b.T, &authtest.Options{InMemory: true, Rotate: true})
		client, loses := b.client(), &lossy{}
		client.AddHook(loses)
		s := newStore(b, client)
		if err := s.Update(b.Context(), "elsewhere", give(signIn("r"))); err != nil { // Redis knows the scripts now
			b.Fatal(err)
		}
		c := newCache(b, srv.RefreshConfig(), s)
		_, lock := b.names(s)

		loses.args = toTake
		_, err := c.Token(b.Context())
		wantKind(b, err, emr.KindUnavailable)
		if b.redis.Exists(lock) {
			b.Error("locked by nobody")
		}
		wantCount(b, srv, 0)
		time.Sleep(2 * time.Second)

		loses.args = toPut
		_, err = c.Token(b.Context())
		wantKind(b, err, emr.KindUnavailable)
		time.Sleep(2 * time.Second)
		first := token(b, c) // it was written, and is read
		wantCount(b, srv, 1)

		time.Sleep(2 * time.Hour)
		loses.args = toFree
		if token(b, c) == first {
			b.Error("not renewed")
		}
		wantCount(b, srv, 2)
	})
}

func TestFault_errorsOfRedisSayWhatToMendAndNothingElse(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]struct {
		kind emr.Kind
		code string
	}{
		"NOAUTH Authentication required for canary.":                      {emr.KindConfig, "NOAUTH"},
		"WRONGPASS invalid username-password pair canary":                 {emr.KindConfig, "WRONGPASS"},
		"NOPERM this user canary has no permissions to run the command":   {emr.KindConfig, "NOPERM"},
		"OOM command not allowed when used memory > canary":               {emr.KindUnavailable, "OOM"},
		"LOADING Redis is loading the dataset in memory canary":           {emr.KindUnavailable, "LOADING"},
		"NOREPLICAS Not enough good replicas to write canary":             {emr.KindUnavailable, "NOREPLICAS"},
		"MISCONF Redis is configured to save RDB snapshots canary":        {emr.KindUnavailable, "MISCONF"},
		"CANARY what nobody knows, with a secret canary in it":            {emr.KindUnavailable, ""},
		"MASTERDOWN Link with MASTER canary is down":                      {emr.KindUnavailable, "MASTERDOWN"},
		"READONLY You can't write against a read only replica. canary":    {emr.KindUnavailable, "READONLY"},
		"WRONGTYPE Operation against a key holding the wrong kind canary": {emr.KindConfig, "WRONGTYPE"},
	} {
		t.Run(strings.Fields(answer)[0], func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(b *bubble) {
				s := b.store()
				write(b, s, signIn("r"))
				b.redis.SetError(answer)
				err := s.Update(b.Context(), "clinic", give(signIn("x")))
				e := wantKind(b, err, want.kind)
				if e.Code != want.code {
					b.Errorf("code %q, want %q", e.Code, want.code)
				}
				said := e.Error() + e.Detail() + b.log.String()
				for c := error(e); c != nil; c = errors.Unwrap(c) {
					said += c.Error()
				}
				if strings.Contains(strings.ToLower(said), "canary") {
					b.Errorf("it says %s", said)
				}
			})
		})
	}
}

func TestFault_aClosedClientIsAnErrorOfTheConfiguration(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		client := b.client()
		s := newStore(b, client)
		_ = client.Close()
		wantKind(b, s.Update(b.Context(), "clinic", give(signIn("r"))), emr.KindConfig)
	})
}

func TestFault_nothingOfATokenIsInErrorsOrLogs(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		s := b.store(keys("canary-key"))
		write(b, s, signIn("canary-refresh"))
		entry, lock := b.names(s)
		var said strings.Builder
		note := func(err error) {
			if err == nil {
				b.Error("no error")
				return
			}
			said.WriteString(err.Error())
		}
		note(b.store(keys("another")).Update(b.Context(), "clinic", give(signIn("canary-refresh-2"))))
		note(s.Update(b.Context(), "clinic", func(ctx context.Context, kept *auth.Token) (*auth.Token, error) {
			b.redis.Del(lock)
			write(b, s, signIn("canary-refresh-3"))
			return signIn("canary-refresh-4"), nil
		}))
		b.redis.Set(entry, "canary-damaged")
		note(s.Update(b.Context(), "clinic", give(signIn("canary-refresh-5"))))
		said.WriteString(b.log.String())
		for _, secret := range []string{"canary", entry[20:40], "clinic"} {
			if strings.Contains(said.String(), secret) {
				b.Errorf("%q is said: %s", secret, said.String())
			}
		}
		if strings.Count(b.log.String(), "level=WARN") != 3 {
			b.Errorf("log: %s", b.log.String())
		}
	})
}
