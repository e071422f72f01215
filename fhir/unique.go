package fhir

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// unique refuses a name that the object has already, in any letter case.
func (o *object) unique(isArray bool) {
	c, name := o.c, o.key
	if o.n > c.maxItems {
		c.fail(TooLarge, "too many members in an object")
		return
	}
	ascii := true
	for i := range len(name) {
		ascii = ascii && name[i] < utf8.RuneSelf
	}
	o.exotic = o.exotic || !ascii
	bit := uint64(1) << (filter(name) & 63)
	if (o.mask&bit != 0 || o.exotic) && o.repeated(isArray) {
		return
	}
	o.mask |= bit
	c.keys = append(c.keys, key{name, isArray})
}

// filter gives names that are equal but for the case of ASCII letters the
// same number.
func filter(name string) uint {
	n := uint(len(name))
	if n == 0 {
		return 0
	}
	return n*7 + uint(name[0]|0x20)*5 + uint(name[n/2]|0x20)*3 + uint(name[n-1]|0x20)
}

// repeated looks for the name among the earlier ones. It reports true if the
// name is there, whether that is allowed or an error.
func (o *object) repeated(isArray bool) bool {
	c, name := o.c, o.key
	seen := c.keys[o.base:]
	if len(seen) > 64 { // an attack or a dictionary: stay linear
		if o.many == nil {
			o.many = make(map[string]int, 2*len(seen))
		}
		for i := len(o.many); i < len(seen); i++ {
			o.many[folded(seen[i].name)] = i
			c.again++
		}
		i, ok := o.many[folded(name)]
		if !ok {
			return false
		}
		seen = seen[i : i+1]
	}
	c.again += len(seen)
	for _, k := range seen {
		if len(k.name) != len(name) && !o.exotic || !strings.EqualFold(k.name, name) {
			continue
		}
		if k.name == name && k.array && isArray && slices.Contains(c.join, name) {
			return true
		}
		if k.name == name {
			c.fail(Malformed, "a member comes twice")
		} else {
			c.fail(Malformed, "two members differ in letter case only")
		}
		return true
	}
	return false
}

// folded returns the same text for names that strings.EqualFold calls equal.
func folded(name string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		return least
	}, name)
}
