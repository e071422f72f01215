package nexhealthtest

import (
	"strings"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth"
)

// firstLocation is where Config connects to: it has no operatories.
const firstLocation = "7"

// Config connects to location 7 of the seeded clinic: give it to nexhealth.New.
func (s *Sim) Config() nexhealth.Config { return s.ConfigAt(firstLocation) }

// ConfigAt is Config for another location of the seeded clinic.
func (s *Sim) ConfigAt(location emr.LocationID) nexhealth.Config {
	c := nexhealth.Config{
		APIKey:    auth.NewSecret(s.keys.of(s.opts.Environment)),
		Subdomain: s.homeInstitution().subdomain,
		Location:  location,
		BaseURL:   s.base.String(),
		Zone:      s.opts.Zone,
	}
	// The environment stays open where it cannot be told, and for production, which a
	// loopback address is not.
	if s.opts.TokenLife == 0 && !s.opts.OpaqueTokens && s.opts.Environment == Sandbox {
		c.Environment = nexhealth.Sandbox
	}
	return c
}

// Key is the organisation's API key for an environment: Config has that of
// Options.Environment. It is new for each simulator.
func (s *Sim) Key(e Environment) auth.Secret { return auth.NewSecret(s.keys.of(e)) }

// Subdomains names the institutions: the seeded clinic's, another one that the
// production key reaches, and the one of the other environment.
func (s *Sim) Subdomains() (home, other, beyond string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	beyond = sandboxSubdomain
	if s.opts.Environment == Sandbox {
		beyond = practiceSubdomain
	}
	return s.homeInstitution().subdomain, otherSubdomain, beyond
}

// Env is Config for nexhealth.ConfigFromEnv: lines NAME=value, not quoted. It names all
// that ConfigFrom reads. What this connection does not use is empty, which is as good as
// not set, so that nothing of another connection stays in a shell.
func (s *Sim) Env() []string {
	c := s.Config()
	zone := ""
	if z := s.opts.Zone; z != nil && strings.Contains(z.String(), "/") {
		zone = z.String()
	}
	return []string{
		"NEXHEALTH_API_KEY=" + s.keys.of(s.opts.Environment),
		"NEXHEALTH_SUBDOMAIN=" + c.Subdomain,
		"NEXHEALTH_LOCATION_ID=" + string(c.Location),
		"NEXHEALTH_BASE_URL=" + c.BaseURL,
		"NEXHEALTH_ENVIRONMENT=" + c.Environment,
		"NEXHEALTH_API_VERSION=", // the default
		"NEXHEALTH_TIME_ZONE=" + zone,
	}
}
