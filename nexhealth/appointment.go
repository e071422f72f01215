package nexhealth

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/cursor"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// GetAppointment reads GET /appointments/{id}. The endpoint takes no location. Write says
// what the record and, where webhooks tell, Config.Outcomes know.
func (p parts) GetAppointment(ctx context.Context, id emr.AppointmentID) (*emr.Appointment, error) {
	return p.getAppointment(ctx, opGetAppointment, id)
}

func (c *Client) getAppointment(ctx context.Context, op string, id emr.AppointmentID) (*emr.Appointment, error) {
	read, err := c.call(op, http.MethodGet, "/appointments/{id}", id.Reveal())
	if err != nil {
		return nil, err
	}
	e, answer, err := c.send(ctx, read, c.scoped(), nil)
	if err != nil {
		return nil, err
	}
	raw, err := decodeData[json.RawMessage](c, read, answer, e, "appt", "appointment")
	if err != nil {
		return nil, err
	}
	a, err := appointmentFrom(raw, c.cfg.Zone, nil)
	if err != nil {
		return nil, c.unreadable(read, answer, err)
	}
	if a.ID != id || a.Start.IsZero() {
		return nil, c.http.Error(read, answer, emr.KindProtocol, "NexHealth answered with another appointment than the one asked for, or without its start")
	}
	c.placed(ctx, a)
	c.outcome(ctx, a)
	return a, nil
}

// placed gives an appointment whose zone is not known that of its location. Where that
// cannot be read, the times stay in UTC: the instants are true.
func (c *Client) placed(ctx context.Context, a *emr.Appointment) {
	if a.Start.Location() != time.UTC || a.Location == "" {
		return
	}
	if l, err := c.place(ctx, a.Location); err == nil && l.Zone != nil {
		a.Start, a.End = within(a.Start, l.Zone), within(a.End, l.Zone)
	}
}

// outcome adds what webhooks told about the write of a. A store that cannot be read adds
// nothing.
func (c *Client) outcome(ctx context.Context, a *emr.Appointment) {
	if c.cfg.Outcomes == nil {
		return
	}
	_ = c.cfg.Outcomes.show(ctx, c.cfg.Subdomain, a)
	if a.Write == emr.WriteDone && a.Status == emr.StatusPending {
		a.Status = emr.StatusBooked
	}
}

// ListAppointments reads GET /appointments, location after location where several are
// asked for; none is the connection's own. NexHealth wants a window: without days it is
// that of Config.Window around today. Blocks (no patient) and cancelled appointments are
// listed, too.
func (p parts) ListAppointments(ctx context.Context, q emr.AppointmentQuery, at emr.Cursor) (emr.Page[emr.Appointment], error) {
	var page emr.Page[emr.Appointment]
	if q.Vendor != nil {
		return page, invalid(opListAppointments, "NexHealth has no vendor options here", "vendor")
	}
	locations := q.Locations
	if len(locations) == 0 {
		locations = []emr.LocationID{p.cfg.Location}
	}
	if err := checkIDs(opListAppointments, "location", locations...); err != nil {
		return page, err
	}
	if err := checkIDs(opListAppointments, "practitioner", q.Practitioners...); err != nil {
		return page, err
	}
	patient := subjectID(q.Patient)
	if q.Patient != nil && !vendorjson.IsWholeNumber(patient.Reveal()) {
		return page, invalid(opListAppointments, "NexHealth's ids are whole numbers", "patient")
	}
	nth, position, err := cursor.Split(opListAppointments, at, len(locations))
	if err != nil {
		return page, err
	}
	zone, err := p.zoneOf(ctx, locations[nth])
	if err != nil {
		return page, err
	}
	from, to := p.cfg.Window.days(q.From, q.To, zone)
	start, end := from.Start(cmp.Or(zone, time.UTC)), to.Start(cmp.Or(zone, time.UTC))
	if zone == nil { // wide enough for any zone: the days are compared in each appointment's own
		start, end = start.Add(-14*time.Hour), end.Add(14*time.Hour)
	}
	search, err := p.call(opListAppointments, http.MethodGet, "/appointments")
	if err != nil {
		return page, err
	}
	search.Patient = patient
	query := p.scoped().set("location_id", string(locations[nth])).
		set("start", utcText(start)).set("end", utcText(end)).
		add("patient_ids[]", patient.Reveal()).add("provider_ids[]", texts(q.Practitioners)...)
	all, next, err := p.appointmentPage(ctx, search, query, position, zone, "location_id", "start", "end", "patient_ids", "provider_ids")
	if err != nil {
		return page, err
	}
	for _, a := range all {
		if q.Patient != nil && !a.Patient.IsZero() && a.Patient != patient {
			return page, &emr.Error{Kind: emr.KindProtocol, Vendor: vendor, Op: opListAppointments, Hint: "NexHealth ignored the patient asked for"}
		}
		// The days are the location's: an appointment may name another zone for itself.
		a.Start, a.End = within(a.Start, zone), within(a.End, zone)
		if day := emr.DateOf(a.Start); day.Before(from) || !day.Before(to) {
			continue // whether end is still within the window is not documented
		}
		if a.Write == emr.WriteAccepted { // a refused change does not make a written one disappear
			p.outcome(ctx, a)
		}
		if len(q.Statuses) == 0 || slices.Contains(q.Statuses, a.Status) {
			page.Items = append(page.Items, a)
		}
	}
	page.Next = cursor.Join(nth, next, len(locations))
	return page, nil
}

// appointmentPage reads one page of GET /appointments. filters are the parameters that
// must not have been ignored.
func (c *Client) appointmentPage(ctx context.Context, search *transport.Call, query *params, at emr.Cursor, zone *time.Location, filters ...string) ([]*emr.Appointment, emr.Cursor, error) {
	e, answer, next, err := c.page(ctx, search, query, at)
	if err != nil {
		return nil, "", err
	}
	if err := c.filtered(search, answer, e, filters...); err != nil {
		return nil, "", err
	}
	rows, err := decodeData[[]json.RawMessage](c, search, answer, e, "appointments")
	if err != nil {
		return nil, "", err
	}
	all, zones := make([]*emr.Appointment, len(rows)), zoneMemo{}
	for i, raw := range rows {
		a, err := appointmentFrom(raw, zone, zones)
		if err != nil {
			return nil, "", c.unreadable(search, answer, err)
		}
		if a.Start.IsZero() {
			return nil, "", c.http.Error(search, answer, emr.KindProtocol, "NexHealth sent an appointment without a start")
		}
		all[i] = a
	}
	return all, next, nil
}

// zoneOf is the zone in which the days of a location are counted, nil when neither the
// configuration nor NexHealth tells it.
func (c *Client) zoneOf(ctx context.Context, id emr.LocationID) (*time.Location, error) {
	if id == c.cfg.Location && c.cfg.Zone != nil {
		return c.cfg.Zone, nil
	}
	l, err := c.place(ctx, id)
	if err != nil {
		return nil, err
	}
	return l.Zone, nil
}

// utcText is an instant as NexHealth wants it; an offset's + would have to be escaped.
func utcText(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// subjectID is the id of the patient asked for, none for nil.
func subjectID(p *emr.Patient) emr.PatientID {
	if p == nil {
		return emr.PatientID{}
	}
	return p.ID
}
