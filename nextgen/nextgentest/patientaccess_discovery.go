package nextgentest

import (
	"net/http"
	"slices"

	"github.com/emrkit/emrkit/internal/simserver"
)

// endpoints are the three addresses that discovery names.
func (s *PatientAccess) endpoints() (authorize, token, revoke string) {
	origin, tokens := s.origin, s.origin
	switch s.opts.Discovery {
	case PatientAccessTrapped:
		tokens = s.trap
	case PatientAccessPlain:
		origin = "http://fhir.example.com"
		tokens = origin
	}
	return origin + paOAuthPath + "/authorize", tokens + paOAuthPath + "/token", tokens + paOAuthPath + "/token/revoke"
}

// discovery answers the documents that need no token. Members and values are those of
// the vendor's live documents, addresses excepted.
func (v *paVersion) discovery(c *simserver.Call, name string) *simserver.Reply {
	c.CheckHeaders("Traceparent", "X-Request-Id") // no token: discovery comes before it
	if c.Method != http.MethodGet {
		c.Violate("discovery is read only")
		return simserver.Text(http.StatusMethodNotAllowed, "")
	}
	s := v.sim
	switch none := s.opts.Discovery == PatientAccessNoDiscovery; {
	case name == "metadata":
		return simserver.JSON(http.StatusOK, v.mediaType(), v.metadata(!none))
	case name == ".well-known/jwk":
		return paKeys(c)
	case none || s.opts.Discovery == PatientAccessNoSMART:
		return simserver.Text(http.StatusNotFound, "")
	}
	authorize, token, revoke := s.endpoints()
	if name == ".well-known/openid-configuration" {
		return simserver.JSON(http.StatusOK, "application/json", paObject{
			"issuer": v.base(), "response_types_supported": []string{"code", "id_token", "token id_token"}, "jwks_uri": v.base() + "/.well-known/jwk",
			"subject_types_supported": []string{"pairwise", "public"}, "id_token_signing_alg_values_supported": []string{"RS256"},
			"authorization_endpoint": authorize, "token_endpoint": token, "revocation_endpoint": revoke,
		})
	}
	return simserver.JSON(http.StatusOK, "application/json", paObject{
		"capabilities": []string{
			"launch-ehr", "launch-standalone", "client-public", "client-confidential-symmetric", "client-confidential-asymmetric",
			"context-banner", "context-style", "context-ehr-patient", "context-ehr-encounter", "context-standalone-patient",
			"context-standalone-encounter", "permission-offline", "permission-patient", "permission-user", "permission-v1",
			"permission-v2", "sso-openid-connect", "authorize-post",
		},
		"authorization_endpoint": authorize, "token_endpoint": token, "revocation_endpoint": revoke,
		"grant_types_supported":            []string{"authorization_code", "client_credentials", "refresh_token"},
		"code_challenge_methods_supported": []string{"S256"},
		"scopes_supported":                 []string{"openid", "offline_access", "launch", "launch/patient", "launch/encounter", "patient/*.*", "user/*.*"},
		"issuer":                           s.origin + paOAuthPath, "jwks_uri": s.origin + "/nge/prod/fhir-api-r4/.well-known/jwks.json",
	})
}

// metadata is the CapabilityStatement of R4, or the Conformance of DSTU2 (its content is
// assumed after that of R4).
func (v *paVersion) metadata(oauth bool) paObject {
	types := []paObject{}
	for _, name := range v.order {
		types = append(types, v.capability(v.types[name]))
	}
	security := paObject{"cors": true, "service": []paObject{{"coding": []paObject{{
		"system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR",
	}}}}}
	if oauth {
		authorize, token, revoke := v.sim.endpoints()
		security["extension"] = []paObject{{
			"url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
			"extension": []paObject{
				{"url": "authorize", "valueUri": authorize}, {"url": "token", "valueUri": token}, {"url": "revoke", "valueUri": revoke},
			},
		}}
	}
	o := paObject{
		"resourceType": "CapabilityStatement", "version": "5.0.1.698", "name": "NextGen.Fhir", "status": "active", "date": "2026-07-24",
		"publisher": "emrkit simulator", "kind": "instance", "fhirVersion": "4.0.1", "format": []string{"application/fhir+json"},
		"implementation": paObject{"description": "Simulated gateway", "url": v.base()},
		"software":       paObject{"name": "Simulated FHIR Server", "version": "5.0.1.698"},
		"rest":           []paObject{{"mode": "server", "security": security, "resource": types}},
	}
	if v.dstu2 {
		o["resourceType"], o["fhirVersion"], o["format"] = "Conformance", "1.0.2", []string{"application/json+fhir"}
		o["acceptUnknown"] = "no"
	}
	return o
}

func (v *paVersion) capability(t *paType) paObject {
	kinds := map[paKind]string{paToken: "token", paText: "string", paDate: "date", paRef: "reference", paNumber: "number"}
	o := paObject{"type": t.name, "interaction": []paObject{{"code": "read"}, {"code": "search-type"}}}
	names := make([]string, 0, len(t.params))
	for name := range t.params {
		names = append(names, name)
	}
	slices.Sort(names)
	var params []paObject
	for _, name := range names {
		params = append(params, paObject{"name": name, "type": kinds[t.params[name]]})
	}
	if len(params) > 0 {
		o["searchParam"] = params
	}
	if t.provenance {
		o["searchRevInclude"] = []string{"Provenance:target"}
	}
	return o
}
