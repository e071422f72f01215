package nextech

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// connectWith is connect with options of the test's own; the HTTP client is s.
func (s *tokenServer) connectWith(t *testing.T, cfg Config, o emr.Options) *Client {
	t.Helper()
	o.HTTPClient = &http.Client{Transport: s}
	c, err := New(cfg, &o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// paced makes n reads with each configuration, all at once over one emr.Shared, and
// returns how long that took.
func paced(t *testing.T, n int, configs ...Config) time.Duration {
	t.Helper()
	s := &tokenServer{answer: func(int, url.Values) (int, string) { return 200, azureToken("access-1", "") }}
	shared := emr.NewShared()
	defer func() { _ = shared.Close() }()
	began := time.Now()
	var all sync.WaitGroup
	for _, cfg := range configs {
		nx := s.connectWith(t, cfg, emr.Options{Shared: shared})
		for range n {
			all.Go(func() {
				if _, err := (parts{nx}).ListLocations(t.Context(), ""); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	return time.Since(began)
}

func TestFault_R6_practicesOfOneCredentialShareTheLimitAndOthersDoNot(t *testing.T) {
	t.Parallel()
	oauth := Config{BaseURL: "https://sandbox.example.com", TokenURL: "https://login.example.com/token", ClientID: "id", ClientSecret: auth.NewSecret("s3cret"), Resource: "api", PracticeID: "1"}
	user := oauth // documented is a limit for each user
	user.Username, user.Password, user.Grant = "one", auth.NewSecret("p-word"), auth.Password
	static := Config{StaticToken: auth.NewSecret("token-of-one"), PracticeID: "1"}
	dynamic := static
	dynamic.StaticToken = auth.SecretFunc(func(context.Context) (string, error) { return "token-of-one", nil })
	for name, c := range map[string]struct {
		base   Config
		change func(*Config)
		shared bool
	}{
		"another practice of one client":       {oauth, func(c *Config) { c.PracticeID = "2" }, true},
		"another client secret of one client":  {oauth, func(c *Config) { c.ClientSecret = auth.NewSecret("s3cret-2") }, true},
		"another client":                       {oauth, func(c *Config) { c.ClientID = "other" }, false},
		"another user of one client":           {user, func(c *Config) { c.Username = "other" }, false},
		"another password of one user":         {user, func(c *Config) { c.Password = auth.NewSecret("p-word-2") }, true},
		"another resource":                     {oauth, func(c *Config) { c.Resource = "other" }, false},
		"another practice of one static token": {static, func(c *Config) { c.PracticeID = "2" }, true},
		"the same static token, read again":    {static, func(c *Config) { c.StaticToken = auth.NewSecret("token-of-one") }, true},
		"another static token":                 {static, func(c *Config) { c.StaticToken = auth.NewSecret("token-of-two") }, false},
		"one function for a static token":      {dynamic, func(c *Config) { c.PracticeID = "2" }, true},
		"a static token from another function": {dynamic, func(c *Config) { c.StaticToken = auth.SecretFunc(c.StaticToken.Reveal) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				other := c.base
				c.change(&other)
				took := paced(t, 10, c.base, other) // 20 a second: 10 take half a second
				if c.shared != (took >= time.Second) {
					t.Errorf("20 requests took %v, shared limit: %v", took, c.shared)
				}
			})
		})
	}
}

func TestLimiterKeysShowNoToken(t *testing.T) {
	t.Parallel()
	cfg := Config{StaticToken: auth.NewSecret("canary-token"), ClientID: "id", ClientSecret: auth.NewSecret("canary-secret"), Password: auth.NewSecret("canary-password")}
	for range 2 {
		if key := credentialOf(cfg); strings.Contains(key, "canary") {
			t.Errorf("%q", key)
		}
		cfg.StaticToken = auth.Secret{}
	}
}

func TestPracticesOfOneEMRSharedHaveOneToken(t *testing.T) {
	t.Parallel()
	s := &tokenServer{answer: func(int, url.Values) (int, string) { return 200, azureToken("access-1", "") }}
	shared := emr.NewShared()
	t.Cleanup(func() { _ = shared.Close() })
	for _, practice := range []string{"1", "2", "3"} {
		cfg := Config{Product: PracticePlus, ClientID: "id", ClientSecret: auth.NewSecret("s3cret"), Resource: "partner-api", PracticeID: practice, RequestsPerSecond: 1000}
		if _, err := (parts{s.connectWith(t, cfg, emr.Options{Shared: shared})}).ListLocations(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.tokens) != 1 || len(s.data) != 3 {
		t.Errorf("%d token and %d data requests", len(s.tokens), len(s.data))
	}
}

func TestFault_A12_aRotatedTokenIsInTheStoreForTheNextProcess(t *testing.T) {
	t.Parallel()
	s := &tokenServer{answer: func(n int, _ url.Values) (int, string) {
		return 200, azureToken("access-1", "r-2")
	}}
	cfg := Config{
		BaseURL: "https://sandbox.example.com", TokenURL: "https://login.example.com/token", ClientID: "id",
		RefreshToken: auth.NewSecret("r-1"), PracticeID: testPractice, TokenStore: auth.NewMemoryStore(),
	}
	for range 2 {
		nx := s.connectWith(t, cfg, emr.Options{})
		if _, err := (parts{nx}).ListLocations(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		_ = nx.Close()
	}
	if len(s.tokens) != 1 || len(s.data) != 2 {
		t.Errorf("%d token and %d data requests: the store was not used", len(s.tokens), len(s.data))
	}
}

func TestTokenRequestsAreInTheLogWithoutASecret(t *testing.T) {
	t.Parallel()
	s := &tokenServer{answer: func(int, url.Values) (int, string) { return 200, azureToken("access-1", "") }}
	var book bytes.Buffer // nothing is written after Close
	log := slog.New(slog.NewTextHandler(&book, &slog.HandlerOptions{Level: slog.LevelDebug}))
	cfg := Config{BaseURL: "https://sandbox.example.com", ClientID: "id", ClientSecret: auth.NewSecret("s3cret")}
	nx := s.connectWith(t, cfg, emr.Options{Logger: log})
	if _, err := (parts{nx}).ListLocations(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	_ = nx.Close()
	text := book.String()
	if !strings.Contains(text, "token request") || strings.Contains(text, "s3cret") || strings.Contains(text, "access-1") {
		t.Errorf("log: %s", text)
	}
}
