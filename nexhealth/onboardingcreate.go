package nexhealth

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth/internal/practice"
)

const opOnboard = "create onboarding"

// NewOnboarding asks for a link by which a practice sets itself up. Give either Name, for
// a new institution, or Subdomain, to add locations to one that the key already sees.
type NewOnboarding struct {
	Name      string
	Subdomain string
	// EMR is the system to be connected; "" lets the practice choose. See EMRNames:
	// another name is sent as it is, and NexHealth may refuse it.
	EMR EMRName

	// Of a new institution only; what is not given the practice's staff is asked for.
	Zip     string
	Website string
	Email   emr.PHI
}

// onboardingBody is the body of POST /onboardings.
type onboardingBody struct {
	Onboarding struct {
		Name      string `json:"institution_name,omitempty"`
		Zip       string `json:"institution_zip_code,omitempty"`
		Website   string `json:"institution_website,omitempty"`
		Email     string `json:"institution_email,omitempty"`
		Subdomain string `json:"subdomain,omitempty"`
		EMR       string `json:"emr_name,omitempty"`
	} `json:"onboarding"`
}

// CreateOnboarding makes the link; send Onboarding.Link to the practice. It is no safe
// call: each makes another onboarding, and nothing takes one back.
//
// Kind invalid, with Fields, for what NexHealth would ignore or refuse, before anything
// is sent. Kind permission for a sandbox key: NexHealth takes production keys only.
// Kind not_found or permission for a subdomain that the key does not see. Kind ambiguous
// when the answer was lost: look with Onboardings, the newest first, before trying again.
func (c *Client) CreateOnboarding(ctx context.Context, n *NewOnboarding) (*Onboarding, error) {
	if err := n.check(); err != nil {
		return nil, err
	}
	post, err := c.call(opOnboard, http.MethodPost, "/onboardings")
	if err != nil {
		return nil, err
	}
	post.Impersonal = true
	var body onboardingBody
	in := &body.Onboarding
	in.Name, in.Zip, in.Website, in.Email = strings.TrimSpace(n.Name), n.Zip, n.Website, n.Email.Reveal()
	in.Subdomain, in.EMR = n.Subdomain, string(n.EMR)
	e, answer, err := c.send(ctx, post, nil, body)
	if err != nil {
		return nil, onboardingFailed(err)
	}
	r, err := decodeData[onboardingRecord](c, post, answer, e, "onboarding")
	if err != nil {
		return nil, onboardingFailed(err)
	}
	o := r.onboarding()
	if o.ID == "" {
		return nil, onboardingFailed(c.http.Error(post, answer, emr.KindAmbiguous, ""))
	}
	return o, nil
}

// onboardingFailed says what to do about a failure of this call in particular.
func onboardingFailed(err error) error {
	var e *emr.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Kind {
	case emr.KindPermission:
		e.Hint = "NexHealth creates onboardings for production keys only, and adds locations only to institutions that the key sees: check NEXHEALTH_API_KEY, and the subdomain"
	case emr.KindAmbiguous:
		e.Hint = "the onboarding may have been made: list the onboardings, the newest first, and look at Created before trying again; a link that nobody gets does no harm"
	}
	return err
}

func (n *NewOnboarding) check() error {
	if n == nil || strings.TrimSpace(n.Name) == "" && n.Subdomain == "" {
		return invalid(opOnboard, "give the name of a new institution, or the subdomain of one that is there", "Name", "Subdomain")
	}
	if n.Name != "" && n.Subdomain != "" {
		return invalid(opOnboard, "with a subdomain NexHealth ignores the name: give one of them", "Name", "Subdomain")
	}
	for _, f := range []struct {
		field, text string
		most        int
		check       func(string) string
	}{
		{"Name", strings.TrimSpace(n.Name), practice.MaxName, practice.CheckName},
		{"Subdomain", n.Subdomain, practice.MaxSubdomain, practice.CheckSubdomain},
		// The country is not told here, so the form of a zip code is the vendor's to judge.
		{"Zip", n.Zip, practice.MaxZip, nil},
		{"Website", n.Website, practice.MaxWebsite, practice.CheckWebsite},
		{"Email", n.Email.Reveal(), practice.MaxEmail, practice.CheckEmail},
		{"EMR", string(n.EMR), practice.MaxSystem, practice.CheckSystem},
	} {
		if f.text == "" {
			continue
		}
		if !practice.IsLine(f.text) || utf8.RuneCountInString(f.text) > f.most || strings.TrimSpace(f.text) != f.text {
			return invalid(opOnboard, "a text is too long, has blanks at its ends, or invisible characters", f.field)
		}
		if f.check != nil {
			if why := f.check(f.text); why != "" {
				return invalid(opOnboard, why, f.field)
			}
		}
		if n.Subdomain != "" && f.field != "Subdomain" && f.field != "EMR" {
			return invalid(opOnboard, "with a subdomain NexHealth ignores what is told about a new institution: leave it out", f.field)
		}
	}
	if n.EMR == EMRDrChrono && n.Subdomain != "" {
		return invalid(opOnboard, "NexHealth sets drchrono up with a new institution only", "EMR")
	}
	return nil
}
