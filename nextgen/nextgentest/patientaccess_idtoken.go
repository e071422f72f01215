package nextgentest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"sync"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// paKey signs id_tokens: one for the process, made when the first one is asked for.
var paKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // the machine has no random numbers
	}
	return key
})

const paKeyID = "simulator-1"

// idToken is an OpenID Connect token, RS256 as advertised. iss is that of
// smart-configuration; the vendor's other document names another one.
func (a *paAuthority) idToken(now time.Time, s *paSession, nonce string) string {
	account := a.sim.accounts[s.family.account]
	claims := paObject{
		"iss": a.sim.origin + paOAuthPath, "aud": paClientID, "sub": "account-" + account.patients[0],
		"iat": now.Unix(), "exp": now.Add(a.sim.opts.TokenLife).Unix(),
		"fhirUser": a.sim.origin + paR4Path + "/Patient/" + account.patients[0],
	}
	if nonce != "" {
		claims["nonce"] = nonce
	}
	head, _ := json.Marshal(map[string]string{"alg": "RS256", "typ": "JWT", "kid": paKeyID})
	body, _ := json.Marshal(claims)
	enc := base64.RawURLEncoding
	signed := enc.EncodeToString(head) + "." + enc.EncodeToString(body)
	sum := sha256.Sum256([]byte(signed))
	sign, err := rsa.SignPKCS1v15(rand.Reader, paKey(), crypto.SHA256, sum[:])
	if err != nil {
		return ""
	}
	return signed + "." + enc.EncodeToString(sign)
}

// paKeys is the document with the public key.
func paKeys(*simserver.Call) *simserver.Reply {
	enc := base64.RawURLEncoding
	public := paKey().PublicKey
	return simserver.JSON(http.StatusOK, "application/json", paObject{"keys": []paObject{{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": paKeyID,
		"n": enc.EncodeToString(public.N.Bytes()), "e": enc.EncodeToString(big.NewInt(int64(public.E)).Bytes()),
	}}})
}
