package nextgentest

const (
	paSnomed = "http://snomed.info/sct"
	paLoinc  = "http://loinc.org"
	paRxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm"
)

// seedClinical adds problems, allergies, vaccinations, procedures, plans and goals.
func (v *paVersion) seedClinical() {
	for n, c := range []struct {
		patient             int
		code, display, date string
	}{
		{0, "38341003", "Hypertension", "2019-04-02"}, {0, "44054006", "Type 2 diabetes mellitus", "2021-09"}, {0, "195967001", "Asthma", "1999"},
		{1, "396275006", "Osteoarthritis", "2016-01-20"}, {2, "195967001", "Asthma", "2008-06-11"},
	} {
		status := "http://terminology.hl7.org/CodeSystem/condition-clinical"
		category := paCoded("http://terminology.hl7.org/CodeSystem/condition-category", "problem-list-item", "Problem List Item")
		body := paObject{"code": paCoded(paSnomed, c.code, c.display), "onsetDateTime": c.date}
		if v.dstu2 {
			body["patient"], body["clinicalStatus"], body["verificationStatus"] = paRefTo("Patient", c.patient), "active", "confirmed"
			body["category"], body["dateRecorded"] = paCoded("http://argonaut.hl7.org", "problem", "Problem"), "2024-02-01"
		} else {
			body["subject"], body["recordedDate"] = paRefTo("Patient", c.patient), "2024-02-01"
			body["clinicalStatus"] = paCoded(status, "active", "Active")
			body["verificationStatus"] = paCoded("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed", "Confirmed")
			body["category"] = []paObject{category}
		}
		v.add("Condition", n, c.patient, paIndex{
			"category":   {paEither(v, "http://terminology.hl7.org/CodeSystem/condition-category|problem-list-item", "http://argonaut.hl7.org|problem")},
			"onset-date": {c.date}, "clinical-status": {status + "|active"}, "clinicalstatus": {"active"},
		}, body)
	}
	for n, c := range []struct {
		patient                 int
		code, display, reaction string
	}{{0, "7980", "Penicillin", "Hives"}, {0, "2670", "Codeine", "Nausea"}, {1, "1191", "Aspirin", "Wheezing"}} {
		substance := paCoded(paRxNorm, c.code, c.display)
		reaction := []paObject{{"manifestation": []paObject{{"text": c.reaction}}, "severity": "moderate"}}
		body := paObject{"patient": paRefTo("Patient", c.patient), "recordedDate": "2020-05-14", "reaction": reaction}
		if v.dstu2 {
			body["substance"], body["status"], body["criticality"] = substance, "active", "CRITL"
		} else {
			body["code"], body["criticality"], body["type"], body["category"] = substance, "low", "allergy", []string{"medication"}
			body["clinicalStatus"] = paCoded("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active", "Active")
			body["verificationStatus"] = paCoded("http://terminology.hl7.org/CodeSystem/allergyintolerance-verification", "confirmed", "Confirmed")
		}
		v.add("AllergyIntolerance", n, c.patient, paIndex{"date": {"2020-05-14"}}, body)
	}
	for n, c := range []struct {
		patient             int
		code, display, date string
	}{
		{0, "140", "Influenza, seasonal, injectable", "2022-10-04"}, {0, "140", "Influenza, seasonal, injectable", "2023-10-11"},
		{0, "207", "COVID-19, mRNA", "2021-05-02"}, {0, "113", "Td (adult)", "2018-07-30"}, {2, "03", "MMR", "2001-01-15"},
	} {
		body := paObject{"status": "completed", "vaccineCode": paCoded("http://hl7.org/fhir/sid/cvx", c.code, c.display), "patient": paRefTo("Patient", c.patient)}
		if v.dstu2 {
			body["date"], body["wasNotGiven"], body["reported"] = c.date, false, false
		} else {
			body["occurrenceDateTime"], body["primarySource"] = c.date, true
		}
		v.add("Immunization", n, c.patient, paIndex{"date": {c.date}, "status": {"completed"}}, body)
	}
	for n, c := range []struct{ code, display, date string }{{"80146002", "Appendectomy", "2009-08-17"}, {"73761001", "Colonoscopy", "2023-03-21T10:15:00-07:00"}} {
		v.add("Procedure", n, 0, paIndex{"date": {c.date}, "status": {"completed"}}, paObject{
			"status": "completed", "subject": paRefTo("Patient", 0), "code": paCoded(paSnomed, c.code, c.display), "performedDateTime": c.date,
		})
	}
	v.seedPlans()
}

