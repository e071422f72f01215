package nextgen

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// Resource is a calendar: what is booked at NextGen is a resource, not a provider.
type Resource struct {
	ID           emr.ResourceID
	Name         string
	Practitioner emr.PractitionerID // whose calendar it is; "" for rooms and equipment
	Kind         string             // NextGen's word: "Person" or "Place"
	Interval     time.Duration      // step of the calendar; 0 when not told
}

type resourceWire struct {
	ID       guid            `json:"id"`
	Practice vendorjson.Text `json:"practiceId"`
	Deleted  vendorjson.Bool `json:"isDeleted"`
	Name     vendorjson.Text `json:"resourceDisplayName"`
	Provider guid            `json:"providerId"`
	Kind     vendorjson.Text `json:"resourceType"`
	Interval vendorjson.Int  `json:"interval"` // minutes
}

// Resources lists the practice's calendars that are not deleted, of people, rooms and
// equipment. It fails with the kinds of every read, see [emr.Kind].
func (c *Client) Resources(ctx context.Context) ([]*Resource, error) {
	return collect(ctx, opResources, c.listResources)
}

func (c *Client) listResources(ctx context.Context, at emr.Cursor) (emr.Page[Resource], error) {
	call, err := c.directoryCall(opResources, "/resources")
	if err != nil {
		return emr.Page[Resource]{}, err
	}
	q := new(query).set("isDeleted", "false") // a plain parameter here
	return pageOf(ctx, c, call, q, at, func(r *resourceWire, _ json.RawMessage) (*Resource, error) {
		switch {
		case r.ID == "":
			return nil, errNoID
		case !c.ours(r.Practice), r.Deleted.Value:
			return nil, nil
		}
		return &Resource{
			ID: emr.ResourceID(r.ID), Name: text(r.Name), Practitioner: emr.PractitionerID(r.Provider),
			Kind: text(r.Kind), Interval: time.Duration(min(max(r.Interval.Value, 0), 24*60)) * time.Minute,
		}, nil
	})
}

// calendarsOf are the resources of these practitioners. One without a calendar cannot be
// booked and has none.
func (c *Client) calendarsOf(ctx context.Context, who ...emr.PractitionerID) ([]emr.ResourceID, error) {
	all, err := c.resources(ctx)
	if err != nil {
		return nil, err
	}
	var found []emr.ResourceID
	for _, r := range all {
		for _, p := range who {
			if p != "" && sameID(r.Practitioner, p) {
				found = append(found, r.ID)
				break
			}
		}
	}
	return found, nil
}

// listsAny reports whether one of the calendars is in the practice's list; true where there
// is no list, or no calendar is named.
func listsAny(all []*Resource, ids []emr.ResourceID) bool {
	return len(all) == 0 || len(ids) == 0 || slices.ContainsFunc(all, func(r *Resource) bool {
		return slices.ContainsFunc(ids, func(id emr.ResourceID) bool { return sameID(id, r.ID) })
	})
}

// ownerOf is whose calendar one of the resources is; "" for rooms, and where the site's
// list does not have it.
func ownerOf(all []*Resource, ids []emr.ResourceID) emr.PractitionerID {
	for _, id := range ids {
		for _, r := range all {
			if r.Practitioner != "" && strings.EqualFold(string(r.ID), string(id)) {
				return r.Practitioner
			}
		}
	}
	return ""
}
