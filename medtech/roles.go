package medtech

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/auth"
)

// Codes of ours for the two readings of a 403 that the token's roles tell apart.
const (
	codeNoRole = "role_missing"
	codeShape  = "query_refused"
)

// rolesOf are the roles of which an operation needs one, the usual one first; nil where
// none is known. They belong to the application, not to the facility. Source: roles of
// tokens as seen, most also in the vendor's list of 2021.
func rolesOf(op string) []string {
	switch op {
	case opFindPatients, opGetPatient:
		return []string{"patient.nhisearch.read", "patient.nonnhisearch.read"}
	case opCreatePatient:
		return []string{"patient.create.write"}
	case opLocations:
		return []string{"practice.location.read"}
	case opPractitioners:
		return []string{"practitioner.read"}
	case opFindSlots:
		return []string{"practitioner.appointmentslot.read"}
	case opGetAppointment, opListAppointments:
		return []string{"practitioner.appointment.read"}
	case opBook, opArrive, opCancel:
		return []string{"practitioner.appointment.write"}
	case opOpenSummary:
		return []string{"patient.healthsummary.read"}
	case opListDocuments:
		return []string{"patient.documentreference.rsdinbox.read", "patient.documentreference.consultnotes.read"}
	case opOpenDocument:
		return []string{"patient.binary.attachment.read"}
	case opUpload:
		return []string{"patient.documentreference.scaninbox.write"}
	case opFindImages:
		return []string{"patient.media.read"}
	case opStoreImage:
		return []string{"patient.media.write", "patient.documentreference.scaninbox.write"}
	case opMessages:
		return []string{"patient.communication.generalcommunication.read"}
	case opSendMessage:
		return []string{"patient.communication.generalcommunication.write"}
	case opTasks:
		return []string{"patient.task.read"}
	}
	return nil
}

// hasRole reports whether one of need is among have. Medtech spells one role with a
// capital letter.
func hasRole(have, need []string) bool {
	return slices.ContainsFunc(need, func(n string) bool {
		return slices.ContainsFunc(have, func(h string) bool { return strings.EqualFold(h, n) })
	})
}

// Roles returns the roles of the application's token, for diagnosis: what a 403 may be
// about. Empty where the token tells none. The signature is not checked, so nothing
// may depend on it. It fetches a token if there is none yet, and fails with the kinds of
// that: auth, config, unavailable, timeout.
func (c *Client) Roles(ctx context.Context) ([]string, error) {
	t, err := c.tokens.Token(ctx)
	if err != nil {
		return nil, err
	}
	roles, _ := rolesIn(t)
	return roles, nil
}

// TokenExpires returns until when the token in use is good, by this machine's clock, and
// never the token: for a page that shows whether the sign-in works. It is renewed five
// minutes before. It fetches a token if there is none, with the kinds of that, as Roles.
func (c *Client) TokenExpires(ctx context.Context) (time.Time, error) {
	t, err := c.tokens.Token(ctx)
	if err != nil {
		return time.Time{}, err
	}
	return t.Expires, nil
}

// MissingRoles returns the roles that scheduling with this package needs and the token
// does not have; nil where it has all, or tells none. See Roles.
func (c *Client) MissingRoles(ctx context.Context) ([]string, error) {
	have, err := c.Roles(ctx)
	if err != nil || len(have) == 0 {
		return nil, err
	}
	var missing []string
	for _, op := range []string{opFindPatients, opLocations, opPractitioners, opFindSlots, opListAppointments, opBook} {
		if need := rolesOf(op); !hasRole(have, need) {
			missing = append(missing, need[0])
		}
	}
	return missing, nil
}

// lastRoles are those of the token used last, without any I/O.
func (c *Client) lastRoles() ([]string, bool) {
	t := c.tokens.last.Load()
	if t == nil {
		return nil, false
	}
	return rolesIn(t)
}

// rolesIn reads the claim roles of a JWT, unverified. false where there is none.
func rolesIn(t *auth.Token) ([]string, bool) {
	text, err := t.Access.Reveal(context.Background())
	if err != nil {
		return nil, false
	}
	segments := strings.Split(text, ".")
	if len(segments) != 3 {
		return nil, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(segments[1], "="))
	if err != nil {
		return nil, false
	}
	var claims struct {
		Roles []string `json:"roles"`
	}
	if json.Unmarshal(raw, &claims) != nil {
		return nil, false
	}
	const most = 200
	if len(claims.Roles) > most {
		claims.Roles = claims.Roles[:most]
	}
	return claims.Roles, claims.Roles != nil
}
