package nexhealth

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// hourWire is a working hour as it comes.
type hourWire struct {
	ID        vendorjson.ID                    `json:"id"`
	Provider  vendorjson.ID                    `json:"provider_id"`
	Location  vendorjson.ID                    `json:"location_id"`
	Operatory vendorjson.ID                    `json:"operatory_id"`
	Begin     vendorjson.Text                  `json:"begin_time"`
	End       vendorjson.Text                  `json:"end_time"`
	Days      vendorjson.List[vendorjson.Text] `json:"days"`
	Date      vendorjson.Text                  `json:"specific_date"`
	Every     *struct {
		Num  vendorjson.Int  `json:"num"`
		Unit vendorjson.Text `json:"unit"`
		Ref  vendorjson.Text `json:"ref"`
	} `json:"custom_recurrence"`
	Offset vendorjson.Text `json:"tz_offset"`
	Active vendorjson.Bool `json:"active"`
	Source vendorjson.Text `json:"source"`
	Label  *struct {
		ID       vendorjson.ID   `json:"id"`
		Location vendorjson.ID   `json:"location_id"`
		Name     vendorjson.Text `json:"name"`
	} `json:"label"`
	Types vendorjson.List[typeWire] `json:"appointment_types"`
}

// hour maps one. Its times must be readable: hours nobody can read are no hours.
func (c *Client) hour(call *transport.Call, a *transport.Answer, r *hourWire) (*WorkingHour, error) {
	begin, bad1 := ParseClock(string(r.Begin))
	end, bad2 := ParseClock(string(r.End))
	if r.ID == "" || bad1 != nil || bad2 != nil {
		return nil, c.http.Error(call, a, emr.KindProtocol, "NexHealth sent working hours without an id or with times that are none")
	}
	h := &WorkingHour{
		ID: string(r.ID), Practitioner: emr.PractitionerID(r.Provider), Location: emr.LocationID(r.Location),
		Resource: emr.ResourceID(r.Operatory), Begin: begin, End: end, Active: r.Active.Value || !r.Active.Known,
		Offset: string(r.Offset), Source: Source(r.Source),
	}
	for _, d := range r.Days {
		day, ok := weekday(string(d))
		if !ok {
			return nil, c.http.Error(call, a, emr.KindProtocol, "NexHealth sent working hours on a day of the week that is none")
		}
		h.Days = append(h.Days, day)
	}
	h.Date, _ = emr.ParseDate(string(r.Date)) // absent where another of the three is there
	if r.Every != nil && r.Every.Num.Value > 0 {
		from, _ := emr.ParseDate(string(r.Every.Ref))
		h.Every = &Recurrence{Num: int(min(r.Every.Num.Value, 10_000)), Unit: Unit(r.Every.Unit), From: from}
	}
	if r.Label != nil && r.Label.ID != "" {
		h.Label = &Label{ID: string(r.Label.ID), Name: string(r.Label.Name), Location: emr.LocationID(r.Label.Location)}
	}
	for _, t := range r.Types {
		if t.ID != "" {
			h.Types = append(h.Types, emr.AppointmentTypeID(t.ID))
		}
	}
	return h, nil
}

func weekday(name string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(name, d.String()) {
			return d, true
		}
	}
	return 0, false
}

// hourChange is a working hour as it is sent. A nil pointer and a nil list are left out,
// an empty list is sent: "appointment_type_ids": [] clears.
type hourChange struct {
	Provider  json.Number   `json:"provider_id,omitempty"`
	Operatory json.Number   `json:"operatory_id,omitempty"`
	Begin     *Clock        `json:"begin_time,omitempty"`
	End       *Clock        `json:"end_time,omitempty"`
	Days      []string      `json:"days,omitempty"`
	Date      *emr.Date     `json:"specific_date,omitempty"`
	Every     *everyWire    `json:"custom_recurrence,omitempty"`
	Types     []json.Number `json:"appointment_type_ids,omitzero"`
	Active    *bool         `json:"active,omitempty"`
}

