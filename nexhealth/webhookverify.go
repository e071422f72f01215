package nexhealth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net"
	"net/http"
	"os"
)

// headers reads what a delivery must have before its body is worth reading: one signature
// that looks like one, and one timestamp that is fresh.
func (w *Webhook) headers(h http.Header) (signature []byte, timestamp string, v verdict) {
	refuse := func(reason string) ([]byte, string, verdict) {
		return nil, "", verdict{http.StatusUnauthorized, reason}
	}
	signatures, timestamps := h.Values(HeaderSignature), h.Values(HeaderTimestamp)
	if len(signatures) != 1 || len(timestamps) != 1 {
		return refuse("no signature or no timestamp, or more than one")
	}
	signature, err := hex.DecodeString(signatures[0])
	if err != nil || len(signature) != sha256.Size {
		return refuse("the signature is not in the vendor's form")
	}
	sent, ok := sentAt(timestamps[0])
	if !ok {
		return refuse("the timestamp cannot be read")
	}
	if f := w.cfg.Freshness; f > 0 {
		switch off := w.cfg.Now().Sub(sent); {
		case off > f:
			return refuse("the timestamp is too old: a repetition, or a try of the vendor's with the first try's timestamp (see Freshness)")
		case off < -f:
			return refuse("the timestamp is in the future: check this machine's clock")
		}
	}
	return signature, timestamps[0], verdict{}
}

// verify checks the signature over the raw bytes. Every secret is tried, so that the time
// it takes does not tell which one was right.
func (w *Webhook) verify(ctx context.Context, timestamp string, given, body []byte) verdict {
	s := newSigned(timestamp, given, body, w.cfg.LineBreaks)
	good, failed := false, false
	for _, secret := range w.cfg.Secrets {
		text, err := secret.Reveal(ctx)
		if err != nil {
			failed = true
			continue
		}
		if s.by(text) {
			good = true
		}
	}
	switch {
	case good:
		return verdict{}
	case failed:
		return verdict{http.StatusInternalServerError, "a secret could not be read"}
	}
	return verdict{http.StatusUnauthorized, "the signature is wrong: altered on the way, or another endpoint's secret"}
}

func isTooLarge(err error) bool {
	var large *http.MaxBytesError
	return errors.As(err, &large)
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &n) && n.Timeout()
}
