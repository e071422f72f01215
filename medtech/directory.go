package medtech

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/reference"
)

// ListLocations reads GET /Location: the practice behind the facility id. A missing status
// means "not stated".
func (p parts) ListLocations(ctx context.Context, at emr.Cursor) (emr.Page[emr.Location], error) {
	call, err := p.call(opLocations, http.MethodGet, "Location")
	if err != nil {
		return emr.Page[emr.Location]{}, err
	}
	call.Impersonal = true
	b, next, err := p.search(ctx, call, new(fhir.Query), at)
	if err != nil {
		return emr.Page[emr.Location]{}, err
	}
	found, err := matches[fhir.Location](b, "Location")
	if err != nil {
		return emr.Page[emr.Location]{}, p.unreadable(call, b.answer, err)
	}
	page := emr.Page[emr.Location]{Next: next}
	for _, r := range found {
		if r.ID == "" {
			continue
		}
		l := &emr.Location{
			ID: emr.LocationID(r.ID), Name: r.Name, Active: r.Status == "" || r.Status == "active",
			Address: oneLine(r.Address), Zone: p.cfg.Zone,
		}
		for _, t := range r.Telecom {
			if t.System == "phone" && l.Phone == "" {
				l.Phone = strings.TrimSpace(t.Value)
			}
		}
		page.Items = append(page.Items, l)
	}
	return page, nil
}

// practitioner is one with the numbers by which ALEX can be asked.
type practitioner struct {
	emr.Practitioner
	system, number string // HPI CPN, else NZMC; "": cannot be asked for
}

// ListPractitioners reads GET /Practitioner: all of the facility.
func (p parts) ListPractitioners(ctx context.Context, at emr.Cursor) (emr.Page[emr.Practitioner], error) {
	all, err := p.practitionerPage(ctx, at)
	page := emr.Page[emr.Practitioner]{Next: all.Next}
	for _, m := range all.Items {
		page.Items = append(page.Items, &m.Practitioner)
	}
	return page, err
}

func (p parts) practitionerPage(ctx context.Context, at emr.Cursor) (emr.Page[practitioner], error) {
	call, err := p.call(opPractitioners, http.MethodGet, "Practitioner")
	if err != nil {
		return emr.Page[practitioner]{}, err
	}
	call.Impersonal = true
	b, next, err := p.search(ctx, call, new(fhir.Query), at)
	if err != nil {
		return emr.Page[practitioner]{}, err
	}
	found, err := matches[fhir.Practitioner](b, "Practitioner")
	if err != nil {
		return emr.Page[practitioner]{}, p.unreadable(call, b.answer, err)
	}
	page := emr.Page[practitioner]{Next: next}
	for _, r := range found {
		if m := practitionerOf(r); m != nil {
			page.Items = append(page.Items, m)
		}
	}
	return page, nil
}

// practitionerOf maps one, nil for one without an id.
func practitionerOf(r *fhir.Practitioner) *practitioner {
	if r.ID == "" {
		return nil
	}
	m := &practitioner{Practitioner: emr.Practitioner{
		ID: emr.PractitionerID(r.ID), Name: displayName(r.Name), Active: r.Active == nil || *r.Active,
	}}
	for _, n := range r.Name {
		if n.Family != "" {
			m.Family, m.Given = n.Family, strings.TrimSpace(strings.Join(n.Given, " "))
			break
		}
	}
	for _, s := range []string{PersonSystem, CouncilSystem} {
		if v := valueOf(r.Identifier, s); v != "" {
			m.system, m.number = s, v
			break
		}
	}
	return m
}

// narrowest is what a caller can do about a directory that is too long.
const narrowest = "ask Medtech with the request id, for a facility has fewer"

// practitioners are the facility's, from the cache.
func (p parts) practitioners(ctx context.Context, op string) ([]*practitioner, error) {
	facility, bad := p.facility(ctx, op)
	if bad != nil {
		return nil, bad
	}
	return p.ref.of(facility).practitioners.Get(ctx, vendor, op, func(ctx context.Context) ([]*practitioner, error) {
		return reference.Collect(ctx, vendor, opPractitioners, narrowest, p.practitionerPage)
	})
}

// knowing is practitioners, read again where one of ids is not among them: somebody may
// have begun to work there since.
func (p parts) knowing(ctx context.Context, op string, ids []emr.PractitionerID) ([]*practitioner, error) {
	all, err := p.practitioners(ctx, op)
	if err != nil || !slices.ContainsFunc(ids, func(id emr.PractitionerID) bool { return indexOf(all, id) < 0 }) {
		return all, err
	}
	if facility, bad := p.facility(ctx, op); bad == nil {
		p.ref.of(facility).practitioners.Forget()
	}
	return p.practitioners(ctx, op)
}

func indexOf(all []*practitioner, id emr.PractitionerID) int {
	return slices.IndexFunc(all, func(m *practitioner) bool { return isSame(string(m.ID), string(id)) })
}

// location is the id of the facility's own location, "" when ALEX names none: it is not
// needed for anything.
func (p parts) location(ctx context.Context, op string) (*emr.Location, error) {
	facility, bad := p.facility(ctx, op)
	if bad != nil {
		return nil, bad
	}
	all, err := p.ref.of(facility).locations.Get(ctx, vendor, op, func(ctx context.Context) ([]*emr.Location, error) {
		return reference.Collect(ctx, vendor, opLocations, narrowest, p.ListLocations)
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

// Check reads the facility's location: whether ALEX, the connector and the practice's own
// system answer. The version is that of the practice's system.
func (p parts) Check(ctx context.Context) (*emr.Health, error) {
	call, err := p.call(opCheck, http.MethodGet, "Location")
	if err != nil {
		return nil, err
	}
	call.Impersonal = true
	b, _, err := p.search(ctx, call, new(fhir.Query), "")
	if err != nil {
		return nil, err
	}
	found, err := matches[fhir.Location](b, "Location")
	if err != nil {
		return nil, p.unreadable(call, b.answer, err)
	}
	h := &emr.Health{OK: len(found) > 0}
	if !h.OK {
		h.Warnings = append(h.Warnings, "ALEX names no location for this facility")
	}
	for _, l := range found {
		if e, ok := extension(l.Extension, "location-medtechpms-version"); ok && h.Version == "" {
			h.Version = versionIn(e)
		}
	}
	return h, nil
}

// versionIn reads the version of the practice's system: a concept in New Zealand, a text
// in Australia.
func versionIn(e fhir.Extension) string {
	if text, ok := e.ValueString(); ok {
		return text
	}
	v, _ := e.ValueCodeableConcept()
	for _, c := range v.Coding {
		if text := cmp.Or(c.Display, c.Code); text != "" {
			return text
		}
	}
	return v.Text
}

// oneLine writes an address on one line.
func oneLine(a fhir.Address) string {
	if a.Text != "" {
		return strings.Join(strings.Fields(a.Text), " ")
	}
	var known []string
	for _, t := range append(append([]string{}, a.Line...), a.City, a.State, a.PostalCode, a.Country) {
		if t = strings.TrimSpace(t); t != "" {
			known = append(known, t)
		}
	}
	return strings.Join(known, ", ")
}
