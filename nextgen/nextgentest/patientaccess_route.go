package nextgentest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// paVersion is one of the two FHIR servers.
type paVersion struct {
	sim     *PatientAccess
	dstu2   bool
	path    string // base path
	types   map[string]*paType
	order   []string // names, as the metadata list them
	records map[string][]*paRecord
}

func newPAVersion(s *PatientAccess, dstu2 bool) *paVersion {
	v := &paVersion{sim: s, dstu2: dstu2, path: paR4Path, types: map[string]*paType{}, records: map[string][]*paRecord{}}
	all := paR4Types()
	if dstu2 {
		v.path, all = paDSTU2Path, paDSTU2Types()
	}
	for i := range all {
		v.types[all[i].name] = &all[i]
		v.order = append(v.order, all[i].name)
	}
	v.seed()
	return v
}

// base is the version's address.
func (v *paVersion) base() string { return v.sim.origin + v.path }

// mediaType of its answers, documented for R4.
func (v *paVersion) mediaType() string {
	if v.dstu2 {
		return "application/json+fhir; charset=utf-8"
	}
	return "application/fhir+json; charset=utf-8"
}

// find returns the version below whose base the path lies, and the rest without a slash
// in front. The base's case does not matter: /fhir/R4 is documented, too.
func (s *PatientAccess) find(path string) (*paVersion, string) {
	for _, v := range s.versions {
		if len(path) >= len(v.path) && strings.EqualFold(path[:len(v.path)], v.path) {
			if rest := path[len(v.path):]; rest == "" || rest[0] == '/' {
				return v, strings.Trim(rest, "/")
			}
		}
	}
	return nil, ""
}

// classify tells the server what a request is before it is answered.
func (s *PatientAccess) classify(r *http.Request) simserver.Class {
	switch path := r.URL.Path; {
	case path == paOAuthPath+"/token":
		return simserver.Class{Token: true, Route: "/token"}
	case strings.HasPrefix(path, paOAuthPath+"/"):
		return simserver.Class{Route: strings.TrimPrefix(path, paOAuthPath)}
	default:
		c := simserver.Class{Write: r.Method != http.MethodGet && r.Method != http.MethodHead, Route: "(unknown path)"}
		v, rest := s.find(path)
		if v == nil {
			return c
		}
		kind, id, _ := strings.Cut(rest, "/")
		switch {
		case kind == "metadata" || kind == ".well-known":
			c.Route = "/" + rest
		case v.types[kind] == nil && kind != "Binary":
		case id != "":
			c.Route = "/" + kind + "/{id}"
		default:
			c.Route = "/" + kind
		}
		return c
	}
}

// stepOf: reading the patient is the one step of the main job that there is.
func (s *PatientAccess) stepOf(c *simserver.Call) emrtest.Step {
	if v, rest := s.find(c.URL.Path); v != nil && (rest == "Patient" || strings.HasPrefix(rest, "Patient/")) {
		return emrtest.StepPatient
	}
	return ""
}

// handle answers at the gateway.
func (s *PatientAccess) handle(c *simserver.Call) *simserver.Reply {
	switch c.URL.Path {
	case paOAuthPath + "/authorize":
		return s.authority.askForSignIn(c)
	case paOAuthPath + "/sign-in":
		return s.authority.decided(c)
	case paOAuthPath + "/token":
		return s.authority.token(c)
	case paOAuthPath + "/token/revoke":
		return s.authority.revocation(c)
	case "/nge/prod/fhir-api-r4/.well-known/jwks.json":
		return paKeys(c)
	}
	v, rest := s.find(c.URL.Path)
	if v == nil {
		c.Violate("no such path")
		return simserver.Text(http.StatusNotFound, "")
	}
	switch rest {
	case "metadata", ".well-known/smart-configuration", ".well-known/openid-configuration", ".well-known/jwk":
		return v.discovery(c, rest)
	}
	q := &paQuery{Call: c, v: v}
	return q.answer(rest)
}

// paQuery is a data call.
type paQuery struct {
	*simserver.Call
	v      *paVersion
	family *paFamily
	kind   *paType
	values url.Values
}

// answer checks token, method, path and rights in this order (assumed).
func (q *paQuery) answer(rest string) *simserver.Reply {
	s := q.v.sim
	q.checkHeaders()
	var ok bool
	if q.family, ok = s.authority.authorize(q.Now, q.Bearer()); !ok {
		if q.Header.Get("Authorization") == "" {
			q.Violate("no Authorization header")
		}
		return paUnauthorized()
	}
	if q.Method != http.MethodGet {
		q.Violate("the gateway is read only")
		return q.v.outcome(http.StatusMethodNotAllowed, "not-supported", "Only read and search are supported.")
	}
	if len(q.Body) > 0 {
		q.Violate("a body on a read")
	}
	name, id, isRead := strings.Cut(rest, "/")
	q.kind = q.v.types[name]
	switch {
	case name == "Binary" && isRead && s.opts.BinaryDocuments:
		return q.binary(id)
	case q.kind == nil:
		q.Violate("the type is not advertised")
		return q.v.outcome(http.StatusNotFound, "not-supported", "The resource type is not supported.")
	case s.opts.Approval == PatientAccessNotAtData, s.isDenied(name):
		return paDenied()
	case s.spendQuota():
		return &simserver.Reply{Status: http.StatusOK, ContentType: q.v.mediaType()}
	}
	values, err := url.ParseQuery(q.URL.RawQuery)
	if err != nil {
		q.Violate("the query cannot be read")
		return q.v.outcome(http.StatusBadRequest, "invalid", "The query cannot be read.")
	}
	q.values = values
	if isRead {
		if len(values) > 0 {
			q.Violate("a read has a query")
		}
		return q.read(id)
	}
	return q.search()
}

// checkHeaders: nothing but a bearer and what any HTTP client sends.
func (q *paQuery) checkHeaders() {
	q.CheckHeaders("Authorization", "Traceparent", "X-Request-Id")
	accept := strings.ToLower(q.Header.Get("Accept"))
	good := []string{"application/fhir+json", "application/json", "*/*"}
	if q.v.dstu2 {
		good[0] = "application/json+fhir"
	}
	if accept != "" && !slices.ContainsFunc(good, func(g string) bool { return strings.Contains(accept, g) }) {
		q.Violate("Accept does not name %s", good[0])
	}
}

func (s *PatientAccess) isDenied(resourceType string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.denied[resourceType]
}

// spendQuota reports whether the answer must be empty.
func (s *PatientAccess) spendQuota() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.quota > 0 {
		s.quota--
		return true
	}
	return s.quota < 0
}

// inSight reports whether the token may see a record.
func (q *paQuery) inSight(r *paRecord) bool {
	return r.patient == "" || q.sees(r.patient)
}

// sees: who chose one record at the sign-in sees that one.
func (q *paQuery) sees(patient string) bool {
	if q.family.patient != "" {
		return patient == q.family.patient
	}
	return slices.Contains(q.v.sim.accounts[q.family.account].patients, patient)
}

// read answers a record in sight. One of another patient is 403, as a missing one of this
// patient's is 404 (assumed).
func (q *paQuery) read(id string) *simserver.Reply {
	for _, r := range q.v.records[q.kind.name] {
		if r.id == id {
			if !q.inSight(r) {
				return paDenied()
			}
			return simserver.JSON(http.StatusOK, q.v.mediaType(), r.body)
		}
	}
	return q.v.outcome(http.StatusNotFound, "not-found", "The resource is not known.")
}
