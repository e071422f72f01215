package nextgentest

// seedPractice adds what belongs to nobody's record.
func (v *paVersion) seedPractice() {
	address := func(line, city, zip string) paObject {
		return paObject{"line": []string{line}, "city": city, "state": "WA", "postalCode": zip, "country": "USA"}
	}
	v.add("Organization", 0, -1, paIndex{
		"name": {"Lantern Row Family Medicine"}, "address": {"12 Lantern Row"}, "address-city": {"Seattle"}, "address-state": {"WA"},
		"address-postalcode": {"98101"}, "address-country": {"USA"},
	}, paObject{
		"active": true, "name": "Lantern Row Family Medicine", "address": []paObject{address("12 Lantern Row", "Seattle", "98101")},
		"telecom": []paObject{{"system": "phone", "value": "(206) 555-0100"}},
	})
	for n, at := range []struct{ name, line, zip string }{{"Main Clinic", "12 Lantern Row", "98101"}, {"West Office", "8 Harbor Steps", "98121"}} {
		body := paObject{
			"status": "active", "name": at.name, "mode": "instance", "address": address(at.line, "Seattle", at.zip),
			"managingOrganization": paRefTo("Organization", 0), "telecom": []paObject{{"system": "phone", "value": "(206) 555-0101"}},
		}
		v.add("Location", n, -1, paIndex{
			"name": {at.name}, "address": {at.line}, "address-city": {"Seattle"}, "address-state": {"WA"}, "address-postalcode": {at.zip},
		}, body)
	}
	for n, who := range []struct{ given, family, npi string }{{"Ada", "Okafor", "1999999984"}, {"Bram", "Castellano", "1999999992"}} {
		name := paObject{"family": who.family, "given": []string{who.given}, "suffix": []string{"MD"}}
		body := paObject{"active": true, "identifier": []paObject{{"system": "http://hl7.org/fhir/sid/us-npi", "value": who.npi}}}
		if v.dstu2 { // one name, its family a list
			name["family"] = []string{who.family}
			body["name"] = name
			body["practitionerRole"] = []paObject{{"managingOrganization": paRefTo("Organization", 0)}}
		} else {
			body["name"] = []paObject{name}
		}
		v.add("Practitioner", n, -1, paIndex{"name": {who.family, who.given}, "identifier": {"http://hl7.org/fhir/sid/us-npi|" + who.npi}}, body)
		v.add("PractitionerRole", n, -1, paIndex{
			"specialty":               {"http://nucc.org/provider-taxonomy|207Q00000X"},
			"practitioner.identifier": {who.npi}, "practitioner.name": {who.family, who.given},
		}, paObject{
			"active": true, "practitioner": paRefTo("Practitioner", n), "organization": paRefTo("Organization", 0),
			"location": []paObject{paRefTo("Location", n)}, "specialty": []paObject{paCoded("http://nucc.org/provider-taxonomy", "207Q00000X", "Family Medicine")},
			"telecom": []paObject{{"system": "phone", "value": "(206) 555-0102"}},
		})
	}
	v.add("Endpoint", 0, -1, paIndex{"name": {"Lantern Row FHIR"}}, paObject{
		"status": "active", "name": "Lantern Row FHIR", "address": v.base(),
		"connectionType": paObject{"system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type", "code": "hl7-fhir-rest"},
		"payloadType":    []paObject{paCoded("http://terminology.hl7.org/CodeSystem/endpoint-payload-type", "none", "None")},
	})
	v.add("Questionnaire", 0, -1, nil, paObject{
		"status": "active", "title": "Tobacco use", "item": []paObject{{"linkId": "1", "text": "Do you smoke?", "type": "boolean"}},
	})
}

// seedProvenance: who recorded some of the resources.
func (v *paVersion) seedProvenance() {
	for n, target := range []paObject{paRefTo("Condition", 0), paRefTo("DocumentReference", 0), paRefTo("Patient", 0)} {
		v.add("Provenance", n, 0, nil, paObject{
			"target": []paObject{target}, "recorded": "2025-03-01T09:30:00Z",
			"agent": []paObject{{
				"type": paCoded("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "author", "Author"),
				"who":  paRefTo("Practitioner", 0), "onBehalfOf": paRefTo("Organization", 0),
			}},
		})
	}
}

// provenancesOf are those whose target is among the records.
func (v *paVersion) provenancesOf(kind string, records []*paRecord) []*paRecord {
	var all []*paRecord
	for _, p := range v.records["Provenance"] {
		targets, _ := p.body["target"].([]paObject)
		for _, r := range records {
			if len(targets) > 0 && targets[0]["reference"] == kind+"/"+r.id {
				all = append(all, p)
			}
		}
	}
	return all
}
