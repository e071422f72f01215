package nexhealth

import (
	"slices"
	"testing"
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
