package medtech

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/cursor"
	"github.com/emrkit/emrkit/internal/transport"
)

// FindSlots searches GET /Slot, one practitioner and at most seven days (168 hours: a week
// in which clocks go back is longer) at a time, behind the cursor. Practitioners are asked
// for by HPI CPN, else by NZMC number; without Practitioners all of the facility that have
// one are, those without are left out.
//
// Kind invalid, Fields "practitioner", for one that is asked for and has neither number;
// not_found for one the facility does not list.
func (p parts) FindSlots(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
	var page emr.Page[emr.Slot]
	if err := p.checkSlotQuery(&q); err != nil {
		return page, err
	}
	who, err := p.scheduled(ctx, opFindSlots, q.Practitioners)
	if err != nil {
		return page, err
	}
	where, err := p.place(ctx, opFindSlots)
	if err != nil {
		return page, err
	}
	if len(who) == 0 || len(q.Locations) > 0 && !slices.Contains(q.Locations, where.ID) {
		return page, nil
	}
	spans := p.spans(q)
	stages := len(who) * len(spans)
	nth, position, err := cursor.Split(opFindSlots, at, stages)
	if err != nil || stages == 0 {
		return page, err
	}
	page, err = p.slotPage(ctx, q, who[nth%len(who)], where, spans[nth/len(who)], position)
	if err != nil {
		return page, err
	}
	page.Next = cursor.Join(nth, page.Next, stages)
	return page, nil
}

// slotPage asks for one page of one practitioner's slots.
func (p parts) slotPage(ctx context.Context, q emr.SlotQuery, who *practitioner, where emr.Location, within span, at emr.Cursor) (emr.Page[emr.Slot], error) {
	var page emr.Page[emr.Slot]
	call, err := p.call(opFindSlots, http.MethodGet, "Slot")
	if err != nil {
		return page, err
	}
	call.Impersonal = true
	filter := new(fhir.Query).Token("schedule.actor.identifier", who.system, who.number)
	filter.Compare("start", fhir.GE, string(p.instant(within.from)))
	filter.Compare("start", fhir.LE, string(p.instant(within.to)))
	filter.Add("status", "free")
	b, next, err := p.search(ctx, call, filter, at)
	if err != nil {
		return page, err
	}
	found, err := matches[fhir.Slot](b, "Slot")
	if err != nil {
		return page, p.unreadable(call, b.answer, err)
	}
	for _, r := range found {
		if r.Status != "" && r.Status != "free" {
			continue
		}
		s, err := p.slot(call, b.answer, r)
		if err != nil {
			return page, err
		}
		s.Practitioner, s.PractitionerName = who.ID, who.Name
		s.Location, s.LocationName = where.ID, where.Name
		s.Key = s.MakeKey()
		if within.holds(s.Start) && s.Length() >= q.Length {
			page.Items = append(page.Items, s)
		}
	}
	page.Next = next
	return page, nil
}

// slot maps one.
func (p parts) slot(call *transport.Call, answer *transport.Answer, r *fhir.Slot) (*emr.Slot, error) {
	start, err1 := p.moment(string(r.Start))
	end, err2 := p.moment(string(r.End))
	if err1 != nil || err2 != nil || start.IsZero() || !end.After(start) {
		return nil, p.failure(call, answer, emr.KindProtocol, "ALEX sent a slot without a start and an end after it: report it with the request id")
	}
	s := &emr.Slot{Start: start, End: end}
	if r.ID != "" {
		s.Resources = []emr.ResourceID{slotResource(r.ID, start)}
	}
	return s, nil
}

// slotResource is ALEX's id of a slot as one of emr.Slot.Resources, with its start: a
// booking names the slot, so that ALEX can tell whether it is still free, and must not
// name it for another time.
func slotResource(id string, start time.Time) emr.ResourceID {
	return emr.ResourceID(id + "@" + strconv.FormatInt(start.Unix(), 10))
}

