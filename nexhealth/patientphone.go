package nexhealth

import (
	"strings"

	"github.com/emrkit/emrkit/internal/people"
)

// nationalDigits are the ten digits of a North American number without its country code,
// whatever signs stand between them. ok is false for anything else: other lengths,
// letters, an extension, an area or exchange code that cannot be.
func nationalDigits(number string) (digits string, ok bool) {
	var b strings.Builder
	plus := false
	for _, r := range strings.TrimSpace(number) {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '+' && b.Len() == 0 && !plus:
			plus = true
		case strings.ContainsRune(" -.()/\u00a0\u2010\u2011\u2013", r):
		default:
			return "", false
		}
	}
	digits = b.String()
	if len(digits) == 11 && digits[0] == '1' {
		digits, plus = digits[1:], false
	}
	if plus || len(digits) != 10 || digits[0] < '2' || digits[3] < '2' {
		return "", false
	}
	return digits, true
}

// storedForms are the spellings under which a number may be stored, likeliest first:
// NexHealth compares the text as it stands in the record. What was made through the API
// has ten digits, what came from a practice system may have signs.
func storedForms(number string) []string {
	written := strings.TrimSpace(number)
	digits := people.Digits(written)
	if len(digits) == 11 && digits[0] == '1' {
		digits = digits[1:]
	}
	abroad := strings.HasPrefix(written, "+") && !strings.HasPrefix(written, "+1")
	if len(digits) != 10 || abroad {
		return []string{written}
	}
	forms := []string{digits, digits[:3] + "-" + digits[3:6] + "-" + digits[6:]}
	if written != forms[0] && written != forms[1] {
		return append(forms, written)
	}
	return append(forms, "("+digits[:3]+") "+digits[3:6]+"-"+digits[6:])
}
