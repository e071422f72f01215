package people_test

import (
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/people"
)

// TestAccentsAreTheVendorsAffair: a plain letter meets the one with an accent, two
// different letters do not, nor do letters of another alphabet.
func TestAccentsAreTheVendorsAffair(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want, have string
		ok         bool
	}{
		{"Muller", "Müller", true}, {"Müller", "Muller", true}, {"Müll", "Muller", true}, {"", "Muller", true},
		{"O'Brien", "OBrien", true}, {"obrien", "O’Brien", true}, {"smith 2", "Smith2", true}, {"smith 2", "Smith", false}, {"smith 2", "Smith 3", false},
		{"Muller", "Miller", false}, {"Müller", "Möller", false}, {"Muller", "Mull", false}, {"Mиller", "Miller", false}, {"Miller", "Mиller", false},
		{"Müller", "M7ller", false}, {"M7ller", "Müller", false},
	} {
		if people.StartsLike(emr.NewPHI(c.want), emr.NewPHI(c.have)) != c.ok {
			t.Errorf("%q and %q: %v", c.want, c.have, !c.ok)
		}
	}
	long := strings.Repeat("a", 3<<10)
	if n := len(people.Letters(long)); n != 1<<10 {
		t.Errorf("%d letters were looked at", n)
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
		if got := people.SamePhone(emr.NewPHI(c.a), emr.NewPHI(c.b)); got != c.same {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
	}
}

func TestNamesAreComparedTheWayADatabaseMay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want, have string
		like       bool
	}{
		{"mar", "Marlow", true}, {"marlow", "Mar", false}, {"O'Neil", "oneill", true}, {"Müller", "Muller", true}, {"Muller", "Müller", true}, {"Müller", "Möller", false}, {"Mueller", "Müller", false},
		{"Иванов", "Ivanov", false}, {"a", "я", false}, {"я", "a", false}, {"2nd", "2ndson", true}, {"2nd", "3ndson", false}, {" - ", "anybody", true}, {"é", "e", true}, {"\u007f", "a", true}, {"Ωmega", "omega", false},
	} {
		if got := people.StartsLike(emr.NewPHI(c.want), emr.NewPHI(c.have)); got != c.like {
			t.Errorf("%q and %q: %v", c.want, c.have, got)
		}
	}
}
