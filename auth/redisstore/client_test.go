package redisstore_test

import (
	"context"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"github.com/emrkit/emrkit/auth/redisstore"
	"github.com/emrkit/emrkit/emr"
)

func TestNew_refusesClientsThatOutlastTheirContext(t *testing.T) {
	t.Parallel()
	never := func(context.Context, string, string) (net.Conn, error) { panic("New connects") }
	for name, client := range map[string]redis.UniversalClient{
		"client":   redis.NewClient(&redis.Options{Dialer: never}),
		"sentinel": redis.NewFailoverClient(&redis.FailoverOptions{MasterName: "m", SentinelAddrs: []string{"canary:1"}, Dialer: never}),
		"cluster":  redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{"canary:1"}, Dialer: never}),
		"any":      redis.NewUniversalClient(&redis.UniversalOptions{Addrs: []string{"canary:1", "canary:2"}, Dialer: never}),
	} {
		t.Cleanup(func() { _ = client.Close() })
		_, err := redisstore.New(client, redisstore.Options{Keys: [][]byte{keyOf("k")}})
		if e := wantKind(t, err, emr.KindConfig); !strings.Contains(e.Hint, "ContextTimeoutEnabled") || e.Fields[0] != "client" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := redisstore.New(nil, redisstore.Options{Keys: [][]byte{keyOf("k")}}); emr.KindOf(err) != emr.KindConfig {
		t.Errorf("no client: %v", err)
	}
}

// TestCluster runs scripts through a cluster client, which sends a script to the one node
// that has all its keys. EMRKIT_REDIS_CLUSTER is the address of a node of a real cluster.
func TestCluster_entryAndLockAreOnOneNode(t *testing.T) {
	t.Parallel()
	addrs := map[string]string{"miniredis": miniredis.RunT(t).Addr()}
	if node := os.Getenv("EMRKIT_REDIS_CLUSTER"); node != "" {
		addrs["server"] = node
	}
	for name, addr := range addrs {
		client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{addr}, ContextTimeoutEnabled: true})
		t.Cleanup(func() { _ = client.Close() })
		s := newStore(t, client, withPrefix("emrkit-test:"))
		write(t, s, access(name, time.Hour))
		if got := read(t, s); got != name {
			t.Errorf("%s: kept %q", name, got)
		}
		entry, lock := redisstore.NamesOf(s, "clinic")
		tag := func(s string) string { return s[strings.Index(s, "{") : strings.Index(s, "}")+1] }
		if tag(entry) != tag(lock) || len(tag(entry)) < 32 {
			t.Errorf("names %q and %q", entry, lock)
		}
		if err := s.Delete(t.Context(), "clinic"); err != nil {
			t.Error(err)
		}
	}
}
