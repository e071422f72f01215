package nextech

import (
	"context"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// slot maps one. Slots have no id: place, practitioner, type and purposes stand in the
// contained resources, the schedule reference and the extensions, and all together
// make the key.
func (p parts) slot(ctx context.Context, search *transport.Call, a *transport.Answer, r *fhir.Slot, q emr.SlotQuery, location emr.LocationID) (*emr.Slot, error) {
	start, err := p.moment(r.Start)
	if err != nil || start.IsZero() {
		return nil, p.http.Error(search, a, emr.KindProtocol, "Nextech sent a slot whose start is not an instant with an offset")
	}
	s := &emr.Slot{Start: start, Location: location, Type: q.Type}
	readPlaces(s, r)
	if len(q.Practitioners) == 1 && s.Practitioner == "" {
		s.Practitioner = q.Practitioners[0]
	}
	if id, name := referenced(r.Extension, extType); id != "" || name != "" {
		s.TypeName = name
		if id != "" {
			s.Type = emr.AppointmentTypeID(id)
		}
	}
	if s.Purposes = purposes(r.Extension); s.Purposes == nil {
		s.Purposes = q.Purposes
	}
	if s.End, err = p.moment(r.End); err != nil {
		return nil, p.http.Error(search, a, emr.KindProtocol, "Nextech sent a slot whose end is not an instant with an offset")
	}
	if s.End.IsZero() {
		length := p.lengthOf(ctx, s.Type, q.Length)
		if length == 0 {
			return nil, p.http.Error(search, a, emr.KindProtocol, "Nextech sent a slot without an end: set Length")
		}
		s.End = s.Start.Add(length)
	}
	if !s.End.After(s.Start) {
		return nil, p.http.Error(search, a, emr.KindProtocol, "Nextech sent a slot that ends before it starts")
	}
	s.Key = s.MakeKey()
	return s, nil
}

// lengthOf is the length asked for, else the default length of the type, else 0.
func (p parts) lengthOf(ctx context.Context, id emr.AppointmentTypeID, asked time.Duration) time.Duration {
	if asked > 0 {
		return asked
	}
	all, _ := p.types(ctx)
	for _, t := range all {
		if t.ID == id {
			return t.Length
		}
	}
	return 0
}

// readPlaces finds location and practitioner of a slot.
func readPlaces(s *emr.Slot, r *fhir.Slot) {
	location, practitioner := scheduleOf(r.Schedule.Reference)
	for _, in := range r.Contained {
		switch in := in.(type) {
		case *fhir.Location:
			s.LocationName = in.Name
			if id := firstID(in.ID, official(in.Identifier)); id != "" {
				location = id
			}
		case *fhir.Practitioner:
			s.PractitionerName = displayName(in.Name)
			if id := firstID(in.ID, official(in.Identifier)); id != "" { // in Practice+ the identifier is a name
				practitioner = id
			}
		}
	}
	if location != "" {
		s.Location = emr.LocationID(location)
	}
	s.Practitioner = emr.PractitionerID(practitioner)
}

// firstID returns the first that can be an id.
func firstID(ids ...string) string {
	for _, id := range ids {
		if fhir.ValidID(id) {
			return id
		}
	}
	return ""
}

// scheduleOf reads Select's schedule/location_{L}_practitioner_{P}, in any order.
func scheduleOf(reference string) (location, practitioner string) {
	label := reference[strings.LastIndexByte(reference, '/')+1:]
	words := strings.Split(label, "_")
	for i := 0; i+1 < len(words); i += 2 {
		switch strings.ToLower(words[i]) {
		case "location":
			location = words[i+1]
		case "practitioner":
			practitioner = words[i+1]
		}
	}
	return location, practitioner
}
