package nexhealth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/vendorjson"
)

// The headers of a delivery [docs: webhooks].
const (
	HeaderSignature = "signature"
	HeaderTimestamp = "timestamp" // when it was sent, ISO 8601
)

// Sign returns the signature NexHealth puts on a delivery: HMAC-SHA256 with the secret_key
// of the endpoint over the timestamp header as it is, a dot and the base64 of the raw
// body, in lower-case hex. It is for tests of an application's own; Webhook verifies.
func Sign(secret, timestamp string, body []byte) string {
	return hex.EncodeToString(signature([]byte(secret), timestamp, base64.StdEncoding.EncodeToString(body)))
}

func signature(secret []byte, timestamp, encoded string) []byte {
	mac := hmac.New(sha256.New, secret)
	_, _ = io.WriteString(mac, timestamp+".")
	_, _ = io.WriteString(mac, encoded)
	return mac.Sum(nil)
}

// signed is a delivery whose signature is to be verified.
type signed struct {
	timestamp string
	given     []byte
	encodings []string // of the body
}

// newSigned prepares a check; lineBreaks adds the base64 with a line break after each 60
// characters and at the end, as some libraries write it.
func newSigned(timestamp string, given, body []byte, lineBreaks bool) *signed {
	s := &signed{timestamp, given, []string{base64.StdEncoding.EncodeToString(body)}}
	if lineBreaks {
		s.encodings = append(s.encodings, broken(s.encodings[0]))
	}
	return s
}

// by reports whether secret made the signature. It takes the same time whichever bytes differ.
func (s *signed) by(secret string) bool {
	if secret == "" {
		return false
	}
	ok := false
	for _, e := range s.encodings {
		if hmac.Equal(signature([]byte(secret), s.timestamp, e), s.given) {
			ok = true
		}
	}
	return ok
}

// broken writes encoded in lines of 60 characters, each with its line break.
func broken(encoded string) string {
	const width = 60
	var b strings.Builder
	for len(encoded) > width {
		b.WriteString(encoded[:width] + "\n")
		encoded = encoded[width:]
	}
	if encoded != "" {
		b.WriteString(encoded + "\n")
	}
	return b.String()
}

// sentAt reads the timestamp header. Without an offset it is UTC: it says only how old a
// signed delivery is, and is no time of an appointment.
func sentAt(header string) (time.Time, bool) {
	if t := vendorjson.ParseTime(header); !t.Bad && !t.At.IsZero() {
		return t.At, true
	}
	for _, layout := range []string{"20060102T150405Z0700", "20060102T150405Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, header); err == nil && t.Year() > 0 && t.Year() < 9999 {
			return t, true
		}
	}
	return time.Time{}, false
}
