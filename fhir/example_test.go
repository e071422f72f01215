package fhir_test

import (
	"fmt"

	"github.com/emrkit/emrkit/fhir"
)

func ExampleDecode() {
	body := []byte(`{"resourceType":"Patient","id":"1","telecom":[{"system":"phone","value":"(206) 555-0142"}],"vendorRank":1.50}`)
	patient, err := fhir.Decode[fhir.Patient](body, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(patient) // nothing personal
	patient.Telecom[0].Value = "(206) 555-0143"
	body, err = fhir.Encode(patient, nil)
	fmt.Println(string(body), err)
	// Output:
	// fhir.Patient(4 members)
	// {"resourceType":"Patient","id":"1","telecom":[{"system":"phone","value":"(206) 555-0143"}],"vendorRank":1.50} <nil>
}

func ExampleResources() {
	body := []byte(`{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Slot","status":"free",
		"start":"2026-03-02T14:00:00-05:00","contained":[{"resourceType":"Location","id":"7"}]}}]}`)
	bundle, err := fhir.ParseBundle(body, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for slot, err := range fhir.Resources[fhir.Slot](bundle) {
		if err != nil {
			fmt.Println(err)
			return
		}
		start, err := slot.Start.Time()
		fmt.Println(start, err)
		for _, r := range slot.Contained {
			if location, ok := r.(*fhir.Location); ok {
				fmt.Println("location", location.ID)
			}
		}
	}
	// Output:
	// 2026-03-02 14:00:00 -0500 -0500 <nil>
	// location 7
}

func ExampleNewExtension() {
	appointment := &fhir.Appointment{
		Status: "proposed",
		Extension: []fhir.Extension{
			fhir.NewExtension("appointment-type", fhir.Reference{Reference: "appointment-type/12"}),
			fhir.NewExtension("appointment-schedule", "book"),
		},
	}
	body, err := fhir.Encode(appointment, nil)
	fmt.Println(string(body), err)
	// Output:
	// {"resourceType":"Appointment","extension":[{"url":"appointment-type","valueReference":{"reference":"appointment-type/12"}},{"url":"appointment-schedule","valueString":"book"}],"status":"proposed"} <nil>
}

func ExampleQuery() {
	var q fhir.Query
	q.Compare("start", fhir.GE, "2026-03-02").Compare("start", fhir.LT, "2026-03-16")
	q.Add("schedule.actor", "location/7").Add("schedule.actor", "practitioner/15", "practitioner/21")
	fmt.Println(q.Encode())
	// Output:
	// start=ge2026-03-02&start=lt2026-03-16&schedule.actor=location/7&schedule.actor=practitioner/15,practitioner/21
}
