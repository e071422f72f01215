package redisstore

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// form is the first byte of an entry. Then come keyIDSize bytes that say which key sealed
// it, and nonce, text and tag of AES-256-GCM.
const (
	form      = 1
	keySize   = 32
	keyIDSize = 8
)

// key is one of Options.Keys.
type key struct {
	id   []byte // a hash: it tells a key that is not there from an entry that is damaged
	aead cipher.AEAD
}

// keyring seals with its first key and opens with all.
type keyring []key

func newKeyring(keys [][]byte) (keyring, *emr.Error) {
	var ring keyring
	for _, text := range keys {
		if len(text) != keySize {
			return nil, configError("Keys", "each key has 32 bytes: decode it from base64 or hex first")
		}
		if bytes.Count(text, text[:1]) == keySize {
			return nil, configError("Keys", "a key is one byte repeated: take 32 bytes of crypto/rand")
		}
		block, err := aes.NewCipher(text)
		if err != nil {
			return nil, configError("Keys", "a key is not usable")
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return nil, configError("Keys", "this platform offers no AES-GCM")
		}
		id := sha256.Sum256(append([]byte("emrkit redisstore key id\x00"), text...))
		ring = append(ring, key{id: id[:keyIDSize], aead: aead})
	}
	return ring, nil
}

// seal writes t for the entry of that name.
func (r keyring) seal(name string, t *auth.Token) ([]byte, *emr.Error) {
	text, err := auth.StoredToken{Token: t}.MarshalJSON()
	if err != nil {
		return nil, failed(emr.KindConfig, "a secret of the token cannot be read")
	}
	out := append([]byte{form}, r[0].id...)
	return r[0].aead.Seal(out, nil, text, []byte(name)), nil
}

const (
	hintNoKey   = "no key opens what is in the token store: give all keys that may have sealed it, or delete it (Store.Delete) and sign in again; it was left as it is"
	hintDamaged = "what is in the token store is damaged, or was written under another name: delete it (Store.Delete) and sign in again; it was left as it is"
)

// open reads the entry of that name; nothing is no token.
func (r keyring) open(name string, sealed []byte) (*auth.Token, *emr.Error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	if len(sealed) < 1+keyIDSize || sealed[0] != form {
		return nil, failed(emr.KindProtocol, hintDamaged)
	}
	id, rest := sealed[1:1+keyIDSize], sealed[1+keyIDSize:]
	for _, k := range r {
		if !bytes.Equal(k.id, id) {
			continue
		}
		text, err := k.aead.Open(nil, nil, rest, []byte(name))
		if err != nil {
			return nil, failed(emr.KindProtocol, hintDamaged)
		}
		var t auth.StoredToken
		if t.UnmarshalJSON(text) != nil || t.Token == nil {
			return nil, failed(emr.KindProtocol, hintDamaged)
		}
		return t.Token, nil
	}
	return nil, failed(emr.KindConfig, hintNoKey)
}
