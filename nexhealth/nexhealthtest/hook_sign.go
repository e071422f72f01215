package nexhealthtest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// sign is the signature of a delivery, written apart from the client's own on purpose:
// one mistake must not hide the other. HMAC-SHA256 with the endpoint's secret over
// timestamp, dot and the base64 of the body, in lower-case hex (documented). Whether the
// base64 has line breaks is not: Options.WrappedBase64.
func sign(secret, timestamp string, body []byte, wrapped bool) string {
	encoded := base64.StdEncoding.EncodeToString(body)
	if wrapped {
		encoded = wrap(encoded)
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "." + encoded))
	return hex.EncodeToString(mac.Sum(nil))
}

// wrap ends each line of 60 characters, the last one too, as Ruby's encoder does.
func wrap(encoded string) string {
	var b strings.Builder
	for len(encoded) > 0 {
		n := min(60, len(encoded))
		b.WriteString(encoded[:n] + "\n")
		encoded = encoded[n:]
	}
	return b.String()
}
