package redisstore_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth/redisstore"
	"github.com/emrkit/emrkit/emr"
)

func keys(all ...string) func(*redisstore.Options) {
	return func(o *redisstore.Options) {
		o.Keys = nil
		for _, text := range all {
			o.Keys = append(o.Keys, keyOf(text))
		}
	}
}

func TestSeal_keysRotateWithoutASignIn(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		write(b, b.store(keys("old")), signIn("1"))
		if read(b, b.store(keys("old", "new"))) != "access-of-1" { // told of the new one first
			b.Error("not opened by the old key as first")
		}
		both := b.store(keys("new", "old"))
		if read(b, both) != "access-of-1" {
			b.Error("not opened by the old key as second")
		}
		wantKind(b, b.store(keys("new")).Update(b.Context(), "clinic", give(signIn("x"))), emr.KindConfig)
		write(b, both, signIn("2"))
		if read(b, b.store(keys("new"))) != "access-of-2" {
			b.Error("not sealed by the new key")
		}
	})
}

func TestSeal_withoutItsKeyAnEntryIsLeftAlone(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		write(b, b.store(keys("theirs")), signIn("canary"))
		s := b.store(keys("ours", "and another"))
		entry, lock := b.names(s)
		before, _ := b.redis.Get(entry)
		err := s.Update(b.Context(), "clinic", give(signIn("ours")))
		wantKind(b, err, emr.KindConfig)
		if after, _ := b.redis.Get(entry); after != before {
			b.Error("a token that somebody can read was overwritten")
		}
		if b.redis.Exists(lock) {
			b.Error("the lock stayed")
		}
		if err := s.Delete(b.Context(), "clinic"); err != nil {
			b.Error(err)
		}
		write(b, s, signIn("after a new sign-in"))
	})
}

func TestSeal_anEntryThatWasChangedIsRefusedAndLeftAlone(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		s := b.store()
		write(b, s, access("canary", time.Hour))
		entry, _ := b.names(s)
		good, _ := b.redis.Get(entry)
		bad := []string{"x", "{}", good[:8], good[:len(good)-1], good + "x", strings.Repeat("\x00", 200)}
		for i := range len(good) {
			bad = append(bad, good[:i]+string(good[i]^1)+good[i+1:])
		}
		for _, text := range bad {
			b.redis.Set(entry, text)
			err := s.Update(b.Context(), "clinic", give(access("ours", time.Hour)))
			if k := emr.KindOf(err); k != emr.KindProtocol && k != emr.KindConfig {
				b.Fatalf("taken: %v", err)
			}
			if now, _ := b.redis.Get(entry); now != text {
				b.Fatal("overwritten")
			}
		}
		// A good entry of another place is none here.
		if err := s.Update(b.Context(), "other", give(access("other", time.Hour))); err != nil {
			b.Fatal(err)
		}
		other, _ := redisstore.NamesOf(s, "other")
		moved, _ := b.redis.Get(other)
		b.redis.Set(entry, moved)
		wantKind(b, s.Update(b.Context(), "clinic", give(access("ours", time.Hour))), emr.KindProtocol)
		b.redis.Set(entry, good)
		if read(b, s) != "canary" {
			b.Error("the good one does not open")
		}
	})
}

func TestSeal_twoEntriesOfOneTokenAreNotAlike(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		s := b.store()
		entry, _ := b.names(s)
		seen := map[string]bool{}
		for range 5 {
			write(b, s, signIn("same"))
			text, _ := b.redis.Get(entry)
			seen[text] = true
		}
		if len(seen) != 5 {
			b.Error("a nonce was used twice")
		}
	})
}

func TestStoreAndOptionsHideThemselves(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		o := redisstore.Options{Keys: [][]byte{keyOf("canary-key")}, Prefix: "canary-prefix:"}
		s, err := redisstore.New(b.client(), o)
		if err != nil {
			b.Fatal(err)
		}
		var said strings.Builder
		for _, v := range []any{s, *s, &o, o} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
				fmt.Fprintf(&said, verb+"\n", v)
			}
			text, _ := json.Marshal(v)
			said.Write(text)
			slog.New(slog.NewJSONHandler(&said, nil)).Info("x", "v", v)
			slog.New(slog.NewTextHandler(&said, nil)).Info("x", "v", v)
		}
		for _, secret := range []string{"canary", "99 97 110 97 114 121", fmt.Sprintf("%x", "canary")} {
			if strings.Contains(said.String(), secret) {
				b.Errorf("%q is printed: %s", secret, said.String())
			}
		}
	})
}

func FuzzOpen(f *testing.F) {
	for _, seed := range []string{"", "\x01", "\x01keyid..", "\x01keyid..nonce-nonce-and-a-tag-that-fits-not", "{}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, sealed []byte) {
		found, err := redisstore.Open([][]byte{keyOf("a"), keyOf("b")}, "name", sealed)
		if found || err == nil && len(sealed) > 0 {
			t.Error("a token out of nothing")
		}
	})
}
