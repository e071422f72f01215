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

// Env is the same for nextech.ConfigFromEnv: lines NAME=value, not quoted. It names all
// that ConfigFrom reads. What this connection does not use is empty, which is as good as
// not set, so that nothing of another connection stays in a shell.
func (s *Sim) Env() []string {
	c := s.Config()
	if s.opts.Auth == Connect {
		c.TokenURL, c.Grant = "", "" // the base URL is enough
	}
	var pass, zone string
	if s.opts.Auth == AzurePassword {
		pass = s.pass
	}
	if z := s.opts.Zone; z != nil && strings.Contains(z.String(), "/") {
		zone = z.String()
	}
	return []string{
		"NEXTECH_PRODUCT=" + string(c.Product),
		"NEXTECH_BASE_URL=" + c.BaseURL,
		"NEXTECH_TOKEN_URL=" + c.TokenURL,
		"NEXTECH_GRANT_TYPE=" + string(c.Grant),
		"NEXTECH_RESOURCE=" + c.Resource,
		"NEXTECH_SCOPES=", // the default
		"NEXTECH_PRACTICE_ID=" + c.PracticeID,
		"NEXTECH_USERNAME=" + c.Username,
		"NEXTECH_PASSWORD=" + pass,
		"NEXTECH_REFRESH_TOKEN=",
		"NEXTECH_TIME_ZONE=" + zone,
		"NEXTECH_PRACTITIONER=" + string(c.Practitioner),
		"NEXTECH_REFERRAL_SOURCE=" + c.ReferralSource,
		"NEXTECH_PATIENT_STATUS=" + c.PatientStatus,
		"NEXTECH_CLIENT_ID=" + c.ClientID,
		"NEXTECH_CLIENT_SECRET=" + s.secret,
	}
}

func (s *Sim) resource() string {
	if s.opts.Product == nextech.PracticePlus {
		return practicePlusResource
	}
	return selectResource
}
