package nextech

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// ListLocations reads GET /Location?status=active: the active, managed locations.
func (p parts) ListLocations(ctx context.Context, at emr.Cursor) (emr.Page[emr.Location], error) {
	filter := new(fhir.Query).Add("status", "active")
	return directoryPage(ctx, p.Client, opLocations, "Location", filter, at, func(r *fhir.Location) *emr.Location {
		l := &emr.Location{
			ID: emr.LocationID(firstID(r.ID, official(r.Identifier))), Name: r.Name,
			Active: r.Status == "" || r.Status == "active", Address: oneLine(r.Address), Zone: p.cfg.Zone,
		}
		for _, t := range r.Telecom {
			if t.System == "phone" && l.Phone == "" {
				l.Phone = t.Value
			}
		}
		if l.ID == "" {
			return nil
		}
		return l
	})
}

// ListPractitioners reads GET /Practitioner?active=true. Nextech shows a provider only
// when active and linked to a user account of his own; before version 14.1 it shows some
// twice, which are one here.
func (p parts) ListPractitioners(ctx context.Context, at emr.Cursor) (emr.Page[emr.Practitioner], error) {
	filter := new(fhir.Query).Add("active", "true")
	page, err := directoryPage(ctx, p.Client, opPractitioners, "Practitioner", filter, at, practitioner)
	seen := map[emr.PractitionerID]bool{}
	var once []*emr.Practitioner
	for _, m := range page.Items {
		if !seen[m.ID] {
			seen[m.ID] = true
			once = append(once, m)
		}
	}
	page.Items = once
	return page, err
}

// practitioner maps one. The published sample has no id, its number in one identifier
// and the NPI, its system written into use, in a second member of the same name.
func practitioner(r *fhir.Practitioner) *emr.Practitioner {
	m := &emr.Practitioner{
		ID: emr.PractitionerID(firstID(r.ID, official(r.Identifier))), Name: displayName(r.Name),
		Active: r.Active == nil || *r.Active,
	}
	if m.ID == "" {
		return nil
	}
	if n, ok := chooseName(r.Name); ok {
		m.Family = n.Family
		m.Given = strings.TrimSpace(strings.Join(n.Given, " "))
	}
	for _, i := range r.Identifier {
		if strings.HasSuffix(i.System, "/us-npi") || strings.HasSuffix(i.Use, "/us-npi") {
			m.NPI = i.Value
		}
	}
	return m
}

// ListAppointmentTypes reads GET /appointment-type. Practice+ tells no lengths, and Select
// a length of 0 where the practice has set none.
func (p parts) ListAppointmentTypes(ctx context.Context, at emr.Cursor) (emr.Page[emr.AppointmentType], error) {
	types, err := p.typePage(ctx, at)
	page := emr.Page[emr.AppointmentType]{Next: types.Next}
	for _, t := range types.Items {
		page.Items = append(page.Items, &t.AppointmentType)
	}
	return page, err
}

// typeRecord is an appointment type as Nextech has it.
type typeRecord struct {
	emr.AppointmentType
	lengthless bool // the practice has set a default length of 0: no slots without slot-length
}

func (p parts) typePage(ctx context.Context, at emr.Cursor) (emr.Page[typeRecord], error) {
	return directoryPage(ctx, p.Client, opTypes, extType, new(fhir.Query), at, func(r *fhir.Generic) *typeRecord {
		t := &typeRecord{AppointmentType: emr.AppointmentType{ID: emr.AppointmentTypeID(r.ID), Name: nameOf(r, extType)}}
		if e, ok := extension(r.Extension, extType, "defaultDuration"); ok {
			minutes, ok := e.ValueInteger()
			t.lengthless = ok && minutes == 0
			t.Length = time.Duration(min(max(minutes, 0), 24*60)) * time.Minute
		}
		if t.ID == "" {
			return nil
		}
		return t
	})
}

