package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// bearer is the only token type that is sent.
const bearer = "Bearer"

// answer is what a token endpoint said. Nothing in it is checked yet.
type answer struct {
	access, refresh string
	kind            string
	life            time.Duration // never negative; 0: use the token once
	scopes          []string
	code            string // OAuth error code
	description     string // the vendor's own words
}

var errNotToken = errors.New("auth: not the JSON object of a token endpoint")

// readAnswer decodes a body. now is the endpoint's clock if it told it. Names match
// exactly and none may come twice: a second access_token would be somebody's trick.
func readAnswer(body []byte, now time.Time) (answer, error) {
	members, err := readObject(body)
	if err != nil {
		return answer{}, err
	}
	var a answer
	for _, f := range []struct {
		name string
		to   *string
	}{
		{"access_token", &a.access}, {"refresh_token", &a.refresh}, {"token_type", &a.kind},
		{"error", &a.code}, {"error_description", &a.description},
	} {
		text, ok := readText(members[f.name])
		if !ok && f.name != "error_description" {
			return answer{}, errNotToken
		}
		*f.to = text
	}
	a.scopes = readScopes(members["scope"])
	a.life = readLife(members["expires_in"], members["expires_on"], now)
	return a, nil
}

// readObject splits a JSON object into its members.
func readObject(body []byte) (map[string]json.RawMessage, error) {
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errNotToken
	}
	members := map[string]json.RawMessage{}
	for dec.More() {
		t, err := dec.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return nil, errNotToken
		}
		if _, twice := members[name]; twice {
			return nil, errNotToken
		}
		var raw json.RawMessage
		if dec.Decode(&raw) != nil {
			return nil, errNotToken
		}
		members[name] = raw
	}
	if _, err := dec.Token(); err != nil { // the closing brace
		return nil, errNotToken
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errNotToken
	}
	return members, nil
}

// readText reads a string; absent and null are "".
func readText(raw json.RawMessage) (string, bool) {
	if len(raw) == 0 || string(raw) == "null" {
		return "", true
	}
	var s string
	err := json.Unmarshal(raw, &s)
	return s, err == nil
}

// readScopes reads scopes as the RFC writes them, or as a list.
func readScopes(raw json.RawMessage) []string {
	if s, ok := readText(raw); ok {
		return strings.Fields(s)
	}
	var list []string
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	return strings.Fields(strings.Join(list, " "))
}

// readLife reads how long the token lives: seconds as a number or, at Azure AD v1, as a
// string. Absent, zero or nonsense is five minutes and not "for ever"; without
// expires_in, expires_on counts if it lies ahead. A negative life is 0: once.
func readLife(in, on json.RawMessage, now time.Time) time.Duration {
	if len(in) == 0 || string(in) == "null" {
		if at, ok := readSeconds(on); ok {
			if left := at - float64(now.Unix()); left > 0 {
				return asLife(left)
			}
		}
		return unknownLife
	}
	seconds, ok := readSeconds(in)
	switch {
	case !ok || seconds == 0:
		return unknownLife
	case seconds < 0:
		return 0
	}
	return asLife(seconds)
}

func asLife(seconds float64) time.Duration {
	if seconds >= longestLife.Seconds() {
		return longestLife
	}
	return time.Duration(seconds * float64(time.Second))
}

// readSeconds reads a number or a string with one.
func readSeconds(raw json.RawMessage) (float64, bool) {
	text := string(raw)
	if len(raw) > 0 && raw[0] == '"' {
		text, _ = readText(raw)
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if math.IsNaN(f) || err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, false
	}
	return f, true
}
