package nexhealth

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/people"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// ChartNumber is the Identifier.System of a chart number, which some practice systems
// have beside their own id.
const ChartNumber = "chart_id"

// The words of Patient.Status.
const (
	// StatusPlaceholder is a new patient whom the practice's system does not have yet. It
	// replaces the record by one of its own, with another id.
	StatusPlaceholder = "new_patient"
	// StatusInactive is a record the practice no longer uses.
	StatusInactive = "inactive"
	// StatusNonPatient is a person who is no patient: a guarantor, say.
	StatusNonPatient = "non_patient"
)

// patientRecord is a patient as the API writes it; webhooks write it in the same way.
// The documentation says not to count on any member of bio.
type patientRecord struct {
	ID           vendorjson.ID   `json:"id"`
	First        vendorjson.Text `json:"first_name"`
	Middle       vendorjson.Text `json:"middle_name"`
	Last         vendorjson.Text `json:"last_name"`
	Email        vendorjson.Text `json:"email"`
	Bio          patientBio      `json:"bio"`
	Inactive     vendorjson.Bool `json:"inactive"`
	ForeignID    vendorjson.ID   `json:"foreign_id"`
	ForeignType  vendorjson.Text `json:"foreign_id_type"`
	ChartID      vendorjson.Text `json:"chart_id"`
	Practitioner vendorjson.ID   `json:"provider_id"`
	Updated      vendorjson.Time `json:"updated_at"`
}

type patientBio struct {
	Born        vendorjson.Text `json:"date_of_birth"`
	Gender      vendorjson.Text `json:"gender"`
	Phone       vendorjson.Text `json:"phone_number"`
	Cell        vendorjson.Text `json:"cell_phone_number"`
	Home        vendorjson.Text `json:"home_phone_number"`
	Work        vendorjson.Text `json:"work_phone_number"`
	Other       vendorjson.Text `json:"custom_contact_number"`
	Street      vendorjson.Text `json:"street_address"`
	Line1       vendorjson.Text `json:"address_line_1"`
	Line2       vendorjson.Text `json:"address_line_2"`
	City        vendorjson.Text `json:"city"`
	State       vendorjson.Text `json:"state"`
	Zip         vendorjson.Text `json:"zip_code"`
	Placeholder vendorjson.Bool `json:"new_patient"`
	NonPatient  vendorjson.Bool `json:"non_patient"`
}

// patientFrom reads one patient. The error is a *vendorjson.Error.
func patientFrom(raw json.RawMessage) (*emr.Patient, error) {
	r, err := readPatient(raw)
	if err != nil {
		return nil, err
	}
	return r.model(raw), nil
}

func readPatient(raw json.RawMessage) (*patientRecord, error) {
	r := new(patientRecord)
	if err := vendorjson.Into(raw, r); err != nil {
		return nil, err
	}
	if r.ID == "" {
		return nil, &vendorjson.Error{Problem: vendorjson.Mistyped}
	}
	return r, nil
}

func (r *patientRecord) model(raw json.RawMessage) *emr.Patient {
	p := &emr.Patient{
		ID:           emr.NewPatientID(string(r.ID)),
		Given:        phi(r.First),
		Middle:       phi(r.Middle),
		Family:       phi(r.Last),
		Born:         birthDate(r.Bio.Born),
		Sex:          emr.Sex(strings.ToLower(string(r.Bio.Gender))),
		Phones:       r.Bio.phones(),
		Address:      r.Bio.address(),
		Practitioner: emr.PractitionerID(r.Practitioner),
		Inactive:     r.Inactive.Value,
		Write:        writeState(r.ForeignID, r.ForeignType),
		Source:       emr.NewSource(raw),
	}
	if email := phi(r.Email); !email.IsZero() {
		p.Emails = []emr.PHI{email}
	}
	// First the id by which NexHealth can be asked.
	if r.ForeignID != "" && !isOwnType(r.ForeignType) {
		p.Identifiers = append(p.Identifiers, emr.Identifier{System: string(r.ForeignType), Value: emr.NewPHI(string(r.ForeignID))})
	}
	if chart := phi(r.ChartID); !chart.IsZero() {
		p.Identifiers = append(p.Identifiers, emr.Identifier{System: ChartNumber, Value: chart})
	}
	switch {
	case r.Inactive.Value:
		p.Status = StatusInactive
	case r.Bio.Placeholder.Value:
		p.Status = StatusPlaceholder
	case r.Bio.NonPatient.Value:
		p.Status = StatusNonPatient
	}
	return p
}

// phones lists each number once, the main one first.
func (b *patientBio) phones() []emr.Phone {
	var all []emr.Phone
next:
	for _, p := range []struct {
		number vendorjson.Text
		use    string
	}{{b.Phone, ""}, {b.Cell, "mobile"}, {b.Home, "home"}, {b.Work, "work"}, {b.Other, ""}} {
		number := phi(p.number)
		if number.IsZero() {
			continue
		}
		for i := range all {
			if people.SamePhone(all[i].Number, number) {
				all[i].Use = cmp.Or(all[i].Use, p.use)
				continue next
			}
		}
		all = append(all, emr.Phone{Number: number, Use: p.use})
	}
	return all
}

func (b *patientBio) address() emr.Address {
	a := emr.Address{City: phi(b.City), State: phi(b.State), PostalCode: phi(b.Zip)}
	first := b.Line1
	if phi(first).IsZero() {
		first = b.Street
	}
	for _, line := range []vendorjson.Text{first, b.Line2} {
		if v := phi(line); !v.IsZero() {
			a.Lines = append(a.Lines, v)
		}
	}
	return a
}

// phi keeps a text of a person without the blanks around it.
func phi(t vendorjson.Text) emr.PHI { return emr.NewPHI(strings.TrimSpace(string(t))) }

// birthDate reads a civil date; one with a time of day counts by its date as written,
// never through a zone. What is no date is not known.
func birthDate(t vendorjson.Text) emr.BirthDate {
	day := strings.TrimSpace(string(t))
	if len(day) > 10 && (day[10] == 'T' || day[10] == ' ') {
		day = day[:10]
	}
	born, err := emr.ParseBirthDate(day)
	if err != nil {
		return emr.BirthDate{}
	}
	return born
}

// isOwnType reports whether a foreign_id_type is NexHealth's own: it begins with "nex",
// in any case, as long as the practice's system has not got the record. Sources:
// docs.nexhealth.com/reference/postpatients, public client code.
func isOwnType(t vendorjson.Text) bool {
	s := strings.TrimSpace(string(t))
	return len(s) >= 3 && strings.EqualFold(s[:3], "nex")
}

// writeState tells from a record whether the practice's system has it.
func writeState(id vendorjson.ID, kind vendorjson.Text) emr.WriteState {
	if id == "" || isOwnType(kind) {
		return emr.WriteAccepted
	}
	return emr.WriteDone
}
