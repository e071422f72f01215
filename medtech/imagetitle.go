package medtech

import (
	"cmp"
	"strings"
	"unicode"
)

// title is what people see of an image. Label, laterality, body site, view and
// classification follow what was given, unless it says so already: "Lesion; Lesion 1,
// Left, Forearm, Dermoscopy".
func (c *Client) title(i *Image) string {
	text := strings.TrimSpace(i.Title.Reveal())
	if c.cfg.Images.PlainTitle {
		return text
	}
	var more []string
	said := func(words string) bool {
		return containsWords(text, words) || containsWords(strings.Join(more, "\n"), words)
	}
	for _, words := range []string{
		i.Label.Reveal(), i.Laterality.words(), i.BodySite.words(), i.View.words(), i.Classification.words(),
	} {
		if words = strings.TrimSpace(words); words != "" && !said(words) {
			more = append(more, words)
		}
	}
	switch {
	case len(more) == 0:
		return text
	case text == "":
		return strings.Join(more, ", ")
	}
	return text + "; " + strings.Join(more, ", ")
}

// words is how a code is written for people.
func (c Code) words() string { return cmp.Or(c.Display, c.Code) }

// containsWords reports whether text has these words, whole and next to each other,
// whatever their case.
func containsWords(text, words string) bool {
	letters := func(s string) string {
		return " " + strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r)
		}), " ") + " "
	}
	return strings.Contains(letters(text), letters(words))
}

// fileName is the title of a scan: its identifier, as a file is called.
func fileName(identifier, contentType string) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_.", r) {
			return r
		}
		return '-'
	}, identifier)
	if contentType == typeTIFF {
		return name + ".tiff"
	}
	return name + ".pdf"
}
