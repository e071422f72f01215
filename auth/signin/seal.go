package signin

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"time"
)

// sealed is what the cookie of a sign-in holds, in AES-256-GCM.
type sealed struct {
	State    string `json:"s"`
	Verifier string `json:"v,omitempty"`
	Expires  int64  `json:"e"` // Unix seconds
}

var errSeal = errors.New("signin: not a cookie of this flow")

// sealers makes the ciphers. The keys were checked.
func sealers(keys [][]byte) []cipher.AEAD {
	var out []cipher.AEAD
	for _, key := range keys {
		block, err := aes.NewCipher(key)
		if err != nil {
			continue
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			continue
		}
		out = append(out, aead)
	}
	return out
}

// bound is what a cookie is good for: with another client, redirect URL or server it does
// not open.
func (f *Flow) bound() []byte {
	h := sha256.New()
	for _, part := range []string{"emrkit signin cookie 1", f.cfg.ClientID, f.cfg.RedirectURL, f.cfg.AuthorizeURL, f.cfg.TokenURL} {
		_ = binary.Write(h, binary.BigEndian, uint64(len(part)))
		h.Write([]byte(part))
	}
	return h.Sum(nil)
}

// seal hides a in a text for a cookie.
func (f *Flow) seal(a *Attempt) (string, error) {
	plain, err := json.Marshal(sealed{a.state(), a.verifier(), a.expires.Unix()})
	if err != nil {
		return "", errSeal
	}
	return base64.RawURLEncoding.EncodeToString(f.seals[0].Seal(nil, nil, plain, f.bound())), nil
}

// open reads what seal wrote, with any of the keys.
func (f *Flow) open(text string) (*Attempt, error) {
	box, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, errSeal
	}
	for _, s := range f.seals {
		plain, err := s.Open(nil, nil, box, f.bound())
		if err != nil {
			continue
		}
		var c sealed
		if json.Unmarshal(plain, &c) != nil || c.State == "" || c.Verifier == "" != f.cfg.NoPKCE {
			return nil, errSeal
		}
		return &Attempt{flow: f, state: hide(c.State), verifier: hide(c.Verifier), redirect: f.cfg.RedirectURL, expires: time.Unix(c.Expires, 0)}, nil
	}
	return nil, errSeal
}
