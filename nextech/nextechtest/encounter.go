package nextechtest

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

// encounterDays is how long ago everybody of the practice was seen.
const encounterDays = 30

// encounters: dates without a time, and the subject is the chart number (both documented).
func (s *Sim) encounters(q *query) *simserver.Reply {
	p, ok := s.clinic.Patient(q.vars["uid"], s.charts())
	if !ok {
		return notFound("The patient was not found")
	}
	var all []object
	if seen := s.seen(p); q.onDay("date", seen) {
		all = append(all, s.encounter(p, seen))
	}
	return s.page(q, all)
}

// seen is the day of a patient's only encounter, before the day he was entered.
func (s *Sim) seen(p simserver.Patient) string {
	return p.Created.In(s.clinic.Zone("7")).AddDate(0, 0, -encounterDays).Format("2006-01-02")
}

func (s *Sim) encounter(p simserver.Patient, date string) object {
	d, _ := s.clinic.Practitioner(firstPractitioner)
	name := object{"text": d.Family + ", " + d.Given, "family": d.Family, "given": []string{d.Given}}
	if s.d.plus() {
		name = object{"use": "official", "text": d.Given + " " + d.Family, "family": d.Family, "given": []string{d.Given}}
	}
	id := "3" + p.Chart
	return object{
		"resourceType": "Encounter", "id": id, "identifier": official(id),
		"contained": []object{{
			"resourceType": "Practitioner", "id": d.ID, "name": []object{name},
			"identifier": []object{{"use": "usual", "system": npiSystem, "value": d.NPI}},
		}},
		"subject": reference("Patient/"+p.Chart, p.Family+", "+p.Given),
		"participant": []object{{
			"type":       []object{{"coding": []object{{"system": "http://hl7.org/fhir/v3/ParticipationType", "code": "PRF"}}}},
			"individual": object{"reference": "Practitioner/" + d.ID},
		}},
		"period": object{"start": date, "end": date},
	}
}

// summary is the CCDA of a span of days. 400 for what is no id and 404 for an unknown
// patient are from the 2017 documentation; the media type in Binary is assumed.
func (s *Sim) summary(q *query) *simserver.Reply {
	for _, name := range []string{"start", "end"} {
		if v := q.values.Get(name); v != "" {
			if _, ok := simserver.ParseDay(v); !ok {
				q.Violate("%s is not written yyyy-MM-dd", name)
				return invalid("Invalid date: " + name)
			}
		}
	}
	uid := q.vars["uid"]
	p, ok := s.clinic.Patient(uid, true)
	switch {
	case !ok && strings.Trim(uid, "0123456789abcdefABCDEF-") != "":
		return invalid("Invalid patient id")
	case !ok:
		return notFound("The patient was not found")
	}
	document := fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Continuity of Care Document</title><recordTarget><patientRole><id extension="%s"/></patientRole></recordTarget></ClinicalDocument>
`, p.Chart)
	return answer(http.StatusOK, object{
		"resourceType": "Binary", "contentType": "text/xml", "content": base64.StdEncoding.EncodeToString([]byte(document)),
	})
}
