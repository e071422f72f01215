package nexhealthtest

import (
	"net/http"
	"testing"
)

// newcomer is a person whom nobody knows.
func newcomer() object {
	return object{
		"provider": object{"provider_id": 15},
		"patient": object{"first_name": "Wren", "last_name": "Stone", "email": "wren.stone@example.com",
			"bio": object{"date_of_birth": "1988-04-12", "phone_number": "2065550177", "gender": "Other"}},
		"return_existing_if_match": true,
	}
}

func TestTheMainJobWorksFromEndToEnd(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	slots := b.get("/available_slots?" + sub + "&lids[]=7&pids[]=15&start_date=2026-03-03&days=2&slot_length=30").list()
	if len(slots) != 1 || len(slots[0]["slots"].([]any)) != 24 {
		t.Fatalf("%v", slots)
	}
	first := slots[0]["slots"].([]any)[0].(map[string]any)
	if first["time"] != "2026-03-03T09:00:00.000-05:00" || first["end_time"] != "2026-03-03T09:30:00.000-05:00" || first["provider_id"] != 15.0 {
		t.Errorf("%v", first)
	}
	made := b.do(http.MethodPost, "/patients?"+sub+"&location_id=7", newcomer())
	if made.status != http.StatusCreated {
		t.Fatalf("%d %s", made.status, made.body)
	}
	patient := made.data("user")
	if patient["foreign_id"] != nil || patient["foreign_id_type"] != "nex" {
		t.Errorf("%v", patient)
	}
	booked := b.do(http.MethodPost, "/appointments?"+sub+"&location_id=7", object{"appt": object{
		"patient_id": patient["id"], "provider_id": 15, "start_time": "2026-03-03T14:00:00Z", "end_time": "2026-03-03T14:30:00Z", "appointment_type_id": 12,
	}})
	a := booked.data("appt")
	if booked.status != http.StatusCreated || a["foreign_id"] != nil || a["start_time"] != "2026-03-03T14:00:00.000Z" || b.sim.Appointments() != 1 {
		t.Fatalf("%d %s", booked.status, booked.body)
	}
	id := idText(a["id"])
	b.sim.SettleWrites()
	if a = b.get("/appointments/" + id + "?" + sub).data(); a["foreign_id"] == nil || a["last_sync_time"] == nil {
		t.Errorf("%v", a)
	}
	found := b.get("/patients?" + sub + "&location_id=7&name=Wren%20Stone&date_of_birth=1988-04-12&per_page=50").list()
	if len(found) != 1 || found[0]["foreign_id"] == nil {
		t.Errorf("%v", found)
	}
	off := b.do(http.MethodPatch, "/appointments/"+id+"?"+sub, object{"appt": object{"cancelled": true}})
	if off.status != http.StatusOK || off.data("appt")["cancelled"] != true || b.sim.Appointments() != 0 {
		t.Errorf("%d %s", off.status, off.body)
	}
	if again := b.get("/available_slots?" + sub + "&lids[]=7&pids[]=15&start_date=2026-03-03&days=2&slot_length=30").list(); len(again[0]["slots"].([]any)) != 24 {
		t.Error("a cancelled time is not free")
	}
}
