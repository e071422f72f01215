package nextechsaastest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// categories is GET /encounters/categories; its shape is not published.
func (s *Sim) categories() *simserver.Reply {
	if !s.opts.CategoryObjects {
		return simserver.JSON(http.StatusOK, mediaType, SectionNames())
	}
	all := []object{}
	for n, name := range SectionNames() {
		all = append(all, object{"id": n + 1, "name": name})
	}
	return simserver.JSON(http.StatusOK, mediaType, all)
}

// encounters is the search for a patient's visits. Documented: start, end and section;
// without them, all until today. Assumed: both days are included and mean Options.Zone, the
// latest visit comes first, an unknown section is 400, an unknown patient 404.
func (s *Sim) encounters(c *simserver.Call, id string, values url.Values) *simserver.Reply {
	checkParams(c, values, "start", "end", "section")
	n, err := strconv.Atoi(id)
	if err != nil {
		c.Violate("the id of a patient is a whole number")
		return badRequest("The patient id is not a number.")
	}
	if !slices.ContainsFunc(s.patients, func(p patient) bool { return p.id == n }) {
		return message(http.StatusNotFound, "The patient was not found.")
	}
	from, fits1 := s.day(values, "start")
	to, fits2 := s.day(values, "end")
	sections, fits3 := s.sections(values)
	switch {
	case !fits1 || !fits2:
		return badRequest("The date cannot be read.")
	case !fits3:
		return badRequest("The section is not known.")
	}
	var found []int
	for at, v := range s.visits {
		early := !from.IsZero() && v.at.Before(from)
		late := !to.IsZero() && !v.at.Before(to.AddDate(0, 0, 1))
		if v.patient == n && !early && !late {
			found = append(found, at)
		}
	}
	return s.visitList(found, sections)
}

// day reads a parameter; the zero time for one that is not there.
func (s *Sim) day(values url.Values, name string) (time.Time, bool) {
	if !values.Has(name) {
		return time.Time{}, true
	}
	t, err := time.ParseInLocation(s.opts.DateLayout, values.Get(name), s.opts.Zone)
	return t, err == nil
}

// sections reads which parts of the documents are wanted; nil: all.
func (s *Sim) sections(values url.Values) ([]string, bool) {
	names := values["section"]
	switch {
	case len(names) > 1 && s.opts.Sections != SectionsRepeated:
		return nil, false
	case len(names) == 1 && s.opts.Sections == SectionsJoined:
		names = strings.Split(names[0], ",")
	}
	for _, name := range names {
		if !slices.Contains(SectionNames(), name) {
			return nil, false
		}
	}
	return names, true
}

// summary is the documented shape.
func (s *Sim) summary(v visitRecord) object {
	d := doctors[v.doctor]
	var locked any = v.locked
	if s.opts.LockedText {
		locked = strconv.FormatBool(v.locked)
	}
	return object{
		"encounterId": v.id, "doctorId": d.id, "doctorFirstName": d.first, "doctorLastName": d.last, "doctorProfessionalDesignation": d.designation,
		"department": v.department, "location": "West Office", "encounterDate": v.at.Format("2006-01-02T15:04:05.000Z07:00"),
		"type": v.kind, "encounterLocked": locked,
	}
}
