package nexhealth

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// tokenPath is where the key buys a token. Source: docs.nexhealth.com/docs/getting-started.
const tokenPath = "/authenticates"

// newTokens makes the token source: one POST with the bare key, no body and no query.
func newTokens(cfg Config, o *emr.Options) (*tokenSource, error) {
	cache, err := auth.New(auth.Config{
		Vendor:     vendor,
		Name:       o.Name,
		TokenURL:   cfg.BaseURL + tokenPath,
		HTTPClient: o.HTTPClient,
		Logger:     o.Logger,
		Shared:     o.Shared,
		Store:      cfg.TokenStore,
		Exchange: &auth.Exchange{
			Key: cfg.APIKey,
			Header: func(key string) http.Header {
				h := http.Header{}
				h.Set("Authorization", key) // the bare key, here only
				h.Set("Accept", mediaType)
				h.Set(versionHeader, cfg.Version)
				return h
			},
			Answer: func(status int, body []byte) (auth.Granted, error) { return granted(status, body, cfg.TokenLife) },
		},
	})
	if err != nil {
		var e *emr.Error
		if errors.As(err, &e) {
			for i, f := range e.Fields {
				switch f {
				case "TokenURL":
					e.Fields[i] = "BaseURL"
				case "Exchange.Key":
					e.Fields[i] = "APIKey"
				}
			}
		}
		return nil, err
	}
	return &tokenSource{cache: cache, want: cfg.Environment}, nil
}

// credentialOf names the credential for limiter and retry budget, which NexHealth counts
// for each key: all institutions of one key share it. transport hashes it.
func credentialOf(cfg Config) string {
	return cfg.BaseURL + tokenPath + "\x00" + cfg.APIKey.Fingerprint()
}

const (
	hintKey      = "NexHealth does not accept the API key: check NEXHEALTH_API_KEY, the key itself and not rotated meanwhile"
	hintKeyScope = "the API key may not sign in here: check NEXHEALTH_API_KEY and its access in the developer portal"
	hintNoToken  = "NexHealth's answer to the API key holds no token: check the base URL (NEXHEALTH_BASE_URL)"
	hintNoRoute  = "there is no sign-in at this address: check the base URL (NEXHEALTH_BASE_URL) and the version"
)

// granted reads the answer to the key. Nothing of it gets into an error: it may hold the
// key or a token.
func granted(status int, body []byte, fallback time.Duration) (auth.Granted, error) {
	refuse := func(kind emr.Kind, hint string) (auth.Granted, error) {
		return auth.Granted{}, &emr.Error{Kind: kind, Status: status, Hint: hint}
	}
	switch {
	case status == http.StatusUnauthorized, status == http.StatusBadRequest, status == http.StatusUnprocessableEntity:
		return refuse(emr.KindAuth, hintKey)
	case status == http.StatusForbidden:
		return refuse(emr.KindAuth, hintKeyScope)
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed, status == http.StatusUnsupportedMediaType, status == http.StatusNotAcceptable:
		return refuse(emr.KindConfig, hintNoRoute)
	case status < 200 || status > 299:
		return refuse(emr.KindProtocol, hintNoToken)
	}
	e, err := readEnvelope(body)
	if err != nil {
		return refuse(emr.KindProtocol, hintNoToken)
	}
	if good, known := e.good(); known && !good {
		return refuse(emr.KindAuth, hintKey)
	} else if !known {
		return refuse(emr.KindProtocol, hintNoToken)
	}
	var data struct {
		Token string `json:"token"`
	}
	if vendorjson.Into(e.Data, &data) != nil || data.Token == "" || !peer.FitsHeader(data.Token) {
		return refuse(emr.KindProtocol, hintNoToken)
	}
	life, ok := lifeOf(data.Token, time.Now())
	if !ok {
		life = fallback
	}
	return auth.Granted{Access: data.Token, Life: life}, nil
}

// lifeOf reads the life of a JWT from its claims exp and iat; the signature is not
// checked, for the vendor publishes no key. Without iat the life counts from now. false
// for a token that is none, or whose life makes no sense.
func lifeOf(token string, now time.Time) (time.Duration, bool) {
	segments := strings.Split(token, ".")
	if len(segments) != 3 {
		return 0, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(segments[1], "="))
	if err != nil {
		return 0, false
	}
	var claims struct {
		Exp json.Number `json:"exp"`
		Iat json.Number `json:"iat"`
	}
	if json.Unmarshal(raw, &claims) != nil {
		return 0, false
	}
	end, ok := seconds(claims.Exp)
	if !ok {
		return 0, false
	}
	start, ok := seconds(claims.Iat)
	if !ok {
		start = now.Unix()
	}
	const most = 10 * 365 * 24 * 60 * 60 // what is longer is no life but an error of theirs
	if life := end - start; life > 0 && life <= most {
		return time.Duration(life) * time.Second, true
	}
	return 0, false
}

func seconds(n json.Number) (int64, bool) {
	if v, err := n.Int64(); err == nil {
		return v, v > 0 && v < 1<<40
	}
	f, err := n.Float64()
	return int64(f), err == nil && f > 0 && f < 1<<40
}

// sandboxLife is the life from which a token looks like the sandbox's: documented are 24
// hours there, and one hour in production.
const sandboxLife = 12 * time.Hour

// environmentOf tells the environment by a token's life, "" when that cannot be read.
func environmentOf(token string) string {
	life, ok := lifeOf(token, time.Now())
	switch {
	case !ok:
		return ""
	case life >= sandboxLife:
		return Sandbox
	}
	return Production
}

// tokenSource compares the token's environment with the configured one. It does so for
// each connection: the cache behind it may be shared by connections that expect another.
type tokenSource struct {
	cache *auth.Cache
	want  string // Config.Environment

	mu     sync.Mutex
	looked *auth.Token // last one compared
	found  string      // its environment
}

var _ interface {
	auth.Source
	auth.Invalidator
} = (*tokenSource)(nil)

// Token returns the cached token or a new one; kind config when it belongs to the other
// environment than the configured one.
func (s *tokenSource) Token(ctx context.Context) (*auth.Token, error) {
	t, err := s.cache.Token(ctx)
	if err != nil {
		return nil, err
	}
	if found := s.environment(ctx, t); s.want != "" && found != "" && found != s.want {
		return nil, &emr.Error{
			Kind: emr.KindConfig, Vendor: vendor, Op: "get token", Fields: []string{"Environment"},
			Hint: "the API key belongs to NexHealth's " + found + ", and this connection is for " + s.want + " (NEXHEALTH_ENVIRONMENT): use the other key; no data was asked for",
		}
	}
	return t, nil
}

func (s *tokenSource) environment(ctx context.Context, t *auth.Token) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.looked != t {
		access, err := t.Access.Reveal(ctx)
		if err != nil {
			return ""
		}
		s.looked, s.found = t, environmentOf(access)
	}
	return s.found
}

// KeyEnvironment tells whose key the connection has, [Sandbox] or [Production], by the
// life of its token; "" when that cannot be read. It gets a token if there is none yet
// and fails with the kinds of that: auth, config, unavailable, timeout. It does not
// compare with Config.Environment: calls for data do.
func (c *Client) KeyEnvironment(ctx context.Context) (string, error) {
	t, err := c.tokens.cache.Token(ctx)
	if err != nil {
		return "", err
	}
	return c.tokens.environment(ctx, t), nil
}

// Invalidate drops t after a 401.
func (s *tokenSource) Invalidate(t *auth.Token) { s.cache.Invalidate(t) }

// Close ends the background refresh.
func (s *tokenSource) Close() error { return s.cache.Close() }
