package nextech

import (
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// NewPatientOptions is the Vendor part of an emr.NewPatient.
type NewPatientOptions struct {
	// ReferralSource and PatientStatus stand in for those of the Config. Practice+ demands
	// both: Active, Deceased, Inactive, Merged, Not Yet Seen or Restricted Access. Select
	// takes patient, prospect or patientprospect, and needs neither.
	ReferralSource string
	PatientStatus  string
}

// newPatient builds the resource, after checking what the product demands.
func (c *Client) newPatient(n *emr.NewPatient) (*fhir.Patient, error) {
	if n == nil {
		return nil, invalid(opCreatePatient, "give the new patient")
	}
	o, err := emr.VendorOptions[NewPatientOptions](opCreatePatient, n.Vendor)
	if err != nil {
		return nil, err
	}
	if o.ReferralSource == "" {
		o.ReferralSource = c.cfg.ReferralSource
	}
	if o.PatientStatus == "" {
		o.PatientStatus = c.cfg.PatientStatus
	}
	practitioner := n.Practitioner
	if practitioner == "" {
		practitioner = c.cfg.Practitioner
	}
	if missing := c.missing(n, practitioner, o); len(missing) > 0 {
		return nil, invalid(opCreatePatient, "Nextech makes no patient without these fields", missing...)
	}
	r := &fhir.Patient{
		Name:      []fhir.HumanName{{Use: "official", Family: n.Family.Reveal(), Given: givenNames(n.Given, n.Middle)}},
		Telecom:   c.telecom(n.Phones, n.Emails),
		Gender:    string(n.Sex),
		BirthDate: fhir.Date(n.Born.Reveal().String()),
	}
	if !n.Address.IsZero() {
		r.Address = []fhir.Address{c.postal(n.Address)}
	}
	for _, i := range n.Identifiers {
		r.Identifier = append(r.Identifier, fhir.Identifier{Use: i.Use, System: i.System, Value: i.Value.Reveal()})
	}
	if o.PatientStatus != "" {
		r.Extension = append(r.Extension, fhir.NewExtension(c.extensionURL(extPatientStatus), o.PatientStatus))
	}
	if o.ReferralSource != "" {
		r.Extension = append(r.Extension, fhir.NewExtension(c.extensionURL(extReferral), fhir.Reference{Reference: extReferral + "/" + o.ReferralSource}))
	}
	if practitioner != "" {
		r.GeneralPractitioner = []fhir.Reference{{Reference: "practitioner/" + string(practitioner)}}
	}
	return r, nil
}

// missing names the fields the product demands and n lacks.
func (c *Client) missing(n *emr.NewPatient, practitioner emr.PractitionerID, o NewPatientOptions) []string {
	var fields []string
	need := func(ok bool, field string) {
		if !ok {
			fields = append(fields, field)
		}
	}
	need(!n.Given.IsZero(), string(emr.FieldGiven))
	need(!n.Family.IsZero(), string(emr.FieldFamily))
	need(!n.Born.IsZero(), string(emr.FieldBorn))
	need(slices.ContainsFunc(n.Phones, func(p emr.Phone) bool { return !p.Number.IsZero() }), string(emr.FieldPhone))
	need(slices.ContainsFunc(n.Emails, func(e emr.PHI) bool { return !e.IsZero() }), string(emr.FieldEmail))
	if c.cfg.Product == PracticePlus {
		need(slices.ContainsFunc(n.Address.Lines, func(l emr.PHI) bool { return !l.IsZero() }), "address-line")
		need(!n.Address.City.IsZero(), "city")
		need(!n.Address.State.IsZero(), "state")
		need(practitioner != "", "practitioner")
		need(o.ReferralSource != "", "referral-source")
		need(o.PatientStatus != "", "patient-status")
	}
	need(!n.Address.PostalCode.IsZero(), string(emr.FieldPostalCode))
	return fields
}

func givenNames(given, middle emr.PHI) []string {
	if middle.IsZero() {
		return []string{given.Reveal()}
	}
	return []string{given.Reveal(), middle.Reveal()}
}

// telecom writes telephones and e-mail addresses. A telephone without a use is a mobile
// one; Practice+ wants the preferred one ranked.
func (c *Client) telecom(phones []emr.Phone, emails []emr.PHI) []fhir.ContactPoint {
	var all []fhir.ContactPoint
	for _, p := range phones {
		if p.Number.IsZero() {
			continue
		}
		t := fhir.ContactPoint{System: "phone", Value: p.Number.Reveal(), Use: strings.ToLower(p.Use)}
		if t.Use == "" || t.Use == "cell" {
			t.Use = "mobile" // Nextech's text says cell, FHIR's code is mobile
		}
		if c.cfg.Product == PracticePlus && len(all) == 0 {
			t.Rank = 1
		}
		all = append(all, t)
	}
	for _, e := range emails {
		if !e.IsZero() {
			all = append(all, fhir.ContactPoint{System: "email", Value: e.Reveal()})
		}
	}
	return all
}

func (c *Client) postal(a emr.Address) fhir.Address {
	to := fhir.Address{
		Use: "home", City: a.City.Reveal(), State: a.State.Reveal(),
		PostalCode: a.PostalCode.Reveal(), Country: a.Country.Reveal(),
	}
	if c.cfg.Product == PracticePlus {
		to.Type = "both"
	}
	for _, l := range a.Lines {
		if !l.IsZero() {
			to.Line = append(to.Line, l.Reveal())
		}
	}
	return to
}
