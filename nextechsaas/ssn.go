package nextechsaas

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// withoutSSN is a record as it came, less what nobody may keep: social security numbers,
// by their name at any depth, and by their form. Nil if it cannot be read.
func withoutSSN(raw json.RawMessage) json.RawMessage {
	var record any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if dec.Decode(&record) != nil {
		return nil
	}
	clean, err := json.Marshal(blank(record))
	if err != nil {
		return nil
	}
	return clean
}

// written is how a social security number is written, with any dash between its parts. A
// digit before or behind it makes it another number.
var written = regexp.MustCompile(`(^|\D)\d{3}[- .\x{00ad}\x{2010}-\x{2015}\x{2212}]\d{2}[- .\x{00ad}\x{2010}-\x{2015}\x{2212}]\d{4}($|\D)`)

// blank returns v without the numbers.
func blank(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if v[name] = blank(value); isSSN(name) || written.MatchString(name) {
				delete(v, name)
			}
		}
	case []any:
		for i := range v {
			v[i] = blank(v[i])
		}
	case string:
		for written.MatchString(v) { // again, for what stands between two of them belongs to the first
			v = written.ReplaceAllString(v, "${1}[redacted]${2}")
		}
		return v
	}
	return v
}

// isSSN reports whether a member is named like a social security number: ssn, patientSSN,
// ssn_last4, Social Security No.
func isSSN(name string) bool {
	letters := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(name))
	return strings.HasPrefix(letters, "ssn") || strings.HasSuffix(letters, "ssn") || strings.Contains(letters, "socialsec")
}
