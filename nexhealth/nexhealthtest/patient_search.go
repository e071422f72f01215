package nexhealthtest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

var patientIncludes = []string{
	"upcoming_appts", "last_visited_appointment", "children", "guarantor", "procedures", "insurance_coverages", "adjustments",
	"charges", "payments", "patient_alerts", "address", "provider",
}

func (s *Sim) patientRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/patients", v3: true, sub: required, loc: required, paged: byCursor, handle: s.searchPatients, params: params(
			of(text, "name", "email", "phone_number", "foreign_id"), of(date, "date_of_birth"), of(datetime, "updated_since"),
			of(flag, "inactive", "new_patient", "non_patient", "forms_syncable", "location_strict"), []param{sortable("id", "updated_at")},
		)},
		{method: http.MethodPost, path: "/patients", v3: true, sub: required, loc: required, handle: s.createPatient},
		{method: http.MethodGet, path: "/patients/{id}", v3: true, sub: required, handle: s.readPatient,
			params: []param{{name: "include[]", kind: word, words: patientIncludes}}},
	}
}

func (s *Sim) searchPatients(q *query) *simserver.Reply {
	var all []simserver.Patient
	for _, p := range s.clinic.Patients() {
		if q.home() && s.isWanted(q, p) {
			all = append(all, p)
		}
	}
	order(q, all, func(a, b simserver.Patient) int { return patientID(a) - patientID(b) }, func(p simserver.Patient) int64 { return p.Updated.UnixNano() })
	return cursorPage(q, all, entry[simserver.Patient]{
		id:    func(p simserver.Patient) string { return p.Chart },
		dress: s.patientObject,
	})
}

// order sorts by sort, where it is sent: id or updated_at, - for descending. Else by id.
func order[T any](q *query, all []T, byID func(a, b T) int, updated func(T) int64) {
	field, descending := strings.CutPrefix(strings.Split(q.get("sort"), ",")[0], "-")
	slices.SortStableFunc(all, func(a, b T) int {
		n := byID(a, b)
		if field == "updated_at" {
			if d := updated(a) - updated(b); d != 0 {
				n = int(min(max(d, -1), 1))
			}
		}
		if descending {
			return -n
		}
		return n
	})
}

// isWanted applies the filters. With SearchOr e-mail and telephone widen the search in
// place of narrowing it, as one page of the documentation says.
func (s *Sim) isWanted(q *query, p simserver.Patient) bool {
	r := s.personOf(p)
	upcoming := r.placeholder && s.hasUpcoming(p)
	if !q.is("inactive", r.inactive) || !q.is("non_patient", r.nonPatient) || !q.is("new_patient", upcoming) ||
		!q.is("forms_syncable", r.foreign != "") || !q.hits("foreign_id", r.foreign) || !q.since(p.Updated) ||
		q.get("location_strict") == "true" && !slices.Contains(r.locations, q.site.ID) {
		return false
	}
	mail := q.get("email") != "" && slices.ContainsFunc(p.Emails, func(e string) bool { return strings.EqualFold(e, q.get("email")) })
	phone := q.get("phone_number") != "" && slices.ContainsFunc(p.Phones, func(t simserver.Phone) bool { return t.Number == q.get("phone_number") })
	person := sounds(q.get("name"), p) && q.hits("date_of_birth", p.Born)
	if s.opts.Search == SearchOr && (q.get("email") != "" || q.get("phone_number") != "") {
		return mail || phone || (q.get("name") != "" || q.get("date_of_birth") != "") && person
	}
	return person && (mail || q.get("email") == "") && (phone || q.get("phone_number") == "")
}

func (s *Sim) hasUpcoming(p simserver.Patient) bool {
	now := s.server.Clock().Now()
	return slices.ContainsFunc(s.clinic.Appointments(), func(a simserver.Appointment) bool {
		return a.Patient == p.ID && a.Status.Live() && a.Start.After(now)
	})
}

// sounds is the fuzzy match of names (documented as such, and no further): each word of
// the search begins one of the names, the other way round, or differs by one letter.
func sounds(search string, p simserver.Patient) bool {
	have := strings.Fields(strings.ToLower(p.Given + " " + p.Middle + " " + p.Nickname + " " + p.Family))
	for want := range strings.FieldsSeq(strings.ToLower(search)) {
		if !slices.ContainsFunc(have, func(h string) bool {
			return strings.HasPrefix(h, want) || len(h) > 2 && strings.HasPrefix(want, h) || oneLetterApart(h, want)
		}) {
			return false
		}
	}
	return true
}

// oneLetterApart is for words of five letters and more.
func oneLetterApart(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) != len(y) || len(x) < 5 {
		return false
	}
	n := 0
	for i := range x {
		if x[i] != y[i] {
			n++
		}
	}
	return n <= 1
}

// readPatient: location_ids come with the single patient only.
func (s *Sim) readPatient(q *query) *simserver.Reply {
	p, ok := s.patientBy(q.vars["id"])
	if !ok || !q.home() {
		return q.unknown("Patient")
	}
	r := s.personOf(p)
	o := s.patientObject(p)
	o["location_ids"] = numbers(r.locations)
	if q.includes("guarantor") {
		o["guarantor"] = s.guarantorOf(p)
	}
	if q.includes("children") {
		o["children"] = s.childrenOf(p)
	}
	if q.includes("provider") {
		o["provider"] = nil
		if d, ok := s.clinic.Practitioner(p.Practitioner); ok {
			o["provider"] = s.colleague(d)
		}
	}
	if q.includes("address") {
		line := append(append([]string(nil), p.Lines...), "", "")
		o["address"] = object{"line_1": orNull(line[0]), "line_2": orNull(line[1]), "postal_code": orNull(p.Zip), "city": orNull(p.City), "region": orNull(p.State)}
	}
	if q.includes("upcoming_appts") {
		o["upcoming_appts"] = s.upcoming(p)
	}
	for _, name := range []string{"adjustments", "charges", "payments"} {
		if q.includes(name) {
			o[name] = []object{}
		}
	}
	s.includeRecords(q, o, p)
	return q.done(http.StatusOK, o)
}

// guarantorOf is who pays for a patient, null for nobody else.
func (s *Sim) guarantorOf(p simserver.Patient) any {
	g, ok := s.clinic.Patient(s.personOf(p).guarantor, true)
	if !ok {
		return nil
	}
	return s.briefPatient(g)
}

func (s *Sim) childrenOf(p simserver.Patient) []object {
	all := []object{}
	for _, c := range s.clinic.Patients() {
		if r := s.personOf(c); r.guarantor != "" && r.guarantor == p.Chart {
			all = append(all, s.briefPatient(c))
		}
	}
	return all
}

func numbers(ids []string) []any {
	all := []any{}
	for _, id := range ids {
		all = append(all, number(id))
	}
	return all
}
