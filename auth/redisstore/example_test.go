package redisstore_test

import (
	"encoding/base64"
	"fmt"
	"log"

	"github.com/redis/go-redis/v9"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/redisstore"
)

// All replicas of a service that have this configuration use one token.
func Example() {
	secrets := map[string]string{ // from a secret store
		"token-key":     "3q2+7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs=", // 32 bytes of crypto/rand
		"client-secret": "of-the-application",
	}
	key, err := base64.StdEncoding.DecodeString(secrets["token-key"])
	if err != nil {
		log.Fatal(err)
	}
	client := redis.NewUniversalClient(&redis.UniversalOptions{
		Addrs:                 []string{"redis.example.com:6379"},
		ContextTimeoutEnabled: true, // else a call goes on after its time is over
	})
	defer client.Close()
	store, err := redisstore.New(client, redisstore.Options{Keys: [][]byte{key}, Prefix: "clinics:token:"})
	if err != nil {
		log.Fatal(err)
	}
	// medtech.Config, nextech.Config and nexhealth.Config have the field TokenStore for it.
	cache, err := auth.New(auth.Config{
		Vendor: "example", TokenURL: "https://login.example.com/oauth2/v2.0/token",
		ClientID: "app", ClientSecret: auth.NewSecret(secrets["client-secret"]), Store: store,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer cache.Close()
	fmt.Println(store, cache)
	// Output: redisstore.Store auth.Cache{example}
}
