package nextgentest

import (
	"strings"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextgen"
)

// Config connects to the home practice: give it to nextgen.New.
func (s *Sim) Config() nextgen.Config { return s.ConfigFor(s.Practices()[0]) }

// ConfigFor connects to a practice.
func (s *Sim) ConfigFor(p Practice) nextgen.Config {
	return nextgen.Config{
		ClientID: clientID, ClientSecret: auth.NewSecret(s.secret), SiteID: p.Site, EnterpriseID: p.Enterprise, PracticeID: p.ID,
		Zone: s.opts.Zone, BaseURL: s.base.String(), TokenURL: s.tokenURL(),
	}
}

func (s *Sim) tokenURL() string { return s.base.Scheme + "://" + s.base.Host + tokenPath }

// Practices names the practices: the home one, which has a calendar and records; one in
// the same enterprise; one in another enterprise of the site; and one with the home
// practice's numbers at another site. The same people have other ids in each.
func (s *Sim) Practices() []Practice {
	var all []Practice
	for _, at := range s.sites {
		for _, p := range at.practices {
			all = append(all, Practice{at.id, p.enterprise, p.id, p.name})
		}
	}
	return all
}

// PersonID is the id of the nth seeded person of a practice, emrtest.People first; the
// zero id for none.
func (s *Sim) PersonID(at Practice, n int) emr.PatientID {
	p := s.practiceBy(at)
	if p == nil {
		return emr.PatientID{}
	}
	people := p.clinic.Patients()
	if n < 0 || n >= len(people) {
		return emr.PatientID{}
	}
	return emr.NewPatientID(p.personID(people[n]))
}

// SessionID is what choosing the practice answers, for nextgen.Config.SessionID: it does
// not expire.
func (s *Sim) SessionID(at Practice) auth.Secret {
	p := s.practiceBy(at)
	if p == nil {
		return auth.Secret{}
	}
	return auth.NewSecret(selection{enterprise: p.enterprise, practice: p.id, user: p.site.user}.encode())
}

func (s *Sim) practiceBy(at Practice) *practice {
	if found := s.siteBy(at.Site); found != nil {
		return found.practice(at.ID)
	}
	return nil
}

// BeyondSite is the id of a site that has not approved the application: its token is
// refused with unauthorized_client.
func (s *Sim) BeyondSite() string { return beyondSite }

// Env is Config for nextgen.ConfigFromEnv: lines NAME=value, not quoted. It names all
// that ConfigFrom reads. What this connection does not use is empty, which is as good as
// not set, so that nothing of another connection stays in a shell.
func (s *Sim) Env() []string {
	zone := ""
	if z := s.opts.Zone; strings.Contains(z.String(), "/") {
		zone = z.String()
	}
	home := s.Practices()[0]
	return []string{
		"NEXTGEN_CLIENT_ID=" + clientID,
		"NEXTGEN_CLIENT_SECRET=" + s.secret,
		"NEXTGEN_SITE_ID=" + home.Site,
		"NEXTGEN_ENTERPRISE_ID=" + home.Enterprise,
		"NEXTGEN_PRACTICE_ID=" + home.ID,
		"NEXTGEN_TIME_ZONE=" + zone,
		"NEXTGEN_BASE_URL=" + s.base.String(),
		"NEXTGEN_TOKEN_URL=" + s.tokenURL(),
		"NEXTGEN_REDIRECT_URL=",
	}
}
