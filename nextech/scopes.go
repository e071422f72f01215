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

// neededScopes are those that the calls of this package need, as the registration
// guide spells them. Directory calls need none that is known.
func neededScopes() []string {
	return []string{"patient/*.read", "patient/*.write", "appointment/*.read", "appointment/*.write", "slot/*.read"}
}

// scopeOf returns the scope an operation needs, "" where none is known for it.
func scopeOf(op string) string {
	switch op {
	case opFindPatients, opGetPatient, opListEncounters, opOpenSummary, opListPatientChanges:
		return "patient/*.read"
	case opCreatePatient, opUpdatePatient, opUpload:
		return "patient/*.write"
	case opGetAppointment, opListAppointments, opListChanges:
		return "appointment/*.read"
	case opBook, opHold, opConfirm, opArrive, opCancel, opSetStatus:
		return "appointment/*.write"
	case opFindSlots:
		return "slot/*.read"
	}
	return ""
}

// covers reports whether one of scopes grants want (patient/*.read).
func covers(scopes []string, want string) bool {
	class, right, _ := strings.Cut(want, "/*.")
	return slices.Contains(scopes, want) || slices.Contains(scopes, class+"/*.*") ||
		slices.Contains(scopes, "*/*."+right) || slices.Contains(scopes, "*/*.*")
}
