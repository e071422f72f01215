package nexhealth

import (
	"encoding/json"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// mostRecords bounds what is read of one delivery; NexHealth sends one or a few.
const mostRecords = 10_000

// data fills in the records of e. What cannot be read is noted as odd.
func (r *reader) data(e *Event, data json.RawMessage) {
	read := map[ResourceType]func(*Event, json.RawMessage) bool{
		ResourceAppointment: r.appointment,
		ResourcePatient:     r.patient,
		ResourceSyncStatus:  r.sync,
		ResourceOnboarding:  r.onboarding,
	}
	for known, one := range read {
		if !strings.EqualFold(string(e.Resource), string(known)) { // an older guide writes it small
			continue
		}
		e.Resource = known
		records := recordsOf(data, known)
		if len(records) == 0 || len(records) > mostRecords {
			r.odd = true
			return
		}
		for _, raw := range records {
			if !isObject(raw) || !one(e, raw) {
				r.odd = true
			}
		}
	}
}

// appointment reads one. Of one that cannot be read whole, the id is kept: it says where
// to look.
func (r *reader) appointment(e *Event, raw json.RawMessage) bool {
	a, err := appointmentFrom(raw, r.zone, r.zones)
	if err != nil {
		var bare struct {
			ID      vendorjson.ID   `json:"id"`
			Updated json.RawMessage `json:"updated_at"`
		}
		if json.Unmarshal(raw, &bare) != nil || bare.ID == "" {
			return false
		}
		a = &emr.Appointment{ID: emr.NewAppointmentID(string(bare.ID)), Source: emr.NewSource(raw)}
		var updated vendorjson.Time
		if json.Unmarshal(bare.Updated, &updated) == nil {
			a.Updated = updated.At
		}
	}
	if a.Start.IsZero() && a.VendorStatus == "" {
		a.Status = emr.StatusUnknown // nothing was told: booked would be a guess
	}
	if n := (WriteNews{State: e.Outcome.state(), Change: e.Name == AppointmentUpdated}); n.State != "" {
		a.Write = n.shown()
	}
	if a.Write == emr.WriteDone && a.Status == emr.StatusPending {
		a.Status = emr.StatusBooked
	}
	e.Appointments = append(e.Appointments, a)
	return err == nil
}

func (r *reader) patient(e *Event, raw json.RawMessage) bool {
	p, err := patientFrom(raw)
	if err != nil {
		return false
	}
	var of struct {
		Updated vendorjson.Time `json:"updated_at"`
	}
	_ = json.Unmarshal(raw, &of) // patientFrom has read it, too
	e.Patients, e.updated = append(e.Patients, p), append(e.updated, of.Updated.At)
	return true
}

func (r *reader) sync(e *Event, raw json.RawMessage) bool {
	var s syncRecord
	if vendorjson.Into(raw, &s) != nil || s.Read == "" && s.Write == "" {
		return false
	}
	e.SyncStatus = append(e.SyncStatus, s.sync())
	return true
}

func (r *reader) onboarding(e *Event, raw json.RawMessage) bool {
	var o onboardingRecord
	if vendorjson.Into(raw, &o) != nil || o.ID == "" {
		return false
	}
	e.Onboardings = append(e.Onboardings, o.onboarding())
	return true
}
