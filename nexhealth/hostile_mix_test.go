package nexhealth

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// mixer is a NexHealth that knows whose token each is, refuses every third call with 401,
// and notes what does not belong together.
type mixer struct {
	mu     sync.Mutex
	owner  map[string]string // token → key
	calls  int
	tokens int
	wrong  []string
}

func (m *mixer) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	given := r.Header.Get("Authorization")
	if r.URL.Host != "nexhealth.info" || r.Header.Get(versionHeader) == "" {
		m.wrong = append(m.wrong, "host or version of "+r.URL.Path)
	}
	if r.URL.Path == tokenPath {
		m.tokens++
		life := map[string]time.Duration{"key-sand": 24 * time.Hour, "key-prod": time.Hour}[given]
		token := jwt(m.tokens, time.Now(), life)
		m.owner[token] = given
		if strings.Contains(given, " ") || r.URL.RawQuery != "" || life == 0 {
			m.wrong = append(m.wrong, "sign-in")
		}
		return reply(r, 201, tokenAnswer(token)), nil
	}
	token, bearer := strings.CutPrefix(given, "Bearer ")
	m.calls++
	switch sub := r.URL.Query().Get("subdomain"); {
	case !bearer, sub == "north" && m.owner[token] != "key-prod", sub != "north" && m.owner[token] != "key-sand":
		m.wrong = append(m.wrong, "token of "+sub)
	case m.calls%3 == 0:
		return reply(r, 401, `{"code":false,"error":["Signature has expired"],"data":null}`), nil
	}
	return reply(r, 200, listed(`{"id":7,"name":"`+r.URL.Query().Get("subdomain")+`","location_id":`+r.URL.Query().Get("location_id")+`,"active":true}`)), nil
}

// TestConnectionsThatShareEverythingAreNeverMixed: keys, institutions and environments keep
// apart under concurrency and a storm of refused tokens.
func TestConnectionsThatShareEverythingAreNeverMixed(t *testing.T) {
	t.Parallel()
	m := &mixer{owner: map[string]string{}}
	o := &emr.Options{HTTPClient: &http.Client{Transport: m}, Shared: emr.NewShared(), Retry: &emr.Retry{BaseDelay: time.Millisecond}}
	var all sync.WaitGroup
	for _, c := range []struct{ key, sub, at, env string }{
		{"key-prod", "north", "1", Production}, {"key-sand", "south", "2", Sandbox}, {"key-sand", "west", "3", ""},
		{"key-sand", "east", "4", Production}, // the wrong key: nothing may be asked for
	} {
		cfg := testConfig()
		cfg.APIKey, cfg.Subdomain, cfg.Location, cfg.Environment = auth.NewSecret(c.key), c.sub, emr.LocationID(c.at), c.env
		nx, err := New(cfg, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = nx.Close() })
		for range 20 {
			all.Go(func() {
				rooms, err := nx.Operatories(t.Context(), "")
				switch {
				case c.sub == "east":
					if emr.KindOf(err) != emr.KindConfig {
						t.Errorf("east: %v", err)
					}
				case err != nil:
					if emr.KindOf(err) != emr.KindAuth { // refused twice in a row
						t.Errorf("%s: %v", c.sub, err)
					}
				case len(rooms) != 1 || rooms[0].Name != c.sub:
					t.Errorf("%s got %v", c.sub, rooms)
				}
			})
		}
	}
	all.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.wrong) > 0 {
		t.Errorf("mixed: %v", m.wrong)
	}
	if m.calls > 3*20*2 || m.tokens > m.calls {
		t.Errorf("%d calls, %d tokens", m.calls, m.tokens)
	}
}