// seedPlans adds care plan, care team and goal.
func (v *paVersion) seedPlans() {
	assess := paCoded(paEither(v, "http://hl7.org/fhir/us/core/CodeSystem/careplan-category", "http://argonaut.hl7.org"), "assess-plan", "Assessment and plan")
	plan := paObject{
		"status": "active", "subject": paRefTo("Patient", 0), "category": []paObject{assess},
		"text": paObject{"status": "generated", "div": `<div xmlns="http://www.w3.org/1999/xhtml">Walk half an hour a day.</div>`},
	}
	if !v.dstu2 {
		plan["intent"], plan["title"] = "plan", "Blood pressure"
		plan["careTeam"] = []paObject{paRefTo("CareTeam", 0)}
	}
	v.add("CarePlan", 0, 0, paIndex{"category": {"assess-plan"}, "status": {"active"}, "date": {"2024-02-01"}}, plan)
	v.add("CareTeam", 0, 0, paIndex{"status": {"active"}}, paObject{
		"status": "active", "subject": paRefTo("Patient", 0),
		"participant": []paObject{{"role": []paObject{paCoded(paSnomed, "17561000", "Cardiologist")}, "member": paRefTo("Practitioner", 1)}},
	})
	goal := paObject{"subject": paRefTo("Patient", 0), "startDate": "2024-02-01"}
	if v.dstu2 {
		goal["status"], goal["description"], goal["targetDate"] = "in-progress", "Blood pressure below 130/80", "2026-02-01"
	} else {
		goal["lifecycleStatus"], goal["description"] = "active", paObject{"text": "Blood pressure below 130/80"}
		goal["target"] = []paObject{{"dueDate": "2026-02-01"}}
	}
	v.add("Goal", 0, 0, paIndex{"lifecycle-status": {"active"}, "target-date": {"2026-02-01"}, "date": {"2024-02-01"}}, goal)
}

// seedMedication adds prescriptions, statements and a dispense.
func (v *paVersion) seedMedication() {
	for n, m := range []struct {
		patient             int
		code, display, date string
	}{{0, "314076", "Lisinopril 10 MG Oral Tablet", "2024-02-01"}, {0, "860975", "Metformin 500 MG Oral Tablet", "2024-06-19"}, {1, "198440", "Acetaminophen 500 MG Oral Tablet", "2023-12-02"}} {
		drug := paCoded(paRxNorm, m.code, m.display)
		v.add("MedicationRequest", n, m.patient, paIndex{"status": {"active"}, "intent": {"order"}, "authoredon": {m.date}}, paObject{
			"status": "active", "intent": "order", "medicationCodeableConcept": drug, "subject": paRefTo("Patient", m.patient),
			"authoredOn": m.date, "requester": v.oddPractitioner(0), "dosageInstruction": []paObject{{"text": "One tablet a day"}},
		})
		v.add("MedicationOrder", n, m.patient, paIndex{"status": {"active"}}, paObject{
			"status": "active", "medicationCodeableConcept": drug, "patient": paRefTo("Patient", m.patient),
			"dateWritten": m.date, "prescriber": v.oddPractitioner(0), "dosageInstruction": []paObject{{"text": "One tablet a day"}},
		})
	}
	drug := paCoded(paRxNorm, "314076", "Lisinopril 10 MG Oral Tablet")
	v.add("MedicationStatement", 0, 0, paIndex{"status": {"active"}}, paObject{
		"status": "active", "medicationCodeableConcept": drug, paEither(v, "subject", "patient"): paRefTo("Patient", 0),
		"effectivePeriod": paObject{"start": "2024-02-01"},
	})
	v.add("MedicationDispense", 0, 0, nil, paObject{
		"status": "completed", "medicationCodeableConcept": drug, "subject": paRefTo("Patient", 0), "whenHandedOver": "2024-02-03",
		"quantity": paObject{"value": 90, "unit": "tablet"}, "authorizingPrescription": []paObject{paRefTo("MedicationRequest", 0)},
	})
}
