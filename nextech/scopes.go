package nextech

import (
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// checkScopes refuses scopes that no Nextech server understands, with the spelling
// that it would. Scopes of other servers pass: the set is theirs.
func checkScopes(scopes []string) *emr.Error {
	for _, s := range scopes {
		if strings.Contains(s, ":") && !strings.Contains(s, "://") {
			return configError("Scopes", "a scope is written patient/*.read, not patient:read")
		}
		if s == "" || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' || r == ',' }) {
			return configError("Scopes", "scopes are separate words without commas: patient/*.read appointment/*.write")
		}
	}
	return nil
}

// scopeFor returns the scope a call to endpoint (first path segment) needs, as the
// registration guide spells them, "" where no scope is known for it.
func scopeFor(endpoint string, write bool) string {
	var class string
	switch strings.ToLower(endpoint) {
	case "patient":
		class = "patient"
	case "appointment":
		class = "appointment"
	case "slot":
		class = "slot"
	default:
		return ""
	}
	if write {
		return class + "/*.write"
	}
	return class + "/*.read"
}

// covers reports whether one of scopes grants want (patient/*.read).
func covers(scopes []string, want string) bool {
	if slices.Contains(scopes, want) {
		return true
	}
	class, right, _ := strings.Cut(want, "/*.")
	return slices.Contains(scopes, class+"/*.*") || slices.Contains(scopes, class+"/*."+right)
}
