package nextgen

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// SlotOptions is the Vendor part of an emr.SlotQuery.
type SlotOptions struct {
	// Source stands in for Config.SlotSource.
	Source SlotSource
	// Overlap offers times, too, at which something is booked already and the template allows
	// more. Booking one takes BookingOptions.AllowDoubleBooking.
	Overlap bool
	// Category and Class are ids of a schedule category and, for availability, of a group of
	// resources.
	Category, Class string

	// The rest is for availability only, and left out unless it is set. What the numbers of
	// DaysOfWeek and RestrictResultsBy mean is not published: ask NextGen.
	DaysOfWeek        []int
	RestrictResultsBy *int
	// GroupResources asks for times at which several resources are free together.
	GroupResources bool
}

// slotSearch is a query with the blanks filled in.
type slotSearch struct {
	emr.SlotQuery
	SlotOptions
	kinds  []*emr.AppointmentType // the type asked for; all of the practice where none is
	owners []*Resource            // whose calendar is whose; nil: not known
}

// FindSlots finds the free times of one window: by the site's own search (availability)
// where the appointment type is known, else from the schedule template, whose increments
// are joined until they are as long as the type, or as Length. Without a type the
// practice's first one is offered for booking. SlotOptions and Config.SlotSource choose
// otherwise, and a site without the one route is asked by the other.
//
// A practitioner is asked for by the calendars (resources) of theirs; one without any has
// no slots. A calendar that the practice's list (read at most once an hour) does not have is
// offered only where it is asked for. A time that clocks skip is no time, and one that they show twice could not be
// booked without Config.Fold: neither is offered.
//
// Kind invalid: ids that are no UUIDs, purposes, parts of a minute, and no Length where
// neither the type nor the calendar tells one.
func (p parts) FindSlots(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
	s, err := p.slotSearch(ctx, q)
	if err != nil || s == nil {
		return emr.Page[emr.Slot]{}, err
	}
	if at != "" { // only the search has pages
		return p.fromAvailability(ctx, s, at)
	}
	first, second := p.fromAvailability, p.fromTemplate
	if s.Source == SlotsTemplate || s.Source == SlotsAuto && q.Type == "" {
		first, second = second, first
	}
	page, err := first(ctx, s, "")
	if s.Source == SlotsAuto && emr.KindOf(err) == emr.KindUnsupported {
		return second(ctx, s, "") // this site's version does not have the one route
	}
	return page, err
}

// slotSearch fills the blanks in; nil when nobody could have a free time.
func (p parts) slotSearch(ctx context.Context, q emr.SlotQuery) (*slotSearch, error) {
	o, err := emr.VendorOptions[SlotOptions](opFindSlots, q.Vendor)
	if err != nil {
		return nil, err
	}
	s := &slotSearch{SlotQuery: q, SlotOptions: o}
	s.Source = cmp.Or(s.Source, p.cfg.SlotSource)
	if err := s.check(); err != nil {
		return nil, err
	}
	if s.kinds, err = p.slotTypes(ctx, s.Type); err != nil {
		return nil, err
	}
	if s.owners, err = p.resources(ctx); err != nil && (len(q.Practitioners) > 0 || !isRefused(err)) {
		return nil, err
	}
	if len(q.Practitioners) > 0 && len(q.Resources) == 0 {
		if s.Resources, err = p.calendarsOf(ctx, q.Practitioners...); err != nil {
			return nil, err
		}
		if len(s.Resources) == 0 {
			return nil, nil
		}
	}
	return s, nil
}

