package nexhealth

import (
	"slices"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestTenDigitsAreTakenOutOfEverySpelling(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"907-259-9999": "9072599999", "2072550142": "2072550142", "+19072599999": "9072599999", "207\u00a0255\u20110142": "2072550142",
		"++12075550142": "", "+1+2075550142": "", "207+5550142": "", "20755501+42": "", "1-107-555-0142": "", "2071550142": "", "2070550142": "", "0072550142": "",
		"1207555014": "", "12075550142": "2075550142", "120755501422": "", "207:555:0142": "", "٢٠٧٥٥٥٠١٤٢": "",
	} {
		if got, ok := nationalDigits(written); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v; want %q", written, got, ok, want)
		}
	}
}

// TestTelephonesAreComparedByTheirDigits: the last ten where both have as many. Shorter
// ones must be the same as a whole: an exchange and line are those of many people.
func TestTelephonesAreComparedByTheirDigits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"2075550142", "(207) 555-0142", true}, {"+12075550142", "2075550142", true}, {"0012075550142", "2075550142", true},
		{"2075550142", "2075550143", false}, {"2085550142", "2075550142", false},
		{"5550142", "2075550142", false}, {"5550142", "555-0142", true}, {"5550142", "15550142", false}, {"075550142", "2075550142", false},
		{"", "", false}, {"none", "n/a", false}, {"", "2075550142", false},
		{"207-555-0142 x5", "2075550142", true}, {"207-555-0142 X 12", "2075550142", true}, {"2075550142 ext. 7", "2075550142", true}, {"2075550142 EXT 7", "2075550142", true},
		{"2075550142#5", "2075550142", true}, {"2075550142;5", "2075550142", true}, {"2075550142,,5", "2075550142", true}, {"2075550142 p5", "20755501425", true},
		{"555x0142", "5550142", true}, // nine digits or fewer: no extension yet
		{"9999999999", "999-999-9999", true}, {"x9072599999", "9072599999", true},
	} {
		if got := samePhone(emr.NewPHI(c.a), emr.NewPHI(c.b)); got != c.same {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
	}
}

// TestEachSpellingThatMayBeStoredIsSearchedOnce, the likeliest first.
func TestEachSpellingThatMayBeStoredIsSearchedOnce(t *testing.T) {
	t.Parallel()
	for written, want := range map[string][]string{
		"2075550142":       {"2075550142", "207-555-0142", "(207) 555-0142"},
		"207-555-0142":     {"2075550142", "207-555-0142", "(207) 555-0142"},
		"(207) 555-0142":   {"2075550142", "207-555-0142", "(207) 555-0142"},
		" 207.555.0142 ":   {"2075550142", "207-555-0142", "207.555.0142"},
		"+1 207 555 0142":  {"2075550142", "207-555-0142", "+1 207 555 0142"},
		"12075550142":      {"2075550142", "207-555-0142", "12075550142"},
		"22075550142":      {"22075550142"},
		"5550142":          {"5550142"},
		"+442075550142":    {"+442075550142"},
		"+64 207 555 014":  {"+64 207 555 014"},
		"+33 20 755 501 4": {"+33 20 755 501 4"},
		"+20 75 55 01 42":  {"+20 75 55 01 42"}, // ten digits, and not American
	} {
		if got := storedForms(written); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", written, got, want)
		}
	}
}
