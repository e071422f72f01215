package medtechtest

import "testing"

func TestTestNumbersAreValidAndUnique(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for n := range 190_000 {
		v := NHI(n)
		if len(v) != 7 || v[0] != 'Z' || seen[v] || v == "ZZZ0044" {
			t.Fatalf("NHI(%d) is %s, seen: %v", n, v, seen[v])
		}
		seen[v] = true
	}
	if NHI(-1) != NHI(0) || NHI(190_000) != NHI(0) {
		t.Error("outside of the range")
	}
}

// TestTheCheckCharactersAgreeWithPublishedExamples: those of the dossier.
func TestTheCheckCharactersAgreeWithPublishedExamples(t *testing.T) {
	t.Parallel()
	for _, v := range []string{"ZZZ0016", "ZAC5361", "WER4568", "PRP1660"} {
		if got := (11 - nhiSum(v)%11) % 10; nhiSum(v)%11 == 0 || byte('0'+got) != v[6] {
			t.Errorf("%s: check digit %d", v, got)
		}
	}
	for _, v := range []string{"ZZZ00AC", "ZBN77VL", "ZVU27KE", "ABC12AY"} {
		if got := nhiLetters[23-nhiSum(v)%23-1]; got != v[6] {
			t.Errorf("%s: check letter %c", v, got)
		}
	}
}
