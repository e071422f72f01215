package practice

import (
	"strings"
	"unicode"
)

// PlainName brings the name of a practice into the form in which names are
// compared: lower case, no accents, no apostrophes, "&" as "and", anything else that is
// neither letter nor digit as one blank.
func PlainName(name string) string {
	var b strings.Builder
	blank := false
	for _, r := range strings.ToLower(name) {
		switch {
		case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r), strings.ContainsRune("'’‘ʼ´`", r):
			continue
		case r == '&':
			blank = b.Len() > 0
			if blank {
				b.WriteByte(' ')
			}
			b.WriteString("and")
			blank = true
			continue
		case !unicode.IsLetter(r) && !unicode.IsNumber(r):
			blank = b.Len() > 0
			continue
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteString(withoutAccent(r))
	}
	return b.String()
}

// withoutAccent gives the letters that a person without the accent on the keyboard types
// for a small Latin letter.
func withoutAccent(r rune) string {
	if r < 0x80 {
		return string(r)
	}
	for _, l := range accented {
		if strings.ContainsRune(l.with, r) {
			return l.without
		}
	}
	return string(r)
}

// accented lists small Latin letters with what is typed for them. The standard library
// has no normalisation.
var accented = []struct{ without, with string }{
	{"a", "àáâãäåāăąǎǟǡǻȁȃȧạảấầẩẫậắằẳẵặḁ"},
	{"b", "ḃḅḇ"},
	{"c", "çćĉċčḉ"},
	{"d", "ďđðḋḍḏḑḓ"},
	{"e", "èéêëēĕėęěȅȇȩẹẻẽếềểễệḕḗḙḛḝ"},
	{"f", "ḟ"},
	{"g", "ĝğġģǧǵḡ"},
	{"h", "ĥħȟḣḥḧḩḫẖ"},
	{"i", "ìíîïĩīĭįıǐȉȋịỉḭḯ"},
	{"j", "ĵǰ"},
	{"k", "ķĸǩḱḳḵ"},
	{"l", "ĺļľŀłḷḹḻḽ"},
	{"m", "ḿṁṃ"},
	{"n", "ñńņňŉǹṅṇṉṋ"},
	{"o", "òóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱọỏốồổỗộớờởỡợṍṏṑṓ"},
	{"p", "ṕṗ"},
	{"r", "ŕŗřȑȓṙṛṝṟ"},
	{"s", "śŝşšșṡṣṥṧṩ"},
	{"t", "ţťŧțṫṭṯṱẗ"},
	{"u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗụủứừửữựṳṵṷṹṻ"},
	{"v", "ṽṿ"},
	{"w", "ŵẁẃẅẇẉẘ"},
	{"x", "ẋẍ"},
	{"y", "ýÿŷȳẏỳỵỷỹẙ"},
	{"z", "źżžẑẓẕ"},
	{"ae", "æǣǽ"},
	{"ij", "ĳ"},
	{"oe", "œ"},
	{"ss", "ß"},
	{"th", "þ"},
}

// companyWords are left out of a comparison that only asks whether two names may mean
// the same practice.
var companyWords = map[string]bool{
	"co": true, "company": true, "corp": true, "corporation": true, "dds": true, "dmd": true, "inc": true,
	"incorporated": true, "limited": true, "llc": true, "llp": true, "ltd": true, "md": true, "pa": true,
	"pc": true, "pllc": true, "the": true,
}

// LooseName is PlainName without company words: "The Smile Co., LLC" and
// "Smile" may be one practice. A name that consists of nothing else stays as it is.
func LooseName(name string) string {
	plain := PlainName(name)
	// "P.C." is two words after its dots became blanks.
	joined := strings.NewReplacer(" p c ", " pc ", " p a ", " pa ", " l l c ", " llc ", " d d s ", " dds ", " d m d ", " dmd ").Replace(" " + plain + " ")
	var kept []string
	for _, w := range strings.Fields(joined) {
		if !companyWords[w] {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		return plain
	}
	return strings.Join(kept, " ")
}
