package nextgentest

import (
	"bytes"
	"fmt"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// encounter is a visit that took place.
type encounter struct {
	id       string // number
	patient  string
	location string
	provider string
	at, out  time.Time
	locked   bool
}

// document is one of the chart.
type document struct {
	id, patient, title string
	made               time.Time
	restricted         bool
	content            []byte
}

func (s *Sim) recordRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/persons/{person}/chart/encounters", handle: s.onPerson(s.listEncounters), list: &listing{fields: fields{
			"id": aGUID, "timestamp": aDate, "locationid": aGUID, "renderingproviderid": aGUID, "islocked": aFlag, "modifytimestamp": aDate,
		}}},
		{method: http.MethodGet, path: "/persons/{person}/chart/encounters/{encounter}", handle: s.onPerson(s.readEncounter)},
		{method: http.MethodGet, path: "/persons/{person}/chart/documents", handle: s.onPerson(s.listDocuments), list: &listing{fields: fields{
			"id": aGUID, "createtimestamp": aDate, "modifytimestamp": aDate, "description": aText, "itemtype": aText, "encounterid": aGUID,
		}}},
		{method: http.MethodGet, path: "/persons/{person}/chart/documents/{document}", handle: s.onPerson(s.readDocument)},
		{method: http.MethodGet, path: "/persons/{person}/chart/documents/{document}/pdf", handle: s.onPerson(s.openDocument)},
	}
}

// seedRecords gives the first person, and those with fulfilled appointments, encounters;
// the first person also documents, the last of which is restricted.
func (s *Sim) seedRecords(p *practice) {
	first := p.clinic.Patients()[0]
	number := 300
	add := func(patient, location, provider string, at time.Time) {
		number++
		p.encounters = append(p.encounters, encounter{fmt.Sprint(number), patient, location, provider, at, at.Add(25 * time.Minute), number%2 == 0})
	}
	add(first.ID, "7", "15", s.seeded.AddDate(0, -3, 0))
	add(first.ID, "10", "", s.seeded.AddDate(0, -1, 0))
	for _, a := range p.clinic.Appointments() {
		if a.Status == simserver.Fulfilled {
			add(a.Patient, a.Location, a.Practitioner, a.Start)
			p.visit(a).encounter = p.guid("encounter", fmt.Sprint(number))
		}
	}
	for i, title := range []string{"Consent Form", "Referral Letter", "Restricted Note"} {
		p.documents = append(p.documents, document{
			id: fmt.Sprint(900 + i), patient: first.ID, title: title, made: s.seeded.AddDate(0, 0, -40+i), restricted: i == 2,
			content: []byte("%PDF-1.4\n% " + title + ", invented\n%%EOF\n"),
		})
	}
}

// newEncounter enters one for an appointment.
func (p *practice) newEncounter(a simserver.Appointment, now time.Time) string {
	id := fmt.Sprint(301 + len(p.encounters) + 100)
	p.encounters = append(p.encounters, encounter{id: id, patient: a.Patient, location: a.Location, provider: a.Practitioner, at: now})
	return p.guid("encounter", id)
}

// informed adds the header that tells an empty list from one that nobody asked for (recorded).
func informed(r *simserver.Reply, n int) *simserver.Reply {
	word := "Unknown"
	if n > 0 {
		word = "Yes"
	}
	r.Header.Set("X-Ng-Information-Available", word)
	return r
}

// encounterRow is recorded; so is the zero GUID for no provider.
func (q *query) encounterRow(e encounter) object {
	p := q.practice
	have, _ := p.clinic.Patient(e.patient, false)
	at, _ := p.clinic.Location(e.location)
	o := object{
		"id": p.guid("encounter", e.id), "enterpriseId": p.enterprise, "practiceId": p.id, "personId": p.personID(have),
		"locationId": p.guid("location", e.location), "locationName": at.Name, "isLocked": e.locked, "renderingProviderId": zeroGUID,
		"renderingProviderName": nil, "status": "U", "encounterNumber": number(e.id), "referringProviderId": nil, "referringProviderName": nil,
		"printOnStatements": true, "isSensitive": false, "suppressPortal": false, "suppressOutreach": false, "checkInDateTime": nil,
		"checkInDateTimeUtc": nil, "checkInDateTimeLocalUtcOffset": nil, "checkInTimezone": nil, "checkOutDateTime": nil, "checkOutDateTimeUtc": nil,
		"checkOutDateTimeLocalUtcOffset": nil, "checkOutTimezone": nil, "dischargeStatusCode": nil,
	}
	if d, ok := p.clinic.Practitioner(e.provider); ok && d.NPI != "" {
		o["renderingProviderId"], o["renderingProviderName"] = p.guid("provider", d.ID), d.Family+" MD, "+d.Given
	}
	o.stamps("timestamp", e.at, p.zone, true)
	o.offset("timestamp", e.at, p.zone)
	if !e.out.IsZero() {
		for name, t := range map[string]time.Time{"checkInDateTime": e.at, "checkOutDateTime": e.out} {
			o.stamps(name, t, p.zone, true)
			_, seconds := t.In(p.zone).Zone()
			o[name+"LocalUtcOffset"] = seconds
		}
	}
	o.stamps("modifyTimestamp", e.at, p.zone, true)
	return o.links("/persons/" + p.personID(have) + "/chart/encounters/" + p.guid("encounter", e.id))
}

