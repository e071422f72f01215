package nexhealthtest

import (
	"net/http"
	"strconv"
)

// call is one that succeeds on a fresh simulator.
type call struct {
	method, target string
	body           any
}

// everyCall has one call and more for each endpoint that takes JSON.
func everyCall(b *bare) []call {
	const at = sub + "&location_id=7"
	patient, seeded := strconv.Itoa(b.person(2)), strconv.FormatInt(wireID(b.sim.clinic.Appointments()[0]), 10)
	endpoint := b.do(http.MethodPost, "/webhook_endpoints", object{"target_url": "https://hooks.example.com/a"})
	hook := "/webhook_endpoints/" + idText(endpoint.data()["id"])
	subscription := b.do(http.MethodPost, hook+"/webhook_subscriptions?"+sub, object{"resource_type": "Appointment", "event": "appointment_insertion"})
	one := hook + "/webhook_subscriptions/" + idText(subscription.data()["id"])
	manual := b.do(http.MethodPost, "/working_hours?"+at, object{"working_hour": object{
		"provider_id": 15, "begin_time": "17:00", "end_time": "19:00", "days": []string{"Monday"}, "appointment_type_ids": []int{12},
	}})
	hour := "/working_hours/" + idText(manual.data()["id"]) + "?" + sub
	kind := b.do(http.MethodPost, "/appointment_types?"+sub, object{"appointment_type": object{"name": "Whitening", "minutes": 40}})
	typed := "/appointment_types/" + idText(kind.data()["id"])
	alerted := b.do(http.MethodPost, "/patients/"+patient+"/alerts?"+sub, object{"patient_alert": object{"note": "bring forms"}})
	alert := "/patients/" + patient + "/alerts/" + idText(alerted.data()["id"]) + "?" + sub
	begun := b.do(http.MethodPost, "/onboardings", object{"onboarding": object{"institution_name": "New Practice"}})
	get := func(target string) call { return call{method: http.MethodGet, target: target} }
	return []call{
		get("/institutions"), get("/institutions/101"), get("/locations"), get("/locations?" + sub + "&inactive=false"), get("/locations/7"),
		get("/locations/7/appointment_descriptors"), get("/sync_status?" + sub), get("/nex_staff?" + sub + "&per_page=50"),
		get("/providers?" + sub + "&per_page=50"), get("/providers?" + sub + "&per_page=50&include[]=availabilities"), get("/providers/15?" + sub),
		get("/operatories?" + sub + "&location_id=10&per_page=50&include[]=appointment_types"), get("/operatories/1001?" + sub),
		get("/appointment_types?" + sub + "&include[]=descriptors"), get(typed + "?" + sub), get("/appointment_types/12/appointment_descriptors?" + sub),
		{http.MethodPost, "/appointment_types?" + sub, object{"location_id": 7, "appointment_type": object{"name": "Fluoride", "minutes": 20, "parent_type": "Location", "parent_id": 7}}},
		{http.MethodPatch, typed + "?" + sub, object{"appointment_type": object{"minutes": 45}}},
		{http.MethodDelete, typed + "?" + sub, nil},
		get("/working_hours?" + at + "&per_page=50&include[]=appointment_types"), get(hour), get("/working_hour_labels?" + sub + "&per_page=50"),
		{http.MethodPost, "/working_hours?" + at, object{"working_hour": object{"provider_id": 15, "begin_time": "19:00", "end_time": "20:00", "specific_date": "2026-03-09"}}},
		{http.MethodPatch, hour, object{"working_hour": object{"end_time": "18:00", "appointment_type_ids": []int{}}}},
		{http.MethodDelete, hour, nil},
		get("/available_slots?" + sub + "&lids[]=7&lids[]=10&pids[]=15&pids[]=27&start_date=2026-03-03&days=7"),
		get("/available_slots?" + sub + "&lids[]=8&appointment_type_id=12&start_date=2026-03-03&days=7&overlapping_operatory_slots=true"),
		get("/patients?" + at + "&per_page=50"), get("/patients/" + patient + "?" + sub), get("/patients/" + patient + "?" + sub +
			"&include[]=guarantor&include[]=children&include[]=provider&include[]=address&include[]=upcoming_appts&include[]=procedures" +
			"&include[]=insurance_coverages&include[]=patient_alerts&include[]=last_visited_appointment"),
		{http.MethodPost, "/patients?" + at, newcomer()},
		{http.MethodPost, "/patients?" + at, newcomer()},
		get("/appointments?" + at + "&per_page=50&start=2026-01-01&end=2026-05-01"), get("/appointments/" + seeded + "?" + sub),
		get("/appointments/" + seeded + "?" + sub + "&include[]=patient&include[]=operatory&include[]=appointment_type&include[]=descriptors&include[]=procedures&include[]=guarantor"),
		get("/appointments/" + seeded + "/appointment_descriptors?" + sub),
		{http.MethodPost, "/appointments?" + at, b.booking(tenAM, halfPast)},
		{http.MethodPatch, "/appointments/" + strconv.FormatInt(b.book(elevenAM), 10) + "?" + sub, object{"appt": object{"confirmed": true}}},
		get("/document_types?" + at), get("/document_types/61?" + at), get("/patients/" + patient + "/documents?" + sub),
		get("/patients/" + patient + "/alerts?" + sub), get(alert), {http.MethodPatch, alert, object{"patient_alert": object{"disabled": true}}},
		get("/patient_recalls?" + at + "&per_page=50"), get("/patient_recalls/7100?" + sub), get("/recall_types?" + at), get("/recall_types/71?" + sub),
		get("/procedures?" + sub + "&per_page=50&provider_id=15"), get("/procedures/8100?" + sub),
		get("/insurance_plans?" + sub + "&per_page=50&include_deleted=true"), get("/insurance_plans/91?" + sub + "&include[]=subscribers"),
		get("/insurance_coverages?" + sub + "&per_page=50"), get("/insurance_coverages/9100?" + sub),
		get("/onboardings?per_page=50"), get("/onboardings/" + idText(begun.data()["id"])),
		{http.MethodPost, "/onboardings", object{"onboarding": object{"subdomain": practiceSubdomain, "emr_name": "dentrix"}}},
		get("/webhook_endpoints"), {http.MethodPatch, hook, object{"active": false}}, get(hook + "/webhook_subscriptions"),
		{http.MethodPost, hook + "/webhook_subscriptions", object{"resource_type": "Onboarding", "event": "onboarding_created"}},
		{http.MethodPatch, one + "?" + sub, object{"active": false}}, {http.MethodDelete, one, nil}, {http.MethodDelete, hook, nil},
	}
}
