package nextechtest

import (
	"strings"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/nextech"
)

// The practice's public facts. Secrets are new for each simulator.
const (
	clientID   = "emrkit-simulator"
	practiceID = "5f0cab00-7a00-4b00-8c00-9d00ab12cd34"
	// selectResource is documented; Practice+'s is given out by the vendor, this one is ours.
	selectResource       = "https://select.nextech-api.com/api"
	practicePlusResource = "https://partner-api.practice.example.com"
	referralSource       = "2"
	firstPractitioner    = "15"
)

// Config connects to the simulator: give it to nextech.New.
func (s *Sim) Config() nextech.Config {
	c := nextech.Config{
		Product:      s.opts.Product,
		BaseURL:      s.base.String(),
		TokenURL:     s.tokenAt,
		Grant:        auth.ClientCredentials,
		ClientID:     clientID,
		ClientSecret: auth.NewSecret(s.secret),
		Zone:         s.opts.Zone,
		Environment:  "simulator",
	}
	switch s.opts.Auth {
	case Connect:
		c.Scopes = nextech.DefaultScopes()
	case AzurePassword:
		c.Grant, c.Username, c.Password = auth.Password, s.user, auth.NewSecret(s.pass)
	}
	if s.opts.Auth != Connect {
		c.Resource, c.PracticeID = s.resource(), practiceID
	}
	if s.opts.Product == nextech.PracticePlus {
		c.Practitioner, c.ReferralSource, c.PatientStatus = firstPractitioner, referralSource, "Active"
	}
	return c
}

// Env is the same for nextech.ConfigFromEnv: lines NAME=value, not quoted.
func (s *Sim) Env() []string {
	lines := []string{
		"NEXTECH_PRODUCT=" + string(s.opts.Product),
		"NEXTECH_BASE_URL=" + s.base.String(),
	}
	if s.opts.Auth != Connect {
		lines = append(lines,
			"NEXTECH_TOKEN_URL="+s.tokenAt,
			"NEXTECH_RESOURCE="+s.resource(),
			"NEXTECH_PRACTICE_ID="+practiceID)
	}
	switch s.opts.Auth {
	case AzurePassword:
		lines = append(lines, "NEXTECH_GRANT_TYPE=password", "NEXTECH_USERNAME="+s.user, "NEXTECH_PASSWORD="+s.pass)
	case AzureClient:
		lines = append(lines, "NEXTECH_GRANT_TYPE=client_credentials")
	}
	if z := s.opts.Zone; z != nil && strings.Contains(z.String(), "/") {
		lines = append(lines, "NEXTECH_TIME_ZONE="+z.String())
	}
	if s.opts.Product == nextech.PracticePlus {
		lines = append(lines,
			"NEXTECH_PRACTITIONER="+firstPractitioner,
			"NEXTECH_REFERRAL_SOURCE="+referralSource,
			"NEXTECH_PATIENT_STATUS=Active")
	}
	return append(lines, "NEXTECH_CLIENT_ID="+clientID, "NEXTECH_CLIENT_SECRET="+s.secret)
}

func (s *Sim) resource() string {
	if s.opts.Product == nextech.PracticePlus {
		return practicePlusResource
	}
	return selectResource
}
