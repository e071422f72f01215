package nextgentest

import (
	"encoding/base64"
	"fmt"
	"net/http"

	"github.com/emrkit/emrkit/internal/simserver"
)

// paMeasurements is how many the patient has: more than two pages.
const paMeasurements = 24

// seedMeasurements adds observations and what goes with the laboratory.
func (v *paVersion) seedMeasurements() {
	kinds := []struct {
		code, display, unit string
		value               float64
	}{{"29463-7", "Body weight", "kg", 71.4}, {"8867-4", "Heart rate", "/min", 68}, {"8310-5", "Body temperature", "Cel", 36.8}, {"4548-4", "Hemoglobin A1c", "%", 6.1}}
	system := paEither(v, "http://terminology.hl7.org/CodeSystem/observation-category", "http://hl7.org/fhir/observation-category")
	for n := range paMeasurements {
		k := kinds[n%len(kinds)]
		name, patient := "vital-signs", 0
		if k.unit == "%" {
			name = "laboratory"
		}
		if n == paMeasurements-1 {
			patient = 1 // the proxy has one of them
		}
		category := paCoded(system, name, name)
		date := fmt.Sprintf("20%02d-%02d-14T09:20:00-08:00", 19+n/8, 1+n%12)
		body := paObject{
			"status": "final", "code": paCoded(paLoinc, k.code, k.display), "subject": paRefTo("Patient", patient), "effectiveDateTime": date,
			"valueQuantity": paObject{"value": k.value + float64(n%3), "unit": k.unit, "system": "http://unitsofmeasure.org", "code": k.unit},
		}
		if v.dstu2 {
			body["category"] = category
		} else {
			body["category"] = []paObject{category}
		}
		v.add("Observation", n, patient, paIndex{"category": {system + "|" + name}, "code": {paLoinc + "|" + k.code}, "date": {date}, "status": {"final"}}, body)
	}
	for n, r := range []struct{ code, display, date string }{{"24323-8", "Comprehensive metabolic panel", "2022-04-14T09:20:00-07:00"}, {"58410-2", "Complete blood count", "2023-05-02T08:05:00-07:00"}} {
		category := paCoded("http://terminology.hl7.org/CodeSystem/v2-0074", "LAB", "Laboratory")
		body := paObject{
			"status": "final", "code": paCoded(paLoinc, r.code, r.display), "subject": paRefTo("Patient", 0),
			"effectiveDateTime": r.date, "issued": r.date, "result": []paObject{paRefTo("Observation", 3)},
		}
		if v.dstu2 {
			body["category"], body["performer"] = paCoded("http://hl7.org/fhir/v2/0074", "LAB", "Laboratory"), paRefTo("Organization", 0)
		} else {
			body["category"], body["performer"] = []paObject{category}, []paObject{paRefTo("Organization", 0)}
		}
		v.add("DiagnosticReport", n, 0, paIndex{"category": {"LAB"}, "code": {paLoinc + "|" + r.code}, "date": {r.date}}, body)
	}
	v.add("Specimen", 0, 0, nil, paObject{
		"subject": paRefTo("Patient", 0), "type": paCoded(paSnomed, "119297000", "Blood specimen"), "collection": paObject{"collectedDateTime": "2023-05-02"},
	})
	v.add("ServiceRequest", 0, 0, paIndex{"category": {paSnomed + "|108252007"}, "code": {paLoinc + "|24323-8"}, "authored": {"2022-04-13"}}, paObject{
		"status": "completed", "intent": "order", "category": []paObject{paCoded(paSnomed, "108252007", "Laboratory procedure")},
		"code": paCoded(paLoinc, "24323-8", "Comprehensive metabolic panel"), "subject": paRefTo("Patient", 0), "authoredOn": "2022-04-13",
		"requester": paRefTo("Practitioner", 0),
	})
}

