package people

import (
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// SamePhone compares by digits: the last ten where both have as many, else all of them.
func SamePhone(a, b emr.PHI) bool {
	x, y := Digits(a.Reveal()), Digits(b.Reveal())
	if len(x) >= 10 && len(y) >= 10 {
		x, y = x[len(x)-10:], y[len(y)-10:]
	}
	return x != "" && x == y
}

// Digits are the digits before an extension.
func Digits(number string) string {
	var b strings.Builder
	for _, r := range number {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() >= 10 && (r == 'x' || r == 'X' || r == 'e' || r == 'E' || r == '#' || r == ';' || r == ','):
			return b.String()
		}
	}
	return b.String()
}
