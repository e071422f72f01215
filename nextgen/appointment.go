package nextgen

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// firstDay begins a list that has no first day: without one the server shows the next
// seven days only.
var firstDay = emr.Date{Year: 1900, Month: 1, Day: 1}

// booked is an appointment with the record it was read from.
type booked struct {
	*emr.Appointment
	record *appointmentRecord
}

// GetAppointment reads GET /appointments/{id}. One that was deleted, or is another
// practice's, is not found. Kind protocol: the record's time is none that the practice's
// clock shows (see Config.Zone).
func (p parts) GetAppointment(ctx context.Context, id emr.AppointmentID) (*emr.Appointment, error) {
	found, err := p.getBooked(ctx, opGetAppointment, id)
	if err != nil {
		return nil, err
	}
	return found.Appointment, nil
}

func (c *Client) getBooked(ctx context.Context, op string, id emr.AppointmentID) (*booked, error) {
	read, err := c.call(op, http.MethodGet, "/appointments/{id}", id.Reveal())
	if err != nil {
		return nil, err
	}
	raw, answer, err := readOne[json.RawMessage](ctx, c, read, nil)
	if err != nil {
		return nil, err
	}
	found, err := c.bookedFrom(read, answer, *raw)
	if err != nil {
		return nil, err
	}
	if found == nil {
		return nil, c.http.Error(read, answer, emr.KindNotFound, "the appointment was deleted, or is another practice's")
	}
	if !found.ID.EqualFold(id) {
		return nil, c.http.Error(read, answer, emr.KindProtocol, "NextGen answered with another appointment than the one asked for")
	}
	return found, nil
}

// bookedFrom reads one record; nil for one that is gone or another practice's.
func (c *Client) bookedFrom(call *transport.Call, answer *transport.Answer, raw json.RawMessage) (*booked, error) {
	r, err := readAppointment(raw)
	if err != nil {
		return nil, c.unreadable(call, answer, err)
	}
	if r.Deleted.Value || !c.ours(r.Practice) {
		return nil, nil
	}
	a, ok := c.appointment(r, raw)
	if !ok {
		e := c.http.Error(call, answer, emr.KindProtocol, "NextGen sent an appointment at a time that cannot be read, or that the practice's clock does not show: check NEXTGEN_TIME_ZONE")
		e.Fields = []string{"appointmentDate", "beginTime"}
		return nil, e
	}
	return &booked{a, r}, nil
}

// ListAppointments reads GET /appointments with the days, the patient, the locations and
// the rendering practitioners as a filter. Days that are not given are named all the same:
// from 1900 on. An appointment that was booked on a calendar without a rendering
// practitioner is nobody's when practitioners are asked for. Cancelled and moved appointments are listed with their status, deleted
// ones and those of other practices are not. Days are the practice's.
func (p parts) ListAppointments(ctx context.Context, q emr.AppointmentQuery, at emr.Cursor) (emr.Page[emr.Appointment], error) {
	var page emr.Page[emr.Appointment]
	if q.Vendor != nil {
		return page, invalid(opListAppointments, "NextGen has no vendor options here", "vendor")
	}
	asked := daysOf(q.From, q.To).where(fieldLocation.oneOf(texts(q.Locations)), fieldProvider.oneOf(texts(q.Practitioners)))
	var who emr.PatientID
	if q.Patient != nil {
		who = q.Patient.ID
		asked.where(fieldPerson.eq(who.Reveal()))
	}
	found, next, err := p.listBooked(ctx, opListAppointments, who, asked, at)
	if err != nil {
		return page, err
	}
	for _, f := range found {
		if len(q.Statuses) == 0 || slices.Contains(q.Statuses, f.Status) {
			page.Items = append(page.Items, f.Appointment)
		}
	}
	page.Next = next
	return page, nil
}

// daysOf filters by the days of appointments, which the server keeps at midnight.
func daysOf(from, to emr.Date) *query {
	if from.IsZero() {
		from = firstDay
	}
	q := new(query).where(fieldAppointmentDate.from(from))
	if !to.IsZero() {
		q.where(fieldAppointmentDate.before(to))
	}
	return q.orderby(string(fieldAppointmentDate))
}

// listBooked reads one page of the calendar.
func (c *Client) listBooked(ctx context.Context, op string, who emr.PatientID, asked *query, at emr.Cursor) ([]*booked, emr.Cursor, error) {
	search, err := c.call(op, http.MethodGet, "/appointments")
	if err != nil {
		return nil, "", err
	}
	search.Patient = who
	rows, next, answer, err := c.readPage(ctx, search, asked, at)
	if err != nil {
		return nil, "", err
	}
	var all []*booked
	for _, raw := range rows {
		found, err := c.bookedFrom(search, answer, raw)
		if err != nil {
			return nil, "", err
		}
		if found == nil {
			continue
		}
		if !who.IsZero() && !found.Patient.IsZero() && !found.Patient.EqualFold(who) {
			return nil, "", c.http.Error(search, answer, emr.KindProtocol, "NextGen ignored the person asked for and answered with somebody else's appointments")
		}
		all = append(all, found)
	}
	return all, next, nil
}

// visitsOn reads all of a person's appointments on the day of a time, for looking after a
// write: each once, however often pages that move tell it, and none that names nobody,
// such as a blocked time. Bounded: nobody has that many.
func (c *Client) visitsOn(ctx context.Context, op string, who emr.PatientID, day emr.Date) ([]*booked, error) {
	const mostPages = 10
	asked := daysOf(day, day.AddDays(1)).where(fieldPerson.eq(who.Reveal()))
	var all []*booked
	var at emr.Cursor
	for range mostPages {
		found, next, err := c.listBooked(ctx, op, who, asked, at)
		if err != nil {
			return nil, err
		}
		for _, b := range found {
			if !b.Patient.IsZero() && !slices.ContainsFunc(all, func(a *booked) bool { return a.ID.EqualFold(b.ID) }) {
				all = append(all, b)
			}
		}
		if at = next; next == "" {
			return all, nil
		}
	}
	return nil, &emr.Error{Kind: emr.KindTooLarge, Vendor: vendor, Op: op, Hint: "the person has too many appointments on one day to look through"}
}
