package nexhealth

import (
	"context"
	"strings"
	"sync"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/reference"
)

// references keeps the institution's reference data, for filling in what a caller left
// blank and for the rules of a location.
type references struct {
	places    reference.List[place]
	providers reference.List[emr.Practitioner]
	types     reference.List[typeRecord]

	mu          sync.Mutex
	operatories map[emr.LocationID]*reference.List[Operatory]
}

// collect reads all pages of a short list of the institution's own records.
func collect[T any](ctx context.Context, op string, list func(context.Context, emr.Cursor) (emr.Page[T], error)) ([]*T, error) {
	return reference.Collect(ctx, vendor, op, "narrow it, or raise Config.PageSize", list)
}

// place is a location with what booking there needs to know.
type place struct {
	emr.Location
	// inserts says that bookings are sent to the practice's system (insert_appt_client);
	// also true where NexHealth does not tell.
	inserts bool
	// byOperatory says that a booking needs an operatory (map_by_operatory).
	byOperatory bool
	// zoneLost says that the location has a zone which this program cannot load.
	zoneLost bool
}

// place returns a location of the institution, "" is the connection's own. It is read at
// most once an hour. Kind not_found when the institution has no such location, or not for
// this key; and the kinds of a read.
func (c *Client) place(ctx context.Context, id emr.LocationID) (*place, error) {
	id = emr.LocationID(c.location(id))
	all, err := c.ref.places.Get(ctx, vendor, opLocations, c.readPlaces)
	if err != nil {
		return nil, err
	}
	for _, l := range all {
		if l.ID == id {
			return l, nil
		}
	}
	field := "location"
	if id == c.cfg.Location {
		field = "Location"
	}
	return nil, &emr.Error{
		Kind: emr.KindNotFound, Vendor: vendor, Op: opLocations, Fields: []string{field},
		Hint: "the institution has no such location, or the key may not see it: check NEXHEALTH_LOCATION_ID and NEXHEALTH_SUBDOMAIN",
	}
}

// firstProvider is the location's first active practitioner, for records that need one.
func (c *Client) firstProvider(ctx context.Context) (emr.PractitionerID, error) {
	all, err := c.providers(ctx)
	if err != nil {
		return "", err
	}
	for _, p := range all {
		if p.Active {
			return p.ID, nil
		}
	}
	return "", invalid(opPractitioners, "NexHealth wants a practitioner and the location lists no active one: name one", "practitioner")
}

// providers are the location's bookable practitioners, read at most once an hour.
func (c *Client) providers(ctx context.Context) ([]*emr.Practitioner, error) {
	return c.ref.providers.Get(ctx, vendor, opPractitioners, func(ctx context.Context) ([]*emr.Practitioner, error) {
		return collect(ctx, opPractitioners, parts{c}.ListPractitioners)
	})
}

// types are the appointment types of the location, read at most once an hour.
func (c *Client) types(ctx context.Context) ([]*typeRecord, error) {
	return c.ref.types.Get(ctx, vendor, opTypes, c.readTypes)
}

// rooms are the operatories of a location, read at most once an hour.
func (c *Client) rooms(ctx context.Context, at emr.LocationID) ([]*Operatory, error) {
	at = emr.LocationID(c.location(at))
	c.ref.mu.Lock()
	list := c.ref.operatories[at]
	if list == nil {
		if c.ref.operatories == nil {
			c.ref.operatories = map[emr.LocationID]*reference.List[Operatory]{}
		}
		list = new(reference.List[Operatory])
		c.ref.operatories[at] = list
	}
	c.ref.mu.Unlock()
	return list.Get(ctx, vendor, opOperatories, func(ctx context.Context) ([]*Operatory, error) { return c.Operatories(ctx, at) })
}

// oneLine joins what is there of an address.
func oneLine(l *locationWire) string {
	var words []string
	for _, w := range []string{string(l.Street), string(l.Street2), string(l.City), strings.TrimSpace(string(l.State) + " " + string(l.Zip))} {
		if w = strings.TrimSpace(w); w != "" {
			words = append(words, w)
		}
	}
	return strings.Join(words, ", ")
}
