package nextechsaas

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/people"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// ChartNumber is the Identifier.System of the practice's number of a patient.
const ChartNumber = "chartNumber"

// PatientFilter is the Vendor part of an emr.PatientQuery: what only this API can ask.
type PatientFilter struct {
	// Term is sent as it is, instead of the chart number or name of the query. What comes
	// back is compared with the query all the same. It may be a name: keep it out of logs.
	Term emr.PHI
}

// FindPatients searches GET /search, whose term is a chart number or a name: how names
// are matched is not documented, so the family name alone is sent (the given one if there
// is none), and every field of q is compared here. Birth date and telephone alone cannot be
// asked for, e-mail addresses are not there at all: kind invalid, with Fields.
func (p parts) FindPatients(ctx context.Context, q emr.PatientQuery, _ emr.Cursor) (emr.Page[emr.Patient], error) {
	var page emr.Page[emr.Patient]
	more, err := emr.VendorOptions[PatientFilter](opFindPatients, q.Vendor)
	if err != nil {
		return page, err
	}
	term, bad := termOf(q, more)
	if bad != nil {
		return page, bad
	}
	search := read(opFindPatients, "/search", "/search", url.Values{"term": {term}})
	answer, err := p.http.Do(ctx, search)
	if err != nil {
		return page, err
	}
	var rows vendorjson.List[json.RawMessage] // documented as a list, shown as one object
	if vendorjson.Check(answer.Body) != nil || json.Unmarshal(answer.Body, &rows) != nil {
		return page, p.unreadable(search, answer)
	}
	for _, raw := range rows {
		found, ok := patientFrom(raw)
		if !ok {
			return page, p.unreadable(search, answer)
		}
		if people.Fits(found, q) {
			page.Items = append(page.Items, found)
		}
	}
	return page, nil
}

// termOf is what is sent for q.
func termOf(q emr.PatientQuery, more PatientFilter) (string, *emr.Error) {
	if !q.Email.IsZero() {
		return "", invalid(opFindPatients, "this API has no e-mail addresses: ask by chart number or name", string(emr.FieldEmail))
	}
	if !q.Identifier.Value.IsZero() && q.Identifier.System != "" && q.Identifier.System != ChartNumber {
		return "", invalid(opFindPatients, "this API knows chart numbers only", string(emr.FieldIdentifier))
	}
	for _, v := range []emr.PHI{more.Term, q.Identifier.Value, q.Family, q.Given} {
		if term := strings.TrimSpace(v.Reveal()); len(term) > mostWords {
			return "", invalid(opFindPatients, "a search term has 1,024 bytes at most", "term")
		} else if term != "" {
			return term, nil
		}
	}
	return "", invalid(opFindPatients, "this API is asked by chart number or name: give one of them", string(emr.FieldFamily), string(emr.FieldIdentifier))
}

// patientFrom maps one record; false if it is none.
func patientFrom(raw json.RawMessage) (*emr.Patient, bool) {
	var w patientWire
	if vendorjson.Into(raw, &w) != nil || !vendorjson.IsWholeNumber(string(w.ID)) {
		return nil, false
	}
	born, ok := birthDate(string(w.Born))
	if !ok {
		return nil, false
	}
	p := &emr.Patient{
		ID:     emr.NewPatientID(string(w.ID)),
		Given:  phi(w.First),
		Middle: phi(w.Middle),
		Family: phi(w.Last),
		Born:   born,
		Source: emr.NewSource(withoutSSN(raw)),
	}
	if phone := phi(w.Phone); !phone.IsZero() {
		p.Phones = []emr.Phone{{Number: phone, Use: "home"}}
	}
	if chart := phi(w.Chart); !chart.IsZero() {
		p.Identifiers = []emr.Identifier{{System: ChartNumber, Use: "official", Value: chart}}
	}
	return p, true
}

// phi keeps a text of a person without the blanks around it.
func phi(t vendorjson.Text) emr.PHI { return emr.NewPHI(strings.TrimSpace(string(t))) }

// birthDate is the day as it is written, whatever time and zone follow it: a zone would
// shift it. Year 1, as .NET writes nothing, and an empty text are no date; false for what
// cannot be read.
func birthDate(text string) (emr.BirthDate, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return emr.BirthDate{}, true
	}
	day, _, _ := strings.Cut(strings.Replace(text, " ", "T", 1), "T")
	t, err := time.Parse("2006-01-02", day)
	if err != nil {
		return emr.BirthDate{}, false
	}
	if t.Year() == 1 {
		return emr.BirthDate{}, true
	}
	born, err := emr.ParseBirthDate(day)
	return born, err == nil
}
