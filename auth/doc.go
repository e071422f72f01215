// Package auth gets access tokens and keeps them fresh.
//
// A [Source] is what a connection asks before each request. [New] makes the one most
// vendors need: an OAuth 2.0 token endpoint behind a cache, or one that gives a token for
// a key ([Exchange]) behind the same.
//
//   - One token request at a time for all callers. Each caller waits as long as its own
//     context lasts; a caller who leaves does not end the request for the others.
//   - A token is renewed in the background five minutes before its end (a twelfth of its
//     life when that is shorter, but at least ten seconds), started by a call: there are
//     no timers, and an unused Cache does nothing.
//   - After a failure the endpoint is left alone for at least a second; callers get the
//     same error meanwhile.
//   - A rotated refresh token is in the [Store] before its access token is used.
//   - Redirects are not followed, answers are cut at 64 KiB, errors carry the OAuth error
//     code and nothing else of the answer. The vendor's own words are in Error.Detail.
//
// People sign in with package auth/signin; Config.Initial takes their token on.
//
// A [Secret] hides itself wherever it is printed, logged or encoded.
package auth
