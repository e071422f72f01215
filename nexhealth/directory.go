package nexhealth

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// ListLocations reads GET /locations: the institution's active locations that the key may
// see, each with its zone. NexHealth answers with institutions that hold locations.
func (p parts) ListLocations(ctx context.Context, at emr.Cursor) (emr.Page[emr.Location], error) {
	return only(opLocations, at, func() ([]*emr.Location, error) {
		all, err := p.readPlaces(ctx)
		var active []*emr.Location
		for _, l := range all {
			if l.Active {
				active = append(active, &l.Location)
			}
		}
		return active, err
	})
}

// readPlaces reads all locations of the institution, inactive ones too.
func (c *Client) readPlaces(ctx context.Context) ([]*place, error) {
	call, err := c.call(opLocations, http.MethodGet, "/locations")
	if err != nil {
		return nil, err
	}
	call.Impersonal = true
	e, answer, err := c.send(ctx, call, c.scoped(), nil)
	if err != nil {
		return nil, err
	}
	found, err := decodeData[vendorjson.List[institutionWire]](c, call, answer, e)
	if err != nil {
		return nil, err
	}
	bare, err := decodeData[vendorjson.List[locationWire]](c, call, answer, e)
	if err != nil {
		return nil, err
	}
	var all []*place
	for i, in := range found {
		if in.Subdomain != "" && !strings.EqualFold(string(in.Subdomain), c.cfg.Subdomain) {
			continue // another institution of the same key
		}
		locations := bare[i : i+1] // a location where an institution was expected
		if in.Locations != nil {
			locations = *in.Locations
		} else if in.Inst == "" && in.Subdomain != "" {
			continue // an institution without locations
		} else if in.Inst == "" {
			return nil, c.http.Error(call, answer, emr.KindProtocol, "NexHealth sent something that is neither an institution nor a location")
		}
		for _, l := range locations {
			if l.ID == "" {
				return nil, c.http.Error(call, answer, emr.KindProtocol, "NexHealth sent a location without an id")
			}
			all = append(all, c.placeOf(&l))
		}
	}
	return all, nil
}

func (c *Client) placeOf(l *locationWire) *place {
	p := &place{
		Location: emr.Location{
			ID: emr.LocationID(l.ID), Name: strings.TrimSpace(string(l.Name)), Active: !l.Inactive.Value,
			Phone: string(l.Phone), Address: oneLine(l),
		},
		inserts:     l.InsertsClients.Value || !l.InsertsClients.Known,
		byOperatory: l.ByOperatory.Value,
	}
	if p.ID == c.cfg.Location && c.cfg.Zone != nil {
		p.Zone = c.cfg.Zone
		return p
	}
	if l.Zone != "" {
		zone, err := emr.LoadZone(string(l.Zone))
		p.Zone, p.zoneLost = zone, err != nil
	}
	return p
}

// ListPractitioners reads GET /providers: the active practitioners who can be booked at
// the connection's location. Where nobody is marked as bookable online there, the mark is
// not kept, and all active practitioners of the location are listed.
func (p parts) ListPractitioners(ctx context.Context, at emr.Cursor) (emr.Page[emr.Practitioner], error) {
	const bookable, everybody = "b:", "e:"
	mode, position := bookable, at
	if at != "" {
		rest, ok := strings.CutPrefix(string(at), bookable)
		if !ok {
			mode = everybody
			if rest, ok = strings.CutPrefix(string(at), everybody); !ok {
				return emr.Page[emr.Practitioner]{}, invalid(opPractitioners, "the cursor belongs to another list", "cursor")
			}
		}
		position = emr.Cursor(rest)
	}
	page, err := p.providerPage(ctx, mode == bookable, position)
	if err == nil && at == "" && len(page.Items) == 0 && page.Next == "" {
		mode = everybody
		page, err = p.providerPage(ctx, false, "")
	}
	if page.Next != "" {
		page.Next = emr.Cursor(mode) + page.Next
	}
	return page, err
}