type everyWire struct {
	Num  int      `json:"num"`
	Unit Unit     `json:"unit"`
	Ref  emr.Date `json:"ref"`
}

// hourBody checks a new working hour.
func hourBody(h *WorkingHour) (*hourChange, error) {
	if h == nil {
		return nil, invalid(opSetWorkingHours, "give working hours", "working hour")
	}
	var missing []string
	if h.Practitioner == "" {
		missing = append(missing, "practitioner")
	}
	if h.Begin == h.End {
		missing = append(missing, "begin", "end")
	}
	if len(missing) > 0 {
		return nil, invalid(opSetWorkingHours, "NexHealth wants a practitioner and the hours", missing...)
	}
	u := &WorkingHourUpdate{
		Practitioner: &h.Practitioner, Begin: &h.Begin, End: &h.End, Days: h.Days, Every: h.Every, Active: &h.Active,
	}
	if h.Resource != "" {
		u.Resource = &h.Resource
	}
	if !h.Date.IsZero() {
		u.Date = &h.Date
	}
	if len(h.Types) > 0 {
		u.Types = &h.Types
	}
	if len(u.Days) == 0 && u.Date == nil && u.Every == nil {
		return nil, invalid(opSetWorkingHours, "say on which days: Days, Date or Every", "days")
	}
	return u.body()
}

// body checks a change and writes it.
func (u *WorkingHourUpdate) body() (*hourChange, error) {
	if u == nil || u.Practitioner == nil && u.Resource == nil && u.Begin == nil && u.End == nil && len(u.Days) == 0 &&
		u.Date == nil && u.Every == nil && u.Types == nil && u.Active == nil {
		return nil, invalid(opSetWorkingHours, "say what to change", "working hour")
	}
	b := &hourChange{Begin: u.Begin, End: u.End, Date: u.Date, Active: u.Active}
	var err error
	if u.Practitioner != nil {
		if b.Provider, err = wanted("practitioner", *u.Practitioner); err != nil {
			return nil, err
		}
	}
	if u.Resource != nil {
		if b.Operatory, err = wanted("resource", *u.Resource); err != nil {
			return nil, err
		}
	}
	if u.Types != nil {
		b.Types = []json.Number{}
		for _, id := range *u.Types {
			n, err := wanted("types", id)
			if err != nil {
				return nil, err
			}
			b.Types = append(b.Types, n)
		}
	}
	return b, b.days(u)
}

// days checks times and days.
func (b *hourChange) days(u *WorkingHourUpdate) error {
	for _, c := range []*Clock{u.Begin, u.End} {
		if c != nil && !c.valid() {
			return invalid(opSetWorkingHours, "no clock shows this", "begin", "end")
		}
	}
	if u.Begin != nil && u.End != nil && !u.Begin.before(*u.End) {
		return invalid(opSetWorkingHours, "working hours end after they begin", "begin", "end")
	}
	kinds := 0
	for _, set := range []bool{len(u.Days) > 0, u.Date != nil, u.Every != nil} {
		if set {
			kinds++
		}
	}
	if kinds > 1 {
		return invalid(opSetWorkingHours, "say the days in one way only: Days, Date or Every", "days", "date", "every")
	}
	for _, d := range u.Days {
		if d < time.Sunday || d > time.Saturday {
			return invalid(opSetWorkingHours, "no week has this day", "days")
		}
		b.Days = append(b.Days, d.String())
	}
	if r := u.Every; r != nil {
		if r.Num < 1 || r.From.IsZero() || r.Unit != EveryDay && r.Unit != EveryWeek && r.Unit != EveryMonth {
			return invalid(opSetWorkingHours, "a recurrence has a number, a unit and a first day", "every")
		}
		b.Every = &everyWire{Num: r.Num, Unit: r.Unit, Ref: r.From}
	}
	return nil
}

// wanted is the JSON number of an id that must be there.
func wanted[ID ~string](field string, id ID) (json.Number, error) {
	if id == "" {
		return "", invalid(opSetWorkingHours, "this cannot be taken away", field)
	}
	return number(opSetWorkingHours, field, id)
}