func (s *Sim) listEncounters(q *query, have simserver.Patient) *simserver.Reply {
	rows := []object{}
	for _, e := range q.practice.encounters {
		if e.patient == have.ID {
			rows = append(rows, q.encounterRow(e))
		}
	}
	return informed(q.page(rows), len(rows))
}

func (s *Sim) readEncounter(q *query, have simserver.Patient) *simserver.Reply {
	id, refusal := q.guidVar("encounter")
	if refusal != nil {
		return refusal
	}
	e, ok := lookUp(q.practice, "encounter", id, q.practice.encounters, func(e encounter) string { return e.id })
	if !ok || e.patient != have.ID {
		return q.unknown()
	}
	o := q.encounterRow(e)
	delete(o, "dischargeStatusCode")
	o["isClinical"], o["isBillable"], o["remarks"], o["createdBy"], o["modifiedBy"] = true, false, nil, -3145, -3145
	for _, name := range []string{"createTimestamp", "modifyTimestamp"} {
		o.stamps(name, e.at, q.practice.zone, true)
		o.offset(name, e.at, q.practice.zone)
	}
	return q.json(o)
}

// documentRow is recorded; rows of the list have more than the detail.
func (q *query) documentRow(d document, have simserver.Patient) object {
	p := q.practice
	o := object{
		"id": p.guid("document", d.id), "personId": p.personID(have), "description": d.title, "itemType": "ICS", "createdBy": -3145, "modifiedBy": -3145,
		"encounterId": nil, "isRestricted": d.restricted, "signoffStatus": nil, "enterpriseId": p.enterprise, "practiceId": p.id, "loincCode": nil,
		"diagnosticLoincCode": nil, "diagnosticCategories": []string{}, "isSensitive": false, "isSuppressPortal": false, "isSuppressOutreach": false,
	}
	for _, name := range []string{"createTimestamp", "modifyTimestamp"} {
		o.stamps(name, d.made, p.zone, true)
		o.offset(name, d.made, p.zone)
	}
	list := "/persons/" + p.personID(have) + "/chart/documents"
	return o.links(list+"/"+p.guid("document", d.id), link(list, "POST", "add-document", "Adds A Document"))
}

func (s *Sim) listDocuments(q *query, have simserver.Patient) *simserver.Reply {
	rows := []object{}
	for _, d := range q.practice.documents {
		if d.patient == have.ID {
			rows = append(rows, q.documentRow(d, have))
		}
	}
	return informed(q.page(rows), len(rows))
}

// document finds one of the person: 403 without a body for a restricted one (recorded for
// a document without the right to it).
func (q *query) document(have simserver.Patient) (document, *simserver.Reply) {
	id, refusal := q.guidVar("document")
	if refusal != nil {
		return document{}, refusal
	}
	d, ok := lookUp(q.practice, "document", id, q.practice.documents, func(d document) string { return d.id })
	switch {
	case !ok || d.patient != have.ID:
		return d, q.unknown()
	case d.restricted:
		return d, q.empty(http.StatusForbidden)
	}
	return d, nil
}

func (s *Sim) readDocument(q *query, have simserver.Patient) *simserver.Reply {
	d, refusal := q.document(have)
	if refusal != nil {
		return refusal
	}
	o := q.documentRow(d, have)
	for name, v := range map[string]any{
		"categories": []string{}, "totalPages": 1, "fileType": nil, "icsDateOfService": nil, "encounterTimestamp": nil, "appCreatedBy": nil,
		"docTypeId": q.practice.guid("doctype", "1"), "provenanceInfo": nil, "ccdaVersion": nil,
	} {
		o[name] = v
	}
	for _, name := range []string{"createdBy", "modifiedBy", "enterpriseId", "practiceId", "createTimestampUtc", "modifyTimestampUtc",
		"createTimestampLocalUtcOffset", "modifyTimestampLocalUtcOffset"} {
		delete(o, name)
	}
	return q.json(o)
}

// openDocument is the PDF with the recorded headers.
func (s *Sim) openDocument(q *query, have simserver.Patient) *simserver.Reply {
	d, refusal := q.document(have)
	if refusal != nil {
		return refusal
	}
	return &simserver.Reply{Status: http.StatusOK, ContentType: "application/pdf", Body: bytes.Clone(d.content),
		Header: http.Header{"Content-Disposition": {"attachment; filename=response.pdf"}, "Api-Version": {s.opts.Version}}}
}
