package redisstore

import (
	"context"
	"errors"
	"net"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/emrkit/emrkit/emr"
)

// opKeepToken names what this package does, for errors.
const opKeepToken = "keep token"

func failed(kind emr.Kind, hint string) *emr.Error {
	return &emr.Error{Kind: kind, Op: opKeepToken, Hint: hint}
}

func configError(field, hint string) *emr.Error {
	e := failed(emr.KindConfig, hint)
	e.Fields = []string{field}
	return e
}

// ended is the error of a caller whose context ended.
func ended(err error) *emr.Error {
	e := failed(emr.KindCanceled, "the caller gave up waiting for the token store")
	e.Err = context.Canceled
	if errors.Is(err, context.DeadlineExceeded) {
		e.Kind, e.Hint, e.Err = emr.KindTimeout, "the token store is busy or slow: another process may be waiting for its token", context.DeadlineExceeded
	}
	return e
}

// replies are the errors of Redis that somebody can mend, by their first word.
var replies = map[string]struct {
	kind emr.Kind
	hint string
}{
	"NOAUTH":     {emr.KindConfig, "Redis wants user and password: put them into the client's options"},
	"WRONGPASS":  {emr.KindConfig, "Redis refuses user or password: check the client's options"},
	"NOPERM":     {emr.KindConfig, "the user of Redis may not do this: allow EVAL, EVALSHA, GET, SET, DEL and PEXPIRE on the prefix"},
	"CROSSSLOT":  {emr.KindConfig, "this Redis does not know hash tags, which entry and lock share"},
	"WRONGTYPE":  {emr.KindConfig, "something else is kept under the name of an entry: choose another prefix"},
	"OOM":        {emr.KindUnavailable, "Redis is full: give it memory"},
	"READONLY":   {emr.KindUnavailable, "this Redis is a replica: point the client at the master, or wait for the failover"},
	"LOADING":    {emr.KindUnavailable, "Redis is starting: try again later"},
	"NOREPLICAS": {emr.KindUnavailable, "Redis has too few replicas to take a write (min-replicas-to-write)"},
	"MASTERDOWN": {emr.KindUnavailable, "the Redis replica has no master: try again later"},
	"MISCONF":    {emr.KindUnavailable, "Redis cannot write to its disk and takes no writes: mend that"},
}

// cleaned makes the error for what the Redis client returned. Nothing of its text is kept:
// it may hold addresses, user names and arguments.
func cleaned(err error) *emr.Error {
	if answered, ok := errors.AsType[redis.Error](err); ok && !errors.Is(err, redis.ErrClosed) {
		word, _, _ := strings.Cut(answered.Error(), " ")
		if r, known := replies[word]; known {
			e := failed(r.kind, r.hint)
			e.Code = word
			return e
		}
		return failed(emr.KindUnavailable, "Redis answered with an error that is not known here: look into its log")
	}
	var n net.Error
	switch {
	case errors.Is(err, redis.ErrClosed):
		return failed(emr.KindConfig, "the Redis client is closed: close it after the connections that use it")
	case errors.Is(err, redis.ErrPoolTimeout), errors.Is(err, redis.ErrPoolExhausted):
		return failed(emr.KindUnavailable, "no connection to Redis is free: give the client a larger pool")
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &n) && n.Timeout():
		return failed(emr.KindUnavailable, "Redis did not answer in time")
	}
	return failed(emr.KindUnavailable, "no connection to Redis, or it broke")
}