func (s *slotSearch) check() error {
	var bad []string
	need := func(ok bool, field string) {
		if !ok {
			bad = append(bad, field)
		}
	}
	need(!s.From.IsZero() && s.From.Before(s.To), "from")
	need(len(s.Purposes) == 0, "purposes")
	need(s.Length >= 0 && s.Length%time.Minute == 0 && s.Length <= 24*time.Hour, "length")
	need(s.Type == "" || isGUID(string(s.Type)), "type")
	need(areGUIDs(s.Locations), "locations")
	need(areGUIDs(s.Practitioners), "practitioners")
	need(areGUIDs(s.Resources), "resources")
	need(s.Category == "" || isGUID(s.Category), "category")
	need(s.Class == "" || isGUID(s.Class), "class")
	need(slices.Contains([]SlotSource{SlotsAuto, SlotsAvailability, SlotsTemplate}, s.Source), "source")
	if len(bad) > 0 {
		return invalid(opFindSlots, "NextGen finds slots on a day at least, of whole minutes, by UUIDs of event, location and resource; it has no purposes", bad...)
	}
	return nil
}

func areGUIDs[ID ~string](ids []ID) bool {
	return !slices.ContainsFunc(ids, func(id ID) bool { return !isGUID(string(id)) })
}

// slotTypes is the type asked for, or, without one, all of the practice; none where the
// site does not list them.
func (c *Client) slotTypes(ctx context.Context, id emr.AppointmentTypeID) ([]*emr.AppointmentType, error) {
	all, err := c.types(ctx)
	if err != nil && !isRefused(err) {
		return nil, err
	}
	if id == "" {
		return all, nil
	}
	for _, t := range all {
		if sameID(t.ID, id) {
			return []*emr.AppointmentType{t}, nil
		}
	}
	return []*emr.AppointmentType{{ID: id}}, nil
}

// available is the body of POST /appointments/availability. What is not set is left out.
type available struct {
	Event     string   `json:"EventId"`
	Category  string   `json:"CategoryId,omitempty"`
	Class     string   `json:"ClassId,omitempty"`
	Locations []string `json:"LocationIds,omitempty"`
	Resources []string `json:"ResourceIds,omitempty"`
	From      string   `json:"DateRangeStart"`
	To        string   `json:"DateRangeEnd"`
	Minutes   int      `json:"DurationMinutes,omitempty"`
	Days      []int    `json:"DaysOfWeek,omitempty"`
	Group     bool     `json:"GroupResourcesBySlot,omitempty"`
	Restrict  *int     `json:"RestrictResultsBy,omitempty"`
}

// fromAvailability asks the site's own search. It is a POST and changes nothing: it may be
// repeated. Whether the last day counts is not published: the day after the window is named,
// and what lies outside of the window is left out.
func (p parts) fromAvailability(ctx context.Context, s *slotSearch, at emr.Cursor) (emr.Page[emr.Slot], error) {
	var page emr.Page[emr.Slot]
	if len(s.kinds) == 0 {
		return page, invalid(opFindSlots, "NextGen's search wants an appointment type, and the practice lists none", "type")
	}
	kind := s.kinds[0]
	length := cmp.Or(s.Length, kind.Length)
	if length == 0 {
		if length = s.interval(); length == 0 {
			return page, invalid(opFindSlots, "neither the appointment type nor the calendar tells how long a visit is: set Length", "length")
		}
	}
	more, ok := position(at)
	if !ok {
		return page, invalid(opFindSlots, "the cursor belongs to another list", "cursor")
	}
	call, err := p.call(opFindSlots, http.MethodPost, "/appointments/availability")
	if err != nil {
		return page, err
	}
	call.Safe, call.Impersonal = true, true
	asked := new(query)
	for _, name := range sortedNames(more) {
		asked.set(name, more.Get(name))
	}
	answer, err := p.send(ctx, call, asked, available{
		Event: string(kind.ID), Category: s.Category, Class: s.Class, Locations: texts(s.Locations), Resources: texts(s.Resources),
		From: midnight(s.From), To: midnight(s.To), Minutes: int(s.Length / time.Minute),
		Days: s.DaysOfWeek, Group: s.GroupResources, Restrict: s.RestrictResultsBy,
	})
	if err != nil {
		return page, err
	}
	list, err := openList(answer.Body)
	if err != nil {
		return page, p.unreadable(call, answer, err)
	}
	rows, err := rowsOf[openTime](p.Client, call, answer, *list.Items)
	if err != nil {
		return page, err
	}
	for i := range rows {
		slot, err := p.openSlot(call, answer, &rows[i], s, kind, length)
		if err != nil {
			return page, err
		}
		if slot != nil {
			page.Items = append(page.Items, slot)
		}
	}
	next, bad := nextPosition(call, string(list.Next), at)
	if bad != "" {
		return page, p.http.Error(call, answer, emr.KindProtocol, bad)
	}
	page.Next = next
	return page, nil
}

