package fhir

import (
	"fmt"
	"strings"
)

// Full resources as Nextech sends them, of people and places we invented.
// The number makes each one different.

const base = "https://clinic.example/api/structuredefinition/"

func patientSample(i int) string {
	return strings.NewReplacer("$N", fmt.Sprint(i), "$B", base).Replace(`{"resourceType":"Patient","id":"0b6f2c1e-0000-4000-8000-00000000$N",
"meta":{"versionId":"3","lastUpdated":"2026-01-20T09:13:28.297+00:00"},
"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Zelda Quillfeather ($N)</p></div>"},
"extension":[
{"url":"http://hl7.org/fhir/v3/Race","valueCodeableConcept":{"coding":[{"system":"http://hl7.org/fhir/v3/Race","code":"2106-3"}],"text":"Unknown"}},
{"url":"$Breferral-source","valueReference":{"reference":"referral-source/38","display":"Website"}},
{"url":"$Breferring-physician","valueReference":{"reference":"referring-physician/23","display":"Moss, Orla"}},
{"url":"$Bprimary-care-physician","valueReference":{"reference":"primary-care-physician/43","display":"Vale, Ivo"}},
{"url":"$Bpatient-employment-status","valueString":"full time"},
{"url":"$Bpatient-note","valueString":"prefers mornings"},
{"url":"$Bpatient-location","valueReference":{"reference":"location/7","display":"West Office"}},
{"url":"$Bpatients-referred","valueInteger":2},
{"url":"$Bpatient-status","valueString":"patient"},
{"url":"$Bexclude-from-mailings","valueBoolean":true}],
"identifier":[{"use":"official","value":"0b6f2c1e-0000-4000-8000-00000000$N"},{"use":"usual","value":"4711$N"},
{"type":{"coding":[{"system":"http://hl7.org/fhir/v2/0203","code":"SS"}]},"system":"http://hl7.org/fhir/sid/us-ssn","value":"###-##-0142"}],
"active":true,
"name":[{"use":"official","text":"Ms. Zelda Quillfeather","family":"Quillfeather","given":["Zelda",""],"prefix":["Ms."]},{"use":"nickname","given":["Zee"]}],
"telecom":[{"system":"email","value":"zelda$N@quill.example"},{"system":"phone","value":"(206) 555-0142","use":"home","rank":1},
{"system":"phone","value":"(206) 555-0143","use":"work"},
{"extension":[{"url":"$Bmethod-privacy","valueBoolean":true}],"system":"sms"}],
"gender":"female","birthDate":"1991-05-17","_birthDate":{"extension":[{"url":"$Bbirth-time","valueDateTime":"1991-05-17T04:05:06-08:00"}]},
"deceasedBoolean":false,
"address":[{"use":"home","type":"both","line":["12 Lantern Row","Apt 3"],"city":"Tidewick","state":"WA","postalCode":"98101","country":"USA"}],
"maritalStatus":{"coding":[{"system":"http://hl7.org/fhir/v3/MaritalStatus","code":"M","display":"Married"}],"text":"Married"},
"contact":[{"extension":[{"url":"$Bemergency-contact-relation","valueString":"Sister"}],
"relationship":[{"coding":[{"system":"http://hl7.org/fhir/v2/0131","code":"C"}]}],
"name":{"text":"Maud Quillfeather","family":"Quillfeather","given":["Maud"]},
"telecom":[{"system":"phone","value":"(206) 555-0144","use":"home"}],
"address":{"use":"home","line":["14 Lantern Row"],"city":"Tidewick","state":"WA","postalCode":"98101"}}],
"communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":"en"}],"text":"English"},"preferred":true}],
"generalPractitioner":[{"reference":"practitioner/15","display":"Okafor, Ada"}],
"managingOrganization":{"reference":"Organization/1","display":"Lantern Clinic"}}`)
}

