package nextgen

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/vendorjson"
)

// openTime is an element of the answer of POST /appointments/availability: one time at
// which the event can be booked.
type openTime struct {
	At           stamp                 `json:"appointmentDateTime"`
	Location     guid                  `json:"locationId"`
	LocationName vendorjson.Text       `json:"locationName"`
	Resources    vendorjson.List[guid] `json:"resourceIds"`
	Event        guid                  `json:"eventId"`
	Booked       vendorjson.Int        `json:"appointmentCount"`
	Room         vendorjson.Int        `json:"timeSlotCount"` // the template's row says timeslotCount: letter case does not matter
}

// increment is a row of GET /appointments/slots: a piece of the schedule template, often
// ten or fifteen minutes, free or not.
type increment struct {
	Category     guid            `json:"categoryId"`
	Location     guid            `json:"locationId"`
	LocationName vendorjson.Text `json:"locationName"`
	Resource     guid            `json:"resourceId"`
	Date         day             `json:"startDate"` // at midnight
	Begin        clock           `json:"beginTime"`
	Minutes      vendorjson.Int  `json:"duration"`
	Booked       vendorjson.Int  `json:"appointmentCount"`
	Room         vendorjson.Int  `json:"timeslotCount"`
}

// isFree reports whether something can be booked: nothing is there yet, or, where an
// overlap was asked for, less than the template allows.
func isFree(booked, room vendorjson.Int, overlap bool) bool {
	return booked.Value <= 0 || overlap && booked.Value < room.Value
}

// stretch is a free piece of time of one resource at one location.
type stretch struct {
	row        *increment
	start, end time.Time
}

// joined makes slots of free increments: one for each start from which the increments that
// follow, without a gap and of the same resource, location and category, are long enough.
// length 0 takes each increment as it is.
func joined(pieces []stretch, length time.Duration) []stretch {
	pieces = slices.Clone(pieces)
	slices.SortStableFunc(pieces, func(a, b stretch) int {
		return cmp.Or(strings.Compare(a.row.column(), b.row.column()), a.start.Compare(b.start), a.end.Compare(b.end))
	})
	var all []stretch
	for i, first := range pieces {
		if length == 0 {
			all = append(all, first)
			continue
		}
		if i > 0 && pieces[i-1].row.column() == first.row.column() && pieces[i-1].start.Equal(first.start) {
			continue // the same start once more, from two templates: the first one has tried all of them
		}
		end := first.end
		for _, next := range pieces[i:] {
			if next.row.column() != first.row.column() || next.start.After(end) || end.Sub(first.start) >= length {
				break
			}
			if next.end.After(end) {
				end = next.end
			}
		}
		if end.Sub(first.start) >= length {
			all = append(all, stretch{row: first.row, start: first.start, end: first.start.Add(length)})
		}
	}
	return all
}

// column names the calendar column and category of an increment: only such are joined.
func (w *increment) column() string {
	return strings.ToLower(string(w.Resource) + "|" + string(w.Location) + "|" + string(w.Category))
}
