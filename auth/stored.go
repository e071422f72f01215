package auth

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// StoredToken writes a Token with its secrets in plain, for a [Store]: as JSON, or as a
// database column. Encrypt what it writes. It prints as redacted as the Token itself.
type StoredToken struct{ Token *Token }

// stored is the JSON form. Names may be added, never changed.
type stored struct {
	Access  string    `json:"access_token,omitempty"`
	Refresh string    `json:"refresh_token,omitempty"`
	Type    string    `json:"token_type,omitempty"`
	Issued  time.Time `json:"issued,omitzero"`
	Expires time.Time `json:"expires,omitzero"`
	Scopes  []string  `json:"scopes,omitempty"`
	Seed    string    `json:"seed,omitempty"`
}

var (
	errStoredSecret = errors.New("auth: a secret of the token cannot be read")
	errStoredForm   = errors.New("auth: this is not a stored token")
)

// Format prints what the Token prints, for every verb.
func (s StoredToken) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "auth.StoredToken"+redacted)
}

// LogValue is the text of Format: without it the slog JSON handler would call MarshalJSON.
func (s StoredToken) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(s)) }

// MarshalJSON writes the token with its secrets; no token is null.
func (s StoredToken) MarshalJSON() ([]byte, error) {
	t := s.Token
	if t == nil {
		return []byte("null"), nil
	}
	access, err := t.Access.Reveal(context.Background())
	if err != nil {
		return nil, errStoredSecret
	}
	refresh, err := t.Refresh.Reveal(context.Background())
	if err != nil {
		return nil, errStoredSecret
	}
	return json.Marshal(stored{access, refresh, t.Type, t.Issued, t.Expires, t.Scopes, t.root()})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *StoredToken) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		s.Token = nil
		return nil
	}
	var f stored
	if json.Unmarshal(data, &f) != nil {
		return errStoredForm // the package's own error would quote the text
	}
	if f.Access == redacted || f.Refresh == redacted {
		return errRedacted
	}
	s.Token = &Token{
		Access: NewSecret(f.Access), Refresh: NewSecret(f.Refresh), Type: f.Type,
		Issued: f.Issued, Expires: f.Expires, Scopes: f.Scopes, seed: NewSecret(f.Seed),
	}
	return nil
}

// Value writes the JSON form to a database; no token is NULL.
func (s StoredToken) Value() (driver.Value, error) {
	if s.Token == nil {
		return nil, nil
	}
	data, err := s.MarshalJSON()
	return string(data), err
}

// Scan reads a database column: text, bytes or NULL.
func (s *StoredToken) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		s.Token = nil
		return nil
	case string:
		return s.UnmarshalJSON([]byte(v))
	case []byte:
		return s.UnmarshalJSON(v)
	}
	return errStoredForm
}