// interval is the step of the calendars asked for, where they agree.
func (s *slotSearch) interval() time.Duration {
	var step time.Duration
	for _, r := range s.owners {
		if len(s.Resources) > 0 && !slices.ContainsFunc(s.Resources, func(id emr.ResourceID) bool { return sameID(id, r.ID) }) {
			continue
		}
		if step != 0 && r.Interval != step {
			return 0
		}
		step = r.Interval
	}
	return step
}

// openSlot maps one time; nil for one that is not to be offered.
func (p parts) openSlot(call *transport.Call, answer *transport.Answer, w *openTime, s *slotSearch, kind *emr.AppointmentType, length time.Duration) (*emr.Slot, error) {
	if w.At.Bad || w.At.wall.IsZero() {
		return nil, p.http.Error(call, answer, emr.KindProtocol, "NextGen sent a free time whose appointmentDateTime is no time")
	}
	if !isFree(w.Booked, w.Room, s.Overlap) {
		return nil, nil
	}
	if w.Event != "" && !sameID(w.Event, kind.ID) {
		return nil, nil
	}
	start, ok := p.at(w.At)
	if !ok {
		return nil, nil // clocks skip it
	}
	slot := &emr.Slot{Start: start, End: start.Add(length), Location: emr.LocationID(w.Location), LocationName: text(w.LocationName)}
	for _, id := range w.Resources {
		if id != "" {
			slot.Resources = append(slot.Resources, emr.ResourceID(id))
		}
	}
	return p.offered(slot, s, kind), nil
}

// offered completes a slot; nil for one that was not asked for or could not be booked.
func (c *Client) offered(slot *emr.Slot, s *slotSearch, kind *emr.AppointmentType) *emr.Slot {
	day := emr.DateOf(slot.Start)
	switch {
	case day.Before(s.From) || !day.Before(s.To):
		return nil
	case len(s.Locations) > 0 && slot.Location != "" && !slices.ContainsFunc(s.Locations, func(id emr.LocationID) bool { return sameID(id, slot.Location) }):
		return nil
	case len(s.Resources) > 0 && len(slot.Resources) > 0 && !slices.ContainsFunc(slot.Resources, func(r emr.ResourceID) bool {
		return slices.ContainsFunc(s.Resources, func(id emr.ResourceID) bool { return sameID(id, r) })
	}):
		return nil
	case len(s.Resources) == 0 && !listsAny(s.owners, slot.Resources):
		return nil // a calendar that was deleted, or is another practice's
	case c.cfg.Fold == FoldRefuse && len(c.instants(day, slot.Start.Hour(), slot.Start.Minute())) > 1:
		return nil
	}
	switch {
	case len(slot.Resources) > 0:
	case len(s.Resources) == 1:
		slot.Resources = slices.Clone(s.Resources)
	case len(s.Resources) == 0 && len(s.owners) == 1: // the practice's only calendar
		slot.Resources = []emr.ResourceID{s.owners[0].ID}
	}
	if kind != nil {
		slot.Type, slot.TypeName = kind.ID, kind.Name
	}
	slot.Practitioner = ownerOf(s.owners, slot.Resources)
	for _, r := range s.owners {
		if slot.Practitioner != "" && r.Practitioner == slot.Practitioner {
			slot.PractitionerName = r.Name
			break
		}
	}
	slot.Key = slot.MakeKey()
	return slot
}

func texts[ID ~string](ids []ID) []string {
	var all []string
	for _, id := range ids {
		all = append(all, string(id))
	}
	return all
}
