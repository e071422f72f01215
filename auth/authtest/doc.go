// Package authtest is a token endpoint for tests: the grants client_credentials,
// password, refresh_token and authorization_code (with the page where a person agrees), and
// a key for a token, with rotation, revocation and everything that goes wrong with real
// endpoints.
//
//	srv := authtest.New(t, nil)
//	cache, err := auth.New(srv.Config())
//	srv.Fail(1, authtest.Refuse(400, "invalid_client"))
//
// With Options.InMemory it works in a testing/synctest bubble, where time is free.
package authtest
