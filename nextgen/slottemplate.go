package nextgen

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// mostTemplatePages bounds the pages of one window.
const mostTemplatePages = 100

// fromTemplate reads the increments of the window from GET /appointments/slots and joins
// them. The days are named, because without them the server takes the next seven. A window
// is one page here, because a visit may take increments of two of the server's.
func (p parts) fromTemplate(ctx context.Context, s *slotSearch, _ emr.Cursor) (emr.Page[emr.Slot], error) {
	var page emr.Page[emr.Slot]
	hidden, err := p.hiddenCategories(ctx)
	if err != nil {
		return page, err
	}
	call, err := p.call(opFindSlots, http.MethodGet, "/appointments/slots")
	if err != nil {
		return page, err
	}
	call.Impersonal = true
	asked := new(query).where(fieldStartDate.from(s.From), fieldStartDate.before(s.To),
		fieldLocation.oneOf(texts(s.Locations)), fieldResource.oneOf(texts(s.Resources)))
	if s.Category != "" {
		asked.where(fieldCategory.eq(s.Category))
	}
	if !s.Overlap {
		asked.where(fieldAppointmentCount.eq(0))
	}
	asked.orderby(string(fieldStartDate))
	var pieces []stretch
	var position emr.Cursor
	for n := 0; ; n++ {
		if n == mostTemplatePages {
			return page, &emr.Error{Kind: emr.KindTooLarge, Vendor: vendor, Op: opFindSlots, Hint: "the schedule template has too many pages for one search: name a resource, ask for fewer days, or raise Config.PageSize"}
		}
		once := *call
		raw, next, answer, err := p.readPage(ctx, &once, asked, position)
		if err != nil {
			return page, err
		}
		found, err := p.freePieces(&once, answer, raw, s, hidden)
		if err != nil {
			return page, err
		}
		pieces = append(pieces, found...)
		if position = next; next == "" {
			break
		}
	}
	return p.fromPieces(ctx, s, pieces)
}

// fromPieces joins the increments of each category, as long as a visit that may be booked
// in it.
func (p parts) fromPieces(ctx context.Context, s *slotSearch, pieces []stretch) (emr.Page[emr.Slot], error) {
	var page emr.Page[emr.Slot]
	byCategory := map[string][]stretch{}
	for _, piece := range pieces {
		id := strings.ToLower(string(piece.row.Category))
		byCategory[id] = append(byCategory[id], piece)
	}
	for _, id := range slices.Sorted(maps.Keys(byCategory)) {
		kind, open, err := p.kindIn(ctx, s, id)
		if err != nil {
			return page, err
		}
		if !open {
			continue
		}
		length := s.Length
		if kind != nil {
			length = cmp.Or(length, kind.Length)
		}
		for _, free := range joined(byCategory[id], length) {
			slot := &emr.Slot{Start: free.start, End: free.end, Location: emr.LocationID(free.row.Location), LocationName: text(free.row.LocationName)}
			if free.row.Resource != "" {
				slot.Resources = []emr.ResourceID{emr.ResourceID(free.row.Resource)}
			}
			if slot = p.offered(slot, s, kind); slot != nil {
				page.Items = append(page.Items, slot)
			}
		}
	}
	return page, nil
}

// kindIn is what can be booked in a category: the type asked for, or the practice's first
// one that the category takes; open is false where it takes none of them. A category that
// lists no events takes all. nil: the site lists no types.
func (p parts) kindIn(ctx context.Context, s *slotSearch, category string) (kind *emr.AppointmentType, open bool, err error) {
	if len(s.kinds) == 0 {
		return nil, true, nil
	}
	var events map[string]bool
	if isGUID(category) { // there is nothing to be asked about another one
		if events, err = p.eventsIn(ctx, category); err != nil {
			return nil, false, err
		}
	}
	for _, k := range s.kinds {
		if len(events) == 0 || events[strings.ToLower(string(k.ID))] {
			return k, true, nil
		}
	}
	return nil, false, nil
}

// freePieces are the increments of a page that can be booked.
func (p parts) freePieces(call *transport.Call, answer *transport.Answer, raw []json.RawMessage, s *slotSearch, hidden map[string]bool) ([]stretch, error) {
	rows, err := rowsOf[increment](p.Client, call, answer, raw)
	if err != nil {
		return nil, err
	}
	var pieces []stretch
	for i := range rows {
		w := &rows[i]
		if w.Date.IsZero() || !w.Begin.begins() || !w.Minutes.Known || w.Minutes.Value < 0 || w.Minutes.Value > 24*60 {
			return nil, p.http.Error(call, answer, emr.KindProtocol, "NextGen sent a slot without a readable startDate, beginTime or duration")
		}
		if !isFree(w.Booked, w.Room, s.Overlap) || hidden[strings.ToLower(string(w.Category))] || w.Minutes.Value == 0 {
			continue
		}
		if s.Category != "" && w.Category != "" && !sameID(w.Category, s.Category) {
			continue // the filter was passed over
		}
		start, end, ok := p.span(w.Date.Date, w.Begin, clock{}, int(w.Minutes.Value))
		if !ok {
			continue // clocks skip it
		}
		pieces = append(pieces, stretch{row: w, start: start, end: end})
	}
	return pieces, nil
}

// hiddenCategories are those whose slots are not to be offered. Where the site does not
// list its categories, none is known to be.
func (c *Client) hiddenCategories(ctx context.Context) (map[string]bool, error) {
	all, err := c.categories(ctx)
	if isRefused(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	hidden := map[string]bool{}
	for _, k := range all {
		if k.Exclude {
			hidden[strings.ToLower(k.ID)] = true
		}
	}
	return hidden, nil
}
