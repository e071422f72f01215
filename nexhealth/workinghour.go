package nexhealth

import (
	"context"
	"net/http"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// Working hours are the times in which NexHealth offers slots: without them there are
// none, however free the practice's calendar is. Source: docs.nexhealth.com
// /v20240412/reference/working-hours.

// WorkingHourQuery narrows WorkingHours. Fields that are blank do not.
type WorkingHourQuery struct {
	Location     emr.LocationID // "" is the connection's own
	Practitioner emr.PractitionerID
	Resource     emr.ResourceID
	Label        string // id of a label
	Source       Source
	Inactive     bool // inactive ones instead of active ones
	// FutureOnly leaves out hours of single days that are past.
	FutureOnly bool
}

// WorkingHours lists the working hours of a location. Kind invalid for ids that are no
// whole numbers, protocol when NexHealth ignored a filter; and the kinds of a list.
func (c *Client) WorkingHours(ctx context.Context, q WorkingHourQuery) ([]*WorkingHour, error) {
	location := c.location(q.Location)
	if err := checkIDs(opWorkingHours, "location", location); err != nil {
		return nil, err
	}
	for field, id := range map[string]string{"practitioner": string(q.Practitioner), "resource": string(q.Resource), "label": q.Label} {
		if id != "" && !vendorjson.IsWholeNumber(id) {
			return nil, invalid(opWorkingHours, "NexHealth's ids are whole numbers", field)
		}
	}
	if q.Source != "" && q.Source != Manual && q.Source != Synced {
		return nil, invalid(opWorkingHours, "working hours are manual or synced", "source")
	}
	query := c.scoped().set("location_id", location).set("provider_id", string(q.Practitioner)).
		set("operatory_id", string(q.Resource)).set("label_id", q.Label).set("source", string(q.Source)).
		set("active", flag(!q.Inactive)).add("include[]", "appointment_types")
	if q.FutureOnly {
		query.set("ignore_past_dates", flag(true))
	}
	return collect(ctx, opWorkingHours, func(ctx context.Context, at emr.Cursor) (emr.Page[WorkingHour], error) {
		var page emr.Page[WorkingHour]
		call, err := c.call(opWorkingHours, http.MethodGet, "/working_hours")
		if err != nil {
			return page, err
		}
		call.Impersonal = true
		e, answer, next, err := c.page(ctx, call, query, at)
		if err != nil {
			return page, err
		}
		if err := c.filtered(call, answer, e, "location_id", "provider_id", "operatory_id", "label_id", "source", "active"); err != nil {
			return page, err
		}
		found, err := decodeData[[]hourWire](c, call, answer, e)
		if err != nil {
			return page, err
		}
		for _, r := range found {
			h, err := c.hour(call, answer, &r)
			if err != nil {
				return page, err
			}
			page.Items = append(page.Items, h)
		}
		page.Next = next
		return page, nil
	})
}

// GetWorkingHour reads one. Kind not_found when there is none.
func (c *Client) GetWorkingHour(ctx context.Context, id string) (*WorkingHour, error) {
	call, err := c.call(opWorkingHours, http.MethodGet, "/working_hours/{id}", id)
	if err != nil {
		return nil, err
	}
	call.Impersonal = true
	return c.oneHour(ctx, call, c.scoped().add("include[]", "appointment_types"), nil)
}

// CreateWorkingHour makes working hours at a location, "" is the connection's own. They
// count at NexHealth only: nothing of them gets into the practice's system.
//
// It needs Practitioner, Begin, End and exactly one of Days, Date and Every; the
// Resource where the location books by operatory. Kind invalid, with Fields, when one is
// missing and nothing was sent; ambiguous when the answer was lost: list before doing it
// again, NexHealth does not notice a second one.
func (c *Client) CreateWorkingHour(ctx context.Context, location emr.LocationID, h *WorkingHour) (*WorkingHour, error) {
	if err := checkIDs(opSetWorkingHours, "location", c.location(location)); err != nil {
		return nil, err
	}
	body, err := hourBody(h)
	if err != nil {
		return nil, err
	}
	if h.Resource == "" {
		here, err := c.place(ctx, location)
		if err != nil {
			return nil, emr.Unsent(err)
		}
		if here.byOperatory {
			return nil, invalid(opSetWorkingHours, "this location books by operatory: name it", "resource")
		}
	}
	call, err := c.call(opSetWorkingHours, http.MethodPost, "/working_hours")
	if err != nil {
		return nil, err
	}
	call.Impersonal = true
	return c.oneHour(ctx, call, c.scoped().set("location_id", c.location(location)), wrapped("working_hour", body))
}

// UpdateWorkingHour changes what is set in u and leaves the rest. Kind invalid for an
// empty change; NexHealth asks not to change hours read from the practice (Source Synced).
func (c *Client) UpdateWorkingHour(ctx context.Context, id string, u *WorkingHourUpdate) (*WorkingHour, error) {
	call, err := c.call(opSetWorkingHours, http.MethodPatch, "/working_hours/{id}", id)
	if err != nil {
		return nil, err
	}
	body, err := u.body()
	if err != nil {
		return nil, err
	}
	call.Impersonal = true
	return c.oneHour(ctx, call, c.scoped(), wrapped("working_hour", body))
}

// DeleteWorkingHour removes one. Kind not_found when there is none.
func (c *Client) DeleteWorkingHour(ctx context.Context, id string) error {
	call, err := c.call(opSetWorkingHours, http.MethodDelete, "/working_hours/{id}", id)
	if err != nil {
		return err
	}
	call.Impersonal = true
	_, _, err = c.send(ctx, call, c.scoped(), nil)
	return err
}

// wrapped puts a body under the singular name of its resource, as NexHealth wants it.
func wrapped(name string, body any) map[string]any { return map[string]any{name: body} }

func (c *Client) oneHour(ctx context.Context, call *transport.Call, q *params, body any) (*WorkingHour, error) {
	e, answer, err := c.send(ctx, call, q, body)
	if err != nil {
		return nil, err
	}
	r, err := decodeData[hourWire](c, call, answer, e, "working_hour")
	if err != nil {
		return nil, err
	}
	return c.hour(call, answer, &r)
}
