package nexhealthtest

import (
	"encoding/json"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

// The outcomes of writes, as they end the names of events.
const (
	complete = "complete"
	failed   = "failed"
	timedOut = "timed_out"
)

// keptDeliveries bounds what a simulator that runs for days remembers of its webhooks:
// older ones keep no body.
const keptDeliveries = 10_000

// appointmentSettled tells what became of a write: a bare appointment_updated for a
// change that worked, else the name with its outcome (documented).
func (s *Sim) appointmentSettled(w write, a simserver.Appointment) {
	inst := s.siteOf(a.Location).inst
	name, data := "appointment_insertion."+w.outcome, object{"appointment": s.appointmentObject(a)}
	if w.kind == update {
		data["previous_attributes"] = w.previous // where it stands is assumed
		if name = "appointment_updated." + w.outcome; w.outcome == complete {
			name = "appointment_updated"
		}
	}
	s.emit("Appointment", name, inst, data)
}

// appointmentAppeared is for what others enter in the practice system: in the plural.
func (s *Sim) appointmentAppeared(a simserver.Appointment) {
	s.emit("Appointment", "appointment_created", s.siteOf(a.Location).inst, object{"appointments": []object{s.appointmentObject(a)}})
}

// patientChanged is patient_created or patient_updated, in the plural.
func (s *Sim) patientChanged(event string, p simserver.Patient) {
	s.emit("Patient", event, s.homeInstitution(), object{"patients": []object{s.patientObject(p)}})
}

// documentSettled: the shape of data is assumed.
func (s *Sim) documentSettled(w write) {
	for _, d := range s.documents {
		if d.id == w.id {
			s.emit("Document", "document_insertion."+w.outcome, s.homeInstitution(), object{"document": d.object()})
		}
	}
}

// syncRecovered tells of the way up only, with the bare sync status (both seen).
func (s *Sim) syncRecovered(y *syncSource, read, write bool) {
	if read {
		s.emit("SyncStatus", "sync_status_read_change", y.inst, s.syncObject(y))
	}
	if write {
		s.emit("SyncStatus", "sync_status_write_change", y.inst, s.syncObject(y))
	}
}

// emit queues a delivery to each active endpoint with a subscription for it. Who
// subscribed to the plain name gets it with any outcome. The caller holds the lock.
func (s *Sim) emit(resource, name string, inst *institution, data object) {
	plain, _, _ := strings.Cut(name, ".")
	now := s.server.Clock().Now()
	for _, e := range s.endpoints {
		for _, sub := range e.subscriptions {
			if !e.active || !sub.active || sub.resource != resource || sub.event != plain || sub.inst != nil && sub.inst != inst {
				continue
			}
			o := object{
				"resource_type": resource, "event_name": name, "event_time": stamp(now), "data": data, "subdomain": nil,
				"institution_id": nil, "delivery_errors": []string{},
			}
			if inst != nil {
				o["subdomain"], o["institution_id"] = inst.subdomain, inst.id
			}
			body, _ := json.Marshal(o)
			if n := len(s.sent); n >= keptDeliveries && !s.sent[n-keptDeliveries].waiting {
				s.sent[n-keptDeliveries].body = nil
			}
			s.sent = append(s.sent, &delivery{n: len(s.sent), endpoint: e, event: name, body: body, waiting: true})
		}
	}
}
