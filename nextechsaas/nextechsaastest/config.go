package nextechsaastest

import (
	"strconv"
	"strings"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextechsaas"
)

const (
	basePath   = "/ehr/api"
	practiceID = "4711-A"
)

// Config connects to the practice with the refresh token of a new sign-in: give it to
// nextechsaas.New. Path, layout of dates, sections and zone are those of the Options.
func (s *Sim) Config() nextechsaas.Config {
	cfg := s.config()
	cfg.RefreshToken = auth.NewSecret(s.FirstRefreshToken())
	return cfg
}

// SignInConfig is Config without a refresh token: give it to nextechsaas.SignIn. It
// registers the redirect URL, "" is the first of Options.Redirects, and has a key for
// the cookie.
func (s *Sim) SignInConfig(redirectURL string) nextechsaas.Config {
	cfg := s.config()
	if redirectURL == "" {
		redirectURL = s.opts.Redirects[0]
	}
	s.authority.register(redirectURL)
	cfg.RedirectURL, cfg.Keys = redirectURL, [][]byte{[]byte("a key of the SaaS EHR simulator!")}
	return cfg
}

func (s *Sim) config() nextechsaas.Config {
	cfg := nextechsaas.Config{
		ClientID: clientID, PracticeID: practiceID, BaseURL: s.origin + basePath, Resource: resource,
		AuthURL: s.directory + authorizePath, TokenURL: s.directory + tokenPath, RedirectParam: s.opts.RedirectParam,
		EncounterPath: s.opts.EncounterPath, DateLayout: s.opts.DateLayout, Sections: nextechsaas.Sections(s.opts.Sections), Zone: s.opts.Zone,
	}
	if s.opts.Confidential {
		cfg.ClientSecret = auth.NewSecret(s.secret)
	}
	return cfg
}

// clientSecret is what the token endpoint wants: nothing of a public application.
func (s *Sim) clientSecret() string {
	if s.opts.Confidential {
		return s.secret
	}
	return ""
}

// Env is Config for nextechsaas.ConfigFromEnv: lines NAME=value, not quoted. It names all
// that ConfigFrom reads. What is empty is as good as not set.
func (s *Sim) Env() []string {
	zone := ""
	if z := s.opts.Zone; strings.Contains(z.String(), "/") {
		zone = z.String()
	}
	return []string{
		"NEXTECHSAAS_CLIENT_ID=" + clientID,
		"NEXTECHSAAS_CLIENT_SECRET=" + s.clientSecret(),
		"NEXTECHSAAS_PRACTICE_ID=" + practiceID,
		"NEXTECHSAAS_BASE_URL=" + s.origin + basePath,
		"NEXTECHSAAS_AUTH_URL=" + s.directory + authorizePath,
		"NEXTECHSAAS_TOKEN_URL=" + s.directory + tokenPath,
		"NEXTECHSAAS_TENANT=",
		"NEXTECHSAAS_RESOURCE=" + resource,
		"NEXTECHSAAS_REFRESH_TOKEN=" + s.FirstRefreshToken(),
		"NEXTECHSAAS_REDIRECT_URL=" + s.opts.Redirects[0],
		"NEXTECHSAAS_TIME_ZONE=" + zone,
	}
}

// Patient is the n-th patient: the first ones are those of emrtest.People, the others are
// emrtest.Invent's. It is the zero Patient where there are not that many.
func (s *Sim) Patient(n int) emr.Patient {
	if n < 0 || n >= len(s.patients) {
		return emr.Patient{}
	}
	p := s.patients[n]
	born, _ := emr.ParseBirthDate(p.born)
	found := emr.Patient{
		ID: emr.NewPatientID(strconv.Itoa(p.id)), Given: emr.NewPHI(p.given), Middle: emr.NewPHI(p.middle), Family: emr.NewPHI(p.family), Born: born,
		Identifiers: []emr.Identifier{{System: nextechsaas.ChartNumber, Use: "official", Value: emr.NewPHI(p.chart)}},
	}
	if p.phone != "" {
		found.Phones = []emr.Phone{{Number: emr.NewPHI(p.phone), Use: "home"}}
	}
	return found
}

// Visits are the ids of a patient's visits, the latest first, as answers have them.
func (s *Sim) Visits(patient emr.PatientID) []emr.EncounterID {
	var ids []emr.EncounterID
	for _, v := range s.visits {
		if strconv.Itoa(v.patient) == patient.Reveal() {
			ids = append(ids, emr.NewEncounterID(strconv.Itoa(v.id)))
		}
	}
	return ids
}

// LargeVisit is the visit whose document has the size of Options.LargeDocument: the last
// one of its patient.
func (s *Sim) LargeVisit() (emr.PatientID, emr.EncounterID) {
	v := s.visits[s.large()]
	return emr.NewPatientID(strconv.Itoa(v.patient)), emr.NewEncounterID(strconv.Itoa(v.id))
}

// SectionNames are the sections of the documents.
func SectionNames() []string { return []string{"history", "medications", "allergies", "results"} }
