package peer

import "testing"

func TestFault_C3_whatAHeaderTakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text               string
		value, fits, token bool
	}{
		{"", true, true, false}, {"abc-1", true, true, true}, {"a b", true, false, false}, {" a", true, false, false}, {"a\tb", true, false, false},
		{"eyJ.a_b-c", true, true, true}, {"a/b+c=", true, true, false}, {"[redacted]", true, false, false},
		{"a\r\nX: y", false, false, false}, {"a\n", false, false, false}, {"a\x00", false, false, false}, {"a\x7f", false, false, false},
		{"ä", false, false, false}, {"a\xff", false, false, false}, {"x:y", true, true, false},
	} {
		if v, f, k := IsHeaderValue(c.text), FitsHeader(c.text), IsToken(c.text); v != c.value || f != c.fits || k != c.token {
			t.Errorf("%q: value %v, fits %v, token %v", c.text, v, f, k)
		}
	}
}
