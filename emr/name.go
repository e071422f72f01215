package emr

import (
	"strings"
	"unicode"
)

// sameName reports whether two names are the same to a person: whatever their case,
// their blanks, the shape of hyphen and apostrophe, and whichever of Unicode's two ways
// writes an accented letter. An accent itself counts: José is not Jose.
func sameName(a, b PHI) bool { return plainName(a.Reveal()) == plainName(b.Reveal()) }

// plainName brings a name into the form in which names are compared.
func plainName(name string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(strings.ToLower(name)), " ") {
		switch r {
		case '\u2019', '\u2018', '\u02bc', '\u00b4', '`':
			r = '\''
		case '\u2010', '\u2011', '\u2013':
			r = '-'
		}
		if !unicode.Is(unicode.Cf, r) { // direction marks and the like
			takeApart(&b, r)
		}
	}
	return b.String()
}

// takeApart writes a letter as its base and its marks.
func takeApart(b *strings.Builder, r rune) {
	if r < 0x80 {
		b.WriteRune(r)
		return
	}
	for _, m := range marks {
		at := 0
		for _, whole := range m.with {
			if whole == r {
				takeApart(b, []rune(m.without)[at])
				b.WriteRune(m.mark)
				return
			}
			at++
		}
	}
	b.WriteRune(r)
}

// marks lists, for each combining mark, the small Latin letters that Unicode also has
// in one piece. The standard library has no normalisation.
var marks = []struct {
	mark          rune
	without, with string
}{
	{0x0300, "aeiouünēōwâăêôơưy", "àèìòùǜǹḕṑẁầằềồờừỳ"},
	{0x0301, "aeiouyclnrszügåæøçēïkmõōpũwâăêôơư", "áéíóúýćĺńŕśźǘǵǻǽǿḉḗḯḱḿṍṓṕṹẃấắếốớứ"},
	{0x0302, "aeioucghjswyzạẹọ", "âêîôûĉĝĥĵŝŵŷẑậệộ"},
	{0x0303, "anoiuvâăeêôơưy", "ãñõĩũṽẫẵẽễỗỡữỹ"},
	{0x0304, "aeiouüäȧæǫöõȯygḷṛ", "āēīōūǖǟǡǣǭȫȭȱȳḡḹṝ"},
	{0x0306, "aegiouȩạ", "ăĕğĭŏŭḝặ"},
	{0x0307, "cegzaobdfhmnprsśšṣtwxy", "ċėġżȧȯḃḋḟḣṁṅṗṙṡṥṧṩṫẇẋẏ"},
	{0x0308, "aeiouyhõūwxt", "äëïöüÿḧṏṻẅẍẗ"},
	{0x0309, "aâăeêioôơuưy", "ảẩẳẻểỉỏổởủửỷ"},
	{0x030a, "auwy", "åůẘẙ"},
	{0x030b, "ou", "őű"},
	{0x030c, "cdelnrstzaiouügkʒjh", "čďěľňřšťžǎǐǒǔǚǧǩǯǰȟ"},
	{0x030f, "aeioru", "ȁȅȉȍȑȕ"},
	{0x0311, "aeioru", "ȃȇȋȏȓȗ"},
	{0x031b, "ou", "ơư"},
	{0x0323, "bdhklmnrstvwzaeioơuưy", "ḅḍḥḳḷṃṇṛṣṭṿẉẓạẹịọợụựỵ"},
	{0x0324, "u", "ṳ"},
	{0x0325, "a", "ḁ"},
	{0x0326, "st", "șț"},
	{0x0327, "cgklnrstedh", "çģķļņŗşţȩḑḩ"},
	{0x0328, "aeiuo", "ąęįųǫ"},
	{0x032d, "delntu", "ḓḙḽṋṱṷ"},
	{0x032e, "h", "ḫ"},
	{0x0330, "eiu", "ḛḭṵ"},
	{0x0331, "bdklnrtzh", "ḇḏḵḻṉṟṯẕẖ"},
}
