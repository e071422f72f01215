package nexhealth

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/people"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// NewPatientOptions is the Vendor part of an emr.NewPatient. The social security number
// is not offered: this package never handles one.
type NewPatientOptions struct {
	Location  emr.LocationID // the office that takes the patient in; "" is the connection's
	Insurance emr.PHI        // name of the insurance
	Race      emr.PHI
	WeightKG  int
	HeightCM  int
}

// newPatient is the body of POST /patients.
type newPatient struct {
	Provider       newPatientProvider `json:"provider"`
	Patient        newPatientPerson   `json:"patient"`
	ReturnExisting bool               `json:"return_existing_if_match"`
}

type newPatientProvider struct {
	ID json.Number `json:"provider_id"`
}

type newPatientPerson struct {
	First string        `json:"first_name"`
	Last  string        `json:"last_name"`
	Email string        `json:"email,omitempty"`
	Bio   newPatientBio `json:"bio"`
}

// newPatientBio is also that of a dependent, who has a birth date and gender only.
type newPatientBio struct {
	Born      string `json:"date_of_birth"`
	Phone     string `json:"phone_number,omitempty"`
	Home      string `json:"home_phone_number,omitempty"`
	Cell      string `json:"cell_phone_number,omitempty"`
	Work      string `json:"work_phone_number,omitempty"`
	Other     string `json:"custom_contact_number,omitempty"`
	Gender    string `json:"gender"`
	Weight    int    `json:"weight,omitempty"`
	Height    int    `json:"height,omitempty"`
	Line1     string `json:"address_line_1,omitempty"`
	Line2     string `json:"address_line_2,omitempty"`
	City      string `json:"city,omitempty"`
	State     string `json:"state,omitempty"`
	Zip       string `json:"zip_code,omitempty"`
	Insurance string `json:"insurance_name,omitempty"`
	Race      string `json:"race,omitempty"`
}

// CreatePatient posts to /patients with return_existing_if_match. A person whom NexHealth
// knows (same birth date, name and telephone) is ErrDuplicatePatient, together with that
// patient where it was answered.
//
// Kind invalid, with Fields, before anything is sent: given and family name, birth date,
// e-mail address and a telephone of ten North American digits are needed. Sent are two
// address lines (further ones joined to the second), no middle name, no country and no
// identifiers, which NexHealth does not take; nor does it keep names in full everywhere:
// some practice systems cut them at 15 and 20 characters.
//
// Without a practitioner the location's first bookable one is named. The practice's own
// system gets the person with the first appointment: until then Write is accepted.
func (p parts) CreatePatient(ctx context.Context, n *emr.NewPatient) (*emr.Patient, error) {
	body, more, err := p.newPatient(n)
	if err != nil {
		return nil, err
	}
	practitioner := n.Practitioner
	if practitioner == "" {
		if more.Location != "" && more.Location != p.cfg.Location {
			return nil, invalid(opCreatePatient, "name the practitioner who takes the patient in at the other location", "practitioner")
		}
		if practitioner, err = p.firstProvider(ctx); err != nil {
			return nil, emr.Unsent(err)
		}
	}
	if body.Provider.ID, err = number(opCreatePatient, "practitioner", practitioner); err != nil {
		return nil, err
	}
	create, err := p.call(opCreatePatient, http.MethodPost, "/patients")
	if err != nil {
		return nil, err
	}
	query := p.scoped().set("location_id", p.location(more.Location))
	e, answer, err := p.send(ctx, create, query, body)
	if err != nil {
		return nil, err
	}
	raw, err := decodeData[json.RawMessage](p.Client, create, answer, e, "user", "patient")
	if err != nil {
		return nil, err
	}
	made, err := patientFrom(raw)
	if err != nil {
		return nil, p.unreadable(create, answer, err)
	}
	if !vendorjson.IsWholeNumber(made.ID.Reveal()) {
		return nil, p.http.Error(create, answer, emr.KindProtocol, "NexHealth's answer names the patient by an id that cannot be asked for")
	}
	if answer.Status == http.StatusOK {
		known := p.http.Error(create, answer, emr.KindConflict, "NexHealth knows this person: take the known patient")
		known.Err = emr.ErrDuplicatePatient
		return made, known
	}
	made.Given, made.Family = uncut(n.Given, made.Given, mostGiven), uncut(n.Family, made.Family, mostFamily)
	return made, nil
}

// Where some practice systems cut names.
// Source: docs.nexhealth.com/reference/patients-1.
const (
	mostGiven  = 15
	mostFamily = 20
)

// uncut is the name as it was sent where the answer has it cut at most or later.
func uncut(sent, got emr.PHI, most int) emr.PHI {
	whole, cut := people.Letters(sent.Reveal()), people.Letters(got.Reveal())
	if len([]rune(got.Reveal())) >= most && len(cut) < len(whole) && people.BeginsWith(whole, cut) {
		return sent
	}
	return got
}

