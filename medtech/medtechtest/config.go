package medtechtest

import (
	"strings"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/medtech"
)

// Config connects to the first practice: give it to medtech.New.
func (s *Sim) Config() medtech.Config {
	return medtech.Config{
		BaseURL:       s.base.String(),
		TokenURL:      s.tokenAt,
		TenantID:      tenant,
		ClientID:      clientID,
		ClientSecret:  auth.NewSecret(s.secret),
		Scope:         s.scope,
		Facility:      homeFacility,
		Zone:          s.opts.Zone,
		Environment:   "simulator",
		BookingStatus: s.opts.BookingStatus,
		UpdateByID:    s.opts.PutByID,
	}
}

// Facilities names the practices: the first one, which has patients, a calendar and
// documents; another, where the same people have other ids and nobody has an appointment;
// and one of the vendor's that is not mapped for the application.
func (s *Sim) Facilities() (home, other, beyond string) {
	return homeFacility, otherFacility, beyondFacility
}

// PatientID is the id of a patient in a practice by NHI, the zero id for somebody unknown there.
func (s *Sim) PatientID(facility, number string) emr.PatientID {
	for _, f := range s.facilities {
		if f.id != facility {
			continue
		}
		if p, ok := s.patientBy(f, token{nhiSystem, number}); ok {
			return emr.NewPatientID(f.wire("Patient", p.Chart))
		}
	}
	return emr.PatientID{}
}

// Env is Config for medtech.ConfigFromEnv: lines NAME=value, not quoted. It names all
// that ConfigFrom reads. What this connection does not use is empty, which is as good as
// not set, so that nothing of another connection stays in a shell.
func (s *Sim) Env() []string {
	zone := ""
	if z := s.opts.Zone; strings.Contains(z.String(), "/") {
		zone = z.String()
	}
	return []string{
		"MEDTECH_ENVIRONMENT=",
		"MEDTECH_BASE_URL=" + s.base.String(),
		"MEDTECH_TOKEN_URL=" + s.tokenAt,
		"MEDTECH_TENANT_ID=" + tenant,
		"MEDTECH_CLIENT_ID=" + clientID,
		"MEDTECH_CLIENT_SECRET=" + s.secret,
		"MEDTECH_API_SCOPE=" + s.scope,
		"MEDTECH_FACILITY_ID=" + homeFacility,
		"MEDTECH_APP_ID=",
		"MEDTECH_TIME_ZONE=" + zone,
	}
}
