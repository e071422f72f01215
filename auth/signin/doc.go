// Package signin signs a person in with the OAuth 2.0 authorization code grant and PKCE
// (RFC 6749, 7636, 9207; SMART App Launch; Azure AD v1), and ends with a token that
// [auth.New] keeps fresh.
//
// A web service has two handlers, on any number of replicas with the same Keys:
//
//	func login(w http.ResponseWriter, r *http.Request)    { err := flow.Start(w, r); ... }
//	func callback(w http.ResponseWriter, r *http.Request) { grant, err := flow.Callback(w, r); ... }
//
// A program on the person's own machine calls [Flow.Local], which listens at the redirect
// URL for one callback. What else there is can be built with [Flow.Begin] and [Flow.Finish].
//
// What is checked before the code is traded:
//
//   - state: 130 random bits, compared in constant time. It is tied to the browser by a
//     sealed cookie (Start) or held in memory (Begin), and ends with Config.Lifetime.
//   - iss, where the server sends it: it must be the server that the person was sent to.
//   - error: what the server says instead of a code.
//   - each of these and the code comes once at most.
//
// The code goes out in one token request, which is never repeated. One sign-in finishes
// once: of two callbacks at the same time one is refused without a token request. (Two
// replicas cannot see each other; there the server refuses the second use of the code.)
//
// Errors are *emr.Error, Op "sign in". They match emr.ErrLoginRequired when the way on is
// to begin a new sign-in. Nothing that came with the callback is in their text, but for the
// OAuth error code.
//
// The cookie of Start has a name of its own for each sign-in, so that two tabs do not
// disturb each other. It is HttpOnly, SameSite=Lax, gone after Lifetime, sent to the path of
// the redirect URL only and, unless that is plain http on this machine, Secure with a name
// that begins with __Secure-. The prefix __Host- would keep out cookies that a neighbour on
// the same domain plants, but it wants path "/": every sign-in that somebody gave up would
// go along with every request of the whole site. Where such neighbours are not trusted, give
// the application a host name that is no one's subdomain.
package signin
