package emr

import "testing"

func TestSameName_asAPersonReadsIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"Roy", " roy ", true},
		{"Anne  Marie", "anne marie", true},
		{"Jos\u00e9", "JOSE\u0301", true},           // in one piece and in two
		{"Nguy\u1ec5n", "Nguye\u0302\u0303n", true}, // two marks
		{"\u014cpua", "O\u0304pua", true},
		{"O'Brien", "O\u2019Brien", true},
		{"Smith-Jones", "Smith\u2010Jones", true},
		{"\u200fRoy", "Roy", true}, // direction mark
		{"Jos\u00e9", "Jose", false},
		{"Roy", "Royston", false},
		{"Smith-Jones", "Smith", false},
		{"Anne Marie", "Annemarie", false},
		{"\u0416", "\u0436", true},
	} {
		if sameName(NewPHI(c.a), NewPHI(c.b)) != c.same || sameName(NewPHI(c.b), NewPHI(c.a)) != c.same {
			t.Errorf("%q and %q", c.a, c.b)
		}
	}
}

func TestFurtherFields_areComparedAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what func(a, b string) verdict
		a, b string
		want verdict
	}{
		{samePhone, "(206) 555-0142", "206.555.0142", agrees},
		{samePhone, "+1 206 555 0142", "2065550142", agrees},
		{samePhone, "(206) 555-0142 x12", "1-206-555-0142", agrees},
		{samePhone, "+64 21 555 0142", "021 555 0142", agrees},
		{samePhone, "0064 9 555 0142", "(09) 555-0142", agrees},
		{samePhone, "+44 (0)20 7946 0000", "020 7946 0000", agrees},
		{samePhone, "206 555 0142", "206 555 0143", contradicts},
		{samePhone, "206 555 0142", "253 555 0142", contradicts},
		{samePhone, "555-0142", "206 555 0142", silent}, // no area code
		{samePhone, "", "206 555 0142", silent},
		{samePhone, "unknown", "206 555 0142", silent},
		{sameEmail, " Ines@Example.com", "ines@example.COM", agrees},
		{sameEmail, "ines@example.com", "ines@example.org", contradicts},
		{samePostalCode, "98101-1234", "98101", agrees},
		{samePostalCode, "sw1a 1aa", "SW1A1AA", agrees},
		{samePostalCode, "98101", "98102", contradicts},
		{samePostalCode, "1010", "10101", contradicts},
	} {
		if got := c.what(c.a, c.b); got != c.want {
			t.Errorf("%q and %q: %d, want %d", c.a, c.b, got, c.want)
		}
		if got := c.what(c.b, c.a); got != c.want {
			t.Errorf("%q and %q: not symmetric", c.a, c.b)
		}
	}
	id := func(system, v string) []Identifier { return []Identifier{{System: system, Value: NewPHI(v)}} }
	for _, c := range []struct {
		a, b []Identifier
		want verdict
	}{
		{id("s", "zab0001"), id("s", "ZAB0001"), agrees},
		{id("s", "1"), id("s", "2"), contradicts},
		{id("s", "1"), id("t", "1"), silent},
		{id("", "1"), id("", "1"), silent}, // nobody knows whose numbers these are
		{append(id("s", "1"), id("t", "9")...), append(id("s", "2"), id("t", "9")...), agrees},
	} {
		if got := compareIdentifiers(c.a, c.b); got != c.want {
			t.Errorf("%d, want %d", got, c.want)
		}
	}
}