func appointmentSample(i int) string {
	return strings.NewReplacer("$N", fmt.Sprint(i), "$B", base).Replace(`{"resourceType":"Appointment","id":"9$N",
"meta":{"lastUpdated":"2026-01-25T13:23:00.55+00:00"},
"contained":[{"resourceType":"Location","id":"7","identifier":[{"use":"official","value":"7"}],"name":"West Office"},
{"resourceType":"Practitioner","id":"15","identifier":[{"use":"official","value":"15"}],"name":[{"text":"Okafor, Ada","family":"Okafor","given":["Ada",""]}]}],
"extension":[{"url":"$Bappointment-status","valueReference":{"reference":"appointment-status/0","display":"Pending"}},
{"url":"$Bappointment-type","valueReference":{"reference":"appointment-type/12","display":"Consult"}},
{"url":"$Bappointment-purpose","valueReference":{"reference":"appointment-purpose/9","display":"Mole Review"}}],
"identifier":[{"use":"official","value":"9$N"}],"status":"booked","description":"Consult - Mole Review",
"start":"2026-03-02T14:00:00-05:00","end":"2026-03-02T14:30:00-05:00","created":"2026-01-27T21:09:19.913Z","comment":"web booking",
"participant":[{"actor":{"reference":"Patient/0B6F2C1E-0000-4000-8000-00000000$N","display":"Quillfeather, Zelda"},"status":"accepted"},
{"actor":{"reference":"Location/7","display":"West Office"},"status":"accepted"},
{"actor":{"reference":"Practitioner/15","display":"Okafor, Ada"},"status":"accepted"}]}`)
}

func slotSample(i int) string {
	return strings.NewReplacer("$N", fmt.Sprint(i%60), "$B", base).Replace(`{"resourceType":"Slot",
"contained":[{"resourceType":"Location","id":"7","identifier":[{"use":"official","value":"7"}],"name":"West Office"},
{"resourceType":"Practitioner","id":"15","identifier":[{"use":"official","value":"15"}],"name":[{"text":"Okafor, Ada","family":"Okafor","given":["Ada",""]}]}],
"extension":[{"url":"$Bappointment-type","valueReference":{"reference":"appointment-type/12","display":"Consult"}},
{"url":"$Bappointment-purpose","valueReference":{"reference":"appointment-purpose/9","display":"Mole Review"}}],
"schedule":{"reference":"schedule/location_7_practitioner_15"},"status":"free",
"start":"2026-03-02T14:00:00-05:00","end":"2026-03-02T14:30:00-05:00"}`)
}

func locationSample(i int) string {
	return strings.NewReplacer("$N", fmt.Sprint(i), "$B", base).Replace(`{"resourceType":"Location","id":"$N",
"extension":[{"url":"$Bmanaged","valueBoolean":true}],
"identifier":[{"use":"official","value":"$N"}],"status":"active","name":"West Office $N","alias":["West"],"mode":"instance",
"type":{"coding":[{"system":"http://hl7.org/fhir/v3/RoleCode","code":"DERM","display":"Dermatology clinic"}]},
"telecom":[{"system":"phone","value":"(206) 555-0100","use":"work"},{"system":"fax","value":"(206) 555-0187","use":"work"}],
"address":{"use":"work","type":"both","line":["1 Harbour Ave., Suite N"],"city":"Tidewick","state":"WA","postalCode":"98104"},
"physicalType":{"coding":[{"system":"http://hl7.org/fhir/location-physical-type","code":"bu","display":"Building"}]},
"position":{"longitude":-122.330,"latitude":47.60,"altitude":0},
"managingOrganization":{"reference":"Organization/1"}}`)
}

func practitionerSample(i int) string {
	return strings.NewReplacer("$N", fmt.Sprint(i), "$B", base).Replace(`{"resourceType":"Practitioner","id":"15$N",
"identifier":[{"use":"official","value":"15$N"},{"system":"http://hl7.org/fhir/sid/us-npi","value":"1999999984"}],
"active":true,"name":[{"text":"Okafor, Ada","family":"Okafor","given":["Ada",""],"suffix":["MD"]}],
"telecom":[{"system":"phone","value":"(206) 555-0191","use":"work"},{"system":"email","value":"ada@clinic.example","use":"work"}],
"address":[{"use":"work","type":"both","line":["1 Harbour Ave., Suite N"],"city":"Tidewick","state":"WA","postalCode":"98104"}],
"gender":"female","birthDate":"1970-09-27",
"qualification":[{"code":{"coding":[{"system":"http://hl7.org/fhir/v2/0360","code":"MD"}],"text":"Doctor of Medicine"},"period":{"start":"1997"},"issuer":{"display":"Tidewick University"}}]}`)
}
