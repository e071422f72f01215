package nexhealth

import (
	"context"
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// Operatory is a room or chair of a location, NexHealth's word for what can be booked
// besides a person. Its id is what Slot.Resources holds. Some practice systems have none.
type Operatory struct {
	ID             emr.ResourceID          `json:"id"`
	Name           string                  `json:"name"`
	Location       emr.LocationID          `json:"location,omitempty"`
	Active         bool                    `json:"active"`
	BookableOnline bool                    `json:"bookable_online"`
	Types          []emr.AppointmentTypeID `json:"types,omitempty"` // it is kept for; empty: any
}

// Operatories lists the rooms of a location, "" is the connection's own. The kinds of
// failure are those of the lists of emr.Client.
func (c *Client) Operatories(ctx context.Context, location emr.LocationID) ([]*Operatory, error) {
	location = emr.LocationID(c.location(location))
	if err := checkIDs(opOperatories, "location", location); err != nil {
		return nil, err
	}
	return collect(ctx, opOperatories, func(ctx context.Context, at emr.Cursor) (emr.Page[Operatory], error) {
		return c.operatoryPage(ctx, location, at)
	})
}

func (c *Client) operatoryPage(ctx context.Context, location emr.LocationID, at emr.Cursor) (emr.Page[Operatory], error) {
	var page emr.Page[Operatory]
	call, err := c.call(opOperatories, http.MethodGet, "/operatories")
	if err != nil {
		return page, err
	}
	call.Impersonal = true
	q := c.scoped().set("location_id", string(location)).add("include[]", "appointment_types")
	e, answer, next, err := c.page(ctx, call, q, at)
	if err != nil {
		return page, err
	}
	found, err := decodeData[[]operatoryWire](c, call, answer, e)
	if err != nil {
		return page, err
	}
	for _, r := range found {
		o := operatoryOf(&r)
		if o.ID == "" {
			return page, c.http.Error(call, answer, emr.KindProtocol, "NexHealth sent an operatory without an id")
		}
		if o.Location == "" || o.Location == location { // compared here, whatever NexHealth ignored
			page.Items = append(page.Items, o)
		}
	}
	page.Next = next
	return page, nil
}

func operatoryOf(r *operatoryWire) *Operatory {
	o := &Operatory{
		ID: emr.ResourceID(r.ID), Name: strings.TrimSpace(string(r.DisplayName)), Location: emr.LocationID(r.Location),
		Active: r.Active.Value || !r.Active.Known, BookableOnline: r.Bookable.Value || !r.Bookable.Known,
	}
	if o.Name == "" {
		o.Name = strings.TrimSpace(string(r.Name))
	}
	for _, t := range r.Types {
		if t.ID != "" {
			o.Types = append(o.Types, emr.AppointmentTypeID(t.ID))
		}
	}
	return o
}
