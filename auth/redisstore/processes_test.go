package redisstore_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/auth/redisstore"
)

// eachServer runs f with the URL of a Redis on a socket: miniredis, and with
// EMRKIT_REDIS_URL a real one. Names in it begin with the prefix and are deleted.
func eachServer(t *testing.T, f func(t *testing.T, url, prefix string)) {
	t.Helper()
	t.Run("miniredis", func(t *testing.T) {
		t.Parallel()
		f(t, "redis://"+miniredis.RunT(t).Addr(), "test:")
	})
	t.Run("server", func(t *testing.T) {
		t.Parallel()
		url := os.Getenv("EMRKIT_REDIS_URL")
		if url == "" {
			t.Skip("EMRKIT_REDIS_URL is not set: no real Redis to test against")
		}
		prefix := "emrkit-test-" + rand.Text() + ":"
		t.Cleanup(func() {
			client := dial(t, url)
			names, _ := client.Keys(context.WithoutCancel(t.Context()), prefix+"*").Result()
			for _, name := range names {
				if strings.HasSuffix(name, ":lock") {
					t.Errorf("a lock was left behind")
				}
				client.Del(context.WithoutCancel(t.Context()), name)
			}
		})
		f(t, url, prefix)
	})
}

// dial makes a client of its own, as another process has.
func dial(t testing.TB, url string) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal("EMRKIT_REDIS_URL is not the URL of a Redis")
	}
	o.ContextTimeoutEnabled = true
	c := redis.NewClient(o)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func withPrefix(p string) func(*redisstore.Options) {
	return func(o *redisstore.Options) { o.Prefix, o.Timeout = p, 10*time.Second } // a busy machine is no fault
}

func TestFiftyStoresOverSocketsMakeOneTokenRequest(t *testing.T) {
	t.Parallel()
	eachServer(t, func(t *testing.T, url, prefix string) {
		srv := authtest.New(t, nil)
		got := make([]string, 50)
		var wg sync.WaitGroup
		for i := range got {
			c := newCache(t, srv.Config(), newStore(t, dial(t, url), withPrefix(prefix)))
			wg.Go(func() { got[i] = token(t, c) })
		}
		wg.Wait()
		for _, text := range got {
			if text == "" || text != got[0] {
				t.Fatal("not one token for all")
			}
		}
		wantCount(t, srv, 1)
	})
}

func TestOverSockets_entriesEndAndLostLocksAreSeen(t *testing.T) {
	t.Parallel()
	eachServer(t, func(t *testing.T, url, prefix string) {
		client := dial(t, url)
		s, other := newStore(t, client, withPrefix(prefix)), newStore(t, dial(t, url), withPrefix(prefix))
		entry, lock := redisstore.NamesOf(s, "clinic")
		write(t, s, access("a", time.Hour))
		if d := client.PTTL(t.Context(), entry).Val(); d < 50*time.Minute || d > time.Hour {
			t.Errorf("the access token ends in %v", d)
		}
		write(t, s, signIn("old"))
		if d := client.PTTL(t.Context(), entry).Val(); d != -1 {
			t.Errorf("the refresh token ends in %v", d)
		}
		err := s.Update(t.Context(), "clinic", func(ctx context.Context, kept *auth.Token) (*auth.Token, error) {
			if d := client.PTTL(ctx, lock).Val(); d < 20*time.Second || d > 30*time.Second {
				t.Errorf("the lock ends in %v", d)
			}
			client.Del(ctx, lock)
			return signIn("new"), nil
		})
		if err != nil || read(t, s) != "access-of-new" {
			t.Errorf("lost: %v", err)
		}
		err = s.Update(t.Context(), "clinic", func(ctx context.Context, _ *auth.Token) (*auth.Token, error) {
			client.Del(ctx, lock)
			write(t, other, signIn("theirs"))
			return signIn("ours"), nil
		})
		if err == nil || read(t, s) != "access-of-theirs" {
			t.Errorf("overwritten: %v", err)
		}
		if err := s.Delete(t.Context(), "clinic"); err != nil || client.Exists(t.Context(), entry, lock).Val() != 0 {
			t.Errorf("something was left: %v", err)
		}
	})
}

// The environment of a child process, which is this test binary again.
const (
	childServer  = "EMRKIT_TEST_CHILD_REDIS"
	childPrefix  = "EMRKIT_TEST_CHILD_PREFIX"
	childTokens  = "EMRKIT_TEST_CHILD_TOKEN_URL"
	childRefresh = "EMRKIT_TEST_CHILD_REFRESH_TOKEN"
)

// child is a process that needs a new token three times.
func child() int {
	o, err := redis.ParseURL(os.Getenv(childServer))
	if err != nil {
		return 2
	}
	o.ContextTimeoutEnabled = true
	client := redis.NewClient(o)
	defer client.Close()
	store, err := redisstore.New(client, redisstore.Options{Keys: [][]byte{keyOf("first key")}, Prefix: os.Getenv(childPrefix), Timeout: 10 * time.Second})
	if err != nil {
		return 3
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for range 3 {
		c, err := auth.New(auth.Config{
			Vendor: "test", TokenURL: os.Getenv(childTokens), Grant: auth.RefreshToken, ClientID: "client-1",
			ClientSecret: auth.NewSecret("secret-of-client-1"), RefreshToken: auth.NewSecret(os.Getenv(childRefresh)),
			Store: store, StoreKey: "clinic", HTTPClient: &http.Client{Transport: &http.Transport{}},
		})
		if err != nil {
			return 4
		}
		tok, err := c.Token(ctx)
		if err != nil {
			fmt.Println("no token:", err)
			return 5
		}
		text, _ := tok.Access.Reveal(ctx)
		c.Invalidate(tok) // as after a 401: the next token is bought with the rotated refresh token
		next, err := c.Token(ctx)
		if err != nil {
			fmt.Println("no second token:", err)
			return 6
		}
		if again, _ := next.Access.Reveal(ctx); again == text {
			return 7
		}
		_ = c.Close()
	}
	return 0
}

func TestFault_A14_twoProcessesRotateOneRefreshTokenThroughRedis(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	eachServer(t, func(t *testing.T, url, prefix string) {
		srv := authtest.New(t, &authtest.Options{Rotate: true})
		cfg := srv.RefreshConfig()
		refresh, _ := cfg.RefreshToken.Reveal(t.Context())
		var wg sync.WaitGroup
		for range 2 {
			cmd := exec.CommandContext(t.Context(), self)
			cmd.Env = append(os.Environ(), childServer+"="+url, childPrefix+"="+prefix, childTokens+"="+srv.URL(), childRefresh+"="+refresh)
			wg.Go(func() {
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Errorf("%v: %s", err, out)
				}
			})
		}
		wg.Wait()
		used := map[string]bool{}
		for _, r := range srv.Requests() {
			text := r.Form.Get("refresh_token")
			if used[text] {
				t.Error("one refresh token was sent twice")
			}
			used[text] = true
		}
		// The first token, and one for each time that a process met 401 and the other one
		// had not yet left a newer one.
		if n := srv.Count(); n < 4 || n > 7 {
			t.Errorf("%d token requests", n)
		}
		if tok := token(t, newCache(t, cfg, newStore(t, dial(t, url), withPrefix(prefix)))); !srv.Valid(tok) {
			t.Error("the token in Redis is dead: the family was revoked")
		}
	})
}