func (p parts) providerPage(ctx context.Context, bookable bool, at emr.Cursor) (emr.Page[emr.Practitioner], error) {
	var page emr.Page[emr.Practitioner]
	call, err := p.call(opPractitioners, http.MethodGet, "/providers")
	if err != nil {
		return page, err
	}
	call.Impersonal = true
	q := p.scoped().set("location_id", p.location("")).set("inactive", flag(false)).add("include[]", "locations")
	if bookable {
		q.set("requestable", flag(true))
	}
	e, answer, next, err := p.page(ctx, call, q, at)
	if err != nil {
		return page, err
	}
	if err := p.filtered(call, answer, e, "location_id"); err != nil {
		return page, err
	}
	found, err := decodeData[[]providerWire](p.Client, call, answer, e)
	if err != nil {
		return page, err
	}
	for _, r := range found {
		m := practitioner(&r)
		if m.ID == "" {
			return page, p.http.Error(call, answer, emr.KindProtocol, "NexHealth sent a provider without an id")
		}
		if m.Active {
			page.Items = append(page.Items, m)
		}
	}
	page.Next = next
	return page, nil
}

func practitioner(r *providerWire) *emr.Practitioner {
	m := &emr.Practitioner{
		ID: emr.PractitionerID(r.ID), Family: strings.TrimSpace(string(r.Last)), NPI: string(r.NPI), Active: !r.Inactive.Value,
		Given: strings.TrimSpace(strings.TrimSpace(string(r.First)) + " " + strings.TrimSpace(string(r.Middle))),
	}
	for _, name := range []string{string(r.DisplayName), string(r.Name), strings.TrimSpace(string(r.First)) + " " + m.Family} {
		if m.Name = strings.TrimSpace(name); m.Name != "" {
			break
		}
	}
	add := func(id vendorjson.ID) {
		if l := emr.LocationID(id); l != "" && !slices.Contains(m.Locations, l) {
			m.Locations = append(m.Locations, l)
		}
	}
	for _, l := range r.Requestables {
		add(l.Location)
	}
	for _, l := range r.Locations {
		add(l.ID)
	}
	return m
}

// ListAppointmentTypes reads GET /appointment_types: NexHealth's own types for the
// connection's location.
func (p parts) ListAppointmentTypes(ctx context.Context, at emr.Cursor) (emr.Page[emr.AppointmentType], error) {
	return only(opTypes, at, func() ([]*emr.AppointmentType, error) {
		found, err := p.readTypes(ctx)
		var all []*emr.AppointmentType
		for _, t := range found {
			all = append(all, &t.AppointmentType)
		}
		return all, err
	})
}

// typeRecord is an appointment type with what the search for slots needs to know.
type typeRecord struct {
	emr.AppointmentType
	bookable bool // online, says NexHealth
}

// readTypes reads the types. location_id is needed where the institution has types for
// each location, and allowed everywhere; those of another location are left out.
func (c *Client) readTypes(ctx context.Context) ([]*typeRecord, error) {
	call, err := c.call(opTypes, http.MethodGet, "/appointment_types")
	if err != nil {
		return nil, err
	}
	call.Impersonal = true
	e, answer, err := c.send(ctx, call, c.scoped().set("location_id", c.location("")), nil)
	if err != nil {
		return nil, err
	}
	found, err := decodeData[[]typeWire](c, call, answer, e)
	if err != nil {
		return nil, err
	}
	var all []*typeRecord
	for _, r := range found {
		if r.ID == "" {
			return nil, c.http.Error(call, answer, emr.KindProtocol, "NexHealth sent an appointment type without an id")
		}
		if r.Parent == "Location" && r.ParentID != "" && string(r.ParentID) != c.location("") {
			continue
		}
		all = append(all, typeOf(&r))
	}
	return all, nil
}

func typeOf(r *typeWire) *typeRecord {
	return &typeRecord{
		AppointmentType: emr.AppointmentType{
			ID: emr.AppointmentTypeID(r.ID), Name: strings.TrimSpace(string(r.Name)),
			Length: time.Duration(min(max(r.Minutes.Value, 0), 24*60)) * time.Minute,
		},
		bookable: r.Bookable.Value,
	}
}
