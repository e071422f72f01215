package medtechtest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"net/url"
	"strings"
)

// ids makes the ids of one facility, the same for each simulator: a record has another id
// in another practice (seen). They say nothing, and can be read back here only.
type ids struct {
	block cipher.Block
	long  bool // as in 2021
}

func newIDs(facility string, long bool) *ids {
	key := sha256.Sum256([]byte("medtechtest " + facility))
	block, _ := aes.NewCipher(key[:16]) // 16 bytes are a key
	return &ids{block: block, long: long}
}

// of is the id of a record: 32 hexadecimal characters (seen in 2025), or with the
// escapes that stood in ids of 2021. Number and detail are the simulator's.
func (i *ids) of(resourceType string, number, detail int64) string {
	if number == 0 {
		return ""
	}
	var plain, sealed [16]byte
	kind := sha256.Sum256([]byte(resourceType))
	binary.BigEndian.PutUint64(plain[:8], uint64(number))
	binary.BigEndian.PutUint64(plain[8:], uint64(detail))
	plain[0], plain[1] = kind[0], kind[1]
	i.block.Encrypt(sealed[:], plain[:])
	if !i.long {
		return hex.EncodeToString(sealed[:])
	}
	filled := sealed[:]
	for len(filled) < 79 {
		next := sha256.Sum256(filled)
		filled = append(filled, next[:]...)
	}
	text := base64.StdEncoding.EncodeToString(filled[:79])
	return strings.NewReplacer("+", "-", "/", "%21", "=", "%3D").Replace(text)
}

// read is the reverse; ok is false for what is no id of that type here. The escapes of a
// long id may have been resolved once more than they should.
func (i *ids) read(resourceType, id string) (number, detail int64, ok bool) {
	var sealed []byte
	var err error
	if i.long {
		if plain, unescapable := url.PathUnescape(id); unescapable == nil {
			id = plain
		}
		sealed, err = base64.StdEncoding.DecodeString(strings.NewReplacer("-", "+", "!", "/").Replace(id))
	} else {
		sealed, err = hex.DecodeString(id)
	}
	if err != nil || len(sealed) < 16 {
		return 0, 0, false
	}
	var plain [16]byte
	i.block.Decrypt(plain[:], sealed[:16])
	kind := sha256.Sum256([]byte(resourceType))
	if plain[0] != kind[0] || plain[1] != kind[1] {
		return 0, 0, false
	}
	plain[0], plain[1] = 0, 0
	number, detail = int64(binary.BigEndian.Uint64(plain[:8])), int64(binary.BigEndian.Uint64(plain[8:]))
	return number, detail, i.of(resourceType, number, detail) != "" && number < 1<<40
}

// inURL is the id as fullUrl has it: in 2021 with ! where the id had %21.
func inURL(id string) string { return strings.ReplaceAll(id, "%21", "!") }
