package nextgen

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/reference"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// references keeps the practice's reference data, each list read at most once an hour:
// for filling in what a caller left blank, and for mapping practitioners to calendars.
type references struct {
	allPlaces    reference.List[placeWire]
	locations    reference.List[emr.Location]
	resources    reference.List[Resource]
	types        reference.List[emr.AppointmentType]
	categories   reference.List[category]
	cancel, move reference.List[reason]
}

// collect reads all pages of a short list of the practice's own records.
func collect[T any](ctx context.Context, op string, list func(context.Context, emr.Cursor) (emr.Page[T], error)) ([]*T, error) {
	return reference.Collect(ctx, vendor, op, "raise Config.PageSize", list)
}

// locations are the practice's active locations.
func (c *Client) locations(ctx context.Context) ([]*emr.Location, error) {
	return c.ref.locations.Get(ctx, vendor, opLocations, func(ctx context.Context) ([]*emr.Location, error) {
		return collect(ctx, opLocations, parts{c}.ListLocations)
	})
}

// types are the practice's events.
func (c *Client) types(ctx context.Context) ([]*emr.AppointmentType, error) {
	return c.ref.types.Get(ctx, vendor, opTypes, func(ctx context.Context) ([]*emr.AppointmentType, error) {
		return collect(ctx, opTypes, parts{c}.ListAppointmentTypes)
	})
}

// resources are the practice's calendars that are not deleted.
func (c *Client) resources(ctx context.Context) ([]*Resource, error) {
	return c.ref.resources.Get(ctx, vendor, opResources, func(ctx context.Context) ([]*Resource, error) {
		return collect(ctx, opResources, c.listResources)
	})
}

// closedPlaces are the locations of the site that are deleted or not schedulable, by id in
// lower case. Nil where the service user may not read the site's list or has none.
func (c *Client) closedPlaces(ctx context.Context) (map[string]bool, error) {
	all, err := c.ref.allPlaces.Get(ctx, vendor, opLocations, func(ctx context.Context) ([]*placeWire, error) {
		return collect(ctx, opLocations, func(ctx context.Context, at emr.Cursor) (emr.Page[placeWire], error) {
			call, err := c.directoryCall(opLocations, "/master/locations")
			if err != nil {
				return emr.Page[placeWire]{}, err
			}
			return pageOf(ctx, c, call, nil, at, func(r *placeWire, _ json.RawMessage) (*placeWire, error) { return r, nil })
		})
	})
	if isRefused(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	closed := map[string]bool{}
	for _, r := range all {
		if r.Deleted.Value || r.Schedulable.Known && !r.Schedulable.Value {
			closed[strings.ToLower(string(cmp.Or(r.ID, r.LocationID)))] = true
		}
	}
	return closed, nil
}

// isRefused reports whether a list is not to be had at this site for good.
func isRefused(err error) bool {
	switch emr.KindOf(err) {
	case emr.KindPermission, emr.KindNotFound, emr.KindUnsupported:
		return true
	}
	return false
}

// category is a kind of time in the schedule template.
type category struct {
	ID      string
	Name    string
	Exclude bool // its slots are not offered
}

type categoryWire struct {
	ID       guid            `json:"id"`
	Name     vendorjson.Text `json:"name"`
	Practice vendorjson.Text `json:"practiceId"`
	Exclude  vendorjson.Bool `json:"excludeSlotsInSearch"`
	Deleted  vendorjson.Bool `json:"isDeleted"`
}

// categories are the practice's, from GET /master/appointments/categories.
func (c *Client) categories(ctx context.Context) ([]*category, error) {
	return c.ref.categories.Get(ctx, vendor, opCategories, func(ctx context.Context) ([]*category, error) {
		return collect(ctx, opCategories, func(ctx context.Context, at emr.Cursor) (emr.Page[category], error) {
			call, err := c.directoryCall(opCategories, "/master/appointments/categories")
			if err != nil {
				return emr.Page[category]{}, err
			}
			q := new(query).where(fieldPractice.eq(c.cfg.PracticeID))
			return pageOf(ctx, c, call, q, at, func(r *categoryWire, _ json.RawMessage) (*category, error) {
				switch {
				case r.ID == "":
					return nil, errNoID
				case !c.ours(r.Practice):
					return nil, nil
				}
				return &category{ID: string(r.ID), Name: text(r.Name), Exclude: r.Exclude.Value}, nil
			})
		})
	})
}

// eventsOf are the ids, in lower case, of the events allowed in a category, from GET
// /master/appointments/categories/{id}/events; nil where the site does not tell.
func (c *Client) eventsOf(ctx context.Context, categoryID string) (map[string]bool, error) {
	found, err := collect(ctx, opCategories, func(ctx context.Context, at emr.Cursor) (emr.Page[eventWire], error) {
		call, err := c.directoryCall(opCategories, "/master/appointments/categories/{id}/events", categoryID)
		if err != nil {
			return emr.Page[eventWire]{}, err
		}
		return pageOf(ctx, c, call, nil, at, func(r *eventWire, _ json.RawMessage) (*eventWire, error) { return r, nil })
	})
	if isRefused(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	all := map[string]bool{}
	for _, e := range found {
		if !e.Deleted.Value {
			all[strings.ToLower(string(e.ID))] = true
		}
	}
	return all, nil
}

// reason is an entry of a list of reasons.
type reason struct {
	ID, Name string
}

type listItemWire struct {
	ID      guid            `json:"id"`
	Kind    vendorjson.Text `json:"type"`
	Name    vendorjson.Text `json:"name"`
	Deleted vendorjson.Bool `json:"isDeleted"`
}

// cancelReason is the id sent with a cancellation: the configured one, else the first of
// the practice's list. Kind invalid when the list is empty. A look-up before a write: its
// errors go through emr.Unsent by the caller.
func (c *Client) cancelReason(ctx context.Context) (string, error) {
	return c.firstReason(ctx, &c.ref.cancel, "as_cancel_reason", c.cfg.CancelReason, "CancelReason")
}

// rescheduleReason is cancelReason for moves.
func (c *Client) rescheduleReason(ctx context.Context) (string, error) {
	return c.firstReason(ctx, &c.ref.move, "as_resched_reason", c.cfg.RescheduleReason, "RescheduleReason")
}

func (c *Client) firstReason(ctx context.Context, list *reference.List[reason], kind, configured, field string) (string, error) {
	if configured != "" {
		return configured, nil
	}
	all, err := list.Get(ctx, vendor, opReasons, func(ctx context.Context) ([]*reason, error) {
		return c.listItems(ctx, kind)
	})
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		return "", invalid(opReasons, "the practice has no entry in its list "+kind+", and NextGen wants a reason: have one added, or set Config."+field, field)
	}
	return all[0].ID, nil
}

// listItems reads one list of GET /master/list-items, without deleted entries.
func (c *Client) listItems(ctx context.Context, kind string) ([]*reason, error) {
	return collect(ctx, opReasons, func(ctx context.Context, at emr.Cursor) (emr.Page[reason], error) {
		call, err := c.directoryCall(opReasons, "/master/list-items")
		if err != nil {
			return emr.Page[reason]{}, err
		}
		q := new(query).where(fieldType.eq(kind))
		return pageOf(ctx, c, call, q, at, func(r *listItemWire, _ json.RawMessage) (*reason, error) {
			switch {
			case r.ID == "":
				return nil, errNoID
			case r.Deleted.Value, text(r.Kind) != "" && !strings.EqualFold(text(r.Kind), kind):
				return nil, nil
			}
			return &reason{ID: string(r.ID), Name: text(r.Name)}, nil
		})
	})
}