// seedVisits adds encounters and documents.
func (v *paVersion) seedVisits() {
	for n, e := range []struct {
		patient    int
		start, end string
	}{
		{0, "2024-02-01T09:00:00-08:00", "2024-02-01T09:30:00-08:00"}, {0, "2024-06-19T14:15:00-07:00", "2024-06-19T14:45:00-07:00"},
		{0, "2024-11-03T01:30:00-07:00", "2024-11-03T01:15:00-08:00"}, // through the night when clocks go back
		{1, "2023-12-02T11:00:00-08:00", "2023-12-02T11:20:00-08:00"}, {2, "2024-01-08T15:40:00-08:00", "2024-01-08T16:00:00-08:00"},
	} {
		body := paObject{
			"status": "finished", "type": []paObject{paCoded("http://www.ama-assn.org/go/cpt", "99213", "Office visit")},
			"period":      paObject{"start": e.start, "end": e.end},
			"participant": []paObject{{"individual": v.oddPractitioner(n % 2)}},
			"location":    []paObject{{"location": v.searchRef("Location", 0)}},
		}
		if v.dstu2 {
			body["class"], body["patient"], body["reason"] = "ambulatory", paRefTo("Patient", e.patient), []paObject{{"text": "Follow-up"}}
		} else {
			body["class"] = paObject{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB", "display": "ambulatory"}
			body["subject"], body["reasonCode"] = paRefTo("Patient", e.patient), []paObject{{"text": "Follow-up"}}
		}
		v.add("Encounter", n, e.patient, paIndex{"date": {e.start}}, body)
	}
	for n, d := range []struct {
		patient                       int
		code, title, kind, text, when string
	}{
		{0, "11506-3", "Progress note", "text/plain", "Feels well. Blood pressure as planned.", "2024-02-01T10:05:00-08:00"},
		{0, "34133-9", "Summary of care", "text/html", "<p>Hypertension, well controlled.</p>", "2024-06-19T15:00:00-07:00"},
		{1, "11506-3", "Progress note", "text/plain", "Knee better.", "2023-12-02T12:00:00-08:00"},
	} {
		attachment := paObject{"contentType": d.kind, "title": d.title, "creation": d.when}
		if v.sim.opts.BinaryDocuments {
			attachment["url"] = v.base() + "/Binary/" + paID("DocumentReference", n)
		} else {
			attachment["data"] = base64.StdEncoding.EncodeToString([]byte(d.text))
		}
		body := paObject{
			"status": "current", "type": paCoded(paLoinc, d.code, d.title), "subject": paRefTo("Patient", d.patient),
			"author": []paObject{v.oddPractitioner(0)}, "content": []paObject{{"attachment": attachment}},
		}
		note := paCoded(paEither(v, "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category", "http://argonaut.hl7.org"), "clinical-note", "Clinical note")
		if v.dstu2 {
			body["class"], body["created"], body["indexed"] = note, d.when, d.when
			body["context"] = paObject{"encounter": paRefTo("Encounter", n)}
		} else {
			body["category"], body["date"] = []paObject{note}, d.when
			body["context"] = paObject{"encounter": []paObject{paRefTo("Encounter", n)}}
		}
		v.add("DocumentReference", n, d.patient, paIndex{"type": {paLoinc + "|" + d.code}, "date": {d.when}, "created": {d.when}, "category": {"clinical-note"}}, body)
		v.records["Binary"] = append(v.records["Binary"], &paRecord{
			id: paID("DocumentReference", n), patient: paID("Patient", d.patient), body: paObject{"contentType": d.kind, "text": d.text},
		})
	}
}

// binary answers the bytes of a document, with Options.BinaryDocuments only.
func (q *paQuery) binary(id string) *simserver.Reply {
	for _, r := range q.v.records["Binary"] {
		if r.id != id {
			continue
		}
		if !q.inSight(r) {
			return paDenied()
		}
		kind, _ := r.body["contentType"].(string)
		text, _ := r.body["text"].(string)
		return &simserver.Reply{Status: http.StatusOK, ContentType: kind, Body: []byte(text)}
	}
	return q.v.outcome(http.StatusNotFound, "not-found", "The resource is not known.")
}

// seedSupport adds coverage, device, answers to a questionnaire and a relative.
func (v *paVersion) seedSupport() {
	v.add("Coverage", 0, 0, nil, paObject{
		"status": "active", "type": paCoded("https://nahdo.org/sopt", "5", "Private health insurance"), "subscriberId": "SIM-0042",
		"beneficiary": paRefTo("Patient", 0), "payor": []paObject{paRefTo("Organization", 0)},
		"relationship": paCoded("http://terminology.hl7.org/CodeSystem/subscriber-relationship", "self", "Self"),
	})
	device := paObject{"type": paCoded(paSnomed, "14106009", "Cardiac pacemaker"), "patient": paRefTo("Patient", 0)}
	if v.dstu2 {
		device["status"], device["udi"] = "available", "(01)00099999999997"
	} else {
		device["status"] = "active"
		device["udiCarrier"] = []paObject{{"deviceIdentifier": "00099999999997", "carrierHRF": "(01)00099999999997"}}
	}
	v.add("Device", 0, 0, paIndex{"status": {"active"}}, device)
	v.add("QuestionnaireResponse", 0, 0, nil, paObject{
		"status": "completed", "questionnaire": v.base() + "/Questionnaire/" + paID("Questionnaire", 0), "subject": paRefTo("Patient", 0),
		"authored": "2024-02-01T09:05:00-08:00", "item": []paObject{{"linkId": "1", "answer": []paObject{{"valueBoolean": false}}}},
	})
	v.add("RelatedPerson", 0, 0, paIndex{"name": {"Castell", "Jori"}}, paObject{
		"active": true, "patient": paRefTo("Patient", 0), "name": []paObject{{"family": "Castell", "given": []string{"Jori"}}},
		"relationship": []paObject{paCoded("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "SPS", "spouse")},
	})
}