// slotID is the id of ALEX's slot that begins at start, "" when resources name none.
func slotID(resources []emr.ResourceID, start time.Time) string {
	for _, r := range resources {
		if id, ok := strings.CutSuffix(string(r), "@"+strconv.FormatInt(start.Unix(), 10)); ok {
			return id
		}
	}
	return ""
}

// checkSlotQuery fills the days in and refuses what ALEX cannot be asked.
func (p parts) checkSlotQuery(q *emr.SlotQuery) error {
	switch {
	case q.Vendor != nil:
		return invalid(opFindSlots, "ALEX has no vendor options here", "vendor")
	case q.Type != "" || len(q.Purposes) > 0:
		return invalid(opFindSlots, "ALEX has no appointment types", "type")
	case len(q.Resources) > 0:
		return invalid(opFindSlots, "ALEX has no rooms or devices to search by", "resources")
	case q.Length < 0:
		return invalid(opFindSlots, "the length is negative", "length")
	}
	if q.From.IsZero() {
		q.From = emr.Today(p.cfg.Zone)
	}
	if q.To.IsZero() {
		q.To = q.From.AddDays(slotWindow)
	}
	if !q.From.Before(q.To) {
		return invalid(opFindSlots, "the search ends before it starts", "from", "to")
	}
	return nil
}

// span is a stretch of time, both ends included, in whole seconds.
type span struct{ from, to time.Time }

func (s span) holds(t time.Time) bool { return !t.Before(s.from) && !t.After(s.to.Add(time.Second-1)) }

// longestSpan is what one search may reach over.
const longestSpan = slotWindow*24*time.Hour - time.Second

// spans are the practice's days asked for, cut into searches of a week's hours and to the
// bounds given as instants. None when nothing is left.
func (p parts) spans(q emr.SlotQuery) []span {
	from, to := q.From.Start(p.cfg.Zone), q.To.Start(p.cfg.Zone).Add(-time.Second)
	if q.NotBefore.After(from) {
		from = q.NotBefore.In(p.cfg.Zone).Truncate(time.Second)
	}
	if !q.NotAfter.IsZero() && q.NotAfter.Before(to) {
		to = q.NotAfter.In(p.cfg.Zone).Truncate(time.Second)
	}
	var all []span
	for !to.Before(from) {
		end := from.Add(longestSpan)
		if end.After(to) {
			end = to
		}
		all = append(all, span{from, end})
		from = end.Add(time.Second)
	}
	return all
}

// scheduled are the practitioners to be asked for: those named, else all that can be.
func (p parts) scheduled(ctx context.Context, op string, ids []emr.PractitionerID) ([]*practitioner, error) {
	all, err := p.knowing(ctx, op, ids)
	if err != nil {
		return nil, err
	}
	var who []*practitioner
	if len(ids) == 0 {
		for _, m := range all {
			if m.number != "" && m.Active {
				who = append(who, m)
			}
		}
		return who, nil
	}
	for _, id := range ids {
		i := indexOf(all, id)
		switch {
		case i < 0:
			return nil, &emr.Error{Kind: emr.KindNotFound, Vendor: vendor, Op: op, Fields: []string{"practitioner"},
				Hint: "the facility does not list this practitioner: list them again; ids belong to one facility"}
		case all[i].number == "":
			return nil, invalid(op, "this practitioner has neither HPI CPN nor NZMC number, by which ALEX asks for calendars: ask the practice to add one", "practitioner")
		}
		who = append(who, all[i])
	}
	return who, nil
}

// place is the facility's own location, an empty one where the application may not read
// it: nothing needs it.
func (p parts) place(ctx context.Context, op string) (emr.Location, error) {
	l, err := p.location(ctx, op)
	switch emr.KindOf(err) {
	case emr.KindPermission, emr.KindUnsupported, emr.KindNotFound:
		return emr.Location{}, nil
	}
	if err != nil || l == nil {
		return emr.Location{}, err
	}
	return *l, nil
}
