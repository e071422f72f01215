package patientaccess

import (
	"cmp"
	"context"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// npiSystem is that of the national provider identifier.
const npiSystem = "http://hl7.org/fhir/sid/us-npi"

// ListLocations searches GET /Location without a filter: what the gateway lets the token
// see. A missing status means "not stated".
func (p parts) ListLocations(ctx context.Context, at emr.Cursor) (emr.Page[emr.Location], error) {
	var page emr.Page[emr.Location]
	call, err := p.searchOf(opLocations, "Location")
	if err != nil {
		return page, err
	}
	found, next, err := listOf[fhir.Location](ctx, p.Client, call, new(fhir.Query), at)
	if err != nil {
		return page, err
	}
	for _, r := range found {
		if r.ID == "" {
			return page, p.http.Error(call, nil, emr.KindProtocol, "NextGen sent a location without an id")
		}
		l := &emr.Location{ID: emr.LocationID(r.ID), Name: cmp.Or(strings.TrimSpace(r.Name), r.Description), Active: r.Status == "" || r.Status == "active", Address: oneLine(r.Address)}
		for _, t := range r.Telecom {
			if t.System == "phone" && l.Phone == "" {
				l.Phone = strings.TrimSpace(t.Value)
			}
		}
		page.Items = append(page.Items, l)
	}
	page.Next = next
	return page, nil
}

// ListPractitioners searches GET /Practitioner without a filter: whom the gateway lets the
// token see.
func (p parts) ListPractitioners(ctx context.Context, at emr.Cursor) (emr.Page[emr.Practitioner], error) {
	var page emr.Page[emr.Practitioner]
	call, err := p.searchOf(opPractitioners, "Practitioner")
	if err != nil {
		return page, err
	}
	found, next, err := listOf[fhir.Practitioner](ctx, p.Client, call, new(fhir.Query), at)
	if err != nil {
		return page, err
	}
	for _, r := range found {
		if r.ID == "" {
			return page, p.http.Error(call, nil, emr.KindProtocol, "NextGen sent a practitioner without an id")
		}
		page.Items = append(page.Items, practitionerOf(r))
	}
	page.Next = next
	return page, nil
}

func practitionerOf(r *fhir.Practitioner) *emr.Practitioner {
	name := nameOf(r.Name)
	m := &emr.Practitioner{
		ID: emr.PractitionerID(r.ID), Family: name.Family, Given: strings.TrimSpace(strings.Join(name.Given, " ")), Active: r.Active == nil || *r.Active,
	}
	m.Name = cmp.Or(strings.TrimSpace(name.Text), strings.TrimSpace(m.Given+" "+m.Family))
	if m.Name == "" && len(r.Name) > 0 { // a text alone
		m.Name = strings.TrimSpace(r.Name[0].Text)
	}
	for _, i := range r.Identifier {
		if i.System == npiSystem {
			m.NPI = i.Value
			break
		}
	}
	return m
}

// oneLine writes an address on one line.
func oneLine(a fhir.Address) string {
	if a.Text != "" {
		return strings.Join(strings.Fields(a.Text), " ")
	}
	var known []string
	for _, t := range append(append([]string{}, a.Line...), a.City, a.State, a.PostalCode) {
		if t = strings.TrimSpace(t); t != "" {
			known = append(known, t)
		}
	}
	return strings.Join(known, ", ")
}
