package fhir

import (
	"strings"
	"unicode"
)

const excerptLen = 200 // characters

// Excerpt prepares a server's words for a person: HTML tags are removed,
// values are masked (texts in quotes, e-mail addresses, numbers of four and
// more digits), white space is made one blank, and the rest is cut to 200
// characters. A name can still be in it: never log it.
func Excerpt(text string) string {
	if len(text) > 8*1024 { // far more than needed for 200 characters
		text = strings.ToValidUTF8(text[:8*1024], "")
	}
	var words []string
	for _, word := range strings.Fields(maskQuotes(stripTags(text))) {
		word = strings.Map(func(r rune) rune {
			if !unicode.IsPrint(r) {
				return -1
			}
			return r
		}, word)
		if at := strings.IndexByte(word, '@'); at > 0 {
			word = "…"
		}
		if word != "" {
			words = append(words, maskDigits(word))
		}
	}
	short := []rune(strings.Join(words, " "))
	if len(short) > excerptLen {
		short = append(short[:excerptLen-1], '…')
	}
	return string(short)
}

// stripTags removes everything between < and the next >, if a tag can begin
// there.
func stripTags(s string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(s, '<')
		if open < 0 {
			break
		}
		b.WriteString(s[:open])
		s = s[open:]
		end := strings.IndexByte(s, '>')
		isTag := len(s) > 1 && (s[1] == '/' || s[1] == '!' || s[1] == '?' || 'a' <= s[1]|0x20 && s[1]|0x20 <= 'z')
		switch {
		case !isTag:
			b.WriteByte('<')
			s = s[1:]
		case end < 0:
			return b.String()
		default:
			b.WriteByte(' ')
			s = s[end+1:]
		}
	}
	b.WriteString(s)
	return b.String()
}

// maskQuotes replaces what stands between quotes. A single quote counts only
// at the edges of a word: it is an apostrophe elsewhere.
func maskQuotes(s string) string {
	in := []rune(s)
	var b strings.Builder
	for i := 0; i < len(in); i++ {
		end := closing(in, i)
		if end < 0 {
			b.WriteRune(in[i])
			continue
		}
		b.WriteRune(in[i])
		b.WriteRune('…')
		b.WriteRune(in[end])
		i = end
	}
	return b.String()
}

// closing returns where the quotation that begins at in[i] ends, or -1.
func closing(in []rune, i int) int {
	want := in[i]
	switch want {
	case '"':
	case '“':
		want = '”'
	case '\'':
		if i > 0 && !unicode.IsSpace(in[i-1]) && !unicode.IsPunct(in[i-1]) {
			return -1
		}
	default:
		return -1
	}
	for j := i + 1; j < len(in); j++ {
		if in[j] != want {
			continue
		}
		if want != '\'' || j+1 == len(in) || unicode.IsSpace(in[j+1]) || unicode.IsPunct(in[j+1]) {
			return j
		}
	}
	return -1
}

// maskDigits replaces the digits of a word that has four or more of them: a
// date, a phone number, a record number.
func maskDigits(word string) string {
	n := 0
	for _, r := range word {
		if unicode.IsDigit(r) {
			n++
		}
	}
	if n < 4 {
		return word
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return '#'
		}
		return r
	}, word)
}
