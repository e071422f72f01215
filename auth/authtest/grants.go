package authtest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// serve answers one token request.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/authorize" {
		s.authorize(w, r)
		return
	}
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	form, err := url.ParseQuery(string(body))
	s.mu.Lock()
	s.requests = append(s.requests, Request{Time: time.Now(), Method: r.Method, Header: r.Header.Clone(), Form: form})
	var f Fault
	if len(s.faults) > 0 {
		f, s.faults = s.faults[0], s.faults[1:]
	} else if s.always != nil {
		f = *s.always
	}
	s.mu.Unlock()
	if f.before != nil && f.before(w, r, form) {
		return
	}
	if r.Method != http.MethodPost || err != nil {
		refuse(w, http.StatusMethodNotAllowed, "invalid_request", "want a POST with a form")
		return
	}
	status, members := s.answer(r, form)
	if f.amend != nil && status < http.StatusMultipleChoices {
		f.amend(members)
	}
	if f.lose {
		panic(http.ErrAbortHandler)
	}
	writeJSON(w, status, members)
}

// answer does what the request asks for. One without a body brings a key.
func (s *Server) answer(r *http.Request, form url.Values) (int, map[string]json.RawMessage) {
	if r.ContentLength == 0 && r.Header.Get("Content-Type") == "" {
		return s.exchange(r.Header.Get("Authorization"))
	}
	return s.grant(r, form)
}

// grant does what the form asks for.
func (s *Server) grant(r *http.Request, form url.Values) (int, map[string]json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kind := form.Get("grant_type")
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if name, pass, ok := r.BasicAuth(); ok {
		id, _ = url.QueryUnescape(name)
		secret, _ = url.QueryUnescape(pass)
	}
	if public := kind != "client_credentials" && secret == ""; id != s.opts.ClientID || secret != s.secret && !public {
		return http.StatusUnauthorized, refusal("invalid_client", "who are you")
	}
	switch kind {
	case "client_credentials":
		return http.StatusOK, s.issue(form, nil)
	case "password":
		if form.Get("username") != s.opts.Username || form.Get("password") != s.password {
			return http.StatusBadRequest, refusal("invalid_grant", "AADSTS50055: the password of "+form.Get("username")+" has expired")
		}
		if !s.opts.Refresh {
			return http.StatusOK, s.issue(form, nil)
		}
		return http.StatusOK, s.issue(form, s.signIn())
	case "authorization_code":
		return s.redeem(form)
	case "refresh_token":
		return s.renew(form)
	}
	return http.StatusBadRequest, refusal("unsupported_grant_type", "no "+kind+" here")
}

// renew is the refresh_token grant. With Rotate, an old token ends the whole sign-in.
func (s *Server) renew(form url.Values) (int, map[string]json.RawMessage) {
	used := form.Get("refresh_token")
	f := s.refresh[used]
	switch {
	case f == nil || f.revoked:
		return http.StatusBadRequest, refusal("invalid_grant", "AADSTS70008: the refresh token has expired")
	case used != f.current:
		s.revoke(f)
		return http.StatusBadRequest, refusal("invalid_grant", "the refresh token was used before: all of its tokens are revoked")
	}
	if s.opts.Rotate {
		f.current = s.name("refresh")
		s.refresh[f.current] = f
		return http.StatusOK, s.issue(form, f)
	}
	return http.StatusOK, s.issue(form, nil)
}

// issue makes an access token; f is the sign-in whose refresh token goes along.
func (s *Server) issue(form url.Values, f *family) map[string]json.RawMessage {
	now := time.Now()
	token := s.name("access")
	s.access[token] = now.Add(s.opts.Life)
	life := int64(s.opts.Life / time.Second)
	m := map[string]json.RawMessage{
		"access_token": quote(token), "token_type": quote("Bearer"), "expires_in": json.RawMessage(strconv.FormatInt(life, 10)),
	}
	if scope := form.Get("scope"); scope != "" {
		m["scope"] = quote(scope)
	}
	if f != nil {
		f.access = append(f.access, token)
		m["refresh_token"] = quote(f.current)
	}
	if s.opts.AzureV1 {
		maps.Copy(m, map[string]json.RawMessage{
			"expires_in": quote(strconv.FormatInt(life, 10)), "ext_expires_in": quote(strconv.FormatInt(life, 10)),
			"expires_on": quote(strconv.FormatInt(now.Unix()+life, 10)), "not_before": quote(strconv.FormatInt(now.Unix()-300, 10)),
			"resource": quote(form.Get("resource")), "scope": quote("user_impersonation"),
		})
	}
	return m
}

// name makes a token text: nothing else in a test looks like it.
func (s *Server) name(kind string) string {
	s.count++
	return fmt.Sprintf("%s-token-%04d.canary", kind, s.count)
}

func (s *Server) signIn() *family {
	f := &family{current: s.name("refresh")}
	s.refresh[f.current] = f
	return f
}

func (s *Server) revoke(f *family) {
	f.revoked = true
	for _, t := range f.access {
		delete(s.access, t)
	}
}

// SignIn is a user who signs in elsewhere: it returns a refresh token.
func (s *Server) SignIn() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.signIn().current
}

// Valid reports whether an access token is good now.
func (s *Server) Valid(access string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Before(s.access[access])
}

// Revoke ends an access token before its time.
func (s *Server) Revoke(access string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.access, access)
}

// RevokeAll ends all tokens, refresh tokens included.
func (s *Server) RevokeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.access)
	for _, f := range s.refresh {
		s.revoke(f)
	}
}

func quote(s string) json.RawMessage {
	b, _ := json.Marshal(s)
	return b
}

func refusal(code, description string) map[string]json.RawMessage {
	return map[string]json.RawMessage{"error": quote(code), "error_description": quote(description)}
}

func refuse(w http.ResponseWriter, status int, code, description string) {
	writeJSON(w, status, refusal(code, description))
}

func writeJSON(w http.ResponseWriter, status int, members map[string]json.RawMessage) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(members)
}
