package nextgen

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// The directory, as it comes. Names as recorded from version 6.0.0.767.

// placeWire is a location. Those of a practice have locationId and locationName, those of
// the site id and name.
type placeWire struct {
	Practice     vendorjson.Text `json:"practiceId"`
	LocationID   guid            `json:"locationId"`
	LocationName vendorjson.Text `json:"locationName"`
	ID           guid            `json:"id"`
	Name         vendorjson.Text `json:"name"`
	Deleted      vendorjson.Bool `json:"isDeleted"`
	Schedulable  vendorjson.Bool `json:"isSchedulable"`
	Address1     vendorjson.Text `json:"addressLine1"`
	Address2     vendorjson.Text `json:"addressLine2"`
	City         vendorjson.Text `json:"city"`
	State        vendorjson.Text `json:"state"`
	Zip          vendorjson.Text `json:"zip"`
	Phone        vendorjson.Text `json:"phone"`
}

// providerWire is somebody who sees patients, or only refers them.
type providerWire struct {
	ID          guid            `json:"id"`
	First       vendorjson.Text `json:"firstName"`
	Middle      vendorjson.Text `json:"middleName"`
	Last        vendorjson.Text `json:"lastName"`
	Description vendorjson.Text `json:"description"`
	Degree      vendorjson.Text `json:"degree"`
	NPI         vendorjson.Text `json:"nationalProviderId"`
	Practice    vendorjson.Text `json:"practiceId"`
	Deleted     vendorjson.Bool `json:"isDeleted"`
	Rendering   vendorjson.Bool `json:"isRenderingAtPractice"`
}

// eventWire is an appointment type.
type eventWire struct {
	Practice vendorjson.Text `json:"practiceId"`
	ID       guid            `json:"id"`
	Name     vendorjson.Text `json:"name"`
	Deleted  vendorjson.Bool `json:"isDeleted"`
	Duration vendorjson.Int  `json:"duration"` // minutes
}

// errNoID is a record without an id: it could not be named again.
var errNoID = &vendorjson.Error{Problem: vendorjson.Mistyped}

// directoryCall starts a read of the clinic's own records, which is nobody's data.
func (c *Client) directoryCall(op, route string, ids ...string) (*transport.Call, error) {
	call, err := c.call(op, http.MethodGet, route, ids...)
	if err == nil {
		call.Impersonal = true
	}
	return call, err
}

// ListLocations reads GET /master/practices/{practiceId}/locations. Locations that the
// site's own list (GET /master/locations, read at most once an hour) marks as deleted or
// not schedulable are left out; where that list may not be read, all are given.
func (p parts) ListLocations(ctx context.Context, at emr.Cursor) (emr.Page[emr.Location], error) {
	call, err := p.directoryCall(opLocations, "/master/practices/{practice}/locations", p.cfg.PracticeID)
	if err != nil {
		return emr.Page[emr.Location]{}, err
	}
	closed, err := p.closedPlaces(ctx)
	if err != nil {
		return emr.Page[emr.Location]{}, err
	}
	return pageOf(ctx, p.Client, call, nil, at, func(r *placeWire, _ json.RawMessage) (*emr.Location, error) {
		id := cmp.Or(r.LocationID, r.ID)
		switch {
		case id == "":
			return nil, errNoID
		case !p.ours(r.Practice), r.Deleted.Value, closed[strings.ToLower(string(id))]:
			return nil, nil
		}
		return &emr.Location{
			ID: emr.LocationID(id), Name: cmp.Or(text(r.LocationName), text(r.Name)), Active: true,
			Phone: text(r.Phone), Address: oneLine(r), Zone: p.cfg.Zone,
		}, nil
	})
}

// oneLine joins what is there of an address.
func oneLine(r *placeWire) string {
	var words []string
	for _, w := range []string{text(r.Address1), text(r.Address2), text(r.City), strings.TrimSpace(text(r.State) + " " + zipCode(text(r.Zip)))} {
		if w != "" {
			words = append(words, w)
		}
	}
	return strings.Join(words, ", ")
}

// zipCode writes nine digits the way people do.
func zipCode(digits string) string {
	if len(digits) == 9 && strings.Trim(digits, "0123456789") == "" {
		return digits[:5] + "-" + digits[5:]
	}
	return digits
}

// ListPractitioners reads GET /providers: those who render services at the practice. What
// is booked is their calendar, a resource: see Client.Resources. Filters are sent and
// compared again here.
func (p parts) ListPractitioners(ctx context.Context, at emr.Cursor) (emr.Page[emr.Practitioner], error) {
	call, err := p.directoryCall(opPractitioners, "/providers")
	if err != nil {
		return emr.Page[emr.Practitioner]{}, err
	}
	q := new(query).where(fieldDeleted.is(false), fieldRenders.is(true))
	return pageOf(ctx, p.Client, call, q, at, func(r *providerWire, _ json.RawMessage) (*emr.Practitioner, error) {
		switch {
		case r.ID == "":
			return nil, errNoID
		case !p.ours(r.Practice), r.Deleted.Value, r.Rendering.Known && !r.Rendering.Value:
			return nil, nil
		}
		return practitionerOf(r), nil
	})
}

func practitionerOf(r *providerWire) *emr.Practitioner {
	m := &emr.Practitioner{
		ID: emr.PractitionerID(r.ID), Family: text(r.Last), NPI: text(r.NPI), Active: true,
		Given: strings.TrimSpace(text(r.First) + " " + text(r.Middle)),
	}
	name := strings.TrimSpace(text(r.First) + " " + m.Family)
	if degree := text(r.Degree); name != "" && degree != "" {
		name += ", " + degree
	}
	m.Name = cmp.Or(name, text(r.Description))
	return m
}

// ListAppointmentTypes reads GET /master/events: what can be booked. The list of the
// vendor's sandbox holds the events of all practices of the site; only the connection's
// own are given.
func (p parts) ListAppointmentTypes(ctx context.Context, at emr.Cursor) (emr.Page[emr.AppointmentType], error) {
	call, err := p.directoryCall(opTypes, "/master/events")
	if err != nil {
		return emr.Page[emr.AppointmentType]{}, err
	}
	q := new(query).where(fieldPractice.eq(p.cfg.PracticeID), fieldDeleted.is(false))
	return pageOf(ctx, p.Client, call, q, at, func(r *eventWire, _ json.RawMessage) (*emr.AppointmentType, error) {
		switch {
		case r.ID == "":
			return nil, errNoID
		case !p.ours(r.Practice), r.Deleted.Value:
			return nil, nil
		}
		return typeOf(r), nil
	})
}

func typeOf(r *eventWire) *emr.AppointmentType {
	return &emr.AppointmentType{
		ID: emr.AppointmentTypeID(r.ID), Name: text(r.Name),
		Length: time.Duration(min(max(r.Duration.Value, 0), 24*60)) * time.Minute,
	}
}
