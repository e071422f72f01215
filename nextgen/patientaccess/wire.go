package patientaccess

import (
	"net/url"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// idOf is the id that a reference to a resource of the type has, "" if it has none. NextGen
// has sent absolute addresses with a blank in front, and addresses of searches.
func idOf(r fhir.Reference, resourceType string) string {
	text := strings.TrimSpace(r.Reference)
	if ref, err := fhir.ParseReference(text); err == nil {
		if ref.Is(resourceType) && fhir.ValidID(ref.ID) {
			return ref.ID
		}
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || !strings.HasSuffix(strings.ToLower(u.Path), strings.ToLower("/"+resourceType)) && !strings.EqualFold(u.Path, resourceType) {
		return ""
	}
	if id := u.Query()["_id"]; len(id) == 1 && fhir.ValidID(id[0]) {
		return id[0]
	}
	return ""
}

// isOthers reports whether a reference is to another patient than id; one that cannot be
// read says nothing.
func isOthers(r fhir.Reference, id emr.PatientID) bool {
	of := idOf(r, "Patient")
	return of != "" && !id.IsZero() && of != id.Reveal()
}

// noYear is the year of a date that is not there, as NextGen's Enterprise API writes it;
// assumed of this one.
const noYear = 1

// civil reads the day of a date or time as it was written; absent, and one that is no whole
// day, is no date. ok is false for what cannot be read.
func civil(t fhir.DateTime) (d emr.Date, ok bool) {
	if t == "" {
		return d, true
	}
	day, err := t.Date()
	if err != nil {
		return d, false
	}
	year, month, n, err := day.YMD()
	if err != nil {
		return d, false
	}
	if n == 0 || year <= noYear {
		return d, true
	}
	return emr.Date{Year: year, Month: month, Day: n}, true
}

// within reports whether a day is one of those asked for; no day is any.
func within(d, from, to emr.Date) bool {
	return d.IsZero() || (from.IsZero() || !d.Before(from)) && (to.IsZero() || d.Before(to))
}

// addDays asks for the days from..to and one more at each end: whose days the server means
// is not documented. The caller narrows.
func addDays(q *fhir.Query, name string, from, to emr.Date) {
	if !from.IsZero() {
		q.Compare(name, fhir.GE, from.AddDays(-1).String())
	}
	if !to.IsZero() {
		q.Compare(name, fhir.LT, to.AddDays(1).String())
	}
}

// moment reads a time with its own offset; a day alone is its start in UTC, as it has no
// clock time. Absent is the zero time.
func moment(text string) (time.Time, bool) {
	if text == "" {
		return time.Time{}, true
	}
	t, err := fhir.DateTime(text).Time()
	if err != nil {
		t, err = fhir.DateTime(text).In(time.UTC)
	}
	if err == nil && t.Year() <= noYear {
		t = time.Time{}
	}
	return t, err == nil
}

// wordOf is the text of a concept, else the name of its first code that has one.
func wordOf(c fhir.CodeableConcept) string {
	if c.Text != "" {
		return c.Text
	}
	for _, one := range c.Coding {
		if one.Display != "" {
			return one.Display
		}
	}
	return ""
}

func codeOf(c fhir.CodeableConcept) string {
	for _, one := range c.Coding {
		if one.Code != "" {
			return one.Code
		}
	}
	return ""
}
