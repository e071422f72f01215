package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// redacted is what every secret prints.
const redacted = "[redacted]"

// RotateAfter is the age at which a client secret should be replaced.
const RotateAfter = 90 * 24 * time.Hour

// Secret is a client secret, a password or a token. It hides itself in every fmt verb,
// in log/slog, JSON and text encoding, also nested and in unexported fields. It cannot
// be compared with == and is no map key. The zero value is the empty secret.
//
// Encoding a Secret writes "[redacted]", and decoding refuses that text: a secret that
// was stored by accident is noticed. Keep tokens with [StoredToken].
type Secret struct {
	// A function, because debug printers walk fields and follow pointers.
	read    func(context.Context) (string, error)
	dynamic bool   // from SecretFunc
	name    string // of the function: random
	issued  time.Time
}

// NewSecret wraps s.
func NewSecret(s string) Secret {
	if s == "" {
		return Secret{}
	}
	return Secret{read: func(context.Context) (string, error) { return s, nil }}
}

// SecretFunc is a secret that f reads from its place, a secret manager say. f is called
// for each token request, so that a new secret is picked up without a restart; it must
// be safe for many goroutines and end when ctx does.
func SecretFunc(f func(ctx context.Context) (string, error)) Secret {
	if f == nil {
		return Secret{}
	}
	return Secret{read: f, dynamic: true, name: rand.Text()}
}

// Reveal returns the text. It is the one way to read it: search for calls of it to see
// where secrets leave. A function is called anew each time; its error is returned, and
// a panic in it is an error without what it panicked with.
func (s Secret) Reveal(ctx context.Context) (text string, err error) {
	if s.read == nil {
		return "", nil
	}
	done := false
	defer func() {
		if !done {
			_ = recover() // it may hold the secret
			text, err = "", errSecretPanic
		}
	}()
	text, err = s.read(ctx)
	done = true
	return text, err
}

var errSecretPanic = errors.New("auth: the secret function panicked")

// IsZero reports whether there is no secret. A function counts as one.
func (s Secret) IsZero() bool { return s.read == nil }

// Equal reports whether both hold the same text. A secret from a function equals none,
// for it may change; two zero secrets are equal.
func (s Secret) Equal(o Secret) bool {
	if s.IsZero() || o.IsZero() {
		return s.IsZero() && o.IsZero()
	}
	if s.dynamic || o.dynamic {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(s.static()), []byte(o.static())) == 1
}

// Fingerprint is a text that two secrets share if they are the same: by their text, or
// by the one call of SecretFunc they come from, which is not called. It keys limiters and
// caches in memory; log and store it no more than the secret, for it confirms a guess.
// The empty secret has none.
func (s Secret) Fingerprint() string {
	switch {
	case s.IsZero():
		return ""
	case s.dynamic:
		return digest("function", s.name)
	}
	return digest("static", s.static())
}

// static returns the text of a secret that is not from a function, else "".
func (s Secret) static() string {
	if s.read == nil || s.dynamic {
		return ""
	}
	text, _ := s.read(context.Background())
	return text
}

// IssuedAt returns s with the time at which the vendor issued it, for Age.
func (s Secret) IssuedAt(t time.Time) Secret {
	s.issued = t
	return s
}

// Age returns how long ago the secret was issued, and false when that is not known.
// Replace secrets older than RotateAfter.
func (s Secret) Age(now time.Time) (time.Duration, bool) {
	if s.issued.IsZero() {
		return 0, false
	}
	return now.Sub(s.issued), true
}

// String returns "[redacted]", or "" for the empty secret.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return redacted
}

// GoString is String.
func (s Secret) GoString() string { return s.String() }

// Format writes String for every verb.
func (s Secret) Format(f fmt.State, verb rune) { formatHidden(f, verb, s.String()) }

// LogValue is String.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON writes "[redacted]", or "" for the empty secret.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// MarshalText is String.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

var errRedacted = errors.New(`auth: the text is "[redacted]", not a secret: keep tokens with auth.StoredToken`)

// UnmarshalText takes the text as it is, except "[redacted]".
func (s *Secret) UnmarshalText(text []byte) error {
	if string(text) == redacted {
		return errRedacted
	}
	*s = NewSecret(string(text))
	return nil
}

// UnmarshalJSON reads a JSON string; null is the empty secret.
func (s *Secret) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil {
		return errors.New("auth: want a JSON string for a secret")
	}
	return s.UnmarshalText([]byte(text))
}

// formatHidden writes text for any verb, quoted for %q so that output stays parseable.
func formatHidden(f fmt.State, verb rune, text string) {
	if verb == 'q' {
		text = `"` + text + `"`
	}
	_, _ = io.WriteString(f, text)
}