// emailForm is the vendor's own pattern (OpenAPI document, POST /patients).
var emailForm = regexp.MustCompile(`(?i)^[^@\s]+@(?:[-a-z0-9]+\.)+[a-z]{2,}$`)

// newPatient builds the body, after checking what NexHealth demands.
func (c *Client) newPatient(n *emr.NewPatient) (*newPatient, NewPatientOptions, error) {
	var none NewPatientOptions
	if n == nil {
		return nil, none, invalid(opCreatePatient, "give the new patient", "patient")
	}
	more, err := emr.VendorOptions[NewPatientOptions](opCreatePatient, n.Vendor)
	if err != nil {
		return nil, none, err
	}
	body := &newPatient{
		Patient: newPatientPerson{
			First: strings.TrimSpace(n.Given.Reveal()), Last: strings.TrimSpace(n.Family.Reveal()),
			Bio: newPatientBio{
				Born: n.Born.Reveal().String(), Weight: more.WeightKG, Height: more.HeightCM,
				City: n.Address.City.Reveal(), State: n.Address.State.Reveal(), Zip: n.Address.PostalCode.Reveal(),
				Insurance: more.Insurance.Reveal(), Race: more.Race.Reveal(),
			},
		},
		ReturnExisting: true,
	}
	for _, e := range n.Emails {
		if body.Patient.Email == "" {
			body.Patient.Email = strings.TrimSpace(e.Reveal())
		}
	}
	body.Patient.Bio.setLines(n.Address.Lines)
	gender, told := c.gender(n.Sex)
	body.Patient.Bio.Gender = gender
	var bad []string
	need := func(ok bool, field string) {
		if !ok {
			bad = append(bad, field)
		}
	}
	need(body.Patient.First != "", string(emr.FieldGiven))
	need(body.Patient.Last != "", string(emr.FieldFamily))
	need(bornInReach(n.Born), string(emr.FieldBorn))
	need(body.Patient.Bio.setPhones(n.Phones), string(emr.FieldPhone))
	need(emailForm.MatchString(body.Patient.Email), string(emr.FieldEmail))
	need(told || !c.cfg.RequireSex, "sex")
	need(more.WeightKG >= 0, "weight")
	need(more.HeightCM >= 0, "height")
	need(more.Location == "" || vendorjson.IsWholeNumber(string(more.Location)), "location")
	need(n.Practitioner == "" || vendorjson.IsWholeNumber(string(n.Practitioner)), "practitioner")
	if len(bad) > 0 {
		return nil, none, invalid(opCreatePatient, "NexHealth makes a patient with name, birth date (at most 130 years ago), e-mail address and a telephone of ten digits; "+
			"practitioner and location are whole numbers, and Config.RequireSex wants the sex", bad...)
	}
	return body, more, nil
}

// bornInReach reports whether NexHealth takes the birth date: not more than 130 years
// ago. That it is not in the future is the core's to check.
func bornInReach(born emr.BirthDate) bool {
	today := emr.Today(nil)
	day := born.Reveal()
	return !day.IsZero() && day.Year >= today.Year-130 && !today.AddDays(1).Before(day)
}

// setPhones writes the numbers as ten digits: the first one as the main number, and each
// once more under its use where there is room. It reports false for a number that
// NexHealth would refuse, and for none at all.
func (b *newPatientBio) setPhones(phones []emr.Phone) bool {
	for _, p := range phones {
		if p.Number.IsZero() {
			continue
		}
		digits, ok := nationalDigits(p.Number.Reveal())
		if !ok {
			return false
		}
		place := &b.Other
		switch strings.ToLower(p.Use) {
		case "mobile", "cell":
			place = &b.Cell
		case "home":
			place = &b.Home
		case "work":
			place = &b.Work
		}
		switch {
		case b.Phone == "":
			b.Phone = digits
			if place != &b.Other {
				*place = digits
			}
		case *place == "" && digits != b.Phone:
			*place = digits
		case b.Other == "" && digits != b.Phone:
			b.Other = digits
		}
	}
	return b.Phone != ""
}

// setLines writes the address in the two lines there are.
func (b *newPatientBio) setLines(lines []emr.PHI) {
	var rest []string
	for _, l := range lines {
		switch text := strings.TrimSpace(l.Reveal()); {
		case text == "":
		case b.Line1 == "":
			b.Line1 = text
		default:
			rest = append(rest, text)
		}
	}
	b.Line2 = strings.Join(rest, ", ")
}

// gender is NexHealth's word for a sex, and whether it was told. A word is always sent,
// because NexHealth takes Female where none is.
func (c *Client) gender(s emr.Sex) (word string, told bool) {
	switch s {
	case emr.SexFemale:
		return "Female", true
	case emr.SexMale:
		return "Male", true
	case "", emr.SexUnknown:
		return c.cfg.GenderUnsaid, false
	}
	return "Other", true
}
