package nexhealth

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/cursor"
	"github.com/emrkit/emrkit/internal/people"
	"github.com/emrkit/emrkit/internal/transport"
)

// PatientFilter is the Vendor part of an emr.PatientQuery: what only NexHealth can ask.
type PatientFilter struct {
	// Location is the office whose practice system is searched; "" is the connection's.
	Location emr.LocationID
	// LocationOnly leaves out patients of the practice's other offices. Otherwise the whole
	// server of the practice system is searched, so that nobody is created twice.
	LocationOnly bool
	// Inactive finds records, too, that the practice no longer uses.
	Inactive bool
	// NonPatients finds people, too, who are no patients, such as guarantors.
	NonPatients bool
}

// patientSearch is one search of GET /patients: never more than the filters that belong
// together, because NexHealth's documentation contradicts itself about how they combine.
type patientSearch struct {
	names, values []string
}

func (s *patientSearch) add(name, value string) {
	if value != "" {
		s.names, s.values = append(s.names, name), append(s.values, value)
	}
}

// patientSearches are the searches that find whoever q asks for: by the practice's own id
// where that is given; else by name and birth date, by e-mail address, and by telephone in
// each form it may be stored in, for NexHealth compares that as a text.
func patientSearches(op string, q emr.PatientQuery) ([]patientSearch, error) {
	var all []patientSearch
	one := func(pairs ...string) {
		var s patientSearch
		for i := 0; i < len(pairs); i += 2 {
			s.add(pairs[i], pairs[i+1])
		}
		if len(s.names) > 0 {
			all = append(all, s)
		}
	}
	if !q.Identifier.Value.IsZero() && q.Identifier.System != ChartNumber {
		one("foreign_id", q.Identifier.Value.Reveal())
		return all, nil
	}
	one("name", people.Join(q.Given, q.Family).Reveal(), "date_of_birth", q.Born.Reveal().String())
	one("email", q.Email.Reveal())
	if !q.Phone.IsZero() {
		if people.Digits(q.Phone.Reveal()) == "" {
			return nil, invalid(op, "a telephone number has digits", string(emr.FieldPhone))
		}
		for _, form := range storedForms(q.Phone.Reveal()) {
			one("phone_number", form)
		}
	}
	if len(all) > 0 {
		return all, nil
	}
	if !q.Identifier.Value.IsZero() {
		return nil, invalid(op, "NexHealth cannot be asked by chart number: give a name, birth date, telephone or e-mail as well", string(emr.FieldIdentifier))
	}
	return nil, invalid(op, "a search for everybody is not what you want: give a name, birth date, telephone, e-mail or the practice's own id")
}

// FindPatients searches GET /patients, one search after the other, and gives only those
// who answer every field of q: names by their start, a birth date, e-mail address and id
// as a whole, a telephone by its digits. The same person may come from two searches.
//
// A placeholder (Status new_patient) beside the real record of the same person is marked
// as a record not in use, for the practice's system will replace it by that one.
func (p parts) FindPatients(ctx context.Context, q emr.PatientQuery, at emr.Cursor) (emr.Page[emr.Patient], error) {
	var page emr.Page[emr.Patient]
	more, err := emr.VendorOptions[PatientFilter](opFindPatients, q.Vendor)
	if err != nil {
		return page, err
	}
	searches, err := patientSearches(opFindPatients, q)
	if err != nil {
		return page, err
	}
	nth, position, err := cursor.Split(opFindPatients, at, len(searches))
	if err != nil {
		return page, err
	}
	if more.Location != "" {
		if err := checkIDs(opFindPatients, "location", more.Location); err != nil {
			return page, err
		}
	}
	search, err := p.call(opFindPatients, http.MethodGet, "/patients")
	if err != nil {
		return page, err
	}
	asked := searches[nth]
	query := p.scoped().set("location_id", p.location(more.Location))
	for i, name := range asked.names {
		query.set(name, asked.values[i])
	}
	if !more.Inactive {
		query.set("inactive", flag(false))
	}
	if !more.NonPatients {
		query.set("non_patient", flag(false))
	}
	if more.LocationOnly {
		query.set("location_strict", flag(true))
	}
	records, next, err := p.patientPage(ctx, search, query, position, append(asked.names, "location_strict")...)
	if err != nil {
		return page, err
	}
	for _, r := range records {
		left := r.Inactive.Value && !more.Inactive || r.Bio.NonPatient.Value && !more.NonPatients
		if m := r.model(r.raw); !left && people.Fits(m, q) {
			page.Items = append(page.Items, m)
		}
	}
	retirePlaceholders(page.Items)
	page.Next = cursor.Join(nth, next, len(searches))
	return page, nil
}

// sourced is a record with the bytes it was read from.
type sourced struct {
	*patientRecord
	raw json.RawMessage
}

// patientPage reads one page of GET /patients. filters are the parameters that must not
// have been ignored.
func (c *Client) patientPage(ctx context.Context, search *transport.Call, query *params, at emr.Cursor, filters ...string) ([]sourced, emr.Cursor, error) {
	e, answer, next, err := c.page(ctx, search, query, at)
	if err != nil {
		return nil, "", err
	}
	if err := c.filtered(search, answer, e, filters...); err != nil {
		return nil, "", err
	}
	rows, err := decodeData[[]json.RawMessage](c, search, answer, e, "patients")
	if err != nil {
		return nil, "", err
	}
	records := make([]sourced, len(rows))
	for i, raw := range rows {
		r, err := readPatient(raw)
		if err != nil {
			return nil, "", c.unreadable(search, answer, err)
		}
		records[i] = sourced{r, raw}
	}
	return records, next, nil
}

// retirePlaceholders marks the placeholders of people whose real record is there as well.
func retirePlaceholders(people []*emr.Patient) {
	for _, p := range people {
		if p.Status != StatusPlaceholder {
			continue
		}
		for _, other := range people {
			if other.Status == "" && isSamePerson(p, other) {
				p.Inactive = true
			}
		}
	}
}

// GetPatient reads GET /patients/{id}. The endpoint takes no location. Records that are
// not in use are read, too: see Patient.Inactive and Status.
func (p parts) GetPatient(ctx context.Context, id emr.PatientID) (*emr.Patient, error) {
	read, err := p.call(opGetPatient, http.MethodGet, "/patients/{id}", id.Reveal())
	if err != nil {
		return nil, err
	}
	read.Patient = id
	e, answer, err := p.send(ctx, read, p.scoped(), nil)
	if err != nil {
		return nil, err
	}
	raw, err := decodeData[json.RawMessage](p.Client, read, answer, e, "user", "patient")
	if err != nil {
		return nil, err
	}
	found, err := patientFrom(raw)
	if err != nil {
		return nil, p.unreadable(read, answer, err)
	}
	if found.ID != id {
		return nil, p.http.Error(read, answer, emr.KindProtocol, "NexHealth answered with another patient than the one asked for")
	}
	return found, nil
}
