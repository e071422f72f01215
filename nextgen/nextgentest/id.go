package nextgentest

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
)

// zeroGUID is one of the vendor's ways to say that there is nothing (recorded).
const zeroGUID = "00000000-0000-0000-0000-000000000000"

var guidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

// guid is the vendor's id of a record: the same for the same site, practice and record,
// and another one everywhere else, so that records of two practices are told apart.
func (p *practice) guid(kind, id string) string {
	if id == "" {
		return ""
	}
	key := kind + "|" + id
	if have, ok := p.guids.Load(key); ok {
		text, _ := have.(string)
		return text
	}
	h := sha256.Sum256([]byte(strings.Join([]string{p.site.id, p.enterprise, p.id, kind, id}, "|")))
	x := fmt.Sprintf("%x", h[:16])
	text := x[:8] + "-" + x[8:12] + "-4" + x[13:16] + "-9" + x[17:20] + "-" + x[20:32]
	p.guids.Store(key, text)
	return text
}

// known reports whether two ids are the same: their case does not matter (documented).
func known(a, b string) bool { return a != "" && strings.EqualFold(a, b) }

// lookUp finds the record of that kind whose GUID is wire.
func lookUp[T any](p *practice, kind, wire string, all []T, idOf func(T) string) (T, bool) {
	for _, v := range all {
		if known(p.guid(kind, idOf(v)), wire) {
			return v, true
		}
	}
	var none T
	return none, false
}
