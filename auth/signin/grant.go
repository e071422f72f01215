package signin

import (
	"fmt"
	"log/slog"
	"slices"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// Grant is what a person allowed. It prints nothing.
type Grant struct {
	Token   *auth.Token   // may have no refresh token: then it cannot be kept fresh
	Patient emr.PatientID // SMART launch context: whose records were opened; "" when the server did not say
	Scopes  []string      // granted; those that were asked for when the server did not say (RFC 6749, 5.1)
	IDToken auth.Secret   // OpenID Connect; its signature is not checked

	// Withheld was asked for and is not in Scopes, word for word: a server may grant it in
	// other words. openid is not withheld when there is an ID token, nor offline_access when
	// there is a refresh token.
	Withheld []string
}

func grantOf(r *auth.Redeemed, asked []string) *Grant {
	g := &Grant{Token: r.Token, Patient: r.Patient, IDToken: r.IDToken, Scopes: slices.Clone(r.Token.Scopes)}
	if len(g.Scopes) == 0 {
		g.Scopes = slices.Clone(asked)
	}
	for _, s := range asked {
		// Servers leave out of the list what they showed by what they gave.
		shown := s == "openid" && !g.IDToken.IsZero() || s == "offline_access" && !g.Token.Refresh.IsZero()
		if !shown && !slices.Contains(g.Scopes, s) {
			g.Withheld = append(g.Withheld, s)
		}
	}
	return g
}

const hiddenGrant = "signin.Grant{[redacted]}"

// Format prints nothing of the grant, for every verb.
func (Grant) Format(s fmt.State, verb rune) { formatHidden(s, verb, hiddenGrant) }

// LogValue is the text of Format.
func (Grant) LogValue() slog.Value { return slog.StringValue(hiddenGrant) }

// MarshalJSON writes the text of Format.
func (Grant) MarshalJSON() ([]byte, error) { return []byte(`"` + hiddenGrant + `"`), nil }