// Purposes lists the practice's appointment purposes, and for which types each may be
// used (Select only). The kinds of failure are those of the lists of emr.Client.
func (c *Client) Purposes(ctx context.Context) ([]*emr.Purpose, error) {
	return collect(ctx, opPurposes, func(ctx context.Context, at emr.Cursor) (emr.Page[emr.Purpose], error) {
		return directoryPage(ctx, c, opPurposes, extPurpose, new(fhir.Query), at, func(r *fhir.Generic) *emr.Purpose {
			u := &emr.Purpose{ID: emr.PurposeID(r.ID), Name: nameOf(r, extPurpose)}
			for _, e := range r.Extension {
				ref, ok := e.ValueReference()
				if n, _ := e.LocalName(); ok && strings.EqualFold(n, extType) && idOf(ref) != "" {
					u.Types = append(u.Types, emr.AppointmentTypeID(idOf(ref)))
				}
			}
			if u.ID == "" {
				return nil
			}
			return u
		})
	})
}

// PracticeStatus is a state of appointments that the practice has defined for itself.
type PracticeStatus struct {
	ID   PracticeStatusID `json:"id"`
	Name string           `json:"name"`
}

// PracticeStatuses lists the practice's own statuses (Select 15.9 and later). On
// Practice+ the kind is unsupported and nothing is sent.
func (c *Client) PracticeStatuses(ctx context.Context) ([]*PracticeStatus, error) {
	if c.cfg.Product != Select {
		return nil, unsupportedStatuses(opStatuses)
	}
	return collect(ctx, opStatuses, func(ctx context.Context, at emr.Cursor) (emr.Page[PracticeStatus], error) {
		return directoryPage(ctx, c, opStatuses, extStatus, new(fhir.Query), at, func(r *fhir.Generic) *PracticeStatus {
			if r.ID == "" {
				return nil
			}
			return &PracticeStatus{ID: PracticeStatusID(r.ID), Name: nameOf(r, extStatus)}
		})
	})
}

func unsupportedStatuses(op string) error {
	return &emr.Error{Kind: emr.KindUnsupported, Vendor: vendor, Op: op, Hint: "Practice+ has no statuses of the practice's own"}
}

// nameOf reads the name of one of Nextech's own resources, which are no FHIR types: in
// "#name" (Select types and statuses), or in the plain extension (purposes, Practice+).
func nameOf(r *fhir.Generic, kind string) string {
	for _, part := range []string{"name", ""} {
		if e, ok := extension(r.Extension, kind, part); ok {
			if name, ok := e.ValueString(); ok {
				return name
			}
		}
	}
	return ""
}

// directoryPage reads one page of the clinic's own records. one returns nil for a record
// without an id, which is an error: it could not be used and must not vanish.
func directoryPage[T, M any, P interface {
	*T
	fhir.Resource
}](ctx context.Context, c *Client, op, endpoint string, filter *fhir.Query, at emr.Cursor, one func(*T) *M) (emr.Page[M], error) {
	var page emr.Page[M]
	search := call(op, http.MethodGet, "/"+endpoint, "/"+endpoint)
	search.Impersonal = true
	bundle, next, answer, err := c.page(ctx, search, filter, at)
	if err != nil {
		return page, err
	}
	for r, err := range fhir.Resources[T, P](bundle) {
		if err != nil {
			return page, c.unreadable(search, answer, err)
		}
		if !strings.EqualFold(P(r).ResourceType(), endpoint) { // Generic takes every type
			return page, c.http.Error(search, answer, emr.KindProtocol, "Nextech sent records of another kind than asked for")
		}
		m := one(r)
		if m == nil {
			return page, c.http.Error(search, answer, emr.KindProtocol, "Nextech sent a "+endpoint+" without an id")
		}
		page.Items = append(page.Items, m)
	}
	page.Next = next
	return page, nil
}

func oneLine(a fhir.Address) string {
	var words []string
	for _, w := range append(append([]string{}, a.Line...), a.City, strings.TrimSpace(a.State+" "+a.PostalCode)) {
		if w != "" {
			words = append(words, w)
		}
	}
	return strings.Join(words, ", ")
}
