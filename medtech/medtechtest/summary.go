package medtechtest

import (
	"net/http"

	"github.com/emrkit/emrkit/internal/simserver"
)

// summary is the International Patient Summary: a document, by NHI only. What the one
// published answer has wrong is wrong here too: the Composition's text has no div, one
// reference names a MedicationStatment, the author is not in the document, the NHI has
// the system of its OID, and one extension's coding has no code.
func (s *Sim) summary(q *query) *simserver.Reply {
	p, ok := s.patientBy(q.f, q.token("identifier"))
	if !ok {
		return q.missing(textNoPatient)
	}
	patient := q.patient(p)
	patient["identifier"] = []object{{"use": "official", "system": "urn:oid:2.16.840.1.113883.2.18.2", "value": s.nhiOf(q.f, p)}}
	const absent = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
	patient["extension"] = []object{{"url": absent, "valueCodeableConcept": object{"coding": []object{{"system": absent}}}}}

	subject := q.reference("Patient", p.Chart)
	coded := func(system, code, display string) object {
		return object{"coding": []object{{"system": system, "code": code, "display": display}}}
	}
	made := func(kind string, n string) object {
		return object{"resourceType": kind, "id": q.f.wire(kind, n+p.Chart)}
	}
	condition := made("Condition", "1").with("clinicalStatus", object{"text": "Active"}).with("subject", subject).
		with("code", coded("http://snomed.info/sct", "195967001", "Asthma")).with("recordedDate", s.timeText(p.Created))
	medicine := made("MedicationStatement", "2").with("status", "active").with("subject", subject).
		with("medicationCodeableConcept", object{"text": "Salbutamol 100 mcg inhaler"}).with("dateAsserted", s.timeText(p.Created))
	allergy := made("AllergyIntolerance", "3").with("code", coded("http://snomed.info/sct", "91936005", "Allergy to penicillin")).
		with("clinicalStatus", coded("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active", "Active"))
	section := func(title, code, ref string) object {
		return object{"title": title, "code": object{"coding": []object{{"system": loinc, "code": code}}}, "entry": []object{{"reference": ref}}}
	}
	composition := object{
		"resourceType": "Composition", "id": q.f.wire("Composition", p.Chart), "text": object{"status": "generated"}, "status": "final",
		"type": coded(loinc, "60591-5", "Patient Summary Document"), "subject": subject, "date": s.timeText(q.Now),
		"author": []object{{"reference": "Device/ALEX", "display": "Application Exchange Layer"}}, "title": "Patient Summary", "confidentiality": "U",
		"section": []object{
			section("Active Problems", "11450-4", "Condition/"+condition["id"].(string)),
			section("Medication", "10160-0", "MedicationStatment/"+medicine["id"].(string)),
			section("Allergies and Intolerances", "48765-2", "AllergyIntolerance/"+allergy["id"].(string)),
		},
	}
	entries := []object{}
	for _, o := range []object{composition, patient, q.location(), condition, medicine, allergy} {
		id, _ := o["id"].(string)
		kind, _ := o["resourceType"].(string)
		entries = append(entries, object{"fullUrl": s.lowerBase() + "/" + kind + "/" + inURL(id), "resource": o, "search": object{"mode": "match"}})
	}
	return answer(http.StatusOK, object{
		"resourceType": "Bundle", "id": q.f.wire("Bundle", p.Chart), "type": "document", "meta": object{"lastUpdated": s.timeText(q.Now)},
		"link":  []object{{"relation": "self", "url": s.lowerBase() + "/Patient/$summary?identifier=" + nhiSystem + "|" + s.nhiOf(q.f, p)}},
		"entry": entries,
	})
}
