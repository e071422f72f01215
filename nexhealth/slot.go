package nexhealth

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// SlotOptions goes into SlotQuery.Vendor.
type SlotOptions struct {
	// Interval is the time between the starts of slots inside a longer opening; 0 is
	// NexHealth's choice.
	Interval time.Duration
	// AllOperatories lists a time once for each free room, instead of once.
	AllOperatories bool
	// Source is "manual" or "synced": slots in working hours made by API, or read from
	// the practice's system. "" is both.
	Source string
	// Label is the id of a working hour label; "" is any.
	Label string
	// PerTimeslot is how many appointments one slot takes, 1 to 5, with eClinicalWorks
	// and NextGen only; 0 is one.
	PerTimeslot int
}

// FindSlots searches GET /available_slots for one window. Only times within working hours
// kept at NexHealth come. It wants a practitioner or an appointment type: where neither is
// asked for, the location's first type (a bookable one before others) is used. Where that
// finds none, for only working hours tied to a type count for it, or where no type has the
// length asked for, all the location's practitioners are asked; those slots name no type.
// At a location that books by operatory, its bookable operatories are named, where NexHealth
// lists any. Several locations are asked one after the other behind the cursor, because
// each has its own zone and rules.
//
// Days go out as the location's own days. Kind invalid for ids that are no whole numbers,
// purposes, and a length that is not whole minutes.
func (p parts) FindSlots(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
	var page emr.Page[emr.Slot]
	search, err := p.slotSearch(ctx, opFindSlots, q)
	if err != nil {
		return page, err
	}
	nth := 0
	if at != "" {
		if nth, err = strconv.Atoi(string(at)); err != nil || nth < 0 || nth >= len(search.Locations) {
			return page, invalid(opFindSlots, "the cursor belongs to another list", "cursor")
		}
	}
	for ; nth < len(search.Locations); nth++ { // a place without slots is passed over
		found, err := p.slotsOrOthers(ctx, search, search.Locations[nth])
		if err != nil {
			return page, err
		}
		if page.Items = found.slots; len(page.Items) > 0 {
			if nth+1 < len(search.Locations) {
				page.Next = emr.Cursor(strconv.Itoa(nth + 1))
			}
			break
		}
	}
	return page, nil
}

// NextAvailable tells the first day, from q.From on, on which a slot is free, up to 180
// days ahead; false when there is none. Of q count From, Locations (the first one),
// Practitioners, Resources, Type, Length and Vendor. The day is the location's own.
// It fails with the kinds of emr.Client.FindSlots.
func (c *Client) NextAvailable(ctx context.Context, q emr.SlotQuery) (emr.Date, bool, error) {
	if q.From.IsZero() {
		zone := c.cfg.Zone
		if zone == nil {
			l, err := c.place(ctx, first(q.Locations))
			if err != nil {
				return emr.Date{}, false, err
			}
			zone = l.Zone
		}
		q.From = emr.Today(zone)
	}
	q.To = q.From.AddDays(1)
	search, err := parts{c}.slotSearch(ctx, opNextAvailable, q)
	if err != nil {
		return emr.Date{}, false, err
	}
	found, err := parts{c}.slotsOrOthers(ctx, search, search.Locations[0])
	if err != nil {
		return emr.Date{}, false, err
	}
	best := found.next
	for _, s := range found.slots {
		if day := emr.DateOf(s.Start); best.IsZero() || day.Before(best) {
			best = day
		}
	}
	return best, !best.IsZero(), nil
}

func first[T any](all []T) T {
	if len(all) == 0 {
		return *new(T)
	}
	return all[0]
}

// slotSearch is a query with the blanks filled in.
type slotSearch struct {
	emr.SlotQuery
	op      string
	options SlotOptions
	days    int
	length  time.Duration // of a slot that does not tell its end
	filled  bool          // the type was filled in here
	named   string        // its name then
}

// defaultSlot is NexHealth's slot_length where nothing sets it.
const defaultSlot = 15 * time.Minute

func (p parts) slotSearch(ctx context.Context, op string, q emr.SlotQuery) (*slotSearch, error) {
	s := &slotSearch{SlotQuery: q, op: op, days: q.From.DaysUntil(q.To), length: q.Length}
	if err := s.check(); err != nil {
		return nil, err
	}
	if len(s.Locations) == 0 {
		s.Locations = []emr.LocationID{p.cfg.Location}
	}
	if s.Type == "" && len(s.Practitioners) == 0 {
		if err := p.fillSearch(ctx, s); err != nil {
			return nil, err
		}
	}
	if s.length == 0 && s.Type == "" {
		s.length = defaultSlot
	}
	return s, nil
}

func (s *slotSearch) check() error {
	switch v := s.Vendor.(type) {
	case nil:
	case SlotOptions:
		s.options = v
	case *SlotOptions:
		if v != nil {
			s.options = *v
		}
	default:
		return invalid(s.op, "Vendor takes a nexhealth.SlotOptions", "vendor")
	}
	switch {
	case s.days < 1:
		return invalid(s.op, "a search covers a day at least", "from", "to")
	case len(s.Purposes) > 0:
		return invalid(s.op, "NexHealth knows no purposes: use the appointment type", "purposes")
	case s.Length < 0 || s.Length%time.Minute != 0 || s.Length > 24*time.Hour:
		return invalid(s.op, "a slot lasts whole minutes", "length")
	case s.options.Interval < 0 || s.options.Interval%time.Minute != 0:
		return invalid(s.op, "an interval is whole minutes", "interval")
	case s.options.PerTimeslot < 0 || s.options.PerTimeslot > 5:
		return invalid(s.op, "a slot takes one to five appointments", "per timeslot")
	case !slices.Contains([]string{"", "manual", "synced"}, s.options.Source):
		return invalid(s.op, "working hours are manual or synced", "source")
	}
	if err := checkIDs(s.op, "locations", s.Locations...); err != nil {
		return err
	}
	if err := checkIDs(s.op, "practitioners", s.Practitioners...); err != nil {
		return err
	}
	if err := checkIDs(s.op, "resources", s.Resources...); err != nil {
		return err
	}
	if s.options.Label != "" {
		if err := checkIDs(s.op, "label", s.options.Label); err != nil {
			return err
		}
	}
	if s.Type == "" {
		return nil
	}
	return checkIDs(s.op, "type", s.Type)
}

