package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

func Example() {
	srv, err := authtest.Start(nil) // live: the vendor's token URL and your credential
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	tokens, err := auth.New(auth.Config{
		Vendor:       "example",
		TokenURL:     srv.URL(),
		ClientID:     "client-1",
		ClientSecret: auth.SecretFunc(func(context.Context) (string, error) { return "secret-of-client-1", nil }),
		Scopes:       []string{"patient/*.read", "slot/*.read"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = tokens.Close() }()

	t, err := tokens.Token(context.Background())
	if errors.Is(err, emr.ErrLoginRequired) {
		fmt.Println("sign in again")
		return
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(t.Type, t.Access, t.Scopes)
	// Output: Bearer [redacted] [patient/*.read slot/*.read]
}

// A vendor whose token endpoint speaks no OAuth: a POST with a key in a header.
func ExampleExchange() {
	srv, err := authtest.Start(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	tokens, err := auth.New(auth.Config{
		Vendor:   "example",
		TokenURL: srv.URL(),
		Exchange: &auth.Exchange{
			Key:    auth.SecretFunc(func(context.Context) (string, error) { return "secret-of-key-1", nil }),
			Header: func(key string) http.Header { return http.Header{"Authorization": {key}} },
			Answer: func(status int, body []byte) (auth.Granted, error) {
				var a struct {
					Token string `json:"access_token"`
				}
				if status == http.StatusUnauthorized {
					return auth.Granted{}, &emr.Error{Kind: emr.KindAuth, Hint: "check EXAMPLE_API_KEY"}
				}
				err := json.Unmarshal(body, &a)
				return auth.Granted{Access: a.Token, Life: 55 * time.Minute}, err
			},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = tokens.Close() }()

	t, err := tokens.Token(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(t.Type, t.Access, t.Expires.Sub(t.Issued))
	// Output: Bearer [redacted] 55m0s
}

// rows stands for a database; a real one locks the row while f runs
// (SELECT ... FOR UPDATE) and encrypts the column.
type rows struct {
	mu   sync.Mutex
	text map[string][]byte
}

func (r *rows) Update(ctx context.Context, key string, f func(context.Context, *auth.Token) (*auth.Token, error)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var kept auth.StoredToken
	if text, ok := r.text[key]; ok {
		if err := json.Unmarshal(text, &kept); err != nil {
			return err
		}
	}
	t, err := f(ctx, kept.Token)
	if err != nil || t == nil || t == kept.Token {
		return err
	}
	text, err := json.Marshal(auth.StoredToken{Token: t})
	if err != nil {
		return err
	}
	r.text[key] = text
	return nil
}

// A store keeps a sign-in alive over restarts and between replicas.
func ExampleStore() {
	srv, err := authtest.Start(&authtest.Options{Rotate: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	cfg := srv.RefreshConfig()
	cfg.Store, cfg.StoreKey = &rows{text: map[string][]byte{}}, "clinic 7"
	for range 2 { // two processes, one after the other
		tokens, err := auth.New(cfg)
		if err != nil {
			fmt.Println(err)
			return
		}
		if _, err := tokens.Token(context.Background()); err != nil {
			fmt.Println(err)
		}
		_ = tokens.Close()
	}
	fmt.Println(srv.Count(), "token request")
	// Output: 1 token request
}
