package nexhealthtest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

const (
	authPath     = "/authenticates"
	unauthorized = "Invalid Credentials" // documented for /authenticates; for data calls assumed
)

// keys are the API keys of one organisation, and the tokens bought with them.
type keys struct {
	production, sandbox string
	life                time.Duration // 0: an hour, and a day for the sandbox (documented)
	opaque              bool
	signer              []byte

	mu     sync.Mutex
	tokens map[string]*granted
}

// granted is a token.
type granted struct {
	env     Environment
	expires time.Time
	revoked bool
}

func newKeys(o Options) *keys {
	return &keys{
		production: "nhk_sim_production_" + rand.Text(), sandbox: "nhk_sim_sandbox_" + rand.Text(),
		life: o.TokenLife, opaque: o.OpaqueTokens, signer: []byte(rand.Text()), tokens: map[string]*granted{},
	}
}

// of is the key of that environment.
func (k *keys) of(e Environment) string {
	if e == Sandbox {
		return k.sandbox
	}
	return k.production
}

// environment tells whose key this is.
func (k *keys) environment(key string) (Environment, bool) {
	switch {
	case same(key, k.production):
		return Production, true
	case same(key, k.sandbox):
		return Sandbox, true
	}
	return "", false
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// grant makes a token: a JWT whose exp alone tells how long it lives.
func (k *keys) grant(env Environment, now time.Time) string {
	life := k.life
	if life == 0 {
		life = time.Hour
		if env == Sandbox {
			life = 24 * time.Hour
		}
	}
	token := "sim-token-" + rand.Text()
	if !k.opaque {
		token = k.jwt(object{
			"sub": "4101", "scp": "api_user", "iat": now.Unix(), "exp": now.Add(life).Unix(), "jti": strings.ToLower(rand.Text()),
		})
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tokens[token] = &granted{env: env, expires: now.Add(life)}
	return token
}

func (k *keys) jwt(claims object) string {
	text, _ := json.Marshal(claims)
	enc := base64.RawURLEncoding
	head := enc.EncodeToString([]byte(`{"alg":"HS256"}`)) + "." + enc.EncodeToString(text)
	mac := hmac.New(sha256.New, k.signer)
	mac.Write([]byte(head))
	return head + "." + enc.EncodeToString(mac.Sum(nil))
}

// authorize tells whose token this is, false for one that is not (or no longer) good.
func (k *keys) authorize(token string, now time.Time) (Environment, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	g := k.tokens[token]
	if g == nil || g.revoked || !now.Before(g.expires) {
		return "", false
	}
	return g.env, true
}

func (k *keys) revoke(token string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if g := k.tokens[token]; g != nil {
		g.revoked = true
	}
}

func (k *keys) revokeAll() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, g := range k.tokens {
		g.revoked = true
	}
}

// authenticate is POST /authenticates: the bare key in Authorization, no body, 201
// (documented). That a "Bearer " before the key is refused follows from that.
func (s *Sim) authenticate(c *simserver.Call) *simserver.Reply {
	c.CheckHeaders("Authorization", versionHeader, "Traceparent", "X-Request-Id")
	s.checkAccept(c)
	version := c.Header.Get(versionHeader)
	if version == "" {
		c.Violate("no %s header", versionHeader)
	}
	if len(c.Body) > 0 {
		c.Violate("a body where the key is all")
	}
	if c.URL.RawQuery != "" {
		c.Violate("a token request has no query")
	}
	if version != "" && !isVersion(version) {
		c.Violate("%s is not v3.0.0", versionHeader)
		return s.failure(nil, http.StatusNotFound, "Not found")
	}
	key := c.Header.Get("Authorization")
	if strings.HasPrefix(strings.ToLower(key), "bearer ") {
		c.Violate("the key is sent bare, without Bearer")
	}
	env, ok := s.keys.environment(key)
	if !ok {
		return s.failure(nil, http.StatusUnauthorized, unauthorized)
	}
	data := object{"token": s.keys.grant(env, c.Now)}
	return s.reply(nil, envelope{status: http.StatusCreated, code: true, said: []string{"Authenticated"}, data: data})
}
