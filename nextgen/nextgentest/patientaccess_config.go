package nextgentest

import (
	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/nextgen/patientaccess"
)

// Config is that of the registered app for R4, with the addresses of the sign-in: give it
// to patientaccess.NewSignIn, or, with a RefreshToken (FirstRefreshToken), to
// patientaccess.New. To have the addresses discovered, clear AuthorizeURL and TokenURL.
// The callback URL is the first of Options.Redirects.
func (s *PatientAccess) Config() patientaccess.Config {
	cfg := patientaccess.Config{
		ClientID: paClientID, RedirectURL: s.opts.Redirects[0], Version: patientaccess.R4, BaseURL: s.versions[0].base(),
		AuthorizeURL: s.origin + paOAuthPath + "/authorize", TokenURL: s.origin + paOAuthPath + "/token",
	}
	if !s.opts.PublicClient {
		cfg.ClientSecret = auth.NewSecret(s.secret)
	}
	return cfg
}

// ConfigDSTU2 is Config for the other version.
func (s *PatientAccess) ConfigDSTU2() patientaccess.Config {
	cfg := s.Config()
	cfg.Version, cfg.BaseURL = patientaccess.DSTU2, s.versions[1].base()
	return cfg
}

// PracticesURL is the address of the list of practices.
func (s *PatientAccess) PracticesURL() string { return s.practices + paPracticesPath }

// Env is Config for patientaccess.ConfigFromEnv: lines NAME=value, not quoted. It names
// all that ConfigFrom reads; the refresh token is empty, which is as good as not set.
func (s *PatientAccess) Env() []string {
	secret := s.secret
	if s.opts.PublicClient {
		secret = ""
	}
	return []string{
		"NEXTGEN_FHIR_CLIENT_ID=" + paClientID,
		"NEXTGEN_FHIR_CLIENT_SECRET=" + secret,
		"NEXTGEN_FHIR_REDIRECT_URL=" + s.opts.Redirects[0],
		"NEXTGEN_FHIR_BASE_URL=" + s.versions[0].base(),
		"NEXTGEN_FHIR_VERSION=R4",
		"NEXTGEN_FHIR_REFRESH_TOKEN=",
	}
}