// slotsAt asks for the slots of one location.
func (p parts) slotsAt(ctx context.Context, s *slotSearch, at emr.LocationID) (*foundSlots, error) {
	here, err := p.place(ctx, at)
	if err != nil {
		return nil, err
	}
	call, err := p.call(s.op, http.MethodGet, "/available_slots")
	if err != nil {
		return nil, err
	}
	call.Impersonal = true
	q, err := p.slotParams(ctx, s, here)
	if err != nil {
		return nil, err
	}
	e, answer, err := p.send(ctx, call, q, nil)
	if err != nil {
		return nil, err
	}
	if err := p.filtered(call, answer, e, "start_date", "days", "lids", "pids", "appointment_type_id", "operatory_ids", "slot_length", "working_hour_source", "working_hour_label_id"); err != nil {
		return nil, err
	}
	groups, err := decodeData[[]slotGroupWire](p.Client, call, answer, e)
	if err != nil {
		return nil, err
	}
	return p.slotsOf(ctx, call, answer, groups, s, here)
}

func (p parts) slotParams(ctx context.Context, s *slotSearch, here *place) (*params, error) {
	q := p.scoped().set("start_date", s.From.String()).set("days", strconv.Itoa(s.days)).add("lids[]", string(here.ID))
	q.add("pids[]", texts(s.Practitioners)...).set("appointment_type_id", string(s.Type))
	rooms, err := p.roomsFor(ctx, s, here)
	if err != nil {
		return nil, err
	}
	q.add("operatory_ids[]", texts(rooms)...)
	// With a type its own length counts, so one is sent only where it differs.
	if s.Length > 0 && (s.Type == "" || s.Length != p.lengthOf(ctx, s.Type)) {
		q.set("slot_length", minutes(s.Length))
	}
	if s.options.Interval > 0 {
		q.set("slot_interval", minutes(s.options.Interval))
	}
	if s.options.AllOperatories {
		q.set("overlapping_operatory_slots", flag(true))
	}
	if s.options.PerTimeslot > 0 {
		q.set("appointments_per_timeslot", strconv.Itoa(s.options.PerTimeslot))
	}
	return q.set("working_hour_source", s.options.Source).set("working_hour_label_id", s.options.Label), nil
}

func minutes(d time.Duration) string { return strconv.Itoa(int(d / time.Minute)) }

// roomsFor are the operatories to name: those asked for; else, where the location books
// by operatory, all that can be booked there. Some practice systems have none, or show
// none: the slots then come with theirs all the same.
func (p parts) roomsFor(ctx context.Context, s *slotSearch, here *place) ([]emr.ResourceID, error) {
	if len(s.Resources) > 0 || !here.byOperatory {
		return s.Resources, nil
	}
	all, err := p.rooms(ctx, here.ID)
	switch emr.KindOf(err) {
	case emr.KindNotFound, emr.KindPermission, emr.KindUnsupported:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var ids []emr.ResourceID
	for _, o := range all {
		if o.Active && o.BookableOnline && (s.Type == "" || len(o.Types) == 0 || slices.Contains(o.Types, s.Type)) && len(ids) < mostProviders {
			ids = append(ids, o.ID)
		}
	}
	return ids, nil
}

// lengthOf is the length of a type, 0 where it is not known: an error here only means
// that a length is sent which might have been left out.
func (p parts) lengthOf(ctx context.Context, id emr.AppointmentTypeID) time.Duration {
	all, _ := p.types(ctx)
	for _, t := range all {
		if t.ID == id {
			return t.Length
		}
	}
	return 0
}

// foundSlots is one answer.
type foundSlots struct {
	slots []*emr.Slot
	next  emr.Date // the first next_available_date
}

func (p parts) slotsOf(ctx context.Context, call *transport.Call, answer *transport.Answer, groups []slotGroupWire, s *slotSearch, here *place) (*foundSlots, error) {
	found := new(foundSlots)
	seen := map[emr.SlotKey]bool{}
	for _, g := range groups {
		if g.Location == "" && g.Provider == "" && len(g.Slots) == 0 && g.NextAvailable == "" {
			return nil, p.http.Error(call, answer, emr.KindProtocol, "NexHealth sent something that is no group of slots: report it with the request id")
		}
		if day, err := emr.ParseDate(string(g.NextAvailable)); err == nil && (found.next.IsZero() || day.Before(found.next)) {
			found.next = day
		}
		for _, w := range g.Slots {
			slot, err := p.slot(ctx, call, answer, &w, &g, s, here)
			if err != nil {
				return nil, err
			}
			if slot != nil && !seen[slot.Key] {
				seen[slot.Key] = true
				found.slots = append(found.slots, slot)
			}
		}
	}
	return found, nil
}
