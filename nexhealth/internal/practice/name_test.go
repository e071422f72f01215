package practice

import "testing"

func TestNamesAreFolded(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"  Smile & Co. ":       "smile and co",
		"Dr. O’Neil's Dental":  "dr oneils dental",
		"ÅNGSTRÖM–STRASSE/Süd": "angstrom strasse sud",
		"Große Zähne":          "grosse zahne",
		"œuvre Łódź":           "oeuvre lodz",
		"e\u0301te\u0301":      "ete",
		"歯科 クリニック":             "歯科 クリニック",
		"&":                    "and",
		"---":                  "",
	} {
		if got := PlainName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{
		"The Harbor Smiles, P.C.": "harbor smiles", "Harbor Smiles L.L.C.": "harbor smiles", "LLC": "llc", "Inc. Dental": "dental",
	} {
		if got := LooseName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
