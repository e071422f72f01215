package redisstore

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/emrkit/emrkit/emr"
)

// Options say how tokens are kept. Keys is required.
type Options struct {
	// Keys are 32 random bytes each, from a secret store. The first one seals, all open.
	// To change keys give each replica the new one as the second, then as the first, then
	// alone when every entry was written anew: access tokens within a day, refresh tokens
	// when each was renewed.
	Keys [][]byte
	// Prefix begins the name of each entry; "" is "emrkit:token:". Environments that share
	// a Redis need different ones. No braces: entry and lock have the same hash tag, for
	// Redis Cluster.
	Prefix string
	// LockFor is how long a process that died keeps others waiting; 0 is 30 seconds, at
	// least one. A lock in use is extended, however long the token request takes.
	LockFor time.Duration
	// KeepFor is how long a refresh token is kept after it was last written; 0: until it is
	// replaced. Access tokens without one end by themselves.
	KeepFor time.Duration
	// Timeout bounds one exchange with Redis, with the client's own repeats; 0 is 2 seconds.
	Timeout time.Duration
	// Logger gets a warning when Redis fails, an entry cannot be opened, or a lock was lost.
	// nil: none.
	Logger *slog.Logger
}

// Format prints no key, for every verb.
func (o Options) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "redisstore.Options") }

// LogValue is the text of Format.
func (o Options) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(o)) }

// MarshalJSON writes no key.
func (o Options) MarshalJSON() ([]byte, error) { return json.Marshal(fmt.Sprint(o)) }

// resolve fills the defaults in and checks the rest.
func (o Options) resolve() (Options, *emr.Error) {
	if o.Prefix == "" {
		o.Prefix = "emrkit:token:"
	}
	if o.LockFor == 0 {
		o.LockFor = 30 * time.Second
	}
	if o.Timeout == 0 {
		o.Timeout = 2 * time.Second
	}
	switch {
	case len(o.Keys) == 0:
		return o, configError("Keys", "give at least one key of 32 random bytes")
	case strings.ContainsAny(o.Prefix, "{}") || strings.ContainsFunc(o.Prefix, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return o, configError("Prefix", "no braces, blanks or control characters in the prefix")
	case o.LockFor < time.Second:
		return o, configError("LockFor", "the lock is below a second: is its unit missing?")
	case o.KeepFor != 0 && o.KeepFor < time.Second:
		return o, configError("KeepFor", "the time is below a second: is its unit missing?")
	case o.Timeout < time.Millisecond:
		return o, configError("Timeout", "the time is below a millisecond: is its unit missing?")
	}
	o.Timeout = min(o.Timeout, o.LockFor/3) // a lock has to be extended in time
	return o, nil
}

// checkClient refuses a client whose commands outlast their context.
func checkClient(client redis.Scripter) *emr.Error {
	bounded := true
	switch c := client.(type) {
	case nil:
		return configError("client", "give a Redis client")
	case interface{ Options() *redis.Options }: // redis.Client, also with Sentinel
		bounded = c.Options().ContextTimeoutEnabled
	case interface{ Options() *redis.ClusterOptions }:
		bounded = c.Options().ContextTimeoutEnabled
	case interface{ Options() *redis.RingOptions }:
		bounded = c.Options().ContextTimeoutEnabled
	}
	if !bounded {
		return configError("client", "set ContextTimeoutEnabled in the options of the Redis client: without it a call goes on after its time is over")
	}
	return nil
}
