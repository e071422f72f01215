package redisstore

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/emrkit/emrkit/emr"
)

// Each script may run twice, for the client repeats what got no answer.
var (
	// take locks KEYS[1] for ARGV[1] unless another holds it, and reads the entry KEYS[2].
	take = redis.NewScript(`
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return {0, ''} end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {1, redis.call('GET', KEYS[2]) or ''}`)

	// extend makes the lock last ARGV[2] milliseconds from now, if it is still held.
	extend = redis.NewScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`)

	// put writes ARGV[3]. Who lost the lock may do so only if the entry is as it was read,
	// ARGV[2]: then nobody bought a later token, or signed out. Without an answer 0 nothing is lost.
	put = redis.NewScript(`
local have = redis.call('GET', KEYS[2]) or ''
local ours = redis.call('GET', KEYS[1]) == ARGV[1]
if have ~= ARGV[3] and have ~= ARGV[2] and not ours then return 0 end
if ARGV[3] == '' then
	redis.call('DEL', KEYS[2])
elseif ARGV[4] == '0' then
	redis.call('SET', KEYS[2], ARGV[3])
else
	redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
end
return ours and 1 or 2`)

	// free deletes the lock, if it is still held.
	free = redis.NewScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`)
)

// names are those of one place in Redis.
type names struct{ entry, lock string }

// namesOf hashes the place: it may be any text of the application's.
func (s *Store) namesOf(place string) names {
	sum := sha256.Sum256([]byte(place))
	name := s.opts.Prefix + "{" + hex.EncodeToString(sum[:]) + "}"
	return names{entry: name, lock: name + ":lock"}
}

// held is a lock in use.
type held struct {
	store *Store
	names names
	owner string // random: only we can extend and free it
	read  string // the entry, sealed, as it was when the lock was taken
	stop  context.CancelFunc
	done  sync.WaitGroup
}

// Waiting for a lock: the first look comes soon, later ones seldom. Each wait is between
// half of it and the whole, so that many waiters do not come together.
const firstWait, longestWait = 20 * time.Millisecond, 400 * time.Millisecond

// acquire waits for the lock as long as ctx lasts, and reads the entry.
func (s *Store) acquire(ctx context.Context, n names) (*held, *emr.Error) {
	h := &held{store: s, names: n, owner: rand.Text()}
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		got, err := s.run(ctx, take, n, h.owner, s.opts.LockFor.Milliseconds())
		if err != nil {
			h.free(ctx) // Redis may have set it, and only the answer was lost
			return nil, err
		}
		answer, ok := got.([]any)
		if !ok || len(answer) != 2 {
			return nil, failed(emr.KindProtocol, hintNotRedis)
		}
		if mine, _ := answer[0].(int64); mine == 1 {
			h.read, _ = answer[1].(string)
			h.keep(ctx)
			return h, nil
		}
		pause := time.NewTimer(wait/2 + mathrand.N(wait/2))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return nil, ended(ctx.Err())
		}
	}
}

const hintNotRedis = "the Redis server runs scripts in a way of its own: use Redis 6 or later, or Valkey"

// keep extends the lock until release.
func (h *held) keep(parent context.Context) {
	var ctx context.Context
	ctx, h.stop = context.WithCancel(context.WithoutCancel(parent))
	h.done.Go(func() {
		every := time.NewTicker(h.store.opts.LockFor / 3)
		defer every.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-every.C:
			}
			// A failure is no loss yet: there is another try before the lock ends.
			got, err := h.store.run(ctx, extend, h.names, h.owner, h.store.opts.LockFor.Milliseconds())
			if held, _ := got.(int64); err == nil && held == 0 {
				return
			}
		}
	})
}

// put writes the entry. The caller's context may have ended: what it waited for is here.
func (h *held) put(ctx context.Context, sealed []byte, life time.Duration) *emr.Error {
	got, err := h.store.run(context.WithoutCancel(ctx), put, h.names, h.owner, h.read, sealed, life.Milliseconds())
	if err != nil {
		return err
	}
	switch n, _ := got.(int64); n {
	case 1:
		return nil
	case 2:
		_ = h.store.warn(ctx, failed(emr.KindConflict, "the lock of the token store was lost before the token was written; nobody else wrote, so it was kept"))
		return nil
	}
	return failed(emr.KindConflict, "the lock of the token store was lost, and the entry was written or deleted meanwhile: that is kept, ours is not")
}

// release frees the lock and ends what keeps it.
func (h *held) release(ctx context.Context) {
	h.stop()
	h.done.Wait()
	h.free(ctx)
}

// free deletes the lock. Where that fails it ends by itself.
func (h *held) free(ctx context.Context) {
	_, _ = h.store.run(context.WithoutCancel(ctx), free, h.names, h.owner)
}

// run runs one script, within the time that one exchange may take.
func (s *Store) run(parent context.Context, script *redis.Script, n names, args ...any) (any, *emr.Error) {
	if err := parent.Err(); err != nil {
		return nil, ended(err)
	}
	ctx, cancel := context.WithTimeout(parent, s.opts.Timeout)
	defer cancel()
	got, err := script.Run(ctx, s.client, []string{n.lock, n.entry}, args...).Result()
	switch {
	case err == nil:
		return got, nil
	case parent.Err() != nil:
		return nil, ended(parent.Err())
	}
	return nil, cleaned(err)
}
