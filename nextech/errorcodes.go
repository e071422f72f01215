package nextech

import (
	"regexp"
	"strings"
)

// codes are the words that may stand in Error.Code, and so in error texts and logs: the
// FHIR issue types, the participation states of an AppointmentResponse, and the error
// codes of OAuth. Whatever else a server writes in their place can be anybody's name or
// a token, and goes to Detail only.
var codes = wordSet(`invalid structure required value invariant security login unknown expired forbidden
	suppressed processing not-supported duplicate multiple-matches not-found deleted too-long code-invalid
	extension too-costly business-rule conflict transient lock-error no-store exception timeout incomplete
	throttled informational success limited-filter
	accepted declined tentative in-process completed needs-action entered-in-error
	invalid_request invalid_client invalid_grant unauthorized_client unsupported_grant_type invalid_scope
	invalid_token insufficient_scope access_denied unsupported_response_type server_error
	temporarily_unavailable invalid_resource invalid_target interaction_required login_required consent_required`)

// knownCode returns a code of the vendor's that is fit to be shown, "" for others.
func knownCode(code string) string {
	if codes[code] {
		return code
	}
	return ""
}

// scopeWord finds scopes in what a server says about a refusal. Only words known
// beforehand count, because the text around them is the server's own.
var scopeWord = regexp.MustCompile(`\b(?:patient|user|system|appointment|slot|schedule|location)/` +
	`(?:\*|Patient|Appointment|AppointmentResponse|Slot|Schedule|Location|Practitioner|PractitionerRole|Organization|` +
	`DocumentReference|Binary|Media|Encounter|Account|Coverage|Claim|PaymentReconciliation|Task|` +
	`AllergyIntolerance|CarePlan|CareTeam|Condition|Device|DiagnosticReport|Goal|Immunization|Medication|` +
	`MedicationRequest|MedicationStatement|Observation|Procedure)\.(?:read\b|write\b|\*)`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
