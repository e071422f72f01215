// Package redisstore keeps tokens in Redis, so that replicas of a service share them: an
// [auth.Store].
//
// Replicas that ask for one token at once make one token request. The others wait for the
// lock and read what the first one left. A rotated refresh token is in Redis before its
// access token is used, and no two processes spend the same one.
//
//	client := redis.NewUniversalClient(&redis.UniversalOptions{Addrs: addrs, ContextTimeoutEnabled: true})
//	store, err := redisstore.New(client, redisstore.Options{Keys: [][]byte{key}})
//	...
//	cfg.TokenStore = store // nextech, nexhealth, medtech, nextgen
//
// # What is in Redis
//
// For each place in the store one entry and, while it is worked on, one lock. Their names are
// the prefix and a hash. An entry is the token sealed with AES-256-GCM, bound to its
// name. An access token is there until it ends, a refresh token for [Options.KeepFor].
// Whoever can write to that Redis can delete tokens or put older ones back, and can read
// none.
//
// # When Redis fails
//
// With client credentials or a key, package auth goes on without the store. With refresh
// tokens a failure is an error, and no token is spent unless it could be read. One that was
// bought and could not be written stays in memory, and is written by the next call.
//
// A Redis that answers a write and then forgets it (a failover to a replica that lags, an
// eviction, a restart without append-only file) forgets refresh tokens, and people must
// sign in again. For those set appendfsync always or everysec, min-replicas-to-write, and
// maxmemory-policy noeviction.
//
// This is a module of its own: who does not use it does not link a Redis client.
package redisstore
