package nextgentest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

func (s *Sim) personRoutes() []route {
	stamps := fields{"createtimestamp": aDate, "modifytimestamp": aDate, "create_timestamp": aDate, "modify_timestamp": aDate,
		"personid": aGUID, "practiceid": aText, "enterpriseid": aText, "keeppersonid": aGUID, "droppersonid": aGUID}
	expands := []string{"Chart", "Demographics", "Insurances", "AddressHistories", "Ethnicities", "GenderIdentities", "Races", "Insurance"}
	return []route{
		{method: http.MethodGet, path: "/persons/lookup", handle: s.lookup, expands: expands, params: arguments{
			"name": aText, "firstName": aText, "lastName": aText, "middleName": aText, "priorLastName": aText, "dateOfBirth": aDate, "sex": aText,
			"currentGender": aText, "addressLine1": aText, "city": aText, "zip": aText, "emailAddress": aText, "externalId": aText, "externalSystemId": aNumber,
			"excludeExpired": aFlag, "searchPatientsOnly": aFlag, "isNextMdEnabled": aFlag, "quickSearchId": aText, "quickSearchInput": aText,
		}},
		{method: http.MethodGet, path: "/persons/merged", since: version, list: &listing{fields: stamps}, handle: func(q *query) *simserver.Reply { return q.page(nil) }},
		{method: http.MethodGet, path: "/persons", since: version, list: &listing{fields: stamps, window: "modifytimestamp"},
			params: arguments{"patientsOnly": aFlag}, handle: s.changedPersons},
		{method: http.MethodPost, path: "/persons", handle: s.createPerson},
		{method: http.MethodGet, path: "/persons/{person}", expands: expands, handle: s.onPerson(s.readPerson)},
		{method: http.MethodPatch, path: "/persons/{person}", handle: s.onPerson(s.changePerson)},
		{method: http.MethodPut, path: "/persons/{person}", handle: s.onPerson(s.changePerson)},
		{method: http.MethodGet, path: "/persons/{person}/insurances", handle: s.onPerson(emptyList)},
		{method: http.MethodGet, path: "/persons/{person}/races", handle: s.onPerson(origins("races", "cdcRaceCode"))},
		{method: http.MethodGet, path: "/persons/{person}/ethnicities", handle: s.onPerson(origins("ethnicities", "cdcEthnicityCode"))},
		{method: http.MethodGet, path: "/persons/{person}/chart", handle: s.onPerson(s.readChart)},
		{method: http.MethodPost, path: "/persons/{person}/chart", handle: s.onPerson(s.createChart)},
	}
}

// onPerson finds the person of the path: 400 for an id of another form, an empty 404 for
// nobody (both recorded).
func (s *Sim) onPerson(handle func(*query, simserver.Patient) *simserver.Reply) func(*query) *simserver.Reply {
	return func(q *query) *simserver.Reply {
		id, refusal := q.guidVar("person")
		if refusal != nil {
			return refusal
		}
		have, ok := q.practice.patient(id)
		if !ok {
			return q.unknown()
		}
		return handle(q, have)
	}
}

func emptyList(q *query, _ simserver.Patient) *simserver.Reply { return q.array(nil) }

func (s *Sim) readPerson(q *query, have simserver.Patient) *simserver.Reply {
	return q.json(q.personRow(have))
}

// criteria are those that a lookup needs one of; the switches are none (assumed).
var criteria = []string{
	"name", "firstName", "lastName", "middleName", "priorLastName", "dateOfBirth", "sex", "currentGender", "addressLine1", "city", "zip",
	"emailAddress", "externalId",
}

// lookup answers a bare array (seen). Criteria are joined with and; a quick search leaves
// all others out of account (both documented). Without any: 400 (recorded).
func (s *Sim) lookup(q *query) *simserver.Reply {
	quick, input := q.get("quickSearchId"), q.get("quickSearchInput")
	if (quick == "") != (input == "") {
		q.Violate("quickSearchId and quickSearchInput come together")
	}
	fits := q.meets
	switch {
	case quick != "" && input != "":
		match, ok := quickSearches[strings.ToLower(quick)]
		if !ok {
			q.Violate("a quickSearchId that the vendor does not have")
			return q.bad("The value '" + quick + "' is not valid.")
		}
		if strings.EqualFold(quick, "PhoneNumber") && (len(input) != 10 || simserver.Digits(input) != input) {
			q.Violate("a telephone that is not ten digits")
		}
		fits = func(have simserver.Patient) bool { return match(q.practice, have, input) }
	case !slices.ContainsFunc(criteria, func(name string) bool { return q.get(name) != "" }):
		q.Violate("a lookup without criteria")
		r := q.bad("Argument criteria cannot be null.\r\nParameter name: criteria")
		r.Header = nil
		return r
	}
	var rows []object
	for _, have := range q.practice.clinic.Patients() {
		if fits(have) {
			rows = append(rows, q.lookupRow(have))
		}
	}
	return q.array(rows)
}

