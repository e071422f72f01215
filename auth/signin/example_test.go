package signin_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
)

// A web service signs people in. The cookie of one replica is good at all others that have
// one of the keys.
func Example_web() {
	newest, older := []byte("thirty-two random bytes, not so."), []byte("those of the month before, same.")
	flow, err := signin.New(signin.Config{
		Vendor: "example", ClientID: "app-1", ClientSecret: auth.NewSecret("from the secret manager"),
		AuthorizeURL: "https://login.example.test/authorize", TokenURL: "https://login.example.test/token",
		RedirectURL: "https://app.example.test/signin/callback",
		Scopes:      []string{"launch/patient", "patient/*.read", "offline_access"},
		Keys:        [][]byte{newest, older},
	})
	if err != nil {
		log.Fatal(err)
	}
	var store auth.Store // one that all replicas see: package auth/redisstore, or a database
	mux := http.NewServeMux()
	mux.HandleFunc("GET /signin", func(w http.ResponseWriter, r *http.Request) {
		if err := flow.Start(w, r); err != nil {
			http.Error(w, emr.UserMessage(err), http.StatusInternalServerError)
		}
	})
	mux.HandleFunc("GET /signin/callback", func(w http.ResponseWriter, r *http.Request) {
		grant, err := flow.Callback(w, r)
		if err != nil {
			log.Print(err) // nothing personal, no secret
			http.Error(w, emr.UserMessage(err), http.StatusBadRequest)
			return
		}
		cfg := flow.TokenConfig(grant)
		cfg.Store, cfg.StoreKey = store, "the application's own id of the person"
		tokens, err := auth.New(cfg)
		if err != nil {
			http.Error(w, emr.UserMessage(err), http.StatusInternalServerError)
			return
		}
		_ = tokens // for the connection of this person, until it is closed
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	_ = mux
}

// A command line tool signs in the person in front of it.
func ExampleFlow_Local() {
	flow, err := signin.New(signin.Config{
		Vendor: "example", ClientID: "tool-1", // a public client: no secret
		AuthorizeURL: "https://login.example.test/authorize", TokenURL: "https://login.example.test/token",
		RedirectURL: "http://localhost:8000/callback/",
	})
	if err != nil {
		log.Fatal(err)
	}
	signIn := func(ctx context.Context) (*signin.Grant, error) {
		return flow.Local(ctx, func(url string) { fmt.Fprintln(os.Stderr, "open:", url) }, nil)
	}
	_ = signIn
}

// A sign-in that went wrong says what to do next.
func ExampleFlow_Finish() {
	flow, err := signin.New(signin.Config{
		Vendor: "example", ClientID: "app-1", RedirectURL: "https://app.example.test/cb",
		AuthorizeURL: "https://login.example.test/authorize", TokenURL: "https://login.example.test/token",
	})
	if err != nil {
		log.Fatal(err)
	}
	attempt, err := flow.Begin()
	if err != nil {
		log.Fatal(err)
	}
	// Somebody sends the browser to the callback with a state of their own.
	_, err = flow.Finish(context.Background(), attempt, map[string][]string{"state": {"guessed"}, "code": {"stolen"}})
	fmt.Println(err)
	fmt.Println("again:", errors.Is(err, emr.ErrLoginRequired))
	// Output:
	// example: sign in: auth (login_required, fields state): the callback is not of this sign-in, or not of this browser: nothing was done with it; start again
	// again: true
}
