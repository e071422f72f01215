package nextgentest

import (
	"net/http"

	"github.com/emrkit/emrkit/internal/simserver"
)

// paPracticesPath is that of the vendor's list of practices, seen in public code.
const paPracticesPath = "/FhirServiceBaseBundle-R4"

// paPractices are invented. All have the same address: the signed-in patient decides.
var paPractices = []struct{ id, name, city string }{
	{"practice-1", "Lantern Row Family Medicine", "Seattle"},
	{"practice-2", "Cedar Hollow Eye Associates", "Spokane"},
	{"practice-3", "Harbor Steps Pediatrics", "Tacoma"},
}

func paClassifyPractices(r *http.Request) simserver.Class {
	return simserver.Class{Write: r.Method != http.MethodGet, Route: "(list of practices)"}
}

// listPractices is a Bundle of an Organization and an Endpoint for each practice, as the
// regulation wants such lists; that the vendor's looks so is assumed. It is public: a
// token has no business here.
func (s *PatientAccess) listPractices(c *simserver.Call) *simserver.Reply {
	c.CheckHeaders("Traceparent", "X-Request-Id")
	if c.URL.Path != paPracticesPath || c.Method != http.MethodGet || c.URL.RawQuery != "" {
		c.Violate("no such path")
		return simserver.Text(http.StatusNotFound, "")
	}
	var entries []paObject
	for _, p := range paPractices {
		entries = append(entries,
			paObject{"fullUrl": "urn:organization:" + p.id, "resource": paObject{
				"resourceType": "Organization", "id": p.id, "active": true, "name": p.name,
				"address":  []paObject{{"city": p.city, "state": "WA", "country": "US"}},
				"endpoint": []paObject{{"reference": "Endpoint/" + p.id}},
			}},
			paObject{"fullUrl": "urn:endpoint:" + p.id, "resource": paObject{
				"resourceType": "Endpoint", "id": p.id, "status": "active", "name": p.name,
				"connectionType":       paObject{"system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type", "code": "hl7-fhir-rest"},
				"payloadType":          []paObject{{"coding": []paObject{{"system": "http://terminology.hl7.org/CodeSystem/endpoint-payload-type", "code": "none"}}}},
				"managingOrganization": paObject{"reference": "Organization/" + p.id},
				"address":              s.origin + paR4Path,
			}})
	}
	return simserver.JSON(http.StatusOK, "application/fhir+json", paObject{"resourceType": "Bundle", "type": "collection", "entry": entries})
}