// quickSearches are documented; each looks at one thing.
var quickSearches = map[string]func(p *practice, have simserver.Patient, input string) bool{
	"personnumber": func(_ *practice, have simserver.Patient, input string) bool { return have.Chart == input },
	"medicalrecordnumber": func(p *practice, have simserver.Patient, input string) bool {
		return p.mrn(have) != "" && strings.TrimLeft(input, "0") == have.Chart
	},
	"otheridnumber":        func(p *practice, have simserver.Patient, input string) bool { return p.extra(have).other == input },
	"socialsecuritynumber": func(*practice, simserver.Patient, string) bool { return false },
	"phonenumber": func(_ *practice, have simserver.Patient, input string) bool {
		return slices.ContainsFunc(have.Phones, func(t simserver.Phone) bool { return simserver.Digits(t.Number) == input })
	},
}

// meets reports whether a person meets all criteria. sex and the like are compared whole,
// names and addresses from their start (assumed).
func (q *query) meets(have simserver.Patient) bool {
	e := q.practice.extra(have)
	whole := func(name, have string) bool { return q.get(name) == "" || strings.EqualFold(q.get(name), have) }
	return begins(q.get("name"), have.Family, have.Given) && begins(q.get("firstName"), have.Given) && begins(q.get("lastName"), have.Family) &&
		begins(q.get("middleName"), have.Middle) && begins(q.get("priorLastName"), "") && whole("dateOfBirth", have.Born) &&
		whole("sex", sex(have.Gender)) && whole("currentGender", sex(have.Gender)) && begins(q.get("addressLine1"), line(have, 0)) &&
		begins(q.get("city"), have.City) && begins(q.get("zip"), have.Zip) && whole("emailAddress", email(have)) && whole("externalId", e.external) &&
		(q.get("searchPatientsOnly") != "true" || e.charted) && (q.get("excludeExpired") != "true" || !e.expired)
}

// changedPersons is the change feed: ids and times only, of a week where nothing else is
// said (documented).
func (s *Sim) changedPersons(q *query) *simserver.Reply {
	f, refusal := q.filtered()
	if refusal != nil {
		return refusal
	}
	week := q.Now.AddDate(0, 0, -7)
	told := f.names["modifytimestamp"] || f.names["createtimestamp"] || f.names["modify_timestamp"] || f.names["create_timestamp"]
	if !told {
		q.windowed(f)
	}
	var rows []object
	for _, have := range q.practice.clinic.Patients() {
		if !told && have.Updated.Before(week) || q.get("patientsOnly") == "true" && !q.practice.extra(have).charted {
			continue
		}
		o := object{"enterpriseId": q.practice.enterprise, "practiceId": q.practice.id, "personId": q.practice.personID(have), "createdBy": 0, "modifiedBy": -3145}
		o.stamps("createTimestamp", have.Created, q.practice.zone, false)
		o.stamps("modifyTimestamp", have.Updated, q.practice.zone, false)
		o["create_timestamp"], o["modify_timestamp"] = o["createTimestamp"], o["modifyTimestamp"] // as texts spell them, for filters
		if f.holds(o) {
			delete(o, "create_timestamp")
			delete(o, "modify_timestamp")
			rows = append(rows, o)
		}
	}
	return q.cut(rows)
}

// readChart is an array of one, or an empty 404 without a chart (assumed from the texts).
func (s *Sim) readChart(q *query, have simserver.Patient) *simserver.Reply {
	if !q.practice.extra(have).charted {
		return q.unknown()
	}
	return q.array([]object{q.chartRow(have)})
}

// createChart makes a patient of the person; 201 is seen, 409 for a second chart assumed.
func (s *Sim) createChart(q *query, have simserver.Patient) *simserver.Reply {
	b, refusal := q.decode()
	if refusal != nil {
		return refusal
	}
	q.only(b, "firstOfficeEncDate", "lastOfficeEncDate", "preferredProviderId", "renderingProviderId", "defaultLocationId")
	e := q.practice.extra(have)
	if e.charted {
		return &simserver.Reply{Status: http.StatusConflict, ContentType: "text/plain", Body: []byte("The person already has a chart.")}
	}
	e.charted = true
	q.practice.clinic.ChangePatient(have.ID, false, func(*simserver.Patient) {})
	return q.empty(http.StatusCreated)
}
