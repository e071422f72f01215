package authtest

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// ExchangeConfig is Config for a key instead of an OAuth grant. The answer has the members
// of an OAuth answer, with status 201.
func (s *Server) ExchangeConfig() auth.Config {
	c := s.Config()
	c.Grant, c.ClientID, c.ClientSecret = "", "", auth.Secret{}
	c.Exchange = &auth.Exchange{
		Key:    auth.NewSecret(s.opts.Key),
		Header: func(key string) http.Header { return http.Header{"Authorization": {key}} },
		Answer: ReadGranted,
	}
	return c
}

// ReadGranted reads an answer of the endpoint to a key.
func ReadGranted(status int, body []byte) (auth.Granted, error) {
	var a struct {
		Access  string `json:"access_token"`
		Seconds int64  `json:"expires_in"`
		Error   string `json:"error"`
		Words   string `json:"error_description"`
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return auth.Granted{}, err
	}
	if status >= http.StatusBadRequest && a.Error != "" {
		e := &emr.Error{Kind: emr.KindAuth, Code: a.Error, Hint: "check the key of the test"}
		return auth.Granted{}, e.WithDetail(a.Words)
	}
	return auth.Granted{Access: a.Access, Life: time.Duration(a.Seconds) * time.Second}, nil
}

// exchange gives a token for the key, or refuses any other.
func (s *Server) exchange(key string) (int, map[string]json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if key != s.key {
		return http.StatusUnauthorized, refusal("invalid_key", "no such key: "+key)
	}
	return http.StatusCreated, s.issue(nil, nil)
}

// SetKey changes the key.
func (s *Server) SetKey(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key = key
}
