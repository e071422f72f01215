package practice

import (
	"strings"
	"testing"
)

func TestEachRuleTakesWhatIsUsualAndRefusesTheRest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rule      func(string) string
		name      string
		good, bad []string
	}{
		{CheckName, "name", []string{"Harbor", "7 Smiles", "歯科"}, []string{"4711", "-", ""}},
		{CheckSubdomain, "subdomain", []string{"harbor", "harbor-2", "a_b"}, []string{"Harbor", "harbor.com", "a b", "ä"}},
		{CheckEmail, "e-mail", []string{"office@harbor.example.com"}, []string{"", "zebra", "zebra@localhost", "Zebra <zebra@example.com>", "a b@example.com"}},
		{CheckSystem, "system", []string{"dentrix", "curve2"}, []string{"", "2", "--"}},
		{CheckWebsite, "website", []string{"harbor.example.com", "http://www.harbor.example.com/a"}, []string{"", "harbor", "javascript://x.example.com", "https://user@harbor.example.com", "https://har_bor.example.com"}},
	} {
		for _, text := range c.good {
			if got := c.rule(text); got != "" {
				t.Errorf("%s %q: %s", c.name, text, got)
			}
		}
		for _, text := range c.bad {
			if got := c.rule(text); got == "" || strings.Contains(got, "ebra") {
				t.Errorf("%s %q: %q", c.name, text, got)
			}
		}
	}
}

func TestALineHasNothingInvisible(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"": true, "Müller & Søn": true, "歯科": true, "a\u00a0b": true,
		"a\nb": false, "a\tb": false, "a\x00": false, "a\u202eb": false, "a\u2028b": false, "\ufeffa": false, "a\xff": false,
	} {
		if IsLine(text) != want {
			t.Errorf("%q: want %v", text, want)
		}
	}
}

func TestSitesAreComparedWithoutWhatIsTypedOrNot(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://www.Harbor.example.com/":       "harbor.example.com",
		"harbor.example.com":                    "harbor.example.com",
		"http://harbor.example.com./":           "harbor.example.com",
		"https://smiles.example.com/harbor/?a=": "smiles.example.com/harbor",
	} {
		if got := Site(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// FuzzTexts: no text makes a rule panic, and a folded name folds to itself.
func FuzzTexts(f *testing.F) {
	f.Add("The Harbor Smiles, P.C.")
	f.Add("https://www.harbor.example.com/\xff")
	f.Add("office@harbor.example.com")
	f.Fuzz(func(t *testing.T, s string) {
		IsLine(s)
		for _, rule := range []func(string) string{CheckName, CheckSubdomain, CheckEmail, CheckSystem, CheckWebsite} {
			rule(s)
		}
		if plain := PlainName(s); PlainName(plain) != plain {
			t.Errorf("%q becomes %q, which becomes %q", s, plain, PlainName(plain))
		}
		_ = LooseName(s)
	})
}
