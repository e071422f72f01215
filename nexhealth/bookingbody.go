package nexhealth

import (
	"encoding/json"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// mostNote is the most characters of a note. Source: OpenAPI document, POST /appointments.
const mostNote = 128

// newBooking is the body of POST /appointments.
type newBooking struct {
	PerTimeslot int         `json:"appointments_per_timeslot,omitempty"`
	Appt        bookingAppt `json:"appt"`
}

type bookingAppt struct {
	Patient      json.Number       `json:"patient_id,omitempty"`
	Practitioner json.Number       `json:"provider_id"`
	Operatory    json.Number       `json:"operatory_id,omitempty"`
	Start        string            `json:"start_time"`
	End          string            `json:"end_time"`
	Type         json.Number       `json:"appointment_type_id,omitempty"`
	Note         string            `json:"note,omitempty"`
	Block        bool              `json:"unavailable,omitempty"`
	IsGuardian   bool              `json:"is_guardian,omitempty"`
	NewPatient   bool              `json:"is_new_clients_patient,omitempty"`
	Referrer     string            `json:"referrer,omitempty"`
	Dependent    *newPatientPerson `json:"patient,omitempty"`
	Descriptors  []json.Number     `json:"descriptor_ids,omitempty"`
}

// checkBooking refuses what NexHealth would, before anything is sent.
func (c *Client) checkBooking(op string, b *emr.Booking) (BookingOptions, error) {
	var none BookingOptions
	if b == nil || b.Slot == nil {
		return none, invalid(op, "give the slot to book", "slot")
	}
	o, err := emr.VendorOptions[BookingOptions](op, b.Vendor)
	if err != nil {
		return none, err
	}
	s, patient := b.Slot, subjectID(b.Patient)
	var bad []string
	need := func(ok bool, field string) {
		if !ok {
			bad = append(bad, field)
		}
	}
	if o.Block {
		need(patient.IsZero() && o.Dependent == nil, "patient")
	} else {
		need(vendorjson.IsWholeNumber(patient.Reveal()), "patient")
	}
	need(!s.Start.IsZero() && s.End.After(s.Start), "start")
	need(vendorjson.IsWholeNumber(string(s.Practitioner)), "practitioner")
	need(s.Location == "" || vendorjson.IsWholeNumber(string(s.Location)), "location")
	need(s.Type == "" || vendorjson.IsWholeNumber(string(s.Type)), "type")
	need(len(s.Resources) == 0 || len(s.Resources) == 1 && vendorjson.IsWholeNumber(string(s.Resources[0])), "resources")
	need(len(s.Purposes) == 0, "purposes")
	need(isShort(b.Note), "note")
	need(checkIDs(op, "descriptors", o.Descriptors...) == nil, "descriptors")
	need(o.PerTimeslot >= 0 && o.PerTimeslot <= 5, "per timeslot")
	need(o.Referrer.IsZero() || isWebURL(o.Referrer.Reveal()), "referrer")
	if d := o.Dependent; d != nil {
		need(!isBlank(d.Given), string(emr.FieldGiven))
		need(!isBlank(d.Family), string(emr.FieldFamily))
		need(bornInReach(d.Born), string(emr.FieldBorn))
		_, told := c.gender(d.Sex)
		need(told || !c.cfg.RequireSex, "sex")
	}
	if len(bad) > 0 {
		return none, invalid(op, "NexHealth books a patient with a practitioner, at most one operatory and no purposes; ids are whole numbers, a note has 128 characters at most", bad...)
	}
	return o, nil
}

// newBooking builds the body of a checked booking. Times go out in UTC.
func (c *Client) newBooking(op string, b *emr.Booking, o BookingOptions) (*newBooking, error) {
	s := b.Slot
	a := bookingAppt{
		Practitioner: json.Number(s.Practitioner), Type: json.Number(s.Type),
		Start: utcText(s.Start), End: utcText(s.End), Note: b.Note.Reveal(),
		Block: o.Block, NewPatient: o.NewPatient, Referrer: o.Referrer.Reveal(),
	}
	if len(s.Resources) > 0 {
		a.Operatory = json.Number(s.Resources[0])
	}
	for _, id := range o.Descriptors {
		a.Descriptors = append(a.Descriptors, json.Number(id))
	}
	var err error
	if !o.Block {
		if a.Patient, err = number(op, "patient", b.Patient.ID.Reveal()); err != nil {
			return nil, err
		}
	}
	if d := o.Dependent; d != nil {
		gender, _ := c.gender(d.Sex)
		a.IsGuardian = true
		a.Dependent = &newPatientPerson{
			First: strings.TrimSpace(d.Given.Reveal()), Last: strings.TrimSpace(d.Family.Reveal()),
			Bio: newPatientBio{Born: d.Born.Reveal().String(), Gender: gender},
		}
	}
	return &newBooking{PerTimeslot: o.PerTimeslot, Appt: a}, nil
}

func isShort(note emr.PHI) bool { return utf8.RuneCountInString(note.Reveal()) <= mostNote }

func isBlank(p emr.PHI) bool { return strings.TrimSpace(p.Reveal()) == "" }

// isWebURL reports whether text is an absolute web address.
func isWebURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}
