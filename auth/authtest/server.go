package authtest

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/emrkit/emrkit/auth"
)

// Options describe the endpoint; the zero value is a good one.
type Options struct {
	ClientID     string        // "client-1"
	ClientSecret string        // "secret-of-client-1"
	Username     string        // "user-1"
	Password     string        // "password-of-user-1"
	Key          string        // "secret-of-key-1": for ExchangeConfig
	Life         time.Duration // of access tokens; one hour
	Refresh      bool          // the grant password gives a refresh token, too
	Rotate       bool          // each refresh gives a new refresh token; using an old one again revokes the family
	AzureV1      bool          // numbers are strings, and there are more of them
	InMemory     bool          // no sockets: for testing/synctest
}

// Server is a token endpoint. Use New or Start.
type Server struct {
	opts   Options
	url    string
	http   http.Server
	pipes  *pipes // nil: sockets
	client *http.Client

	mu       sync.Mutex
	secret   string
	password string
	key      string
	faults   []Fault
	always   *Fault
	requests []Request
	access   map[string]time.Time // valid until
	refresh  map[string]*family
	codes    map[string]*code
	count    int
}

// family is all refresh tokens of one sign-in.
type family struct {
	current string
	revoked bool
	access  []string
}

// Request is a token request as it arrived.
type Request struct {
	Time   time.Time
	Method string
	Header http.Header
	Form   url.Values
}

// Start opens an endpoint on a loopback socket, or in memory. nil is the zero Options.
func Start(o *Options) (*Server, error) {
	s := &Server{access: map[string]time.Time{}, refresh: map[string]*family{}, codes: map[string]*code{}}
	if o != nil {
		s.opts = *o
	}
	for _, d := range []struct {
		to  *string
		def string
	}{
		{&s.opts.ClientID, "client-1"}, {&s.opts.ClientSecret, "secret-of-client-1"},
		{&s.opts.Username, "user-1"}, {&s.opts.Password, "password-of-user-1"},
		{&s.opts.Key, "secret-of-key-1"},
	} {
		if *d.to == "" {
			*d.to = d.def
		}
	}
	if s.opts.Life == 0 {
		s.opts.Life = time.Hour
	}
	s.secret, s.password, s.key = s.opts.ClientSecret, s.opts.Password, s.opts.Key
	s.http = http.Server{Handler: http.HandlerFunc(s.serve), ErrorLog: log.New(io.Discard, "", 0)}
	var l net.Listener
	if s.opts.InMemory {
		s.pipes = newPipes()
		l, s.url = s.pipes, "http://localhost/token"
		s.client = &http.Client{Transport: &http.Transport{DialContext: s.pipes.dial}}
	} else {
		var err error
		if l, err = new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0"); err != nil {
			return nil, fmt.Errorf("authtest: %w", err)
		}
		s.url = "http://" + l.Addr().String() + "/token"
		s.client = &http.Client{Transport: &http.Transport{}}
	}
	go func() { _ = s.http.Serve(l) }()
	return s, nil
}

// TB is the part of testing.TB that New needs.
type TB interface {
	Helper()
	Cleanup(func())
	Fatal(...any)
}

// New is Start for tests: the endpoint is closed when the test, or the bubble, ends.
func New(t TB, o *Options) *Server {
	t.Helper()
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Close ends the endpoint and its connections.
func (s *Server) Close() {
	_ = s.http.Close()
	s.client.CloseIdleConnections()
}

// URL is the token URL.
func (s *Server) URL() string { return s.url }

// Client reaches the endpoint; for an endpoint in memory it is the only way.
func (s *Server) Client() *http.Client { return s.client }

// Config is ready for auth.New, with the grant client_credentials.
func (s *Server) Config() auth.Config {
	return auth.Config{
		Vendor: "authtest", TokenURL: s.url, Grant: auth.ClientCredentials,
		ClientID: s.opts.ClientID, ClientSecret: auth.NewSecret(s.opts.ClientSecret), HTTPClient: s.client,
	}
}

// PasswordConfig is Config with the grant password, without a client secret.
func (s *Server) PasswordConfig() auth.Config {
	c := s.Config()
	c.Grant, c.ClientSecret = auth.Password, auth.Secret{}
	c.Username, c.Password = s.opts.Username, auth.NewSecret(s.opts.Password)
	return c
}

// RefreshConfig is Config with the grant refresh_token, from a new sign-in.
func (s *Server) RefreshConfig() auth.Config {
	c := s.Config()
	c.Grant, c.RefreshToken = auth.RefreshToken, auth.NewSecret(s.SignIn())
	return c
}

// Requests returns the token requests that arrived so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Count is the number of token requests that arrived so far.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.requests)
}

// Fail makes the next n requests meet f, after the faults set before.
func (s *Server) Fail(n int, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range n {
		s.faults = append(s.faults, f)
	}
}

// FailAll makes all requests meet f until Heal.
func (s *Server) FailAll(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.always = &f
}

// Heal ends all faults.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.always, s.faults = nil, nil
}

// Down makes new connections to an endpoint fail as a closed port does. It works in
// memory only, and panics elsewhere.
func (s *Server) Down(down bool) {
	if s.pipes == nil {
		panic("authtest: Down needs Options.InMemory")
	}
	s.pipes.down.Store(down)
}

// SetSecret changes the client secret.
func (s *Server) SetSecret(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secret = secret
}

// SetPassword changes the user's password.
func (s *Server) SetPassword(password string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.password = password
}
